package controls.digests.chart_renders_digest_test

_said(doc) := messages if {
	found := data.controls.digests.chart_renders_digest.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_fact(kind, id, fields) := data.lib.sample_test.with_fact(kind, id, fields)

_container(pinned) := data.lib.sample_test.container(pinned)

_digest := data.lib.sample_test.digest

test_pass_rendered_by_digest if {
	doc := _sound
	data.controls.digests.chart_renders_digest.subjects == {"o/r/charts/my-app"} with input as doc
	count(data.controls.digests.chart_renders_digest.failures) == 0 with input as doc
}

test_pass_tag_and_digest if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{
			"containers": [
				object.union(
					_container(_digest),
					{"tag": "v1"},
				),
			],
		},
	)
	count(data.controls.digests.chart_renders_digest.failures) == 0 with input as doc
}

test_pass_sidecar_by_its_own_digest if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{
			"containers": [
				_container(_digest),
				_container("sha256:other"),
			],
		},
	)
	count(data.controls.digests.chart_renders_digest.failures) == 0 with input as doc
}

test_fail_value_left_out if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{"containers": [_container("")]},
	)
	messages := _said(doc)
	messages == {
		"Rollout/my-app, container my-app, renders ghcr.io/my-org/my-app without a digest",
	}
}

test_fail_init_container_by_tag if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{
			"containers": [
				_container(_digest),
				object.union(_container(""), {"role": "init"}),
			],
		},
	)
	count(data.controls.digests.chart_renders_digest.failures) == 1 with input as doc
}

test_fail_another_digest if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{"containers": [_container("sha256:other")]},
	)
	messages := _said(doc)
	messages == {"no container renders the digest that is given at image.digest"}
}

test_fail_no_container if {
	doc := _with_fact("chart", "o/r/charts/my-app", {"containers": []})
	count(data.controls.digests.chart_renders_digest.failures) == 1 with input as doc
}

test_unknown_not_rendered if {
	doc := _with_fact("chart", "o/r/charts/my-app", {"containers": null})
	data.controls.digests.chart_renders_digest.subjects == {"o/r/charts/my-app"} with input as doc
	count(data.controls.digests.chart_renders_digest.failures) == 0 with input as doc
}

test_unknown_digest_unread if {
	doc := _with_fact(
		"chart",
		"o/r/charts/my-app",
		{"containers": [_container(null)]},
	)
	data.controls.digests.chart_renders_digest.subjects == {"o/r/charts/my-app"} with input as doc
	count(data.controls.digests.chart_renders_digest.failures) == 0 with input as doc
}

test_not_applicable_not_for_production if {
	doc := _with_fact("chart", "o/r/charts/my-app", {"production": false})
	data.controls.digests.chart_renders_digest.subjects == set() with input as doc
}
