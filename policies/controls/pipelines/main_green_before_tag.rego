# METADATA
# title: A release is cut only from a commit on which the main pipeline passed
# description: |
#   A job that creates a tag or release must come after one that fails unless the main pipeline has
#   succeeded on the very commit that is released. A check that a cancelled or failed run satisfies too, one
#   that looks for a tag or for any run instead of the commit, one of another pipeline, one that cannot fail
#   its job, and one that does not precede the tag do not count. In a pipeline that releases without
#   creating a tag, the job that publishes the release image must come after the check; where a pushed tag
#   starts the pipeline, the check belongs where the tag is cut.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   aspects: [design]
#   sources: [gocdnext]
#   population: [pipeline.starts, job.pipeline, job.tag_creations, job.publishes]
#   requires: [job.pipeline, job.tag_creations, job.publishes, job.after, job.run_checks]
#   seeks: [pipeline.starts, pipeline.name]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     pci-4.0.1: [6.5.1]
#     nist-800-53-r5: [CM-3(2)]
#   remediation: |
#     Check the commit before the tag:
#
#         verify-main-green:
#           stage: validate
#           uses: ghcr.io/klinux/gocdnext-plugin-check-pipeline-run@v1
#           with:
#             pipeline: main
#             revision: ${CI_COMMIT_SHA}
#             expected-status: success
#   population_how: pipelines that create a tag, or publish a release image without being started by one
#   added_in: "0.1.0"
package controls.pipelines.main_green_before_tag

import future.keywords.not

subjects contains cut.pipeline if some cut in _cuts

failures contains {"subject": cut.pipeline, "message": message, "at": cut.at, "absent": _absent} if {
	some cut in _cuts
	is_array(cut.job.after)
	count(_checks(cut)) == 0
	message := sprintf("%v without a check that the main pipeline passed on this commit", [cut.what])
}

failures contains {"subject": cut.pipeline, "message": message, "at": check.at, "absent": _absent} if {
	some cut in _cuts
	checks := _checks(cut)
	sound := [one | some one in checks; count(_shortcomings(one)) == 0; _read(one)]
	count(sound) == 0
	some check in checks
	some message in _shortcomings(check)
}

# Where a release is cut: by a tag, or by publishing where no tag started it.
_cuts contains {"pipeline": job.pipeline, "job": job, "at": creation.at, "what": what} if {
	some job in input.job
	data.lib.pipelines.judged[job.pipeline]
	is_array(job.tag_creations)
	some creation in job.tag_creations
	what := sprintf("creates a %v", [creation.what])
}

_cuts contains {"pipeline": publication.pipeline, "job": publication.job, "at": publish.at, "what": what} if {
	some publication in data.lib.releases.publications
	publish := publication.publish
	pipeline := input.pipeline[publication.pipeline]
	is_array(pipeline.starts)
	causes := [start.cause | some start in pipeline.starts; is_string(start.cause)]
	count(causes) == count(pipeline.starts)
	not "tag" in causes
	what := sprintf("publishes %v:%v", [publish.image, publish.tag])
}

# The checks of other runs before the cut, in the job itself too if they stand above it.
_checks(cut) := array.concat(_earlier(cut), _above(cut))

_earlier(cut) := [check |
	some job in data.lib.jobs.before(cut.job)
	is_array(job.run_checks)
	some check in job.run_checks
]

_above(cut) := [check |
	is_array(cut.job.run_checks)
	some check in cut.job.run_checks
	check.at.source == cut.at.source
	check.at.line < cut.at.line
]

_read(check) if {
	is_array(check.statuses)
	is_array(check.doubts)
	is_boolean(check.fails)
	is_string(check.by)
	is_string(check.pipeline)
}

_shortcomings(check) := {message |
	some message in array.concat(_wrong_run(check), _wrong_answer(check))
}

_wrong_run(check) := array.concat(
	[message |
		is_string(check.pipeline)
		not check.pipeline in _main_names
		message := sprintf("the check is of pipeline %v, which does not start by a push", [check.pipeline])
	],
	[message |
		is_string(check.by)
		check.by != "revision"
		message := "the check does not ask for the commit that is released"
	],
)

_wrong_answer(check) := array.concat(
	[message |
		is_array(check.statuses)
		some status in check.statuses
		status != "success"
		message := sprintf("a run that ended with %v satisfies the check too", [status])
	],
	array.concat(
		["the check cannot fail the job" | check.fails == false],
		[doubt.message | is_array(check.doubts); some doubt in check.doubts],
	),
)

_main_names := {pipeline.name | some pipeline in data.lib.pipelines.main}

_absent := ["job.run_checks", "job.after", "pipeline.name", "pipeline.starts"]
