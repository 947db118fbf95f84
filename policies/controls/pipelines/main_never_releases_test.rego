package controls.pipelines.main_never_releases_test

_said(doc) := messages if {
	found := data.controls.pipelines.main_never_releases.failures with input as doc
	messages := {failure.message | some failure in found}
}

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_deploy(namespace, from) := data.lib.sample_test.deploy(namespace, from)

_built := data.lib.sample_test.built

_sound := data.lib.sample_test.sound

_publish(tag, kind, by) := data.lib.sample_test.publish(tag, kind, by)

_tag := data.lib.sample_test.tag

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_without(kind, id) := data.lib.sample_test.without(kind, id)

test_pass_acts_on_stage if {
	doc := _with_job(
		"main/build",
		{"touches": [_deploy("stage", _built)]},
	)
	count(data.controls.pipelines.main_never_releases.failures) == 0 with input as doc
}

test_pass_publishes_by_commit if {
	doc := _sound
	data.controls.pipelines.main_never_releases.subjects == {"o/r#main"} with input as doc
	count(data.controls.pipelines.main_never_releases.failures) == 0 with input as doc
}

test_pass_moving_preview if {
	doc := _with_job(
		"main/build",
		{"publishes": [_publish("main-latest", "moving", "build")]},
	)
	count(data.controls.pipelines.main_never_releases.failures) == 0 with input as doc
}

test_fail_creates_a_tag if {
	doc := _with_job(
		"main/build",
		{"tag_creations": [_tag]},
	)
	messages := _said(doc)
	messages == {"creates a tag, and starts by a push"}
}

test_fail_publishes_a_release_tag if {
	doc := _with_job(
		"main/build",
		{"publishes": [_publish("v1.2.3", "release", "build")]},
	)
	count(data.controls.pipelines.main_never_releases.failures) == 1 with input as doc
}

test_fail_publishes_latest if {
	doc := _with_job(
		"main/build",
		{"publishes": [_publish("latest", "moving", "build")]},
	)
	count(data.controls.pipelines.main_never_releases.failures) == 1 with input as doc
}

test_fail_acts_on_production if {
	doc := _with_job(
		"main/build",
		{"touches": [_deploy("prod", _built)]},
	)
	count(data.controls.pipelines.main_never_releases.failures) == 1 with input as doc
}

test_fail_production_pipeline_without_when if {
	doc := _with_pipeline(
		"prod",
		{"starts": [_start("push", [])]},
	)
	data.controls.pipelines.main_never_releases.subjects == {"o/r#main", "o/r#prod"} with input as doc
	count(data.controls.pipelines.main_never_releases.failures) == 1 with input as doc
}

test_unknown_actions_unread if {
	doc := _with_job(
		"main/build",
		{"publishes": null, "touches": null, "tag_creations": null},
	)
	data.controls.pipelines.main_never_releases.subjects == {"o/r#main"} with input as doc
	count(data.controls.pipelines.main_never_releases.failures) == 0 with input as doc
}

test_not_applicable_no_pushes if {
	doc := _without("pipeline", "o/r#main")
	data.controls.pipelines.main_never_releases.subjects == set() with input as doc
}
