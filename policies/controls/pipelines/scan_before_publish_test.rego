package controls.pipelines.scan_before_publish_test

_said(doc) := messages if {
	found := data.controls.pipelines.scan_before_publish.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.pipelines.scan_before_publish.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_scan := data.lib.sample_test.scan

_source(kind, job) := data.lib.sample_test.source(kind, job)

_publish(tag, kind, by) := data.lib.sample_test.publish(tag, kind, by)

_built := data.lib.sample_test.built

test_pass_promoted_after_scan_and_signature if {
	doc := _sound
	data.controls.pipelines.scan_before_publish.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}

test_pass_scan_of_a_tag_is_judged_elsewhere if {
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
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}

test_fail_another_image_of_the_same_build_scanned if {
	copied := object.union(_built, {"text": "ghcr.io/my-org/worker@${{ needs.build.outputs.worker }}"})
	scanned := object.union(_built, {"text": "docker://ghcr.io/my-org/my-app@${DIGEST}"})
	published := object.union(_publish("${TAG}", "release", "promotion"), {"source": copied})
	doc := object.union_n([
		_with_job("release/trivy-image", {"scans": [object.union(_scan, {"target": scanned})]}),
		{"job": {"o/r#release/promote": {"publishes": [published]}}},
	])
	messages := _said(doc)
	messages == {
		"ghcr.io/my-org/my-app:${TAG} is published, and no job before scans it",
		"ghcr.io/my-org/my-app:${TAG} is published, and no job before signs it",
	}
}

test_pass_copied_from_a_promotion if {
	doc := _with_job(
		"release/promote",
		{
			"publishes": [
				object.union_n([
					_publish("${TAG}", "release", "promotion"),
					{"source": _built},
					{"source": _source("promotion", "o/r#release/build")},
				]),
			],
		},
	)
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}

test_fail_build_pushes_the_release_tag if {
	doc := _with_job(
		"release/build",
		{"publishes": [_publish("${TAG}", "release", "build")]},
	)
	messages := _said(doc)
	messages == {
		"the build itself publishes ghcr.io/my-org/my-app:${TAG}, before a scan or signature",
	}
}

test_fail_scan_after_promotion if {
	doc := _with_job(
		"release/promote",
		{"after": ["o/r#release/build", "o/r#release/cosign-sign"]},
	)
	messages := _said(doc)
	messages == {"ghcr.io/my-org/my-app:${TAG} is published, and no job before scans it"}
	absent := _absent(doc)
	absent == {"job.scans"}
}

test_fail_no_scan if {
	doc := _with_job("release/trivy-image", {"scans": []})
	count(data.controls.pipelines.scan_before_publish.failures) == 1 with input as doc
}

test_fail_scan_of_files_only if {
	doc := _with_job(
		"release/trivy-image",
		{"scans": [object.union(_scan, {"subject": "filesystem"})]},
	)
	count(data.controls.pipelines.scan_before_publish.failures) == 1 with input as doc
}

test_fail_signature_after_promotion if {
	doc := _with_job(
		"release/promote",
		{"after": ["o/r#release/build", "o/r#release/trivy-image"]},
	)
	messages := _said(doc)
	messages == {"ghcr.io/my-org/my-app:${TAG} is published, and no job before signs it"}
	absent := _absent(doc)
	absent == {"job.signs"}
}

test_fail_one_of_two_images_scanned if {
	doc := _with_job(
		"release/trivy-image",
		{
			"scans": [
				object.union(
					_scan,
					{"target": _source("build", "o/r#release/build-other")},
				),
			],
		},
	)
	count(data.controls.pipelines.scan_before_publish.failures) == 1 with input as doc
}

test_fail_copied_from_a_tag if {
	doc := _with_job(
		"release/promote",
		{
			"publishes": [
				object.union_n([
					_publish("${TAG}", "release", "promotion"),
					{"source": _built},
					{"source": _source("tag", "")},
				]),
			],
		},
	)
	messages := _said(doc)
	some message in messages
	endswith(message, "is copied from a tag, which may name another image by then")
}

test_fail_copied_from_a_file_of_no_build if {
	doc := _with_job(
		"release/promote",
		{
			"publishes": [
				object.union_n([
					_publish("${TAG}", "release", "promotion"),
					{"source": _built},
					{
						"source": _source(
							"artifact",
							"o/r#release/create-tag",
						),
					},
				]),
			],
		},
	)
	count(data.controls.pipelines.scan_before_publish.failures) == 1 with input as doc
	absent := _absent(doc)
	absent == {"job.builds", "job.publishes", "job.digest_checks"}
}

test_unknown_order_unread if {
	doc := _with_job("release/promote", {"after": null})
	data.controls.pipelines.scan_before_publish.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}

test_unknown_source_unread if {
	doc := _with_job(
		"release/promote",
		{
			"publishes": [
				object.union_n([
					_publish("${TAG}", "release", "promotion"),
					{"source": _built},
					{"source": null},
				]),
			],
		},
	)
	data.controls.pipelines.scan_before_publish.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}

test_not_applicable_nothing_published if {
	doc := _with_job("release/promote", {"publishes": []})
	data.controls.pipelines.scan_before_publish.subjects == set() with input as doc
	count(data.controls.pipelines.scan_before_publish.failures) == 0 with input as doc
}
