package controls.signatures.required_and_pinned_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_id := "default/ClusterPolicy/signed#signed"

_document(reaches, required, mutate, verify) := {"verify_rule": {_id: {
	"at": _at, "policy": "default/ClusterPolicy/signed", "reaches_production": reaches,
	"entries": [{"required": required, "mutate_digest": mutate, "verify_digest": verify, "at": _at}],
}}}

test_pass_defaults if {
	doc := _document(true, true, true, true)
	data.controls.signatures.required_and_pinned.subjects == {_id} with input as doc
	count(data.controls.signatures.required_and_pinned.failures) == 0 with input as doc
}

test_pass_tags_denied_instead_of_pinned if {
	doc := _document(true, true, false, true)
	count(data.controls.signatures.required_and_pinned.failures) == 0 with input as doc
}

test_fail_not_required if {
	doc := _document(true, false, true, true)
	count(data.controls.signatures.required_and_pinned.failures) == 1 with input as doc
}

test_fail_not_pinned if {
	doc := _document(true, true, false, false)
	count(data.controls.signatures.required_and_pinned.failures) == 1 with input as doc
}

test_fail_both if {
	doc := _document(true, false, false, false)
	count(data.controls.signatures.required_and_pinned.failures) == 2 with input as doc
}

test_unknown_switches_not_known if {
	doc := _document(true, null, null, null)
	data.controls.signatures.required_and_pinned.subjects == {_id} with input as doc
	count(data.controls.signatures.required_and_pinned.failures) == 0 with input as doc
}

test_unknown_entries_not_read if {
	doc := {"verify_rule": {_id: {"at": _at, "reaches_production": true, "entries": null}}}
	data.controls.signatures.required_and_pinned.subjects == {_id} with input as doc
	count(data.controls.signatures.required_and_pinned.failures) == 0 with input as doc
}

test_not_applicable_rule_for_staging if {
	doc := _document(false, false, false, false)
	count(data.controls.signatures.required_and_pinned.subjects) == 0 with input as doc
}
