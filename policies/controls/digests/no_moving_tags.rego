# METADATA
# title: A release publishes no tag that moves
# description: |
#   A job of a release pipeline fails if it publishes an image under `latest` or another tag that names a
#   different image with each release, such as a branch or a major version. Defaults count: `buildx` and
#   `docker` publish `latest` unless `tags` is written. Extra tags of a promotion count like the first.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: medium
#   prerequisite: 2
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.publishes, job.pipeline, job.tag_creations, pipeline.name]
#   requires: [job.publishes]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     slsa-1.2: [threat-G]
#     ssdf-1.1: [PS.3.1]
#   remediation: |
#     Name the tag, and only that:
#
#         with:
#           image: ghcr.io/my-org/my-app
#           tags: pre-${TAG}
#   population_how: jobs of release pipelines that publish an image
#   added_in: "0.1.0"
package controls.digests.no_moving_tags

subjects contains id if some id, _ in _jobs

failures contains {"subject": id, "message": message, "at": publish.at} if {
	some id, job in _jobs
	some publish in job.publishes
	publish.tag_kind == "moving"
	message := sprintf("publishes %v:%v, a tag that moves%v", [publish.image, publish.tag, _by_default(publish)])
}

_jobs[id] := job if {
	some id, job in input.job
	data.lib.pipelines.release[job.pipeline]
	is_array(job.publishes)
	count(job.publishes) > 0
}

_by_default(publish) := ", as the plugin does by default" if publish.defaulted == true

_by_default(publish) := "" if publish.defaulted != true
