package controls.pipelines.main_green_before_tag_test

_said(doc) := messages if {
	found := data.controls.pipelines.main_green_before_tag.failures with input as doc
	messages := {failure.message | some failure in found}
}

_absent(doc) := kinds if {
	found := data.controls.pipelines.main_green_before_tag.failures with input as doc
	kinds := {kind | some failure in found; some kind in failure.absent}
}

_with_job(name, fields) := data.lib.sample_test.with_job(name, fields)

_run_check := data.lib.sample_test.run_check

_sound := data.lib.sample_test.sound

_start(cause, branches) := data.lib.sample_test.start(cause, branches)

_line(number) := data.lib.sample_test.line(number)

_tag := data.lib.sample_test.tag

_at := data.lib.sample_test.at

test_pass_one_sound_check_suffices if {
	doc := _with_job(
		"release/verify-main-green",
		{
			"run_checks": [
				_run_check,
				object.union(_run_check, {"pipeline": "pr"}),
			],
		},
	)
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_not_applicable_out_of_scope if {
	doc := object.union(
		_sound,
		{"scope": {"production": {"repositories": ["o/other"]}}},
	)
	data.controls.pipelines.main_green_before_tag.subjects == set() with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_unknown_cause_unread if {
	doc := object.union(
		_with_job("release/create-tag", {"tag_creations": []}),
		{
			"pipeline": {
				"o/r#release": {
					"starts": [
						object.union(_start("tag", []), {"cause": null}),
					],
				},
			},
		},
	)
	data.controls.pipelines.main_green_before_tag.subjects == set() with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_pass_checked_before if {
	doc := _sound
	data.controls.pipelines.main_green_before_tag.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_pass_checked_above_in_the_same_script if {
	doc := object.union_n([
		_with_job("release/verify-main-green", {"run_checks": []}),
		{
			"job": {
				"o/r#release/create-tag": {
					"run_checks": [
						object.union(
							_run_check,
							{"at": _line(3)},
						),
					],
					"tag_creations": [
						object.union(
							_tag,
							{"at": _line(9)},
						),
					],
				},
			},
		},
	])
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_pass_a_tag_starts_what_publishes if {
	doc := object.union(
		_with_job("release/create-tag", {"tag_creations": []}),
		{"pipeline": {"o/r#release": {"starts": [_start("tag", [])]}}},
	)
	data.controls.pipelines.main_green_before_tag.subjects == set() with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_fail_no_check if {
	doc := _with_job("release/verify-main-green", {"run_checks": []})
	count(data.controls.pipelines.main_green_before_tag.failures) == 2 with input as doc
	absent := _absent(doc)
	absent == {"job.run_checks", "job.after", "pipeline.name", "pipeline.starts"}
}

test_fail_publishes_without_check_or_tag if {
	doc := object.union_n([
		_with_job("release/verify-main-green", {"run_checks": []}),
		{"job": {"o/r#release/create-tag": {"tag_creations": []}}},
	])
	messages := _said(doc)
	some message in messages
	startswith(message, "publishes ghcr.io/my-org/my-app:${TAG} without a check")
}

test_fail_check_after_the_tag if {
	doc := _with_job("release/create-tag", {"after": []})
	messages := _said(doc)
	messages == {"creates a tag without a check that the main pipeline passed on this commit"}
}

test_fail_check_below_the_tag_in_one_script if {
	doc := object.union_n([
		_with_job("release/verify-main-green", {"run_checks": []}),
		{
			"job": {
				"o/r#release/create-tag": {
					"run_checks": [
						object.union(
							_run_check,
							{"at": _line(20)},
						),
					],
					"tag_creations": [
						object.union(
							_tag,
							{"at": _line(9)},
						),
					],
				},
			},
		},
	])
	messages := _said(doc)
	"creates a tag without a check that the main pipeline passed on this commit" in messages
}

test_fail_cancelled_counts if {
	doc := _with_job(
		"release/verify-main-green",
		{
			"run_checks": [
				object.union(
					_run_check,
					{"statuses": ["success", "canceled"]},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"a run that ended with canceled satisfies the check too"}
}

test_fail_failed_counts if {
	doc := _with_job(
		"release/verify-main-green",
		{"run_checks": [object.union(_run_check, {"statuses": ["failed"]})]},
	)
	messages := _said(doc)
	messages == {"a run that ended with failed satisfies the check too"}
}

test_fail_by_tag if {
	doc := _with_job(
		"release/verify-main-green",
		{"run_checks": [object.union(_run_check, {"by": "tag"})]},
	)
	messages := _said(doc)
	messages == {"the check does not ask for the commit that is released"}
}

test_fail_of_another_pipeline if {
	doc := _with_job(
		"release/verify-main-green",
		{"run_checks": [object.union(_run_check, {"pipeline": "pr"})]},
	)
	messages := _said(doc)
	messages == {"the check is of pipeline pr, which does not start by a push"}
}

test_fail_cannot_fail if {
	doc := _with_job(
		"release/verify-main-green",
		{"run_checks": [object.union(_run_check, {"fails": false})]},
	)
	messages := _said(doc)
	messages == {"the check cannot fail the job"}
}

test_fail_doubtful if {
	doc := _with_job(
		"release/verify-main-green",
		{
			"run_checks": [
				object.union(
					_run_check,
					{
						"doubts": [
							{
								"message": "a max-age of 0 accepts any run",
								"at": _at,
							},
						],
					},
				),
			],
		},
	)
	messages := _said(doc)
	messages == {"a max-age of 0 accepts any run"}
}

test_unknown_order_unread if {
	doc := _with_job("release/create-tag", {"after": null})
	data.controls.pipelines.main_green_before_tag.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_unknown_check_unread if {
	doc := _with_job(
		"release/verify-main-green",
		{"run_checks": [object.union(_run_check, {"by": null})]},
	)
	data.controls.pipelines.main_green_before_tag.subjects == {"o/r#release"} with input as doc
	count(data.controls.pipelines.main_green_before_tag.failures) == 0 with input as doc
}

test_not_applicable_nothing_released if {
	doc := object.union_n([
		_with_job("release/create-tag", {"tag_creations": []}),
		{"job": {"o/r#release/promote": {"publishes": []}}},
	])
	data.controls.pipelines.main_green_before_tag.subjects == set() with input as doc
}
