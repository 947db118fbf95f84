package controls.duties.only_production_pipeline_deploys_test

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

_pipeline(causes) := {"at": _at, "starts": [{"cause": cause, "at": _at} | some cause in causes]}

_job := {"at": _at, "pipeline": "o/r#p", "touches": [], "publishes": [], "tag_creations": []}

_document(causes, more) := {
	"scope": _scope,
	"pipeline": {"o/r#p": _pipeline(causes), "o/r#q": _pipeline(["push"])},
	"job": {
		"o/r#p/deploy": object.union(_job, {"touches": [_touch]}),
		"o/r#p/other": object.union(_job, more),
	},
}

_failures(causes, more) := count(failures) if {
	doc := _document(causes, more)
	failures := data.controls.duties.only_production_pipeline_deploys.failures with input as doc
}

test_pass_a_pipeline_that_does_nothing_else if {
	doc := _document(["manual"], {})
	subjects := data.controls.duties.only_production_pipeline_deploys.subjects with input as doc
	subjects == {"o/r#p/deploy"}
	_failures(["manual"], {}) == 0
}

test_pass_candidate_images_make_no_release if {
	_failures(["manual"], {"publishes": [{"tag_kind": "candidate"}]}) == 0
}

test_pass_two_pipelines_of_production_alone if {
	second := object.union(_job, {"pipeline": "o/r#p2", "touches": [_touch]})
	doc := {
		"scope": _scope,
		"pipeline": {"o/r#p": _pipeline(["manual"]), "o/r#p2": _pipeline(["manual"])},
		"job": {"o/r#p/deploy": object.union(_job, {"touches": [_touch]}), "o/r#p2/deploy": second},
	}
	count(data.controls.duties.only_production_pipeline_deploys.failures) == 0 with input as doc
}

test_fail_pull_request_pipeline if _failures(["manual", "pull_request"], {}) == 1

test_fail_main_pipeline if _failures(["push"], {}) == 1

test_fail_pipeline_that_creates_a_tag if _failures(["manual"], {"tag_creations": [{"what": "tag"}]}) == 1

test_fail_pipeline_that_publishes_a_release if {
	_failures(["manual"], {"publishes": [{"tag_kind": "release"}]}) == 1
}

test_unknown_what_else_it_does_unread if {
	_failures(["manual"], {"publishes": null, "tag_creations": null}) == 0
}

test_unknown_starts_unread if {
	doc := {
		"scope": _scope,
		"pipeline": {"o/r#p": {"at": _at, "starts": null}},
		"job": {"o/r#p/deploy": object.union(_job, {"touches": [_touch]})},
	}
	subjects := data.controls.duties.only_production_pipeline_deploys.subjects with input as doc
	subjects == {"o/r#p/deploy"}
	count(data.controls.duties.only_production_pipeline_deploys.failures) == 0 with input as doc
}

test_unknown_pipeline_unread if {
	doc := {"scope": _scope, "pipeline": {}, "job": {"o/r#p/deploy": object.union(_job, {"touches": [_touch]})}}
	count(data.controls.duties.only_production_pipeline_deploys.failures) == 0 with input as doc
}

test_not_applicable_nothing_on_production if {
	doc := {"scope": _scope, "pipeline": {"o/r#p": _pipeline(["push"])}, "job": {"o/r#p/build": _job}}
	count(data.controls.duties.only_production_pipeline_deploys.subjects) == 0 with input as doc
}
