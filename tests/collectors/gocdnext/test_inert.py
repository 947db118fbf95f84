"""What is declared in vain: `inert`, `inert_references`, and the half of `extends` that loses things."""

import pytest


@pytest.mark.parametrize("key", ["include: [{local: a.yaml}]", "template: t", "version: 2"])
def test_keys_without_effect(job, codes, key):
    """`include`, `template` and `version` are accepted and do nothing."""
    file = job("image: a\nscript: [x]", head=key)
    assert (file.refused, codes(file.ignored)) == ([], ["no-effect"])


def test_a_null_approval_is_no_gate(job, codes):
    """`approval:` without a value is accepted, and the job is no gate."""
    file = job("approval:")
    assert (file.refused, codes(file.ignored), file.pipeline.jobs["j"].is_gate) == ([], ["null-approval"], False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("approval: {approver_groups: ['']}", "blank-approver"),
        ("approval: {required: 0}", "required-zero"),
        ("approval: {quorum_by_label: {hotfix: 1}}", "labels-inert"),
        ("approval: {}\nwhen: {branch: [main]}", "no-effect"),
        ("image: a\nscript: [x]\nwith: {a: b}", "no-effect"),
        ("image: a\nscript: [x]\nsettings: {a: b}", "no-effect"),
        ("image: a\nscript: [x]\ntimeout: 5m", "no-effect"),
        ("uses: ghcr.io/klinux/gocdnext-plugin-buildx@v1\nwith: {image: i}\noutputs: {digest: IMAGE_DIGEST}", "output-not-written"),
        (
            "uses: gocdnext/check-pipeline-run@v1\nwith: {api-url: u, api-token: t, project: p, pipeline: q}\noutputs: {d: IMAGE_DIGEST}",
            "output-not-written",
        ),
        ("uses: gocdnext/gcloud@v1\nwith: {command: 'container x && helm y'}", "command-no-shell"),
        ("image: a\nscript: ['echo ${{ TOKEN }}']", "not-resolved"),
        ("image: 'a:${{ TAG }}'\nscript: [x]", "not-resolved"),
        ("uses: a/b@v1\nwith: {x: '${{ secrets.TOKEN }}'}", "no-reference"),
        ("uses: a/b@v1\nwith: {x: '${{ needs.k.outputs.y }}'}", "output-no-job"),
    ],
)
def test_says_what_has_no_effect(job, codes, body, code):
    """Accepted by 0.93, and remarked once, with a line."""
    file = job(body)
    assert (file.refused, codes(file.ignored)) == ([], [code])
    assert file.ignored[0].at.line


def test_a_gate_with_required_zero_takes_one_vote(job):
    """`required: 0` counts as 1, so does its absence; what is no number is not known."""
    votes = [
        job(f"approval: {body}").pipeline.jobs["j"].approval.required
        for body in ("{required: 0}", "{}", "{required: many}", "{required: '2'}")
    ]
    assert votes == [1, 1, None, 2]


def test_label_overrides_act_where_a_pull_request_can_start(job, codes):
    """They are honoured with a pull_request trigger, where the triggers are not known, and in the documented dialect always."""
    gate = "approval: {quorum_by_label: {HotFix: 1}}"
    live = job(gate, head="when: {event: [pull_request]}")
    assert (codes(live.ignored), live.pipeline.jobs["j"].approval.overrides_honoured) == ([], True)
    assert live.pipeline.jobs["j"].approval.overrides[0].label == "hotfix"
    assert not job(gate).pipeline.jobs["j"].approval.overrides_honoured
    unknown = job(gate, head="materials: [{git: {url: 'https://github.com/o/app', on: [push]}}]")
    assert (codes(unknown.ignored), unknown.pipeline.jobs["j"].approval.overrides_honoured) == ([], None)
    assert job(gate, "documented").pipeline.jobs["j"].approval.overrides_honoured


REFERENCES = """
    stages: [s]
    jobs:
      build: {stage: s, image: a, script: [x], outputs: {digest: D}}
      mid: {stage: s, needs: [build], image: a, script: [x]}
      cells: {stage: s, image: a, script: [x], outputs: {digest: D}, parallel: {matrix: [{OS: [a, b]}]}}
      far: {stage: s, needs: [mid], uses: a/b@v1, with: {x: "${{ needs.build.outputs.digest }}"}}
      alias: {stage: s, needs: [build], uses: a/b@v1, with: {x: "${{ needs.build.outputs.other }}"}}
      bare: {stage: s, needs: [cells], uses: a/b@v1, with: {x: "${{ needs.cells.outputs.digest }}"}}
      cell: {stage: s, needs: [cells], uses: a/b@v1, with: {x: "${{ needs.cells.matrix[OS=a].outputs.digest }}"}}
      good: {stage: s, needs: [build], uses: a/b@v1, with: {x: "${{ needs.build.outputs.digest }}"}}
      shell: {stage: s, needs: [build], image: a, script: ["crane copy x@${{ needs.build.outputs.digest }} y"]}
"""


def test_outputs_need_direct_needs_and_a_declared_alias(read):
    """An output resolves only from a directly needed job that declares it, of a matrix only from a named cell."""
    found = {remark.job: remark.code for remark in read(REFERENCES).ignored}
    assert found == {"far": "output-not-needed", "alias": "output-not-declared", "bare": "output-no-cell", "shell": "not-resolved"}


def test_the_documentation_resolves_outputs_in_scripts_and_of_any_job(read):
    """The documented dialect drops the two limits that its examples break."""
    found = {remark.job: remark.code for remark in read(REFERENCES, "documented").ignored}
    assert found == {"alias": "output-not-declared", "bare": "output-no-cell"}


def test_a_variable_cannot_be_filled_at_the_start(job, codes):
    """An empty variable of a pipeline started by hand stays empty, and v0.0.0 stays that, whatever the documentation says of trigger time."""
    body, head = "image: a\nscript: ['git tag $TAG']", "when: {event: [manual]}\nvariables: {TAG: %s}"
    for value in ("''", "v0.0.0", "0.0"):
        assert codes(job(body, head=head % value).ignored) == ["trigger-variable"]
        assert codes(job(body, "documented", head=head % value).ignored) == []
    for value in ("v0.0.1", "0", "v1.0.0"):
        assert codes(job(body, head=head % value).ignored) == []


def test_extends_loses_what_the_product_drops(read, codes):
    """A child's own deploy, cluster, outputs, tokens, agent and resources are dropped, a parent's environment and parts of its approval
    too."""
    file = read("""
        stages: [s]
        jobs:
          .base: {stage: s, image: a, script: [x], environment: production, docker: true}
          .gate: {stage: s, approval: {approver_groups: [a, b], required: 2, description: d}}
          j: {extends: .base, deploy: {environment: production}, cluster: c, outputs: {a: B}, docker: false}
          g: {extends: .gate, approval: {approver_groups: [c]}}
          n: {extends: .gate, approval: }
    """)
    assert file.refused == []
    assert codes(file.ignored) == [
        "extends-environment",
        "extends-dropped",
        "extends-dropped",
        "extends-dropped",
        "extends-docker",
        "extends-approval",
        "extends-approval",
    ]
    jobs = file.pipeline.jobs
    assert (jobs["j"].deploy, jobs["j"].cluster, jobs["j"].environment, jobs["j"].docker, jobs["j"].image.text) == (
        None,
        None,
        None,
        True,
        "a",
    )
    assert (jobs["g"].approval.required, [group.text for group in jobs["g"].approval.groups]) == (1, ["c"])
    assert jobs["n"].approval.required == 2
