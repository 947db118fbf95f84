# METADATA
# title: What runs in release and production pipelines is pinned by digest
# description: |
#   Plugins, job images and services of release and production pipelines see their secrets and make what is
#   released. A job fails for each that is referenced by tag or without one. Tags of versions such as `v1`
#   can be moved like any other.
# related_resources:
#   - ref: https://slsa.dev/spec/v1.2/threats
#     description: SLSA threats
# custom:
#   severity: low
#   prerequisite: 2
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.images, job.pipeline, job.touches, job.publishes, job.tag_creations, pipeline.name]
#   requires: [job.images]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.8]
#     cis-sscs-1.0: [2.4.2, 3.1.7]
#     cis-github-1.2.0: [3.1.7]
#   remediation: |
#     Write the digest that the tag has now: behind an image, and in place of a plugin's tag:
#
#         image: alpine:3.20@sha256:<64 hexadecimal digits>
#         uses: ghcr.io/klinux/gocdnext-plugin-helm@sha256:<64 hexadecimal digits>
#   population_how: jobs of release and production pipelines that run in an image
#   added_in: "0.1.0"
package controls.digests.plugins_pinned

subjects contains id if some id, _ in _jobs

failures contains {"subject": id, "message": message, "at": image.at} if {
	some id, job in _jobs
	some image in job.images
	image.digest == ""
	message := sprintf("the %v %v is not pinned by digest", [image.role, image.reference])
}

_jobs[id] := job if {
	some id, job in input.job
	data.lib.pipelines.to_production[job.pipeline]
	is_array(job.images)
	count(job.images) > 0
}
