package controls.digests.no_moving_tags_test

_said(doc) := messages if {
	found := data.controls.digests.no_moving_tags.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_publish(tag, kind, by) := data.lib.sample_test.publish(tag, kind, by)

test_pass_candidate_and_release if {
	doc := _sound
	subjects := data.controls.digests.no_moving_tags.subjects with input as doc
	subjects == {"o/r#release/build", "o/r#release/promote"}
	count(data.controls.digests.no_moving_tags.failures) == 0 with input as doc
}

test_pass_moving_tag_of_main if {
	doc := _with_job(
		"main/build",
		{"publishes": [_publish("main-latest", "moving", "build")]},
	)
	count(data.controls.digests.no_moving_tags.failures) == 0 with input as doc
}

test_fail_latest_by_default if {
	doc := _with_job(
		"release/build",
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
	messages == {
		"publishes ghcr.io/my-org/my-app:latest, a tag that moves, as the plugin does by default",
	}
}

test_fail_one_of_several if {
	doc := _with_job(
		"release/promote",
		{
			"publishes": [
				_publish("v1.2.3", "release", "promotion"),
				_publish("v1", "moving", "promotion"),
			],
		},
	)
	messages := _said(doc)
	messages == {"publishes ghcr.io/my-org/my-app:v1, a tag that moves"}
}

test_unknown_kind_unread if {
	doc := _with_job(
		"release/build",
		{
			"publishes": [
				object.union(
					_publish("latest", "moving", "build"),
					{"tag_kind": null},
				),
			],
		},
	)
	count(data.controls.digests.no_moving_tags.failures) == 0 with input as doc
}

test_unknown_publications_unread if {
	doc := _with_job("release/build", {"publishes": null})
	data.controls.digests.no_moving_tags.subjects == {"o/r#release/promote"} with input as doc
	count(data.controls.digests.no_moving_tags.failures) == 0 with input as doc
}

test_not_applicable_no_release if {
	doc := object.union(object.remove(_sound, ["pipeline"]), {"pipeline": {}})
	data.controls.digests.no_moving_tags.subjects == set() with input as doc
}
