# METADATA
# title: No label but the declared hotfix label lowers a quorum
# description: |
#   A label on a pull request can change how many votes a gate takes. It may raise the quorum; only the
#   labels that the organisation declared for hotfixes may lower it, and never below one vote. Labels are
#   compared in lower case. An override in a pipeline that never starts in a way in which labels are read
#   lowers nothing and passes here; pipelines.honoured_keys names it.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/approvals/
#     description: Approval gates
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [quorum_override]
#   requires: [quorum_override.label, quorum_override.quorum, quorum_override.base, quorum_override.applies]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     cis-sscs-1.0: [5.2.3]
#     pci-4.0.1: [6.5.4]
#     nist-800-53-r5: [AC-5, CM-3]
#   remediation: |
#     Take the label out of `quorum_by_label`, or let it raise the quorum. If it is how hotfixes are
#     labelled here, declare it in auditor.yaml:
#
#         scope:
#           hotfix_labels: [hotfix]
#   population_how: label overrides of gates, of repositories whose way to production is judged
#   added_in: "0.1.0"
package controls.duties.quorum_overrides

import future.keywords.not

subjects contains id if some id, _ in _overrides

failures contains {"subject": id, "message": message, "at": override.at} if {
	some id, override in _overrides
	_lowers(override)
	is_string(override.label)
	not _hotfix(override.label)
	message := sprintf(
		"this label lowers the quorum from %v to %v and is not declared for hotfixes",
		[override.base, override.quorum],
	)
}

failures contains {"subject": id, "message": message, "at": override.at} if {
	some id, override in _overrides
	override.applies == true
	is_number(override.quorum)
	override.quorum < 1
	message := sprintf("this label lowers the quorum to %v: nobody needs to approve", [override.quorum])
}

_overrides[id] := override if {
	some id, override in input.quorum_override
	data.lib.scope.production_repository(id)
}

_lowers(override) if {
	override.applies == true
	is_number(override.quorum)
	is_number(override.base)
	override.quorum < override.base
}

_hotfix(label) if {
	some declared in input.scope.hotfix_labels
	lower(declared) == lower(label)
}
