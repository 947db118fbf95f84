# METADATA
# title: The cluster admits no unsigned production image
# description: |
#   For each declared production namespace and image pattern, policies that deny verify the signature of every
#   image the pattern can name, by tag and by digest, whenever a Pod is created or changed. What counts is the
#   effective action, what match and exclude really take in, and which references the image patterns miss.
# related_resources:
#   - ref: https://kyverno.io/docs/policy-types/cluster-policy/verify-images/
#     description: Kyverno, verify images
# custom:
#   severity: critical
#   aspects: [design, implementation]
#   prerequisite: 1
#   sources: [kubernetes]
#   population: [admission_coverage]
#   requires: [admission_coverage.tag_escapes, admission_coverage.digest_escapes]
#   seeks: [admission_policy, verify_rule]
#   consults: [cluster.whole]
#   per: cluster
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1, CC6.8, CC7.1]
#     slsa-1.2: [provenance-authentic, verifying-artifacts, threat-F, threat-G]
#     ssdf-1.1: [PS.2.1]
#     cis-sscs-1.0: [3.1.3, 4.3.1, 4.3.2, 5.1.6]
#     cis-github-1.2.0: [4.3.1, 4.3.2]
#     osps-baseline: [OSPS-BR-06]
#   remediation: |
#     Verify what the namespace runs in a rule that enforces, without conditions a Pod can avoid:
#
#       match: {any: [{resources: {kinds: [Pod], namespaces: [prod]}}]}
#       verifyImages:
#         - imageReferences: ["ghcr.io/my-org/*"]
#           failureAction: Enforce
#   population_how: declared production namespaces times declared production image patterns
#   added_in: "0.1.0"
package controls.signatures.admission_policy

subjects contains id if some id, _ in input.admission_coverage

failures contains {"subject": id, "message": message, "at": coverage.at, "absent": _absent} if {
	some id, coverage in input.admission_coverage
	some escape in _escapes(coverage)
	message := sprintf("no policy that denies verifies %v", [escape])
}

failures contains {"subject": id, "message": message, "at": miss.at, "absent": _absent} if {
	some id, coverage in input.admission_coverage
	count(_escapes(coverage)) > 0
	is_array(coverage.near_misses)
	some miss in coverage.near_misses
	is_array(miss.reasons)
	message := sprintf("%v falls short: %v", [miss.rule, concat("; ", miss.reasons)])
}

_absent := ["admission_policy", "verify_rule"]

_escapes(coverage) := {escape |
	some form in ["tag_escapes", "digest_escapes"]
	escape := coverage[form]
	is_string(escape)
	escape != ""
}
