package controls.duties.code_owners_valid_test

_at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

_repository := {"at": _at, "named": true, "has_pipelines": true}

_file := {"at": _at, "standing": "in force", "loaded": true, "invalid": [], "unspecified": []}

_document(files) := {
	"scope": {"production": {"repositories": []}},
	"repository": {"o/r": _repository},
	"code_owners": files,
}

test_pass_one_file_in_force if {
	doc := _document({"o/r/.github/CODEOWNERS": _file})
	data.controls.duties.code_owners_valid.subjects == {"o/r"} with input as doc
	count(data.controls.duties.code_owners_valid.failures) == 0 with input as doc
}

test_pass_misplaced_beside_one_in_force if {
	other := object.union(_file, {"standing": "misplaced"})
	doc := _document({"o/r/.github/CODEOWNERS": _file, "o/r/.gitlab/CODEOWNERS": other})
	count(data.controls.duties.code_owners_valid.failures) == 0 with input as doc
}

test_fail_absent if {
	doc := _document({})
	some failure in data.controls.duties.code_owners_valid.failures with input as doc
	failure.absent == ["code_owners"]
}

test_fail_of_another_repository if {
	doc := _document({"o/other/.github/CODEOWNERS": _file})
	count(data.controls.duties.code_owners_valid.failures) == 1 with input as doc
}

test_fail_misplaced if {
	doc := _document({"o/r/src/CODEOWNERS": object.union(_file, {"standing": "misplaced"})})
	count(data.controls.duties.code_owners_valid.failures) == 2 with input as doc
}

test_fail_shadowed if {
	other := object.union(_file, {"standing": "shadowed"})
	doc := _document({"o/r/.github/CODEOWNERS": _file, "o/r/CODEOWNERS": other})
	count(data.controls.duties.code_owners_valid.failures) == 1 with input as doc
}

test_fail_too_large if {
	doc := _document({"o/r/.github/CODEOWNERS": object.union(_file, {"loaded": false})})
	count(data.controls.duties.code_owners_valid.failures) == 1 with input as doc
}

test_fail_invalid_line if {
	lines := [{"message": "`!` does not negate", "at": _at}]
	doc := _document({"o/r/.github/CODEOWNERS": object.union(_file, {"invalid": lines})})
	count(data.controls.duties.code_owners_valid.failures) == 1 with input as doc
}

test_unknown_lines_unread if {
	doc := _document({"o/r/.github/CODEOWNERS": object.union(_file, {"invalid": null})})
	data.controls.duties.code_owners_valid.subjects == {"o/r"} with input as doc
	count(data.controls.duties.code_owners_valid.failures) == 0 with input as doc
}

test_unknown_standing_unread_says_what_is_absent if {
	doc := _document({"o/r/.github/CODEOWNERS": object.union(_file, {"standing": null})})
	every failure in data.controls.duties.code_owners_valid.failures {
		failure.absent == ["code_owners"]
	} with input as doc
}

test_not_applicable_repository_without_pipelines_of_a_glob if {
	repository := object.union(_repository, {"named": false, "has_pipelines": false})
	doc := {"scope": {"production": {"repositories": []}}, "repository": {"o/r": repository}, "code_owners": {}}
	count(data.controls.duties.code_owners_valid.subjects) == 0 with input as doc
}

test_pass_repository_with_pipelines_of_a_glob if {
	repository := object.union(_repository, {"named": false})
	doc := {"scope": {"production": {"repositories": []}}, "repository": {"o/r": repository}, "code_owners": {}}
	data.controls.duties.code_owners_valid.subjects == {"o/r"} with input as doc
}

test_pass_declared_repository_only if {
	repository := object.union(_repository, {"named": false, "has_pipelines": false})
	doc := {
		"scope": {"production": {"repositories": ["o/r"]}},
		"repository": {"o/r": repository, "o/s": repository},
		"code_owners": {},
	}
	data.controls.duties.code_owners_valid.subjects == {"o/r"} with input as doc
}
