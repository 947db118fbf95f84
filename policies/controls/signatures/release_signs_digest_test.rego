package controls.signatures.release_signs_digest_test

_said(doc) := messages if {
	found := data.controls.signatures.release_signs_digest.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.signatures.release_signs_digest.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_scan := data.lib.sample_test.scan

_publish(tag, kind, by) := data.lib.sample_test.publish(tag, kind, by)

_built := data.lib.sample_test.built

_source(kind, job) := data.lib.sample_test.source(kind, job)

_sign := data.lib.sample_test.sign

_release_job(place, name, fields) := data.lib.sample_test.release_job(place, name, fields)

_build := data.lib.sample_test.build

test_pass_signed_between_scan_and_promotion if {
	doc := _sound
	data.controls.signatures.release_signs_digest.subjects == {"o/r#release"} with input as doc
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_pass_no_scan_is_judged_elsewhere if {
	doc := _with_job("release/trivy-image", {"scans": []})
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_pass_scanned_in_the_signing_job if {
	doc := object.union_n([
		_with_job("release/trivy-image", {"scans": []}),
		{"job": {"o/r#release/cosign-sign": {"scans": [_scan]}}},
	])
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_pass_copies_and_signs_an_image_built_elsewhere if {
	doc := object.union_n([
		_with_job("release/build", {"builds": [], "publishes": []}),
		{
			"job": {
				"o/r#release/promote": {
					"publishes": [
						object.union_n([
							_publish("${TAG}", "release", "promotion"),
							{"source": _built},
							{
								"source": _source(
									"check",
									"o/r#release/create-tag",
								),
							},
						]),
					],
				},
			},
		},
	])
	data.controls.signatures.release_signs_digest.subjects == {"o/r#release"} with input as doc
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_fail_nothing_signed if {
	doc := _with_job("release/cosign-sign", {"signs": []})
	messages := _said(doc)
	messages == {"ghcr.io/my-org/my-app is pushed, and no job of the pipeline signs it"}
	absent := _absent(doc)
	absent == {"job.signs", "job.pipeline"}
}

test_fail_one_of_two_images_of_a_build if {
	other := object.union(_build, {"image": "ghcr.io/my-org/worker"})
	doc := _with_job("release/build", {"builds": [_build, other]})
	messages := _said(doc)
	messages == {"ghcr.io/my-org/worker is pushed, and no job of the pipeline signs it"}
}

test_pass_image_named_by_a_variable if {
	doc := _with_job("release/cosign-sign", {"signs": [object.union(_sign, {"image": "${IMAGE}"})]})
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_fail_signature_may_be_missing if {
	weak := object.union(_sign, {"fails": false, "why": "`|| true` hides its failure"})
	doc := _with_job("release/cosign-sign", {"signs": [weak]})
	messages := _said(doc)
	messages == {"the job can succeed without the signature: `|| true` hides its failure"}
}

test_fail_only_attested if {
	doc := _with_job(
		"release/cosign-sign",
		{
			"signs": [],
			"attests": [
				object.union(
					_sign,
					{"predicate": "p", "predicate_type": "cyclonedx"},
				),
			],
		},
	)
	count(data.controls.signatures.release_signs_digest.failures) == 1 with input as doc
}

test_fail_by_tag if {
	doc := _with_job(
		"release/cosign-sign",
		{
			"signs": [
				object.union(
					_sign,
					{"target": _source("tag", "")},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"what is signed is named by a tag, which may name another image by then"}
}

test_fail_not_resolved if {
	doc := _with_job(
		"release/cosign-sign",
		{
			"signs": [
				object.union(
					_sign,
					{"target": _source("unresolved", "")},
				),
			],
		},
	)
	count(data.controls.signatures.release_signs_digest.failures) == 1 with input as doc
}

test_fail_digest_from_a_file_of_no_build if {
	doc := _with_job(
		"release/cosign-sign",
		{
			"signs": [
				object.union(
					_sign,
					{"target": _source("artifact", "o/r#release/create-tag")},
				),
			],
		},
	)
	absent := _absent(doc)
	absent == {"job.builds", "job.publishes", "job.digest_checks"}
}

test_fail_before_the_scan if {
	doc := _with_job("release/cosign-sign", {"after": ["o/r#release/build"]})
	messages := _said(doc)
	messages == {"the image is signed before it is scanned"}
}

test_fail_after_the_release_tag if {
	doc := _with_job(
		"release/promote",
		{"after": ["o/r#release/build", "o/r#release/trivy-image"]},
	)
	messages := _said(doc)
	messages == {"ghcr.io/my-org/my-app:${TAG} exists before the signature"}
}

test_fail_the_build_pushes_the_release_tag if {
	doc := _with_job(
		"release/build",
		{"publishes": [_publish("${TAG}", "release", "build")]},
	)
	count(data.controls.signatures.release_signs_digest.failures) == 1 with input as doc
}

test_fail_one_of_two_images_signed if {
	doc := object.union(
		_sound,
		{
			"job": {
				"o/r#release/build-other": _release_job(
					2,
					"build-other",
					{"builds": [_build]},
				),
			},
		},
	)
	messages := _said(doc)
	messages == {"ghcr.io/my-org/my-app is pushed, and no job of the pipeline signs it"}
}

test_fail_unsigned_without_promotion if {
	doc := object.union_n([
		_with_job("release/cosign-sign", {"signs": []}),
		{"job": {"o/r#release/promote": {"publishes": []}}},
	])
	count(data.controls.signatures.release_signs_digest.failures) == 1 with input as doc
}

test_unknown_signatures_unread if {
	doc := _with_job("release/cosign-sign", {"signs": null})
	data.controls.signatures.release_signs_digest.subjects == {"o/r#release"} with input as doc
	absent := _absent(doc)
	absent == {"job.signs", "job.pipeline"}
}

test_unknown_target_unread if {
	doc := _with_job(
		"release/cosign-sign",
		{"signs": [object.union(_sign, {"target": null})]},
	)
	data.controls.signatures.release_signs_digest.subjects == {"o/r#release"} with input as doc
	absent := _absent(doc)
	absent == {"job.signs", "job.pipeline"}
}

test_unknown_order_unread if {
	doc := _with_job("release/cosign-sign", {"after": null})
	data.controls.signatures.release_signs_digest.subjects == {"o/r#release"} with input as doc
	count(data.controls.signatures.release_signs_digest.failures) == 0 with input as doc
}

test_not_applicable_nothing_pushed if {
	doc := object.union_n([
		_with_job("release/build", {"builds": [], "publishes": []}),
		{"job": {"o/r#release/promote": {"publishes": []}}},
	])
	data.controls.signatures.release_signs_digest.subjects == set() with input as doc
}
