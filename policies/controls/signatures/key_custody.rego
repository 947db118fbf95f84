# METADATA
# title: The signing key is seen by signing jobs only, and only in memory
# description: |
#   A job that signs or attests fails if its key is a file of the workspace or of an artifact, if it runs
#   with the host's docker socket (`docker: true`), and if a job that signs nothing declares the secret with
#   its key. Handing the key over as a secret (`key-content`), a key service and keyless signing pass.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   prerequisite: 1
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.signs, job.attests]
#   requires: [job.signs, job.attests, job.docker]
#   consults: [job.secrets, job.signs, job.attests]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.1]
#     ssdf-1.1: [PS.2.1]
#   remediation: |
#     Hand the key over as a secret, to the signing job alone:
#
#         cosign-sign:
#           secrets: [COSIGN_PRIVATE_KEY, COSIGN_PASSWORD]
#           uses: ghcr.io/klinux/gocdnext-plugin-cosign@v1
#           with:
#             key-content: ${{ COSIGN_PRIVATE_KEY }}
#             key-password: ${{ COSIGN_PASSWORD }}
#   population_how: jobs that sign or attest
#   added_in: "0.1.0"
package controls.signatures.key_custody

subjects contains id if some id, _ in data.lib.jobs.signing

failures contains {"subject": id, "message": "the key is a file of the workspace", "at": use.at} if {
	some id, job in data.lib.jobs.signing
	some use in _uses(job)
	use.key == "file"
}

failures contains {"subject": id, "message": message, "at": job.at} if {
	some id, job in data.lib.jobs.signing
	job.docker == true
	message := "signs with the docker socket of the host at hand"
}

failures contains {"subject": id, "message": message, "at": secret.at} if {
	some id, job in data.lib.jobs.signing
	some use in _uses(job)
	some other in input.job
	other.signs == []
	other.attests == []
	is_array(other.secrets)
	some secret in other.secrets
	secret.name == use.secret
	is_string(secret.name)
	secret.name != ""
	message := sprintf("job %v declares the key's secret %v and signs nothing", [other.name, secret.name])
}

_uses(job) := [use |
	some field in ["signs", "attests"]
	is_array(job[field])
	some use in job[field]
]
