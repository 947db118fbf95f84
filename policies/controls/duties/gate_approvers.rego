# METADATA
# title: Production is approved by members of named groups
# description: |
#   The gate that counts is the one with the largest base quorum before the job; where several have it, one
#   that is restricted suffices, because all must be passed. A gate that names nobody is passed by anyone
#   who may start pipelines. A group with an empty name has no members. A person named by display name can
#   be anyone, because people choose their own. Who is in the groups is judged by duties.approvers_staffed.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/approvals/
#     description: Approval gates
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches, job.gates]
#   consults: [gate.required, gate.groups, gate.approvers]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1, CC6.3, CC8.1]
#     cis-sscs-1.0: [5.1.4, 5.2.3]
#     pci-4.0.1: [6.5.4]
#     nist-800-53-r5: [AC-5, CM-5]
#   remediation: |
#     Name groups, whose members are kept on the server:
#
#         approval:
#           approver_groups: [release-approvers, sre]
#           required: 2
#   population_how: jobs that act on production and wait for a gate
#   added_in: "0.1.0"
package controls.duties.gate_approvers

import future.keywords.not

subjects contains id if {
	some id, job in data.lib.jobs.production
	is_array(job.gates)
	count(job.gates) > 0
}

failures contains {"subject": id, "message": message, "at": gate.at} if {
	some id, job in data.lib.jobs.production
	gates := data.lib.gates.deciding(job)
	count([read | some read in gates; _read(read)]) == count(gates)
	count([sound | some sound in gates; count(_faults(sound)) == 0]) == 0
	some gate in gates
	some message in _faults(gate)
}

_read(gate) if {
	is_array(gate.groups)
	is_array(gate.approvers)
}

_faults(gate) := {fault | some faults in [_missing(gate), _empty(gate), _by_name(gate)]; some fault in faults}

_missing(gate) := ["the gate names no group: anyone who may start pipelines passes it"] if {
	count(gate.groups) == 0
	count(gate.approvers) == 0
}

_missing(gate) := ["the gate names people and no group"] if {
	count(gate.groups) == 0
	count(gate.approvers) > 0
}

_missing(gate) := [] if count(gate.groups) > 0

_empty(gate) := [message |
	some group in gate.groups
	trim_space(group) == ""
	message := "the gate names a group without a name, which nobody is in"
]

_by_name(gate) := [message |
	some approver in gate.approvers
	not contains(approver, "@")
	message := sprintf("the gate names %v, a display name that anyone can take", [approver])
]
