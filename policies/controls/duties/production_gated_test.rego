package controls.duties.production_gated_test

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

_touch := {"verb": "change", "namespace": "", "environment": "", "cluster": "", "credential": ""}

_document(touch, gates) := {
	"scope": _scope,
	"job": {"o/r#p/j": {"at": _at, "touches": [object.union(_touch, touch)], "gates": gates}},
}

_failures(touch, gates) := count(failures) if {
	doc := _document(touch, gates)
	failures := data.controls.duties.production_gated.failures with input as doc
}

test_pass_a_gate_precedes if {
	doc := _document({"namespace": "prod"}, ["o/r#p/approve"])
	data.controls.duties.production_gated.subjects == {"o/r#p/j"} with input as doc
	_failures({"namespace": "prod"}, ["o/r#p/approve"]) == 0
}

test_pass_observing_is_not_acting if _failures({"namespace": "prod", "verb": "observe"}, []) == 0

test_fail_namespace if _failures({"namespace": "prod"}, []) == 1

test_fail_environment_marker if _failures({"environment": "production"}, []) == 1

test_fail_cluster_alias if _failures({"cluster": "production"}, []) == 1

test_fail_credential if _failures({"credential": "PROD_KUBECONFIG"}, []) == 1

test_fail_credential_with_unread_namespace if {
	_failures({"namespace": null, "credential": "PROD_KUBECONFIG"}, []) == 1
}

test_fail_notification if {
	touch := object.union(_touch, {"namespace": "prod"})
	job := {"at": _at, "notification": true, "touches": [touch], "gates": []}
	doc := {"scope": _scope, "job": {"o/r#p/_notify_0": job}}
	count(data.controls.duties.production_gated.failures) == 1 with input as doc
}

test_unknown_gates_unread if {
	doc := _document({"namespace": "prod"}, null)
	data.controls.duties.production_gated.subjects == {"o/r#p/j"} with input as doc
	_failures({"namespace": "prod"}, null) == 0
}

test_unknown_touches_unread if {
	doc := {"scope": _scope, "job": {"o/r#p/j": {"at": _at, "touches": null, "gates": []}}}
	count(data.controls.duties.production_gated.subjects) == 0 with input as doc
	count(data.controls.duties.production_gated.failures) == 0 with input as doc
}

test_not_applicable_other_namespace if {
	doc := _document({"namespace": "dev"}, [])
	count(data.controls.duties.production_gated.subjects) == 0 with input as doc
}
