package controls.audit.rules_owned_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_owned(owners) := {"owners": owners, "teams": owners, "example": "auditor.yaml", "at": _at}

_document(ownerships, judged) := {"rule_file": {"o/r/auditor.yaml": {
	"at": _at,
	"role": "configuration",
	"ownerships": ownerships,
	"judged": judged,
}}}

_failures(ownerships, judged) := count(failures) if {
	doc := _document(ownerships, judged)
	failures := data.controls.audit.rules_owned.failures with input as doc
}

test_pass_owned_by_others if {
	doc := _document([_owned(["@o/security"])], ["@o/release"])
	data.controls.audit.rules_owned.subjects == {"o/r/auditor.yaml"} with input as doc
	_failures([_owned(["@o/security"])], ["@o/release"]) == 0
}

test_pass_owned_by_the_judged_and_others if {
	_failures([_owned(["@o/release", "@o/security"])], ["@o/release"]) == 0
}

test_pass_nobody_owns_the_pipelines if _failures([_owned(["@o/release"])], []) == 0

test_fail_unowned if _failures([_owned([])], ["@o/release"]) == 1

test_fail_one_file_of_the_folder_unowned if {
	_failures([_owned(["@o/security"]), _owned([])], ["@o/release"]) == 1
}

test_fail_owned_by_the_judged_alone if _failures([_owned(["@O/Release"])], ["@o/dev", "@o/RELEASE"]) == 1

test_unknown_judged_unread if {
	doc := _document([_owned(["@o/release"])], null)
	data.controls.audit.rules_owned.subjects == {"o/r/auditor.yaml"} with input as doc
	_failures([_owned(["@o/release"])], null) == 0
}

test_unknown_owners_unread if _failures([_owned(null)], ["@o/release"]) == 0

test_unknown_ownerships_unread if _failures(null, ["@o/release"]) == 0

test_not_applicable_no_rule_file if {
	doc := {"rule_file": {}}
	count(data.controls.audit.rules_owned.subjects) == 0 with input as doc
}
