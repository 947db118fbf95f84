# METADATA
# title: A merge to main does not release and does not reach production
# description: |
#   A pipeline that starts by a push fails if a job of it creates a tag or a release, publishes an image
#   under a release tag or as `latest`, or acts on production. An image for previews, tagged by commit,
#   passes. A release or production pipeline whose `when` is left out starts by pushes and fails here.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [pipeline.starts]
#   requires: [job.pipeline, job.publishes, job.tag_creations, job.touches]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     pci-4.0.1: [6.5.1]
#     nist-800-53-r5: [CM-3]
#   remediation: |
#     Release by hand, from a pipeline of its own:
#
#         # .gocdnext/release.yaml
#         when:
#           event: [manual]
#   population_how: pipelines that start by a push
#   added_in: "0.1.0"
package controls.pipelines.main_never_releases

subjects contains id if some id, _ in data.lib.pipelines.main

failures contains {"subject": job.pipeline, "message": message, "at": creation.at} if {
	some job in _jobs
	is_array(job.tag_creations)
	some creation in job.tag_creations
	message := sprintf("creates a %v, and starts by a push", [creation.what])
}

failures contains {"subject": job.pipeline, "message": message, "at": publish.at} if {
	some job in _jobs
	is_array(job.publishes)
	some publish in job.publishes
	_for_users(publish)
	message := sprintf("publishes %v:%v, and starts by a push", [publish.image, publish.tag])
}

failures contains {"subject": job.pipeline, "message": message, "at": touch.at} if {
	some job in _jobs
	is_array(job.touches)
	some touch in job.touches
	is_string(touch.verb)
	touch.verb != "observe"
	data.lib.jobs.on_production(touch)
	message := sprintf("acts on production with %v, and starts by a push", [touch.tool])
}

_jobs contains job if {
	some job in input.job
	data.lib.pipelines.main[job.pipeline]
}

_for_users(publish) if publish.tag_kind == "release"

_for_users(publish) if publish.tag == "latest"
