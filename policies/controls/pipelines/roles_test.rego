package controls.pipelines.roles_test

_said(doc) := messages if {
	found := data.controls.pipelines.roles.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.pipelines.roles.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_pipeline(name, starts) := data.lib.sample_test.pipeline(name, starts)

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_with_fact(kind, id, fields) := data.lib.sample_test.with_fact(kind, id, fields)

_without(kind, id) := data.lib.sample_test.without(kind, id)

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

test_fail_pipelines_of_another_repository if {
	doc := object.union(
		_sound,
		{"repository": {"o/bare": _sound.repository["o/r"]}},
	)
	data.controls.pipelines.roles.subjects == {"o/r", "o/bare"} with input as doc
	count(data.controls.pipelines.roles.failures) == 4 with input as doc
}

test_pass_four_roles if {
	doc := _sound
	data.controls.pipelines.roles.subjects == {"o/r"} with input as doc
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_pass_role_split_over_two_files if {
	doc := object.union(
		_sound,
		{
			"pipeline": {
				"o/r#pr2": _pipeline(
					"pr2",
					[_start("pull_request", [])],
				),
			},
		},
	)
	data.controls.pipelines.roles.subjects == {"o/r"} with input as doc
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_pass_main_of_a_declared_branch if {
	doc := object.union(
		_with_pipeline(
			"main",
			{"starts": [_start("push", ["trunk"])]},
		),
		{"scope": {"production": {"branches": ["trunk"]}}},
	)
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_pass_main_without_branches if {
	doc := _with_pipeline(
		"main",
		{"starts": [_start("push", [])]},
	)
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_pass_main_without_git if {
	doc := _with_fact("repository", "o/r", {"default_branch": ""})
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_fail_no_pull_request_pipeline if {
	doc := _without("pipeline", "o/r#pr")
	messages := _said(doc)
	messages == {"no pipeline starts by a pull request"}
	absent := _absent(doc)
	absent == {"pipeline.starts"}
}

test_fail_pushes_to_another_branch if {
	doc := _with_pipeline(
		"main",
		{"starts": [_start("push", ["develop"])]},
	)
	messages := _said(doc)
	messages == {"no pipeline starts by a push to the main branch"}
}

test_fail_nothing_released if {
	doc := object.union_n([
		_with_job("release/create-tag", {"tag_creations": []}),
		{"job": {"o/r#release/promote": {"publishes": []}}},
	])
	messages := _said(doc)
	messages == {"no pipeline creates a release tag or publishes a release image"}
}

test_fail_nothing_on_production if {
	doc := _with_job("prod/deploy-prod", {"touches": []})
	messages := _said(doc)
	messages == {
		"no pipeline acts on a declared production namespace, environment, cluster or credential",
	}
	absent := _absent(doc)
	absent == {"pipeline", "job.pipeline", "job.touches"}
}

test_fail_no_pipeline_at_all if {
	doc := object.union(object.remove(_sound, ["pipeline"]), {"pipeline": {}})
	count(data.controls.pipelines.roles.failures) == 4 with input as doc
}

test_unknown_repository_with_unread_pipelines if {
	doc := _with_fact(
		"repository",
		"o/r",
		{"named": false, "has_pipelines": null},
	)
	data.controls.pipelines.roles.subjects == set() with input as doc
	count(data.controls.pipelines.roles.failures) == 0 with input as doc
}

test_unknown_default_branch_unread if {
	doc := _with_fact("repository", "o/r", {"default_branch": null})
	data.controls.pipelines.roles.subjects == {"o/r"} with input as doc
	absent := _absent(doc)
	absent == {"pipeline.starts", "repository.default_branch"}
}

test_not_applicable_brought_in_by_a_glob_without_pipelines if {
	doc := _with_fact(
		"repository",
		"o/r",
		{"named": false, "has_pipelines": false},
	)
	data.controls.pipelines.roles.subjects == set() with input as doc
}

test_not_applicable_out_of_scope if {
	doc := object.union(
		_sound,
		{"scope": {"production": {"repositories": ["o/other"]}}},
	)
	data.controls.pipelines.roles.subjects == set() with input as doc
}
