package controls.pipelines.pr_validates_test

_said(doc) := messages if {
	found := data.controls.pipelines.pr_validates.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.pipelines.pr_validates.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_pipeline(name, starts) := data.lib.sample_test.pipeline(name, starts)

_check(kind) := data.lib.sample_test.check(kind)

_without(kind, id) := data.lib.sample_test.without(kind, id)

test_pass_one_start_without_paths if {
	doc := _with_pipeline(
		"pr",
		{
			"starts": [
				_start("pull_request", []),
				object.union(
					_start("pull_request", []),
					{"paths": ["src/**"]},
				),
			],
		},
	)
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_pass_all_checks if {
	doc := _sound
	data.controls.pipelines.pr_validates.subjects == {"o/r#pr"} with input as doc
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_pass_checks_shared_by_two_pipelines if {
	doc := object.union(
		_with_job("pr/lint", {"pipeline": "o/r#pr2"}),
		{
			"pipeline": {
				"o/r#pr2": _pipeline(
					"pr2",
					[_start("pull_request", [])],
				),
			},
		},
	)
	data.controls.pipelines.pr_validates.subjects == {"o/r#pr", "o/r#pr2"} with input as doc
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_pass_one_of_two_linters_blocks if {
	doc := _with_job(
		"pr/unit",
		{
			"checks": [
				_check("tests"),
				object.union(
					_check("lint"),
					{"blocks": false, "why": "it is advisory"},
				),
			],
		},
	)
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_pass_stage_order_suffices if {
	doc := _with_job("pr/build", {"needs": []})
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_fail_no_linter if {
	doc := _with_job("pr/lint", {"checks": []})
	messages := _said(doc)
	messages == {"no pull request pipeline lints the code"}
	absent := _absent(doc)
	absent == {"job.checks", "job.pipeline", "pipeline.starts"}
}

test_fail_no_secret_scan if {
	doc := _with_job("pr/gitleaks", {"checks": []})
	messages := _said(doc)
	messages == {"no pull request pipeline looks for secrets"}
}

test_fail_exit_code_of_zero if {
	doc := _with_job(
		"pr/trivy-fs",
		{
			"checks": [
				object.union(
					_check("vulnerabilities"),
					{"blocks": false, "why": "exit-code is 0"},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"what looks for vulnerabilities cannot fail the job: exit-code is 0"}
}

test_fail_tests_swallowed if {
	doc := _with_job(
		"pr/unit",
		{
			"checks": [
				object.union(
					_check("tests"),
					{"blocks": false, "why": "`|| true` hides it"},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"what tests cannot fail the job: `|| true` hides it"}
}

test_fail_no_build if {
	doc := _with_job("pr/build", {"checks": []})
	messages := _said(doc)
	messages == {"no pull request pipeline builds"}
}

test_fail_only_for_some_paths if {
	doc := _with_pipeline(
		"pr",
		{
			"starts": [
				object.union(
					_start("pull_request", []),
					{"paths": ["src/**"]},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"starts only for changes of src/**: others are not validated"}
}

test_unknown_checks_unread if {
	doc := _with_job("pr/lint", {"checks": null})
	data.controls.pipelines.pr_validates.subjects == {"o/r#pr"} with input as doc
	absent := _absent(doc)
	absent == {"job.checks", "job.pipeline", "pipeline.starts"}
}

test_unknown_starts_unread if {
	doc := _with_pipeline("pr", {"starts": null})
	data.controls.pipelines.pr_validates.subjects == set() with input as doc
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}

test_not_applicable_no_pull_requests if {
	doc := _without("pipeline", "o/r#pr")
	data.controls.pipelines.pr_validates.subjects == set() with input as doc
	count(data.controls.pipelines.pr_validates.failures) == 0 with input as doc
}
