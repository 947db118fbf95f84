package controls.digests.preflight_match_test

_said(doc) := messages if {
	found := data.controls.digests.preflight_match.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.digests.preflight_match.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_digest_check := data.lib.sample_test.digest_check

test_pass_compared_before if {
	doc := _sound
	data.controls.digests.preflight_match.subjects == {"o/r#prod/deploy-prod"} with input as doc
	count(data.controls.digests.preflight_match.failures) == 0 with input as doc
}

test_pass_compared_in_the_job_itself if {
	doc := object.union_n([
		_with_job("prod/preflight", {"digest_checks": []}),
		{
			"job": {
				"o/r#prod/deploy-prod": {"digest_checks": [_digest_check]},
			},
		},
	])
	count(data.controls.digests.preflight_match.failures) == 0 with input as doc
}

test_fail_not_compared if {
	doc := _with_job("prod/preflight", {"digest_checks": []})
	messages := _said(doc)
	messages == {"no job before compares the digest of the tag with the released one"}
	absent := _absent(doc)
	absent == {"job.digest_checks"}
}

test_fail_compared_afterwards if {
	doc := _with_job("prod/deploy-prod", {"after": []})
	count(data.controls.digests.preflight_match.failures) == 1 with input as doc
}

test_fail_key_that_is_ignored if {
	doc := _with_job(
		"prod/preflight",
		{
			"digest_checks": [
				object.union(
					_digest_check,
					{"honoured": false, "why": "the plugin has no such input"},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {
		"the comparison of digests before this job is not made: the plugin has no such input",
	}
}

test_unknown_order_unread if {
	doc := _with_job("prod/deploy-prod", {"after": null})
	data.controls.digests.preflight_match.subjects == {"o/r#prod/deploy-prod"} with input as doc
	count(data.controls.digests.preflight_match.failures) == 0 with input as doc
}

test_unknown_comparison_unread if {
	doc := _with_job("prod/preflight", {"digest_checks": null})
	data.controls.digests.preflight_match.subjects == {"o/r#prod/deploy-prod"} with input as doc
	absent := _absent(doc)
	absent == {"job.digest_checks"}
}

test_not_applicable_nothing_deployed_to_production if {
	doc := _with_job("prod/deploy-prod", {"touches": []})
	data.controls.digests.preflight_match.subjects == set() with input as doc
}
