# METADATA
# title: Only signatures of declared signers count
# description: |
#   Each attestor of a rule that verifies production images is a signer that scope.signers declares: the same
#   public key, or the same issuer and identity. A placeholder denies every Pod, a published sample key and an
#   open identity admit anybody's signature, and a key that the request chooses is no anchor.
# related_resources:
#   - ref: https://docs.sigstore.dev/cosign/verifying/verify/
#     description: Sigstore, keys and identities
# custom:
#   severity: critical
#   aspects: [design, implementation]
#   prerequisite: 1
#   sources: [kubernetes]
#   population: [attestor.rule, verify_rule.reaches_production]
#   requires: [attestor]
#   seeks: [signer]
#   consults: [cluster.whole]
#   per: cluster
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1, CC6.8]
#     slsa-1.2: [provenance-authentic, verifying-artifacts]
#     ssdf-1.1: [PS.2.1]
#     cis-sscs-1.0: [3.1.3, 4.3.1]
#     cis-github-1.2.0: [4.3.1]
#     osps-baseline: [OSPS-BR-06]
#   remediation: |
#     Declare the signer under scope.signers, and name its key, or exact issuer and identity, in the policy:
#
#       attestors: [{entries: [{keys: {publicKeys: "-----BEGIN PUBLIC KEY-----..."}}]}]
#   population_how: attestors of rules that verify images and can match a Pod in a production namespace
#   added_in: "0.1.0"
package controls.signatures.trust_anchor

import future.keywords.not

subjects contains id if some id, _ in _attestors

failures contains {"subject": id, "message": message, "at": attestor.at} if {
	some id, attestor in _attestors
	some message in _weak[id]
}

failures contains {"subject": id, "message": message, "at": attestor.at, "absent": ["signer"]} if {
	some id, attestor in _attestors
	is_string(attestor.fingerprint)
	attestor.fingerprint != ""
	not attestor.fingerprint in {signer.fingerprint | some signer in input.signer}
	message := sprintf("no declared signer has its key (SHA-256 %v)", [attestor.fingerprint])
}

failures contains {"subject": id, "message": message, "at": attestor.at, "absent": ["signer"]} if {
	some id, attestor in _attestors
	is_array(attestor.identities)
	some identity in attestor.identities
	some subject in ({identity.subject, identity.subject_regexp} - {"", null})
	some issuer in ({identity.issuer, identity.issuer_regexp} - {"", null})
	not [issuer, subject] in {[signer.issuer, signer.identity] | some signer in input.signer}
	message := sprintf("no declared signer is %v of %v", [subject, issuer])
}

_attestors[id] := attestor if {
	some id, attestor in input.attestor
	is_string(attestor.rule)
	input.verify_rule[attestor.rule].reaches_production == true
}

_weak[id] contains "it names nobody, so no particular signature is asked for" if {
	some id, attestor in _attestors
	attestor.form == "none"
}

_weak[id] contains message if {
	some id, attestor in _attestors
	message := {
		"placeholder": "its key is a placeholder: it works for nobody and every Pod is denied",
		"broken": "its key does not parse: it works for nobody and every Pod is denied",
		"tenant": "whoever makes the request chooses the key",
	}[attestor.key_state]
}

_weak[id] contains sprintf("its key is %v, published for anybody to use", [attestor.known_sample]) if {
	some id, attestor in _attestors
	is_string(attestor.known_sample)
	attestor.known_sample != ""
}

_weak[id] contains "it trusts whatever certificate an authority issued" if {
	some id, attestor in _attestors
	attestor.form == "certificate"
	attestor.pinned_leaf == false
}

_weak[id] contains "it names no identity" if {
	some id, attestor in _attestors
	attestor.form == "keyless"
	attestor.identities == []
}

_weak[id] contains identity.wide if {
	some id, attestor in _attestors
	is_array(attestor.identities)
	some identity in attestor.identities
	is_string(identity.wide)
	identity.wide != ""
}

_weak[id] contains "it ignores a transparency log, without which a keyless signature proves nothing" if {
	some id, attestor in _attestors
	attestor.form == "keyless"
	true in {attestor.ignores_transparency_log, attestor.ignores_certificate_transparency}
}
