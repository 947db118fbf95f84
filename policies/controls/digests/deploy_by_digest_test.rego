package controls.digests.deploy_by_digest_test

_said(doc) := messages if {
	found := data.controls.digests.deploy_by_digest.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.digests.deploy_by_digest.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_sound := data.lib.sample_test.sound

_deploying(images) := data.lib.sample_test.deploying(images)

_setting(form, from) := data.lib.sample_test.setting(form, from)

_source(kind, job) := data.lib.sample_test.source(kind, job)

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_deploy(namespace, from) := data.lib.sample_test.deploy(namespace, from)

_checked := data.lib.sample_test.checked

_built := data.lib.sample_test.built

_digest := data.lib.sample_test.digest

test_pass_traced_to_build_and_preflight if {
	doc := _sound
	subjects := data.controls.digests.deploy_by_digest.subjects with input as doc
	subjects == {"o/r#prod/deploy-prod", "o/r#release/deploy-stage"}
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_pass_digest_of_a_promotion if {
	doc := _deploying([
		_setting(
			"digest",
			_source("promotion", "o/r#release/promote"),
		),
	])
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_pass_a_whole_reference_by_digest if {
	doc := _deploying([
		_setting(
			"reference",
			_source("build", "o/r#release/build"),
		),
	])
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_pass_digest_from_a_file_of_the_build if {
	doc := _deploying([
		_setting(
			"digest",
			_source("artifact", "o/r#release/build"),
		),
	])
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_pass_a_marker_beside_helm if {
	doc := _with_job(
		"prod/deploy-prod",
		{
			"touches": [
				_deploy("prod", _checked),
				object.union(
					_deploy("", _checked),
					{"tool": "gocdnext", "environment": "production", "images": []},
				),
			],
		},
	)
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_fail_by_tag if {
	doc := _deploying([_setting("tag", _source("input", ""))])
	messages := _said(doc)
	messages == {"image.digest sets the image by tag"}
}

test_fail_by_tag_and_digest if {
	doc := _deploying([
		_setting(
			"digest",
			_source("check", "o/r#prod/preflight"),
		),
		_setting("tag", _source("input", "")),
	])
	messages := _said(doc)
	messages == {"image.digest sets the image by tag, besides a digest: the chart decides which"}
}

test_fail_in_stage if {
	doc := _with_job(
		"release/deploy-stage",
		{
			"touches": [
				object.union(
					_deploy("stage", _built),
					{
						"images": [
							_setting(
								"tag",
								_source("input", ""),
							),
						],
					},
				),
			],
		},
	)
	count(data.controls.digests.deploy_by_digest.failures) == 1 with input as doc
}

test_fail_a_variable_as_digest if {
	doc := _deploying([_setting("digest", _source("input", ""))])
	messages := _said(doc)
	messages == {"image.digest is set by a variable that somebody sets"}
}

test_fail_written_out if {
	doc := _deploying([
		_setting(
			"digest",
			{"kind": "literal", "job": "", "text": _digest},
		),
	])
	messages := _said(doc)
	messages == {"image.digest is set by a digest that is written out, whichever image was built"}
}

test_fail_short_digest if {
	doc := _deploying([
		object.union(
			_setting("digest", _source("literal", "")),
			{"trace": {"text": "sha256:0123"}},
		),
	])
	messages := _said(doc)
	some message in messages
	endswith(message, ", and is no complete digest")
}

test_fail_output_the_job_does_not_get if {
	doc := _deploying([_setting("digest", _source("unresolved", ""))])
	messages := _said(doc)
	messages == {"image.digest is set by a reference that the product does not resolve"}
}

test_fail_resolved_again_from_a_tag if {
	doc := _deploying([_setting("digest", _source("tag", ""))])
	count(data.controls.digests.deploy_by_digest.failures) == 1 with input as doc
}

test_fail_reference_by_tag if {
	doc := _deploying([_setting("reference", _source("tag", ""))])
	count(data.controls.digests.deploy_by_digest.failures) == 1 with input as doc
}

test_fail_digest_from_a_file_of_no_build if {
	doc := _deploying([
		_setting(
			"digest",
			_source("artifact", "o/r#release/create-tag"),
		),
	])
	count(data.controls.digests.deploy_by_digest.failures) == 1 with input as doc
	absent := _absent(doc)
	absent == {"job.builds", "job.publishes", "job.digest_checks"}
}

test_fail_image_left_to_the_chart if {
	doc := _deploying([])
	messages := _said(doc)
	messages == {"helm says nothing of which image runs: a default decides"}
}

test_fail_only_a_marker if {
	doc := _with_job(
		"prod/deploy-prod",
		{
			"touches": [
				object.union(
					_deploy("", _checked),
					{"tool": "gocdnext", "environment": "production", "images": []},
				),
			],
		},
	)
	count(data.controls.digests.deploy_by_digest.failures) == 1 with input as doc
}

test_unknown_images_unread if {
	doc := _with_job(
		"prod/deploy-prod",
		{
			"touches": [
				object.union(
					_deploy("prod", _checked),
					{"images": null},
				),
			],
		},
	)
	subjects := data.controls.digests.deploy_by_digest.subjects with input as doc
	subjects == {"o/r#prod/deploy-prod", "o/r#release/deploy-stage"}
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_unknown_trace_unread if {
	doc := _deploying([
		object.union(
			_setting("digest", _checked),
			{"trace": null},
		),
	])
	subjects := data.controls.digests.deploy_by_digest.subjects with input as doc
	subjects == {"o/r#prod/deploy-prod", "o/r#release/deploy-stage"}
	count(data.controls.digests.deploy_by_digest.failures) == 0 with input as doc
}

test_not_applicable_no_deployments if {
	doc := object.union(object.remove(_sound, ["job"]), {"job": {}})
	data.controls.digests.deploy_by_digest.subjects == set() with input as doc
}
