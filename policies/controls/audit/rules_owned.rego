# METADATA
# title: The audit's own rules are owned by others than those it judges
# description: |
#   The audit's configuration, policies, waivers and workflow have code owners, and not only those who own
#   the pipeline definitions: whoever can change both can make any pipeline pass. The last line of
#   CODEOWNERS that matches decides, so a late line for everything gives both to the same people. Where
#   nobody owns the pipelines, any owner of the rules suffices here.
# related_resources:
#   - ref: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
#     description: About code owners
# custom:
#   severity: medium
#   aspects: [design]
#   sources: [repository]
#   population: [rule_file]
#   requires: [rule_file.ownerships, rule_file.judged]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC5.2, CC6.3]
#     cis-sscs-1.0: [1.1.6]
#     cis-github-1.2.0: [1.1.6]
#     nist-800-53-r5: [AC-5, CA-7]
#   remediation: |
#     Give the audit's files an owner of their own in `.github/CODEOWNERS`:
#
#         /.gocdnext/    @my-org/release-engineering
#         /auditor.yaml  @my-org/security-team
#   population_how: the audit's configuration, policies, waivers and workflow
#   added_in: "0.1.0"
package controls.audit.rules_owned

subjects contains id if some id, _ in input.rule_file

failures contains {"subject": id, "message": message, "at": ownership.at} if {
	some id, file in input.rule_file
	is_array(file.ownerships)
	some ownership in file.ownerships
	ownership.owners == []
	message := sprintf("%v has no code owner", [ownership.example])
}

failures contains {"subject": id, "message": message, "at": ownership.at} if {
	some id, file in input.rule_file
	is_array(file.ownerships)
	is_array(file.judged)
	some ownership in file.ownerships
	is_array(ownership.owners)
	count(ownership.owners) > 0
	owners := {lower(owner) | some owner in ownership.owners}
	count(owners - {lower(owner) | some owner in file.judged}) == 0
	who := concat(", ", ownership.owners)
	message := sprintf("%v is owned by those whose pipelines it judges alone: %v", [ownership.example, who])
}
