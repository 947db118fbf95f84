# METADATA
# title: An approval gate precedes everything that acts on production
# description: |
#   A job that acts on production starts only after an approval in its own pipeline: a gate in an earlier
#   stage, or one that it needs, directly or through others. A gate of the same stage that the job does not
#   need, a gate that comes later, a gate in another pipeline whose success starts this one, and an
#   `approval` without a value hold nothing back; a notification runs outside all gates.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/approvals/
#     description: Approval gates
# custom:
#   severity: critical
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches]
#   requires: [job.gates]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     cis-sscs-1.0: [5.2.3]
#     pci-4.0.1: [6.5.1, 6.5.4]
#     nist-800-53-r5: [AC-5, CM-3]
#   remediation: |
#     Put a gate into an earlier stage of the same pipeline:
#
#         stages: [gate, deploy]
#         jobs:
#           approve-prod:
#             stage: gate
#             approval:
#               approver_groups: [release-approvers, sre]
#               required: 2
#   population_how: jobs that act on production
#   added_in: "0.1.0"
package controls.duties.production_gated

subjects contains id if some id, _ in data.lib.jobs.production

failures contains {"subject": id, "message": message, "at": job.at} if {
	some id, job in data.lib.jobs.production
	is_array(job.gates)
	count(job.gates) == 0
	message := "it acts on production and no approval gate of its pipeline precedes it"
}
