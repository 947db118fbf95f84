package controls.signatures.admission_policy_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_id := "default/prod|ghcr.io/my-org/*"

_document(tag, digest, misses) := {"admission_coverage": {_id: {
	"at": _at, "cluster": "default", "namespace": "prod", "pattern": "ghcr.io/my-org/*",
	"covered_by": [], "tag_escapes": tag, "digest_escapes": digest, "near_misses": misses,
}}}

_miss := {"rule": "default/ClusterPolicy/signed#signed", "reasons": ["its action is Audit"], "at": _at}

test_pass_nothing_escapes if {
	doc := _document("", "", [])
	data.controls.signatures.admission_policy.subjects == {_id} with input as doc
	count(data.controls.signatures.admission_policy.failures) == 0 with input as doc
}

test_fail_digests_escape if {
	doc := _document("", "ghcr.io/my-org/a@sha256:0", [])
	some failure in data.controls.signatures.admission_policy.failures with input as doc
	failure.subject == _id
	failure.absent == ["admission_policy", "verify_rule"]
	failure.message == "no policy that denies verifies ghcr.io/my-org/a@sha256:0"
}

test_fail_says_which_rule_falls_short if {
	doc := _document("ghcr.io/my-org/a:b", "", [_miss])
	messages := {f.message | some f in data.controls.signatures.admission_policy.failures} with input as doc
	"default/ClusterPolicy/signed#signed falls short: its action is Audit" in messages
	count(messages) == 2
}

test_fail_without_near_misses_read if {
	doc := _document("ghcr.io/my-org/a:b", "", null)
	count(data.controls.signatures.admission_policy.failures) == 1 with input as doc
}

test_unknown_escapes_not_known if {
	doc := _document(null, null, [_miss])
	data.controls.signatures.admission_policy.subjects == {_id} with input as doc
	count(data.controls.signatures.admission_policy.failures) == 0 with input as doc
}

test_not_applicable_no_production_namespace if {
	doc := {"admission_coverage": {}}
	count(data.controls.signatures.admission_policy.subjects) == 0 with input as doc
}
