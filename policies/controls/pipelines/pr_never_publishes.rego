# METADATA
# title: Pull request pipelines publish nothing, deploy nothing and hold no production secret
# description: |
#   A pipeline that starts by a pull request runs code that nobody has reviewed. It fails if a job of it
#   pushes an image, creates a tag or release, acts on stage or production, or declares a secret that the
#   scope counts as production's. Defaults count: `buildx`, `docker` and `kaniko` push unless `push:
#   "false"` is written. It makes no difference that the pipeline starts by pushes too, or that a git
#   material makes it start by pull requests.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: critical
#   aspects: [design]
#   sources: [gocdnext]
#   population: [pipeline.starts]
#   requires: [job.pipeline, job.publishes, job.builds, job.tag_creations, job.touches, job.secrets]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.8, CC8.1]
#     pci-4.0.1: [6.5.3]
#     nist-800-53-r5: [CM-3]
#   remediation: |
#     Say that the image is only built:
#
#         build:
#           uses: ghcr.io/klinux/gocdnext-plugin-buildx@v1
#           with:
#             image: ghcr.io/my-org/my-app
#             push: "false"
#   population_how: pipelines that start by a pull request
#   added_in: "0.1.0"
package controls.pipelines.pr_never_publishes

subjects contains id if some id, _ in data.lib.pipelines.pr

failures contains {"subject": job.pipeline, "message": message, "at": publish.at} if {
	some job in _jobs
	is_array(job.publishes)
	some publish in job.publishes
	message := sprintf("publishes %v:%v%v", [publish.image, publish.tag, _by_default(publish)])
}

failures contains {"subject": job.pipeline, "message": message, "at": build.at} if {
	some job in _jobs
	job.publishes == []
	is_array(job.builds)
	some build in job.builds
	build.pushes == true
	message := sprintf("pushes %v", [build.image])
}

failures contains {"subject": job.pipeline, "message": message, "at": creation.at} if {
	some job in _jobs
	is_array(job.tag_creations)
	some creation in job.tag_creations
	message := sprintf("creates a %v", [creation.what])
}

failures contains {"subject": job.pipeline, "message": message, "at": touch.at} if {
	some job in _jobs
	is_array(job.touches)
	some touch in job.touches
	is_string(touch.verb)
	touch.verb != "observe"
	where := _where(touch)
	message := sprintf("acts on %v with %v", [where, touch.tool])
}

failures contains {"subject": job.pipeline, "message": message, "at": secret.at} if {
	some job in _jobs
	is_array(job.secrets)
	some secret in job.secrets
	data.lib.scope.production_secret(secret.name)
	message := sprintf("holds the production secret %v", [secret.name])
}

_jobs contains job if {
	some job in input.job
	data.lib.pipelines.pr[job.pipeline]
}

_by_default(publish) := ", as the plugin does by default" if publish.defaulted == true

_by_default(publish) := "" if publish.defaulted != true

_where(touch) := "production" if data.lib.jobs.on_production(touch)

_where(touch) := "stage" if data.lib.jobs.on_stage(touch)
