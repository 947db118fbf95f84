# METADATA
# title: Nobody approves their own change for production
# description: |
#   The gate with the largest base quorum before the job excludes the author of the change from its votes;
#   another, weaker gate that does changes nothing about that. An exclusion that the declared version of the
#   product does not honour excludes nobody. Version 0.93 can exclude authors only through the members of
#   its groups, which no file shows: there this is unknown, and duties.author_exclusion_in_force decides.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Approver groups exclude the PR author
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches, job.gates]
#   consults: [gate.required, gate.author_excluded, gate.author_exclusion]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     pci-4.0.1: [6.2.3.1, 6.5.4]
#     nist-800-53-r5: [AC-5]
#   remediation: |
#     Where the product honours it, exclude the author at the gate that takes the votes:
#
#         approval:
#           approver_groups: [release-approvers]
#           required: 2
#           exclude_pr_author: true
#
#     Version 0.93 refuses that key. Leave it out there, keep those who write code out of the groups, and
#     let the audit read the server.
#   population_how: jobs that act on production and wait for a gate
#   added_in: "0.1.0"
package controls.duties.author_excluded

subjects contains id if {
	some id, job in data.lib.jobs.production
	is_array(job.gates)
	count(job.gates) > 0
}

# A job fails if each of the gates that could hold the author back is known not to.
failures contains {"subject": id, "message": message, "at": gate.at} if {
	some id, job in data.lib.jobs.production
	gates := data.lib.gates.deciding(job)
	count([weak | some weak in gates; _fault(weak) != ""]) == count(gates)
	some gate in gates
	message := _fault(gate)
}

_fault(gate) := "the author's exclusion is declared, but this version of the product does not honour it" if {
	gate.author_exclusion == "not honoured"
} else := "the author of the change may vote at this gate" if {
	gate.author_excluded == false
}
