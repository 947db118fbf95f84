package controls.pipelines.honoured_keys_test

_said(doc) := messages if {
	found := data.controls.pipelines.honoured_keys.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_fact(kind, id, fields) := data.lib.sample_test.with_fact(kind, id, fields)

_line(number) := data.lib.sample_test.line(number)

test_pass_all_honoured if {
	doc := _sound
	data.controls.pipelines.honoured_keys.subjects == {"o/r/.gocdnext/pr.yaml"} with input as doc
	count(data.controls.pipelines.honoured_keys.failures) == 0 with input as doc
}

test_pass_declared_repository if {
	doc := object.union(
		_sound,
		{"scope": {"production": {"repositories": ["o/*"]}}},
	)
	data.controls.pipelines.honoured_keys.subjects == {"o/r/.gocdnext/pr.yaml"} with input as doc
	count(data.controls.pipelines.honoured_keys.failures) == 0 with input as doc
}

test_fail_refused_and_ignored if {
	doc := _with_fact(
		"pipeline_file",
		"o/r/.gocdnext/pr.yaml",
		{
			"refused": [{"message": "`oidc` is no key", "at": _line(1)}],
			"ignored": [
				{"message": "nothing is ever included", "at": _line(2)},
			],
		},
	)
	messages := _said(doc)
	messages == {
		"the product refuses the file: `oidc` is no key",
		"without effect: nothing is ever included",
	}
}

test_fail_each_place_is_a_failure if {
	doc := _with_fact(
		"pipeline_file",
		"o/r/.gocdnext/pr.yaml",
		{
			"ignored": [
				{"message": "it is ignored", "at": _line(1)},
				{"message": "it is ignored", "at": _line(2)},
			],
		},
	)
	count(data.controls.pipelines.honoured_keys.failures) == 2 with input as doc
}

test_unknown_remarks_unread if {
	doc := _with_fact(
		"pipeline_file",
		"o/r/.gocdnext/pr.yaml",
		{"refused": null, "ignored": null},
	)
	data.controls.pipelines.honoured_keys.subjects == {"o/r/.gocdnext/pr.yaml"} with input as doc
	count(data.controls.pipelines.honoured_keys.failures) == 0 with input as doc
}

test_not_applicable_no_files if {
	doc := object.union(
		object.remove(_sound, ["pipeline_file"]),
		{"pipeline_file": {}},
	)
	data.controls.pipelines.honoured_keys.subjects == set() with input as doc
}

test_not_applicable_another_repository if {
	doc := object.union(
		_sound,
		{"scope": {"production": {"repositories": ["o/other"]}}},
	)
	data.controls.pipelines.honoured_keys.subjects == set() with input as doc
}
