package controls.pipelines.pr_never_publishes_test

_said(doc) := messages if {
	found := data.controls.pipelines.pr_never_publishes.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_at := data.lib.sample_test.at

_deploy(namespace, from) := data.lib.sample_test.deploy(namespace, from)

_built := data.lib.sample_test.built

_publish(tag, kind, by) := data.lib.sample_test.publish(tag, kind, by)

_build := data.lib.sample_test.build

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_tag := data.lib.sample_test.tag

_without(kind, id) := data.lib.sample_test.without(kind, id)

test_pass_builds_only if {
	doc := _sound
	data.controls.pipelines.pr_never_publishes.subjects == {"o/r#pr"} with input as doc
	count(data.controls.pipelines.pr_never_publishes.failures) == 0 with input as doc
}

test_pass_an_ordinary_secret if {
	doc := _with_job(
		"pr/lint",
		{"secrets": [{"name": "SONAR_TOKEN", "at": _at}]},
	)
	count(data.controls.pipelines.pr_never_publishes.failures) == 0 with input as doc
}

test_pass_observes_production if {
	doc := _with_job(
		"pr/lint",
		{
			"touches": [
				object.union(
					_deploy("prod", _built),
					{"verb": "observe"},
				),
			],
		},
	)
	count(data.controls.pipelines.pr_never_publishes.failures) == 0 with input as doc
}

test_fail_pushes_by_default if {
	doc := _with_job(
		"pr/build",
		{
			"publishes": [
				object.union(
					_publish("latest", "moving", "build"),
					{"defaulted": true},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"publishes ghcr.io/my-org/my-app:latest, as the plugin does by default"}
}

test_fail_pushes_a_preview if {
	doc := _with_job(
		"pr/build",
		{"publishes": [_publish("pr-7", "pull_request", "build")]},
	)
	count(data.controls.pipelines.pr_never_publishes.failures) == 1 with input as doc
}

test_fail_pushes_without_a_tag if {
	doc := _with_job("pr/build", {"builds": [_build]})
	messages := _said(doc)
	messages == {"pushes ghcr.io/my-org/my-app"}
}

test_fail_starts_by_pushes_too if {
	doc := _with_pipeline(
		"main",
		{
			"starts": [
				_start("push", []),
				_start("pull_request", []),
			],
		},
	)
	data.controls.pipelines.pr_never_publishes.subjects == {"o/r#pr", "o/r#main"} with input as doc
	count(data.controls.pipelines.pr_never_publishes.failures) == 1 with input as doc
}

test_fail_creates_a_tag if {
	doc := _with_job(
		"pr/build",
		{"tag_creations": [_tag]},
	)
	messages := _said(doc)
	messages == {"creates a tag"}
}

test_fail_deploys_to_production if {
	doc := _with_job(
		"pr/build",
		{"touches": [_deploy("prod", _built)]},
	)
	messages := _said(doc)
	messages == {"acts on production with helm"}
}

test_fail_deploys_to_stage if {
	doc := _with_job(
		"pr/build",
		{"touches": [_deploy("stage", _built)]},
	)
	messages := _said(doc)
	messages == {"acts on stage with helm"}
}

test_fail_holds_a_production_secret if {
	doc := _with_job(
		"pr/lint",
		{"secrets": [{"name": "PROD_KUBECONFIG", "at": _at}]},
	)
	messages := _said(doc)
	messages == {"holds the production secret PROD_KUBECONFIG"}
}

test_unknown_actions_unread if {
	doc := _with_job(
		"pr/build",
		{
			"publishes": null,
			"builds": null,
			"touches": null,
			"tag_creations": null,
			"secrets": null,
		},
	)
	data.controls.pipelines.pr_never_publishes.subjects == {"o/r#pr"} with input as doc
	count(data.controls.pipelines.pr_never_publishes.failures) == 0 with input as doc
}

test_not_applicable_no_pull_requests if {
	doc := _without("pipeline", "o/r#pr")
	data.controls.pipelines.pr_never_publishes.subjects == set() with input as doc
}
