# METADATA
# title: Every path of risk has several code owners
# description: |
#   What decides what reaches production has owners: pipelines, charts, migrations, code that handles
#   authentication and secrets, CODEOWNERS itself, the audit's configuration and policies. The last line of
#   CODEOWNERS that matches a file decides alone: a later line with other owners replaces an earlier one,
#   and a line without owners takes them away. One person is not enough, because nobody can review their own
#   change; a team counts as several.
# related_resources:
#   - ref: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
#     description: About code owners
# custom:
#   severity: high
#   aspects: [design]
#   sources: [repository]
#   population: [repository, risk_path.patterns]
#   requires: [risk_path.ownerships]
#   per: repository
#   parameters:
#     paths:
#       default:
#         - .gocdnext/
#         - .github/CODEOWNERS
#         - CODEOWNERS
#         - docs/CODEOWNERS
#         - .github/workflows/
#         - charts/
#         - "**/migrations/"
#         - "**/auth/"
#         - "**/secrets/"
#         - auditor.yaml
#         - policies/
#       schema: {type: array, items: {type: string, minLength: 1, maxLength: 4096}, minItems: 1}
#       description: Globs of the paths that need owners, from the root; `**/` is any folder.
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     cis-sscs-1.0: [1.1.6, 2.3.4]
#     cis-github-1.2.0: [1.1.6, 2.3.4]
#     pci-4.0.1: [6.5.4]
#     nist-800-53-r5: [AC-5, CM-5]
#   remediation: |
#     Give the path a team at the end of `.github/CODEOWNERS`, where no later line takes it away:
#
#         *            @my-org/platform-maintainers
#         /charts/     @my-org/sre-team
#         /.gocdnext/  @my-org/release-engineering
#   population_how: paths that exist and that the parameter `paths` names
#   added_in: "0.1.0"
package controls.duties.code_owners_cover_risk

subjects contains id if some id, _ in _paths

failures contains {"subject": id, "message": message, "at": ownership.at} if {
	some id, path in _paths
	is_array(path.ownerships)
	some ownership in path.ownerships
	ownership.owners == []
	message := sprintf("%v has no code owner", [ownership.example])
}

failures contains {"subject": id, "message": message, "at": ownership.at} if {
	some id, path in _paths
	is_array(path.ownerships)
	some ownership in path.ownerships
	ownership.teams == []
	is_array(ownership.owners)
	people := {lower(owner) | some owner in ownership.owners}
	count(people) == 1
	who := ownership.owners[0]
	message := sprintf("%v has one owner, %v, who cannot review their own change", [ownership.example, who])
}

_paths[id] := path if {
	some id, path in input.risk_path
	data.lib.repositories.holds(id)
	is_array(path.patterns)
	some pattern in path.patterns
	pattern in data.parameters["duties.code_owners_cover_risk"].paths
}
