package controls.digests.plugins_pinned_test

_said(doc) := messages if {
	found := data.controls.digests.plugins_pinned.failures with input as doc
	messages := {failure.message | some failure in found}
}

_subjects(doc) := found if {
	found := data.controls.digests.plugins_pinned.subjects with input as doc
}

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_sound := data.lib.sample_test.sound

_job_image := data.lib.sample_test.job_image

test_pass_a_job_that_runs_in_no_image_is_no_subject if {
	doc := _with_job("prod/preflight", {"images": []})
	found := _subjects(doc)
	count(found & {"o/r#prod/preflight"}) == 0
	count(data.controls.digests.plugins_pinned.failures) == 0 with input as doc
}

test_pass_by_digest if {
	doc := _sound
	found := _subjects(doc)
	"o/r#release/build" in found
	"o/r#prod/preflight" in found
	count(found & {"o/r#pr/lint", "o/r#main/build"}) == 0
	count(data.controls.digests.plugins_pinned.failures) == 0 with input as doc
}

test_pass_pull_request_plugins_are_not_judged if {
	doc := _with_job(
		"pr/lint",
		{"images": [object.union(_job_image, {"digest": ""})]},
	)
	count(data.controls.digests.plugins_pinned.failures) == 0 with input as doc
}

test_fail_version_tag_of_a_plugin if {
	doc := _with_job(
		"release/trivy-image",
		{
			"images": [
				object.union(
					_job_image,
					{
						"reference": "ghcr.io/klinux/gocdnext-plugin-trivy@v1",
						"digest": "",
						"role": "plugin",
					},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"the plugin ghcr.io/klinux/gocdnext-plugin-trivy@v1 is not pinned by digest"}
}

test_fail_image_in_production_pipeline if {
	doc := _with_job(
		"prod/preflight",
		{
			"images": [
				object.union(
					_job_image,
					{"reference": "alpine:3.20", "digest": ""},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"the image alpine:3.20 is not pinned by digest"}
}

test_unknown_digest_unread if {
	doc := _with_job(
		"prod/preflight",
		{"images": [object.union(_job_image, {"digest": null})]},
	)
	count(data.controls.digests.plugins_pinned.failures) == 0 with input as doc
}

test_unknown_images_unread if {
	doc := _with_job("prod/preflight", {"images": null})
	found := _subjects(doc)
	count(found & {"o/r#prod/preflight"}) == 0
	count(data.controls.digests.plugins_pinned.failures) == 0 with input as doc
}

test_not_applicable_neither_release_nor_production if {
	doc := object.union(object.remove(_sound, ["pipeline"]), {"pipeline": {}})
	data.controls.digests.plugins_pinned.subjects == set() with input as doc
}
