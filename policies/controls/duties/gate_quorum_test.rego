package controls.duties.gate_quorum_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_scope := {
	"production": {
		"namespaces": ["prod"], "environments": ["production"], "clusters": [],
		"secrets": ["PROD_*"], "repositories": [],
	},
	"stage": {"namespaces": ["stage"], "environments": ["stage"]},
}

_touch(namespace) := {
	"verb": "deploy", "namespace": namespace,
	"environment": "", "cluster": "", "credential": "",
}

_document(touches, required) := {
	"scope": _scope,
	"job": {"o/r#prod/deploy": {
		"at": _at, "pipeline": "o/r#prod",
		"touches": touches, "gates": ["o/r#prod/approve"],
	}},
	"gate": {"o/r#prod/approve": {"at": _at, "required": required}},
}

test_pass_quorum_of_two if {
	doc := _document([_touch("prod")], 2)
	data.controls.duties.gate_quorum.subjects == {"o/r#prod/deploy"} with input as doc
	count(data.controls.duties.gate_quorum.failures) == 0 with input as doc
}

test_fail_quorum_of_one if {
	doc := _document([_touch("prod")], 1)
	count(data.controls.duties.gate_quorum.failures) == 1 with input as doc
}

test_fail_negative_quorum if {
	doc := _document([_touch("prod")], -1)
	count(data.controls.duties.gate_quorum.failures) == 1 with input as doc
}

test_unknown_touches_unread if {
	doc := _document(null, 1)
	count(data.controls.duties.gate_quorum.subjects) == 0 with input as doc
	count(data.controls.duties.gate_quorum.failures) == 0 with input as doc
}

test_unknown_quorum_unread if {
	doc := _document([_touch("prod")], null)
	data.controls.duties.gate_quorum.subjects == {"o/r#prod/deploy"} with input as doc
	count(data.controls.duties.gate_quorum.failures) == 0 with input as doc
}

test_unknown_gates_unread if {
	job := {"at": _at, "pipeline": "o/r#prod", "touches": [_touch("prod")], "gates": null}
	doc := {"scope": _scope, "job": {"o/r#prod/deploy": job}, "gate": {}}
	count(data.controls.duties.gate_quorum.failures) == 0 with input as doc
}

test_not_applicable_nothing_on_production if {
	doc := _document([_touch("dev")], 1)
	count(data.controls.duties.gate_quorum.subjects) == 0 with input as doc
}
