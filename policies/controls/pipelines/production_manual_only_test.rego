package controls.pipelines.production_manual_only_test

_said(doc) := messages if {
	found := data.controls.pipelines.production_manual_only.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

test_pass_by_hand if {
	doc := _sound
	data.controls.pipelines.production_manual_only.subjects == {"o/r#prod"} with input as doc
	count(data.controls.pipelines.production_manual_only.failures) == 0 with input as doc
}

test_fail_by_push if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("push", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start by a push"}
}

test_fail_by_tag if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("tag", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start by a tag"}
}

test_fail_by_pull_request if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("pull_request", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start by a pull request"}
}

test_fail_by_upstream if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("upstream", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start when another pipeline is done"}
}

test_fail_by_schedule if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("schedule", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start by a schedule"}
}

test_fail_by_poll if {
	doc := _with_pipeline(
		"prod",
		{
			"starts": [
				_start("manual", []),
				_start("poll", []),
			],
		},
	)
	messages := _said(doc)
	messages == {"can start by polling the repository"}
}

test_unknown_starts_unread if {
	doc := _with_pipeline("prod", {"starts": null})
	data.controls.pipelines.production_manual_only.subjects == {"o/r#prod"} with input as doc
	count(data.controls.pipelines.production_manual_only.failures) == 0 with input as doc
}

test_unknown_cause_unread if {
	doc := _with_pipeline(
		"prod",
		{"starts": [object.union(_start("push", []), {"cause": null})]},
	)
	data.controls.pipelines.production_manual_only.subjects == {"o/r#prod"} with input as doc
	count(data.controls.pipelines.production_manual_only.failures) == 0 with input as doc
}

test_not_applicable_nothing_on_production if {
	doc := _with_job("prod/deploy-prod", {"touches": []})
	data.controls.pipelines.production_manual_only.subjects == set() with input as doc
}
