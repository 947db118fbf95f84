# METADATA
# title: Nothing lets a production Pod past signature verification
# description: |
#   No PolicyException, skip list, resource filter, excluded account, webhook selector or match condition
#   takes a Pod with a declared production image out of verification. Each is judged by what gets past
#   because of it, alone or together with the others. A PolicyException that the controller ignores does not
#   count.
# related_resources:
#   - ref: https://kyverno.io/docs/guides/exceptions/
#     description: Kyverno, policy exceptions
#   - ref: https://kyverno.io/docs/installation/customization/
#     description: Kyverno, ConfigMap and flags
# custom:
#   severity: high
#   aspects: [design, implementation]
#   prerequisite: 1
#   sources: [kubernetes]
#   population: [exemption]
#   requires: [exemption.in_force, exemption.lets_past]
#   per: cluster
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1, CC6.8, CC7.1]
#     slsa-1.2: [verifying-artifacts]
#     ssdf-1.1: [PS.2.1]
#     cis-sscs-1.0: [4.3.2, 5.1.6]
#     cis-github-1.2.0: [4.3.2]
#     osps-baseline: [OSPS-BR-06]
#   remediation: |
#     Remove the exemption, or narrow it to namespaces and images that are not production. Where one must stay
#     for a while, declare a waiver with an expiry.
#   population_how: exemptions that the manifests contain and that can concern Pods
#   added_in: "0.1.0"
package controls.signatures.no_exceptions

subjects contains id if some id, _ in input.exemption

failures contains {"subject": id, "message": message, "at": exemption.at} if {
	some id, exemption in input.exemption
	exemption.in_force == true
	is_array(exemption.lets_past)
	count(exemption.lets_past) > 0
	message := sprintf("%v: %v", [_said(exemption.how), concat(", ", exemption.lets_past)])
}

_said(how) := how if is_string(how)

_said(null) := "it lets Pods past verification"
