package controls.duties.quorum_overrides_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_override := {"at": _at, "gate": "o/r#prod/approve", "label": "docs", "quorum": 1, "base": 2, "applies": true}

_document(change) := {
	"scope": {"production": {"repositories": []}, "hotfix_labels": ["Hotfix"]},
	"quorum_override": {"o/r#prod/approve#docs": object.union(_override, change)},
}

_failures(change) := count(failures) if {
	doc := _document(change)
	failures := data.controls.duties.quorum_overrides.failures with input as doc
}

test_pass_hotfix_lowers if {
	doc := _document({"label": "hotfix"})
	data.controls.duties.quorum_overrides.subjects == {"o/r#prod/approve#docs"} with input as doc
	_failures({"label": "hotfix"}) == 0
}

test_pass_hotfix_in_upper_case if _failures({"label": "HOTFIX"}) == 0

test_pass_another_label_changes_nothing if _failures({"quorum": 2}) == 0

test_pass_another_label_raises if _failures({"quorum": 3}) == 0

test_pass_inert_override_lowers_nothing if _failures({"applies": false}) == 0

test_fail_another_label_lowers if _failures({}) == 1

test_fail_label_that_only_begins_like_the_hotfix_label if _failures({"label": "hotfix-docs"}) == 1

test_fail_hotfix_to_nobody if _failures({"label": "hotfix", "quorum": 0}) == 1

test_unknown_fields_unread if {
	doc := _document({"label": null})
	data.controls.duties.quorum_overrides.subjects == {"o/r#prod/approve#docs"} with input as doc
	_failures({"label": null}) == 0
	_failures({"quorum": null}) == 0
	_failures({"base": null}) == 0
	_failures({"applies": null}) == 0
}

test_not_applicable_no_override if {
	doc := {"scope": {"production": {"repositories": []}, "hotfix_labels": []}, "quorum_override": {}}
	count(data.controls.duties.quorum_overrides.subjects) == 0 with input as doc
}
