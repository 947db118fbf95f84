package controls.duties.code_owners_cover_risk_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_owned(owners, teams) := {"owners": owners, "teams": teams, "example": "charts/x/Chart.yaml", "at": _at}

_document(ownerships) := {
	"scope": {"production": {"repositories": []}},
	"repository": {"o/r": {"at": _at, "named": true, "has_pipelines": true}},
	"risk_path": {"o/r/charts/": {"at": _at, "patterns": ["charts/"], "ownerships": ownerships}},
}

_failures(ownerships) := count(failures) if {
	doc := _document(ownerships)
	failures := data.controls.duties.code_owners_cover_risk.failures with input as doc
}

test_pass_a_team if {
	doc := _document([_owned(["@o/sre"], ["@o/sre"])])
	data.controls.duties.code_owners_cover_risk.subjects == {"o/r/charts/"} with input as doc
	_failures([_owned(["@o/sre"], ["@o/sre"])]) == 0
}

test_pass_two_people if _failures([_owned(["@ana", "@ben"], [])]) == 0

test_pass_one_person_and_a_team if _failures([_owned(["@ana", "@o/sre"], ["@o/sre"])]) == 0

test_fail_unowned if _failures([_owned([], [])]) == 1

test_fail_some_files_unowned if _failures([_owned(["@o/sre"], ["@o/sre"]), _owned([], [])]) == 1

test_fail_one_person if _failures([_owned(["@ana"], [])]) == 1

test_fail_one_person_in_two_spellings if _failures([_owned(["@ana", "@Ana"], [])]) == 1

test_unknown_owners_unread if _failures([_owned(null, [])]) == 0

test_unknown_teams_unread if _failures([_owned(["@ana"], null)]) == 0

test_unknown_ownerships_unread if {
	doc := _document(null)
	data.controls.duties.code_owners_cover_risk.subjects == {"o/r/charts/"} with input as doc
	_failures(null) == 0
}

test_unknown_patterns_unread if {
	doc := {
		"scope": {"production": {"repositories": []}},
		"repository": {"o/r": {"at": _at, "named": true, "has_pipelines": true}},
		"risk_path": {"o/r/charts/": {"at": _at, "patterns": null, "ownerships": [_owned([], [])]}},
	}
	count(data.controls.duties.code_owners_cover_risk.subjects) == 0 with input as doc
	count(data.controls.duties.code_owners_cover_risk.failures) == 0 with input as doc
}

test_not_applicable_no_path_that_the_parameter_names if {
	path := {"at": _at, "patterns": ["src/"], "ownerships": [_owned([], [])]}
	doc := {
		"scope": {"production": {"repositories": []}},
		"repository": {"o/r": {"at": _at, "named": true, "has_pipelines": true}},
		"risk_path": {"o/r/src/": path},
	}
	count(data.controls.duties.code_owners_cover_risk.subjects) == 0 with input as doc
}
