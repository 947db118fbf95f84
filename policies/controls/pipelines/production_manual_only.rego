# METADATA
# title: A production pipeline starts only when somebody starts it
# description: |
#   A pipeline with a job that acts on production passes if starting it by hand is the only way to start it.
#   Each other way fails: a push, a tag, a pull request, another pipeline, a schedule or polling. A pipeline
#   without `when` starts by pushes. An explicit git material of the project decides with its own `on`,
#   whatever `when` says, and an upstream material starts the pipeline as soon as that other one is done.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design, implementation]
#   sources: [gocdnext]
#   population: [job.touches, job.pipeline, pipeline.name]
#   requires: [pipeline.starts]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     cis-sscs-1.0: [2.3.5]
#     pci-4.0.1: [6.5.4]
#     nist-800-53-r5: [CM-3]
#   remediation: |
#     Leave one way to start it, and no other material:
#
#         when:
#           event: [manual]
#   population_how: pipelines with a job that acts on production
#   added_in: "0.1.0"
package controls.pipelines.production_manual_only

subjects contains id if some id, _ in data.lib.pipelines.prod

failures contains {"subject": id, "message": message, "at": start.at} if {
	some id, pipeline in data.lib.pipelines.prod
	is_array(pipeline.starts)
	some start in pipeline.starts
	is_string(start.cause)
	start.cause != "manual"
	message := sprintf("can start %v", [object.get(_how, start.cause, start.cause)])
}

_how := {
	"push": "by a push",
	"tag": "by a tag",
	"pull_request": "by a pull request",
	"upstream": "when another pipeline is done",
	"schedule": "by a schedule",
	"poll": "by polling the repository",
}
