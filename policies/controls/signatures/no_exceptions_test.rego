package controls.signatures.no_exceptions_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_id := "default/kyverno/PolicyException/hotfix"

_document(in_force, past) := {"exemption": {_id: {
	"at": _at, "what": "PolicyException", "in_force": in_force, "dormant_reason": "", "lets_past": past,
	"how": "the PolicyException lifts the policy",
}}}

test_pass_nothing_gets_past if {
	doc := _document(true, [])
	data.controls.signatures.no_exceptions.subjects == {_id} with input as doc
	count(data.controls.signatures.no_exceptions.failures) == 0 with input as doc
}

test_pass_dormant if {
	doc := _document(false, ["default/prod|ghcr.io/my-org/*"])
	data.controls.signatures.no_exceptions.subjects == {_id} with input as doc
	count(data.controls.signatures.no_exceptions.failures) == 0 with input as doc
}

test_fail_lets_past if {
	doc := _document(true, ["default/prod|ghcr.io/my-org/*"])
	some failure in data.controls.signatures.no_exceptions.failures with input as doc
	failure.message == "the PolicyException lifts the policy: default/prod|ghcr.io/my-org/*"
}

test_fail_without_how_read if {
	given := _document(true, ["default/prod|ghcr.io/my-org/*"])
	doc := {"exemption": {_id: object.union(given.exemption[_id], {"how": null})}}
	count(data.controls.signatures.no_exceptions.failures) == 1 with input as doc
}

test_unknown_flags_not_read if {
	doc := _document(null, ["default/prod|ghcr.io/my-org/*"])
	data.controls.signatures.no_exceptions.subjects == {_id} with input as doc
	count(data.controls.signatures.no_exceptions.failures) == 0 with input as doc
}

test_unknown_what_gets_past_not_known if {
	doc := _document(true, null)
	data.controls.signatures.no_exceptions.subjects == {_id} with input as doc
	count(data.controls.signatures.no_exceptions.failures) == 0 with input as doc
}

test_not_applicable_no_exemption if {
	doc := {"exemption": {}}
	count(data.controls.signatures.no_exceptions.subjects) == 0 with input as doc
}
