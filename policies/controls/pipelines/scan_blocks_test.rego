package controls.pipelines.scan_blocks_test

_said(doc) := messages if {
	found := data.controls.pipelines.scan_blocks.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.pipelines.scan_blocks.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_scan := data.lib.sample_test.scan

_source(kind, job) := data.lib.sample_test.source(kind, job)

_secret_scan := data.lib.sample_test.secret_scan

test_not_applicable_out_of_scope if {
	doc := object.union(
		_sound,
		{"scope": {"production": {"repositories": ["o/other"]}}},
	)
	data.controls.pipelines.scan_blocks.subjects == set() with input as doc
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_sound_scans if {
	doc := _sound
	subjects := data.controls.pipelines.scan_blocks.subjects with input as doc
	subjects == {"o/r#pr/gitleaks", "o/r#release/trivy-image"}
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_unfixed_ignored_by_default if {
	doc := _with_job(
		"release/trivy-image",
		{"scans": [object.union(_scan, {"ignores_unfixed": true})]},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_more_severities if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"severities": ["MEDIUM", "HIGH", "CRITICAL"]},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_all_severities if {
	doc := _with_job(
		"release/trivy-image",
		{"scans": [object.union(_scan, {"severities": []})]},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_local_image_of_a_pull_request if {
	doc := _with_job(
		"pr/trivy-fs",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("tag", "")},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_pass_digest_from_a_file_of_the_build if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("artifact", "o/r#release/build")},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_fail_exit_code_of_zero if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(_scan, {"fails": false, "why": "exit-code is 0"}),
			],
		},
	)
	messages := _said(doc)
	messages == {"findings of trivy do not fail the job: exit-code is 0"}
}

test_fail_secret_scan_that_cannot_fail if {
	doc := _with_job(
		"pr/gitleaks",
		{
			"scans": [
				object.union(
					_secret_scan,
					{"fails": false, "why": "exit-code is 0"},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 1 with input as doc
}

test_fail_critical_only if {
	doc := _with_job(
		"release/trivy-image",
		{"scans": [object.union(_scan, {"severities": ["CRITICAL"]})]},
	)
	messages := _said(doc)
	messages == {"trivy passes findings of severity HIGH"}
}

test_fail_by_tag if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("tag", "")},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {
		"trivy looks at an image that is named by a tag, which may name another image by then",
	}
}

test_fail_not_resolved if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("unresolved", "")},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 1 with input as doc
}

test_fail_digest_from_a_file_of_another_job if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("artifact", "o/r#release/create-tag")},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_blocks.failures) == 1 with input as doc
	absent := _absent(doc)
	absent == {"job.builds", "job.publishes", "job.digest_checks"}
}

test_unknown_effect_unread if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"fails": null, "severities": null, "target": null},
				),
			],
		},
	)
	subjects := data.controls.pipelines.scan_blocks.subjects with input as doc
	subjects == {"o/r#pr/gitleaks", "o/r#release/trivy-image"}
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_unknown_scans_unread if {
	doc := _with_job("release/trivy-image", {"scans": null})
	data.controls.pipelines.scan_blocks.subjects == {"o/r#pr/gitleaks"} with input as doc
	count(data.controls.pipelines.scan_blocks.failures) == 0 with input as doc
}

test_not_applicable_no_scans if {
	doc := object.union(object.remove(_sound, ["job"]), {"job": {}})
	data.controls.pipelines.scan_blocks.subjects == set() with input as doc
}

test_fail_unfixed_must_be_judged if {
	doc := _sound
	strict := {"pipelines.scan_blocks": {"severities": [], "unfixed": "judged"}}
	found := data.controls.pipelines.scan_blocks.failures with input as doc with data.parameters as strict
	{failure.message | some failure in found} == {"trivy passes findings that have no fix"}
}
