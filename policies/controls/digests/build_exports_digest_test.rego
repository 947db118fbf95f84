package controls.digests.build_exports_digest_test

_said(doc) := messages if {
	found := data.controls.digests.build_exports_digest.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_build := data.lib.sample_test.build

test_pass_output_declared if {
	doc := _sound
	data.controls.digests.build_exports_digest.subjects == {"o/r#release/build"} with input as doc
	count(data.controls.digests.build_exports_digest.failures) == 0 with input as doc
}

test_fail_no_output if {
	doc := _with_job(
		"release/build",
		{"builds": [object.union(_build, {"digest_output": ""})]},
	)
	messages := _said(doc)
	messages == {"no output holds the digest of ghcr.io/my-org/my-app"}
}

test_fail_output_never_filled if {
	doc := _with_job(
		"release/build",
		{
			"builds": [
				object.union(
					_build,
					{"digest_output": "", "declared_output": "digest"},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"the output `digest`, which is to hold the digest, is never filled"}
}

test_unknown_output_unread if {
	doc := _with_job(
		"release/build",
		{"builds": [object.union(_build, {"digest_output": null})]},
	)
	data.controls.digests.build_exports_digest.subjects == {"o/r#release/build"} with input as doc
	count(data.controls.digests.build_exports_digest.failures) == 0 with input as doc
}

test_unknown_builds_unread if {
	doc := _with_job("release/build", {"builds": null})
	data.controls.digests.build_exports_digest.subjects == set() with input as doc
	count(data.controls.digests.build_exports_digest.failures) == 0 with input as doc
}

test_not_applicable_built_but_not_pushed if {
	doc := _with_job(
		"release/build",
		{"builds": [object.union(_build, {"pushes": false})]},
	)
	data.controls.digests.build_exports_digest.subjects == set() with input as doc
}
