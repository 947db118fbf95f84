# METADATA
# title: A scan stops what it finds
# description: |
#   Every scan of a job must fail the job when it finds something, must look at the severities that count,
#   and in a release pipeline must look at the very image that is released. It fails with an exit code of 0,
#   with `|| true`, with a severity list that leaves out one of the parameter `severities`, and, of an image
#   in a release pipeline, with a target named by a tag or by anything else that does not lead to the build.
#   Findings without a fix may be left aside unless the parameter `unfixed` says otherwise; trivy's plugin
#   leaves them aside by default.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.scans]
#   requires: [job.scans]
#   consults: [job.pipeline, job.publishes, job.tag_creations, pipeline.name]
#   seeks: [job.builds, job.publishes, job.digest_checks]
#   per: repository
#   parameters:
#     severities:
#       default: [HIGH, CRITICAL]
#       schema: {type: array, items: {enum: [UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL]}, uniqueItems: true}
#       description: Severities of vulnerabilities that every scan must act on.
#     unfixed:
#       default: ignored
#       schema: {enum: [ignored, judged]}
#       description: Whether a scan may ignore vulnerabilities that have no fix.
#   frameworks:
#     soc2-tsc-2017-2022: [CC7.1]
#     osps-baseline: [OSPS-QA-03]
#     nist-800-53-r5: [CM-3(2)]
#   remediation: |
#     Let findings fail the job, and scan the digest that was built:
#
#         trivy-image:
#           needs: [build]
#           uses: ghcr.io/klinux/gocdnext-plugin-trivy@v1
#           with:
#             scan-type: image
#             target: ghcr.io/my-org/my-app@${{ needs.build.outputs.digest }}
#             severity: HIGH,CRITICAL
#             exit-code: "1"
#   population_how: jobs that scan for vulnerabilities, secrets or misconfigurations
#   added_in: "0.1.0"
package controls.pipelines.scan_blocks

import future.keywords.not

subjects contains id if some id, _ in _jobs

failures contains {"subject": id, "message": message, "at": scan.at} if {
	some id, job in _jobs
	some scan in job.scans
	scan.fails == false
	message := sprintf("findings of %v do not fail the job: %v", [scan.tool, scan.why])
}

failures contains {"subject": id, "message": message, "at": scan.at} if {
	some id, job in _jobs
	some scan in job.scans
	scan.finds == "vulnerabilities"
	is_array(scan.severities)
	count(scan.severities) > 0
	some severity in data.parameters["pipelines.scan_blocks"].severities
	not severity in scan.severities
	message := sprintf("%v passes findings of severity %v", [scan.tool, severity])
}

failures contains {"subject": id, "message": message, "at": scan.at} if {
	some id, job in _jobs
	some scan in job.scans
	scan.ignores_unfixed == true
	data.parameters["pipelines.scan_blocks"].unfixed == "judged"
	message := sprintf("%v passes findings that have no fix", [scan.tool])
}

failures contains {"subject": id, "message": message, "at": scan.at, "absent": absent} if {
	some id, job in _jobs
	data.lib.pipelines.release[job.pipeline]
	some scan in job.scans
	scan.subject == "image"
	why := data.lib.traces.unsound(scan.target)
	absent := data.lib.traces.absent(scan.target)
	message := sprintf("%v looks at an image that is named by %v", [scan.tool, why])
}

_jobs[id] := job if {
	some id, job in input.job
	data.lib.scope.production_repository(id)
	is_array(job.scans)
	count(job.scans) > 0
}
