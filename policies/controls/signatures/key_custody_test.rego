package controls.signatures.key_custody_test

_said(doc) := messages if {
	found := data.controls.signatures.key_custody.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_sign := data.lib.sample_test.sign

_at := data.lib.sample_test.at

test_pass_key_in_memory if {
	doc := _sound
	data.controls.signatures.key_custody.subjects == {"o/r#release/cosign-sign"} with input as doc
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_pass_keyless if {
	doc := _with_job(
		"release/cosign-sign",
		{"signs": [object.union(_sign, {"key": "keyless", "secret": ""})]},
	)
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_pass_shared_with_an_attesting_job if {
	doc := _with_job(
		"release/trivy-image",
		{
			"attests": [
				object.union(
					_sign,
					{"predicate": "p", "predicate_type": "cyclonedx"},
				),
			],
			"secrets": [{"name": "COSIGN_PRIVATE_KEY", "at": _at}],
		},
	)
	subjects := data.controls.signatures.key_custody.subjects with input as doc
	subjects == {"o/r#release/cosign-sign", "o/r#release/trivy-image"}
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_fail_key_file if {
	doc := _with_job(
		"release/cosign-sign",
		{"signs": [object.union(_sign, {"key": "file"})]},
	)
	messages := _said(doc)
	messages == {"the key is a file of the workspace"}
}

test_fail_docker_socket if {
	doc := _with_job("release/cosign-sign", {"docker": true})
	messages := _said(doc)
	messages == {"signs with the docker socket of the host at hand"}
}

test_fail_key_in_the_build if {
	doc := _with_job(
		"release/build",
		{"secrets": [{"name": "COSIGN_PRIVATE_KEY", "at": _at}]},
	)
	messages := _said(doc)
	messages == {"job build declares the key's secret COSIGN_PRIVATE_KEY and signs nothing"}
}

test_fail_key_in_another_pipeline if {
	doc := _with_job(
		"pr/lint",
		{"secrets": [{"name": "COSIGN_PRIVATE_KEY", "at": _at}]},
	)
	count(data.controls.signatures.key_custody.failures) == 1 with input as doc
}

test_unknown_secrets_unread if {
	doc := _with_job("release/build", {"secrets": null})
	data.controls.signatures.key_custody.subjects == {"o/r#release/cosign-sign"} with input as doc
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_unknown_whether_the_other_signs_unread if {
	doc := _with_job(
		"release/build",
		{
			"signs": null,
			"secrets": [{"name": "COSIGN_PRIVATE_KEY", "at": _at}],
		},
	)
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_unknown_key_unread if {
	doc := _with_job(
		"release/cosign-sign",
		{"signs": [object.union(_sign, {"key": null, "secret": null})]},
	)
	data.controls.signatures.key_custody.subjects == {"o/r#release/cosign-sign"} with input as doc
	count(data.controls.signatures.key_custody.failures) == 0 with input as doc
}

test_not_applicable_nothing_signed if {
	doc := _with_job("release/cosign-sign", {"signs": []})
	data.controls.signatures.key_custody.subjects == set() with input as doc
}
