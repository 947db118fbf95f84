# METADATA
# title: Two people must approve before anything acts on production
# description: |
#   A job that acts on production waits for a gate that takes the votes of several people. The quorum that
#   counts is the largest of a single gate before the job: two gates of one vote each can both be passed by
#   one person. A quorum of 0 counts as 1, and overrides by label are judged by duties.quorum_overrides.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/approvals/
#     description: Approval gates
# custom:
#   severity: critical
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches, job.gates]
#   consults: [gate.required]
#   per: repository
#   parameters:
#     minimum:
#       default: 2
#       schema: {type: integer, minimum: 1, maximum: 20}
#       description: Votes that a production gate must ask for.
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     cis-sscs-1.0: [5.2.3]
#     pci-4.0.1: [6.5.4]
#     nist-800-53-r5: [AC-5, CM-3]
#   remediation: |
#     Ask for two votes at one gate that precedes the job:
#
#       approval:
#         approver_groups: [release-approvers, sre]
#         required: 2
#   population_how: jobs that act on production and wait for a gate
#   added_in: "0.1.0"
package controls.duties.gate_quorum

subjects contains id if {
	some id, job in data.lib.jobs.production
	is_array(job.gates)
	count(job.gates) > 0
}

failures contains {"subject": id, "message": message, "at": gate.at} if {
	some id, job in data.lib.jobs.production
	count(data.lib.jobs.gates(job)) > 0
	quorum := data.lib.jobs.quorum(job)
	minimum := data.parameters["duties.gate_quorum"].minimum
	quorum < minimum
	some gate in data.lib.jobs.gates(job)
	gate.required == quorum
	message := sprintf("the largest quorum before this job is %v, %v needed", [quorum, minimum])
}
