package controls.pipelines.failure_notified_test

_said(doc) := messages if {
	found := data.controls.pipelines.failure_notified.failures with input as doc
	messages := {failure.message | some failure in found}
}

_sound := data.lib.sample_test.sound

_with_pipeline(name, fields) := data.lib.sample_test.with_pipeline(name, fields)

_at := data.lib.sample_test.at

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

test_pass_on_failure if {
	doc := _sound
	data.controls.pipelines.failure_notified.subjects == {"o/r#prod"} with input as doc
	count(data.controls.pipelines.failure_notified.failures) == 0 with input as doc
}

test_pass_always if {
	doc := _with_pipeline(
		"prod",
		{"notifications": [{"on": "always", "plugin": "slack", "at": _at}]},
	)
	count(data.controls.pipelines.failure_notified.failures) == 0 with input as doc
}

test_fail_on_success_only if {
	doc := _with_pipeline(
		"prod",
		{"notifications": [{"on": "success", "plugin": "slack", "at": _at}]},
	)
	messages := _said(doc)
	messages == {"notifies only on success"}
}

test_fail_on_cancellation_only if {
	doc := _with_pipeline(
		"prod",
		{"notifications": [{"on": "canceled", "plugin": "slack", "at": _at}]},
	)
	count(data.controls.pipelines.failure_notified.failures) == 1 with input as doc
}

test_fail_opted_out if {
	doc := _with_pipeline("prod", {"notifications": []})
	messages := _said(doc)
	messages == {"opts out of notifications"}
}

test_unknown_the_projects_apply if {
	doc := _with_pipeline("prod", {"notifications": null})
	data.controls.pipelines.failure_notified.subjects == {"o/r#prod"} with input as doc
	count(data.controls.pipelines.failure_notified.failures) == 0 with input as doc
}

test_unknown_event_unread if {
	doc := _with_pipeline(
		"prod",
		{"notifications": [{"on": null, "plugin": "slack", "at": _at}]},
	)
	count(data.controls.pipelines.failure_notified.failures) == 0 with input as doc
}

test_not_applicable_nothing_on_production if {
	doc := _with_job("prod/deploy-prod", {"touches": []})
	data.controls.pipelines.failure_notified.subjects == set() with input as doc
}
