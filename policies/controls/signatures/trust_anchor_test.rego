package controls.signatures.trust_anchor_test

import future.keywords.not

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_rule := "default/ClusterPolicy/signed#signed"

_id := "default/ClusterPolicy/signed#signed/attestor 1"

_key := {
	"at": _at, "rule": _rule, "form": "key", "fingerprint": "aa", "key_state": "parsed", "known_sample": "",
	"identities": [], "ignores_transparency_log": false, "ignores_certificate_transparency": false,
	"pinned_leaf": false,
}

_who := {"issuer": "https://i", "issuer_regexp": "", "subject": "s", "subject_regexp": "", "wide": ""}

_keyless := object.union(_key, {"form": "keyless", "fingerprint": "", "key_state": "", "identities": [_who]})

_signers := {
	"organization/signer/a": {"fingerprint": "aa", "issuer": "", "identity": ""},
	"organization/signer/b": {"fingerprint": "", "issuer": "https://i", "identity": "s"},
}

_document(attestor, changes, reaches) := {
	"attestor": {_id: object.union(attestor, changes)},
	"verify_rule": {_rule: {"at": _at, "reaches_production": reaches}},
	"signer": _signers,
}

test_pass_declared_key if {
	doc := _document(_key, {}, true)
	data.controls.signatures.trust_anchor.subjects == {_id} with input as doc
	count(data.controls.signatures.trust_anchor.failures) == 0 with input as doc
}

test_pass_declared_identity if {
	doc := _document(_keyless, {}, true)
	count(data.controls.signatures.trust_anchor.failures) == 0 with input as doc
}

test_pass_static_key_without_log if {
	doc := _document(_key, {"ignores_transparency_log": true}, true)
	count(data.controls.signatures.trust_anchor.failures) == 0 with input as doc
}

test_fail_undeclared_key if {
	doc := _document(_key, {"fingerprint": "bb"}, true)
	some failure in data.controls.signatures.trust_anchor.failures with input as doc
	failure.absent == ["signer"]
	failure.message == "no declared signer has its key (SHA-256 bb)"
}

test_fail_undeclared_identity if {
	doc := _document(_keyless, {"identities": [object.union(_who, {"subject": "t"})]}, true)
	some failure in data.controls.signatures.trust_anchor.failures with input as doc
	failure.message == "no declared signer is t of https://i"
}

test_fail_wide_identity if {
	doc := _document(_keyless, {"identities": [object.union(_who, {"wide": "any subject passes"})]}, true)
	some failure in data.controls.signatures.trust_anchor.failures with input as doc
	failure.message == "any subject passes"
}

test_fail_no_identity if {
	doc := _document(_keyless, {"identities": []}, true)
	count(data.controls.signatures.trust_anchor.failures) == 1 with input as doc
}

test_fail_keyless_without_log if {
	doc := _document(_keyless, {"ignores_certificate_transparency": true}, true)
	count(data.controls.signatures.trust_anchor.failures) == 1 with input as doc
}

test_fail_placeholder if {
	doc := _document(_key, {"fingerprint": "", "key_state": "placeholder"}, true)
	some failure in data.controls.signatures.trust_anchor.failures with input as doc
	not failure.absent
	contains(failure.message, "placeholder")
}

test_fail_sample_key if {
	doc := _document(_key, {"known_sample": "a test key"}, true)
	count(data.controls.signatures.trust_anchor.failures) == 1 with input as doc
}

test_fail_chain_only if {
	doc := _document(_key, {"form": "certificate", "fingerprint": "", "key_state": ""}, true)
	count(data.controls.signatures.trust_anchor.failures) == 1 with input as doc
}

test_fail_nobody if {
	doc := _document(_key, {"form": "none", "fingerprint": "", "key_state": ""}, true)
	count(data.controls.signatures.trust_anchor.failures) == 1 with input as doc
}

test_unknown_key_kept_elsewhere if {
	doc := _document(_key, {"form": "kms", "fingerprint": null, "key_state": ""}, true)
	data.controls.signatures.trust_anchor.subjects == {_id} with input as doc
	count(data.controls.signatures.trust_anchor.failures) == 0 with input as doc
}

test_not_applicable_rule_for_staging if {
	doc := _document(_key, {"fingerprint": "bb"}, false)
	count(data.controls.signatures.trust_anchor.subjects) == 0 with input as doc
}
