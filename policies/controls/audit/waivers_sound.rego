# METADATA
# title: Every waiver is reasoned, limited, approved by another person, and needed
# description: |
#   A waiver accepts a failure for a time. It says why and until when, at most as long as the maximum, names
#   who asked and another person who approved, and matches something. An expired waiver, and one that
#   matches nothing any more, are to be removed. Where the control that it names was not assessed, or has
#   subjects that could not be judged, whether it matches is unknown.
# custom:
#   severity: medium
#   aspects: [design]
#   population: [waiver]
#   requires: [waiver.state, waiver.matched]
#   per: organization
#   parameters:
#     maximum_days:
#       default: 365
#       schema: {type: integer, minimum: 1, maximum: 3660}
#       description: Days from now after which no waiver may expire.
#   frameworks:
#     soc2-tsc-2017-2022: [CC4.2, CC5.2, CC8.1]
#     pci-4.0.1: [6.5.1]
#     nist-800-53-r5: [AC-5, CA-7]
#   remediation: |
#     Remove the waiver, or complete it in auditor.yaml:
#
#         waivers:
#           - control: duties.gate_quorum
#             subject: my-org/my-app#prod/deploy-prod
#             reason: the second approver starts in May
#             requested_by: ana@example.com
#             approved_by: ben@example.com
#             expires: 2027-05-31
#   population_how: waivers of the configuration
#   added_in: "0.1.0"
package controls.audit.waivers_sound

subjects contains id if some id, _ in input.waiver

failures contains {"subject": id, "message": message, "at": waiver.at} if {
	some id, waiver in input.waiver
	message := _faults[waiver.state]
}

failures contains {"subject": id, "message": message, "at": waiver.at} if {
	some id, waiver in input.waiver
	waiver.state == "too long"
	most := data.parameters["audit.waivers_sound"].maximum_days
	message := sprintf("this waiver lasts longer than the %v days that are allowed", [most])
}

_faults := {
	"incomplete": "this waiver lacks a reason, an expiry, who asked for it or who approved it",
	"approved by its requester": "this waiver was approved by the person who asked for it",
	"expired": "this waiver has expired",
	"matches nothing": "this waiver matches no subject of its control",
}
