# METADATA
# title: Before production, the tag is checked to still name the released image
# description: |
#   A job that deploys to production must come after a job that compares the digest its tag has now with the
#   one that was released, and fails if they differ. A key that asks for the comparison and that the product
#   ignores (`require-digest-match` in version 0.93, on a plugin named by its registry) is no comparison.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   prerequisite: 2
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches]
#   requires: [job.after, job.digest_checks]
#   seeks: [job.digest_checks]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     slsa-1.2: [threat-G, threat-H]
#     ssdf-1.1: [PS.3.1]
#   remediation: |
#     Compare in a job that the deployment waits for:
#
#         preflight:
#           stage: preflight
#           outputs:
#             digest: IMAGE_DIGEST
#           script:
#             - now=$(crane digest "ghcr.io/my-org/my-app:$TAG")
#             - test "$now" = "$(cat released.digest)" || exit 1
#             - echo "IMAGE_DIGEST=$now" >> "$GOCDNEXT_OUTPUT_FILE"
#   population_how: jobs that deploy to production
#   added_in: "0.1.0"
package controls.digests.preflight_match

subjects contains id if some id, _ in data.lib.jobs.deploys_production

failures contains {"subject": id, "message": message, "at": job.at, "absent": ["job.digest_checks"]} if {
	some id, job in data.lib.jobs.deploys_production
	checks := _checks(job)
	count(checks) == 0
	message := "no job before compares the digest of the tag with the released one"
}

failures contains {"subject": id, "message": message, "at": check.at, "absent": ["job.digest_checks"]} if {
	some id, job in data.lib.jobs.deploys_production
	checks := _checks(job)
	count([made | some made in checks; made.honoured == true]) == 0
	some check in checks
	message := sprintf("the comparison of digests before this job is not made: %v", [check.why])
}

# The comparisons before the job, and its own.
_checks(job) := [check |
	some other in array.concat([job], [earlier | some earlier in data.lib.jobs.before(job)])
	is_array(other.digest_checks)
	some check in other.digest_checks
] if {
	is_array(job.after)
}
