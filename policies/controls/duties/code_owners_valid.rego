# METADATA
# title: CODEOWNERS is where GitHub reads it, and every line of it counts
# description: |
#   GitHub reads the first CODEOWNERS of `.github/`, the root and `docs/`, and no other: a file elsewhere,
#   with another spelling, or behind an earlier one protects nothing. A file of 3 MB or more is not loaded,
#   and a line that is not valid is skipped without a word, so that an earlier line, or none, decides. On
#   GitHub itself a line is not valid either if an owner does not exist or may not write.
# related_resources:
#   - ref: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
#     description: About code owners
# custom:
#   severity: high
#   aspects: [design, implementation]
#   sources: [repository, github]
#   population: [repository]
#   consults: [code_owners]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     cis-sscs-1.0: [1.1.6]
#     cis-github-1.2.0: [1.1.6]
#     nist-800-53-r5: [AC-5, CM-5]
#   remediation: |
#     Keep one file, `.github/CODEOWNERS`, whose lines are a pattern and owners that can write:
#
#         *            @my-org/platform-maintainers
#         /.gocdnext/  @my-org/release-engineering
#   population_how: repositories whose way to production is judged
#   added_in: "0.1.0"
package controls.duties.code_owners_valid

import future.keywords.not

subjects contains id if some id, _ in data.lib.repositories.production

failures contains {"subject": id, "message": message, "at": repository.at, "absent": ["code_owners"]} if {
	some id, repository in data.lib.repositories.production
	not _in_force(id)
	message := "no CODEOWNERS in `.github/`, the root or `docs/`, where GitHub reads it"
}

failures contains {"subject": id, "message": message, "at": file.at, "absent": ["code_owners"]} if {
	some [id, file] in _files
	file.standing == "misplaced"
	not _in_force(id)
	message := "GitHub reads no CODEOWNERS of this name or place: it counts in `.github/`, the root or `docs/`"
}

failures contains {"subject": id, "message": message, "at": file.at} if {
	some [id, file] in _files
	file.standing == "shadowed"
	message := "this CODEOWNERS is not read: another one comes first (`.github/`, then the root, then `docs/`)"
}

failures contains {"subject": id, "message": message, "at": file.at} if {
	some [id, file] in _files
	file.standing == "in force"
	file.loaded == false
	message := "GitHub does not load this CODEOWNERS: it is not under 3 MB"
}

failures contains {"subject": id, "message": message, "at": line.at} if {
	some [id, file] in _files
	file.standing == "in force"
	is_array(file.invalid)
	some line in file.invalid
	message := sprintf("GitHub skips this line: %v", [line.message])
}

_in_force(id) if {
	some [owner, file] in _files
	owner == id
	file.standing == "in force"
}

# Each CODEOWNERS, or what looks like one, with its repository.
_files contains [id, file] if {
	some id, _ in data.lib.repositories.production
	some path, file in input.code_owners
	startswith(path, concat("", [id, "/"]))
}
