# METADATA
# title: Stage and production run the digest that was built
# description: |
#   A job that deploys to stage or production must set the image by a digest that comes from the build, from
#   a promotion or from a check against the released digest. It fails if it sets the image by tag, by tag
#   and digest both, or not at all, and if the digest is written out, comes from a variable or a tag, is
#   resolved again from a tag at deployment, or refers to an output that the job does not get (not in its
#   `needs`, not declared).
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: critical
#   prerequisite: 2
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches]
#   requires: [job.touches]
#   seeks: [job.builds, job.publishes, job.digest_checks]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.8, CC8.1]
#     slsa-1.2: [threat-G, threat-H]
#     ssdf-1.1: [PS.3.1]
#     cis-sscs-1.0: [5.1.7]
#     pci-4.0.1: [6.5.1]
#   remediation: |
#     Set the digest and nothing else, from a job named in `needs`:
#
#         deploy-prod:
#           needs: [preflight]
#           uses: ghcr.io/klinux/gocdnext-plugin-helm@v1
#           with:
#             command: |
#               upgrade --install my-app charts/my-app
#               --namespace prod
#               --set image.digest=${{ needs.preflight.outputs.digest }}
#   population_how: jobs that deploy to stage or production
#   added_in: "0.1.0"
package controls.digests.deploy_by_digest

import future.keywords.not

subjects contains id if some id, _ in data.lib.jobs.deploys

failures contains {"subject": deployment.job, "message": message, "at": setting.at} if {
	some deployment in _deployments
	touch := deployment.touch
	is_array(touch.images)
	some setting in touch.images
	setting.form == "tag"
	message := sprintf("%v sets the image by tag%v", [setting.key, _besides(touch)])
}

failures contains {"subject": deployment.job, "message": message, "at": setting.at, "absent": absent} if {
	some deployment in _deployments
	is_array(deployment.touch.images)
	some setting in deployment.touch.images
	setting.form in {"digest", "reference"}
	why := data.lib.traces.unsound(setting.trace)
	absent := data.lib.traces.absent(setting.trace)
	message := sprintf("%v is set by %v%v", [setting.key, why, _malformed(setting)])
}

failures contains {"subject": deployment.job, "message": message, "at": touch.at} if {
	some deployment in _deployments
	touch := deployment.touch
	touch.images == []
	_alone(deployment.job, touch)
	message := sprintf("%v says nothing of which image runs: a default decides", [touch.tool])
}

_deployments contains {"job": id, "touch": touch} if {
	some id, job in data.lib.jobs.deploys
	some touch in job.touches
	touch.verb == "deploy"
	_judged(touch)
}

_judged(touch) if data.lib.jobs.on_production(touch)

_judged(touch) if data.lib.jobs.on_stage(touch)

# The marker of a deployment says nothing of images where another tool of the job deploys.
_alone(_, touch) if {
	is_string(touch.tool)
	touch.tool != "gocdnext"
}

_alone(id, touch) if {
	touch.tool == "gocdnext"
	others := [other | some other in input.job[id].touches; other.tool != "gocdnext"; other.verb == "deploy"]
	count(others) == 0
}

_besides(touch) := ", besides a digest: the chart decides which" if {
	some other in touch.images
	other.form == "digest"
}

_besides(touch) := "" if {
	count([other | some other in touch.images; other.form == "digest"]) == 0
}

_malformed(setting) := ", and is no complete digest" if _broken(setting)

_malformed(setting) := "" if not _broken(setting)

_broken(setting) if {
	setting.form == "digest"
	setting.trace.kind == "literal"
	is_string(setting.trace.text)
	not regex.match(`^(sha256:)?[0-9a-f]{64}$`, setting.trace.text)
}
