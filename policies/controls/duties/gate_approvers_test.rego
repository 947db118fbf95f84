package controls.duties.gate_approvers_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_scope := {
	"production": {
		"namespaces": ["prod"],
		"environments": ["production"],
		"clusters": [],
		"secrets": ["PROD_*"],
		"repositories": [],
	},
	"stage": {"namespaces": ["stage"], "environments": ["stage"]},
}

_touch := {"verb": "deploy", "namespace": "prod", "environment": "", "cluster": "", "credential": ""}

_gate := {"at": _at, "required": 2, "groups": ["release-approvers", "sre"], "approvers": []}

# A job behind gates, each as the sound one but for the given fields.
_document(changes) := {
	"scope": _scope,
	"job": {"o/r#p/deploy": {"at": _at, "touches": [_touch], "gates": [id | some id, _ in changes]}},
	"gate": {id: gate | some id, change in changes; gate := object.union(_gate, change)},
}

_failures(changes) := count(failures) if {
	doc := _document(changes)
	failures := data.controls.duties.gate_approvers.failures with input as doc
}

test_pass_two_groups if {
	doc := _document({"g": {}})
	data.controls.duties.gate_approvers.subjects == {"o/r#p/deploy"} with input as doc
	_failures({"g": {}}) == 0
}

test_pass_one_group_twice if _failures({"g": {"groups": ["sre", "sre"]}}) == 0

test_pass_group_and_address if _failures({"g": {"groups": ["sre"], "approvers": ["ana@example.com"]}}) == 0

test_pass_weaker_gate_is_open if _failures({"g": {}, "h": {"required": 1, "groups": []}}) == 0

test_pass_one_of_two_equal_gates_is_restricted if _failures({"g": {}, "h": {"groups": []}}) == 0

test_fail_nobody_named if _failures({"g": {"groups": []}}) == 1

test_fail_people_only if {
	_failures({"g": {"groups": [], "approvers": ["ana@example.com", "ben@example.com"]}}) == 1
}

test_fail_empty_group if _failures({"g": {"groups": ["", " "]}}) == 1

test_fail_group_of_spaces if _failures({"g": {"groups": ["sre", " "]}}) == 1

test_fail_display_name if _failures({"g": {"groups": ["sre"], "approvers": ["Ana"]}}) == 1

test_fail_strong_gate_open_behind_restricted_weak_one if {
	_failures({"g": {"required": 1}, "h": {"groups": []}}) == 1
}

test_unknown_groups_unread if {
	doc := _document({"g": {"groups": null}})
	data.controls.duties.gate_approvers.subjects == {"o/r#p/deploy"} with input as doc
	_failures({"g": {"groups": null}}) == 0
}

test_unknown_approvers_of_an_equal_gate_unread if {
	_failures({"g": {"groups": []}, "h": {"approvers": null}}) == 0
}

test_unknown_quorum_of_another_gate_unread if {
	_failures({"g": {"groups": []}, "h": {"required": null}}) == 0
}

test_unknown_gate_missing if {
	doc := {
		"scope": _scope,
		"job": {"o/r#p/deploy": {"at": _at, "touches": [_touch], "gates": ["g", "h"]}},
		"gate": {"g": object.union(_gate, {"groups": []})},
	}
	count(data.controls.duties.gate_approvers.failures) == 0 with input as doc
}

test_unknown_gates_unread if {
	job := {"at": _at, "touches": [_touch], "gates": null}
	doc := {"scope": _scope, "job": {"o/r#p/deploy": job}, "gate": {}}
	count(data.controls.duties.gate_approvers.subjects) == 0 with input as doc
	count(data.controls.duties.gate_approvers.failures) == 0 with input as doc
}

test_not_applicable_no_gate if {
	doc := _document({})
	count(data.controls.duties.gate_approvers.subjects) == 0 with input as doc
}
