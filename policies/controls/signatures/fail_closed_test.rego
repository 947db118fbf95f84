package controls.signatures.fail_closed_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_id := "default/ClusterPolicy/signed"

_document(verifies, reaches, failure_policy) := {"admission_policy": {_id: {
	"at": _at, "engine": "kyverno", "verifies": verifies, "reaches_production": reaches,
	"failure_policy": failure_policy, "failure_reason": "the policy says so",
}}}

test_pass_fail if {
	doc := _document(true, true, "Fail")
	data.controls.signatures.fail_closed.subjects == {_id} with input as doc
	count(data.controls.signatures.fail_closed.failures) == 0 with input as doc
}

test_fail_ignore if {
	doc := _document(true, true, "Ignore")
	some failure in data.controls.signatures.fail_closed.failures with input as doc
	failure.subject == _id
	endswith(failure.message, ": the policy says so")
}

test_fail_without_a_reason_read if {
	given := _document(true, true, "Ignore")
	doc := {"admission_policy": {_id: object.union(given.admission_policy[_id], {"failure_reason": null})}}
	count(data.controls.signatures.fail_closed.failures) == 1 with input as doc
}

test_unknown_flags_not_read if {
	doc := _document(true, true, null)
	data.controls.signatures.fail_closed.subjects == {_id} with input as doc
	count(data.controls.signatures.fail_closed.failures) == 0 with input as doc
}

test_unknown_reach_not_known if {
	doc := _document(true, null, "Ignore")
	count(data.controls.signatures.fail_closed.subjects) == 0 with input as doc
	count(data.controls.signatures.fail_closed.failures) == 0 with input as doc
}

test_not_applicable_policy_for_staging if {
	doc := _document(true, false, "Ignore")
	count(data.controls.signatures.fail_closed.subjects) == 0 with input as doc
}

test_not_applicable_policy_verifies_nothing if {
	doc := _document(false, true, "Ignore")
	count(data.controls.signatures.fail_closed.subjects) == 0 with input as doc
}
