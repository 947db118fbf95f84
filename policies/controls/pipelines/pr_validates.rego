# METADATA
# title: Pull requests are linted, scanned, tested and built before they are merged
# description: |
#   The pull request pipelines of a repository together must lint, look for secrets and for vulnerabilities,
#   test and build, each in a way that fails the pipeline. A check whose failure is swallowed (an exit code
#   of 0, `|| true`) does not count. A pipeline that starts only where certain paths change lets other pull
#   requests pass unseen and fails. Stage order suffices: a check need not be named in the `needs` of the
#   build.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [pipeline.starts]
#   requires: [pipeline.starts]
#   seeks: [pipeline.starts, job.pipeline, job.checks]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     cis-sscs-1.0: [1.1.9]
#     osps-baseline: [OSPS-QA-03]
#     nist-800-53-r5: [CM-3(2)]
#   remediation: |
#     Add the check that is missing, and let it fail the job:
#
#         gitleaks:
#           stage: security
#           uses: ghcr.io/klinux/gocdnext-plugin-gitleaks@v1
#           with:
#             exit-code: "1"
#   population_how: pipelines that start by a pull request
#   added_in: "0.1.0"
package controls.pipelines.pr_validates

import future.keywords.not

subjects contains id if some id, _ in data.lib.pipelines.pr

failures contains {"subject": id, "message": message, "at": pipeline.at, "absent": _absent} if {
	some id, pipeline in data.lib.pipelines.pr
	some kind, what in _needed
	not kind in _blocking
	not kind in _toothless
	message := sprintf("no pull request pipeline %v", [what])
}

failures contains {"subject": id, "message": message, "at": check.at, "absent": _absent} if {
	some id, _ in data.lib.pipelines.pr
	some check in _checks
	check.blocks == false
	some kind, what in _needed
	check.of == kind
	not kind in _blocking
	message := sprintf("what %v cannot fail the job: %v", [what, check.why])
}

failures contains {"subject": id, "message": message, "at": start.at} if {
	some id, pipeline in data.lib.pipelines.pr
	starts := [one | some one in pipeline.starts; one.cause == "pull_request"]
	filtered := [one | some one in starts; is_array(one.paths); count(one.paths) > 0]
	count(filtered) == count(starts)
	some start in filtered
	message := sprintf("starts only for changes of %v: others are not validated", [_list(start.paths)])
}

# What the pull request pipelines check: one set for all of them, because they may share the work.
_checks contains check if {
	some job in input.job
	data.lib.pipelines.pr[job.pipeline]
	is_array(job.checks)
	some check in job.checks
}

_blocking contains check.of if {
	some check in _checks
	check.blocks == true
}

_toothless contains check.of if {
	some check in _checks
	check.blocks == false
}

_list(paths) := concat(", ", [path | some path in paths; is_string(path)])

_absent := ["job.checks", "job.pipeline", "pipeline.starts"]

_needed := {
	"lint": "lints the code",
	"secrets": "looks for secrets",
	"vulnerabilities": "looks for vulnerabilities",
	"tests": "tests",
	"build": "builds",
}
