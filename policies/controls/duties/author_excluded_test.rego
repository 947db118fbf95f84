package controls.duties.author_excluded_test

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

_gate := {"at": _at, "required": 2, "author_excluded": true, "author_exclusion": "honoured"}

# A job behind gates, each as the sound one but for the given fields.
_document(changes) := {
	"scope": _scope,
	"job": {"o/r#p/deploy": {"at": _at, "touches": [_touch], "gates": [id | some id, _ in changes]}},
	"gate": {id: gate | some id, change in changes; gate := object.union(_gate, change)},
}

_failures(changes) := count(failures) if {
	doc := _document(changes)
	failures := data.controls.duties.author_excluded.failures with input as doc
}

_not_excluded := {"author_excluded": false, "author_exclusion": ""}

_not_honoured := {"author_excluded": null, "author_exclusion": "not honoured"}

_not_said := {"author_excluded": null, "author_exclusion": ""}

test_pass_honoured if {
	doc := _document({"g": {}})
	data.controls.duties.author_excluded.subjects == {"o/r#p/deploy"} with input as doc
	_failures({"g": {}}) == 0
}

test_pass_one_of_two_equal_gates_excludes if _failures({"g": {}, "h": _not_excluded}) == 0

test_fail_not_excluded if _failures({"g": _not_excluded}) == 1

test_fail_declared_and_not_honoured if _failures({"g": _not_honoured}) == 1

test_fail_weaker_gate_excludes if _failures({"g": {"required": 1}, "h": _not_excluded}) == 1

test_unknown_this_version_cannot_say if {
	doc := _document({"g": _not_said})
	data.controls.duties.author_excluded.subjects == {"o/r#p/deploy"} with input as doc
	_failures({"g": _not_said}) == 0
}

test_unknown_one_of_two_equal_gates if _failures({"g": _not_said, "h": _not_excluded}) == 0

test_unknown_declaration_unread if {
	_failures({"g": {"author_excluded": null, "author_exclusion": null}}) == 0
}

test_unknown_quorum_unread if _failures({"g": _not_excluded, "h": {"required": null}}) == 0

test_unknown_gates_unread if {
	job := {"at": _at, "touches": [_touch], "gates": null}
	doc := {"scope": _scope, "job": {"o/r#p/deploy": job}, "gate": {}}
	count(data.controls.duties.author_excluded.subjects) == 0 with input as doc
	count(data.controls.duties.author_excluded.failures) == 0 with input as doc
}

test_not_applicable_no_gate if {
	doc := _document({})
	count(data.controls.duties.author_excluded.subjects) == 0 with input as doc
}
