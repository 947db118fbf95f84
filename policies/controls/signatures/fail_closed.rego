# METADATA
# title: Admission is denied when the policy engine does not answer
# description: |
#   A policy that verifies production images is asked through a webhook whose failure policy is Fail. The
#   controller's flag --forceFailurePolicyIgnore beats what a policy says; without a word the default is Fail.
# related_resources:
#   - ref: https://kyverno.io/docs/policy-types/cluster-policy/policy-settings/
#     description: Kyverno, policy settings
# custom:
#   severity: critical
#   aspects: [design, implementation]
#   prerequisite: 1
#   sources: [kubernetes]
#   population: [admission_policy.verifies, admission_policy.reaches_production]
#   requires: [admission_policy.failure_policy]
#   consults: [cluster.whole]
#   per: cluster
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1, CC6.8]
#     slsa-1.2: [verifying-artifacts]
#     ssdf-1.1: [PS.2.1]
#     cis-sscs-1.0: [4.3.1, 5.1.6]
#     cis-github-1.2.0: [4.3.1]
#     osps-baseline: [OSPS-BR-06]
#   remediation: |
#     Say so in the policy, and take --forceFailurePolicyIgnore from the controller's arguments:
#
#       spec:
#         webhookConfiguration: {failurePolicy: Fail}
#   population_how: policies that verify images and can match a Pod in a production namespace
#   added_in: "0.1.0"
package controls.signatures.fail_closed

subjects contains id if some id, _ in _verifying

failures contains {"subject": id, "message": message, "at": policy.at} if {
	some id, policy in _verifying
	policy.failure_policy == "Ignore"
	reason := _said(policy.failure_reason)
	message := sprintf("requests pass unverified when the engine does not answer: %v", [reason])
}

_verifying[id] := policy if {
	some id, policy in input.admission_policy
	policy.verifies == true
	policy.reaches_production == true
}

_said(reason) := reason if is_string(reason)

_said(null) := "the failure policy is Ignore"
