# METADATA
# title: Verification is required, and what was verified is what runs
# description: |
#   A rule that verifies production images denies those that nobody verified (`required`), and sees to it that
#   a Pod runs the digest that was verified: it writes the digest into the Pod (`mutateDigest`) or denies tags
#   (`verifyDigest`). The switches count as they work: an ImageValidatingPolicy has them from Kyverno 1.19.
# related_resources:
#   - ref: https://kyverno.io/docs/policy-types/cluster-policy/verify-images/
#     description: Kyverno, verify images
# custom:
#   severity: high
#   aspects: [design, implementation]
#   prerequisite: 1
#   sources: [kubernetes]
#   population: [verify_rule.reaches_production]
#   requires:
#     - verify_rule.entries.required
#     - verify_rule.entries.mutate_digest
#     - verify_rule.entries.verify_digest
#   consults: [cluster.whole]
#   per: cluster
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.8, CC7.1]
#     slsa-1.2: [verifying-artifacts, threat-G]
#     ssdf-1.1: [PS.2.1]
#     cis-sscs-1.0: [4.3.2, 5.1.6]
#     cis-github-1.2.0: [4.3.2]
#     osps-baseline: [OSPS-BR-06]
#   remediation: |
#     Leave the three switches at their default, true, or say so:
#
#       verifyImages:
#         - imageReferences: ["ghcr.io/my-org/*"]
#           required: true
#           mutateDigest: true
#           verifyDigest: true
#   population_how: rules that verify images and can match a Pod in a production namespace
#   added_in: "0.1.0"
package controls.signatures.required_and_pinned

subjects contains id if some id, _ in _rules

failures contains {"subject": id, "message": message, "at": entry.at} if {
	some id, rule in _rules
	is_array(rule.entries)
	some entry in rule.entries
	some message in _weak(entry)
}

_rules[id] := rule if {
	some id, rule in input.verify_rule
	rule.reaches_production == true
}

_weak(entry) := {message |
	some message, weak in {
		"`required` is off: an image that nobody verified is admitted": entry.required == false,
		"`mutateDigest` and `verifyDigest` are off: a tag may move after it was verified": _unpinned(entry),
	}
	weak
}

default _unpinned(_) := false

_unpinned(entry) if {
	entry.mutate_digest == false
	entry.verify_digest == false
}
