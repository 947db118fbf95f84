# METADATA
# title: Only the production pipeline acts on production
# description: |
#   A pipeline that acts on production does nothing else: it does not start by a pull request or a push,
#   creates no tag and publishes no release image. A job of a pull request, main or release pipeline that
#   acts on production fails even behind a gate, whatever its tool and however production is named in it.
#   Several pipelines that only act on production are allowed; each is judged by all controls of production.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: critical
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches]
#   requires: [job.pipeline]
#   consults: [pipeline.starts, job.pipeline, job.tag_creations, job.publishes]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.3, CC8.1]
#     ssdf-1.1: [PO.5.1]
#     cis-sscs-1.0: [5.2.3]
#     pci-4.0.1: [6.5.3, 6.5.4]
#     nist-800-53-r5: [AC-5, CM-5]
#   remediation: |
#     Move the job into a pipeline of its own that starts by hand and acts on production only:
#
#         name: prod
#         when:
#           event: [manual]
#   population_how: jobs that act on production
#   added_in: "0.1.0"
package controls.duties.only_production_pipeline_deploys

subjects contains id if some id, _ in data.lib.jobs.production

failures contains {"subject": id, "message": message, "at": job.at} if {
	some id, job in data.lib.jobs.production
	some role in _other_roles(job.pipeline)
	message := sprintf("it acts on production in a pipeline that is also the %v pipeline", [role])
}

_other_roles(id) := {role | some role, pipelines in _roles; pipelines[id]}

_roles["pull request"] := data.lib.pipelines.pr

_roles["main"] := data.lib.pipelines.main

_roles["release"] := data.lib.pipelines.release
