package controls.audit.waivers_sound_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_id := "organization/waiver/duties.gate_quorum:o/r#prod/deploy"

_document(state) := {"waiver": {_id: {"at": _at, "state": state, "matched": ["o/r#prod/deploy"]}}}

_failures(state) := count(failures) if {
	doc := _document(state)
	failures := data.controls.audit.waivers_sound.failures with input as doc
}

test_pass_in_force if {
	doc := _document("in force")
	data.controls.audit.waivers_sound.subjects == {_id} with input as doc
	_failures("in force") == 0
}

test_pass_expires_soon if _failures("expires soon") == 0

test_fail_unsound if {
	every state in ["incomplete", "approved by its requester", "expired", "too long", "matches nothing"] {
		_failures(state) == 1
	}
}

test_unknown_not_judged if {
	doc := _document("not judged")
	data.controls.audit.waivers_sound.subjects == {_id} with input as doc
	_failures("not judged") == 0
}

test_unknown_state_unread if _failures(null) == 0

test_not_applicable_no_waiver if {
	doc := {"waiver": {}}
	count(data.controls.audit.waivers_sound.subjects) == 0 with input as doc
}
