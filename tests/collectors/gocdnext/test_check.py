"""What the parser refuses beyond shapes: `check_pipeline`, `check_job`, `check_gate`, `walk`."""

import pytest


@pytest.mark.parametrize(
    "head",
    [
        "name: 'a:b'",
        "concurrency: twice",
        "supersede: always",
        "when: {event: [merge]}",
        "when: {status: [success]}",
        "when: {paths: [/abs]}",
        "when: {paths: ['a/../b']}",
        "when: {paths: ['[a']}",
        "when: {branches: [main]}",
        "materials: [{}]",
        "materials: [{git: {url: u, on: [cron]}}]",
        "materials: [{git: {url: u, poll_interval: 10s}}]",
        "materials: [{git: {url: u, poll_interval: 2d}}]",
        "services: {db: {image: x}}",
        "services: [{name: db}]",
        "services: [{image: x, tolerations: [{operator: Sometimes}]}]",
        "notifications: [{on: failure}]",
        "variables: [A]",
        "variables: {A: [b]}",
        "jobs2: {}",
    ],
)
def test_refuses_a_pipeline(job, head):
    """One refusal, with a line, for each thing the parser does not take of a pipeline."""
    file = job("image: a\nscript: [x]", head=head)
    assert len(file.refused) == 1, file.refused
    assert file.refused[0].at.line
    assert "j" in file.pipeline.jobs


@pytest.mark.parametrize(
    "body",
    [
        "uses: a@v1\nscript: [x]",
        "uses: a@v1\nimage: b",
        "uses: 'a b'",
        "uses: a@",
        "image: a\nscript: [x]\ncluster: Prod",
        "uses: a@v1\ncluster: prod\nwith: {kubeconfig: x}",
        "uses: a@v1\ncluster: prod\nsecrets: [PLUGIN_KUBECONFIG]",
        "image: a\nscript: [x]\nartifacts: {paths: [d], when: on_faliure}",
        "image: a\nscript: [x]\ncache: [{key: k}]",
        "image: a\nscript: [x]\ncache: [{key: 'a {{ hash \"f\" }}', paths: [p]}]",
        "image: a\nscript: [x]\ncache: [{key: 'a-{{ sum \"f\" }}', paths: [p]}]",
        "image: a\nscript: [x]\ncoverage_report: {path: /c, format: lcov}",
        "image: a\nscript: [x]\noutputs: {Digest: D}",
        "image: a\nscript: [x]\noutputs: {digest: 1D}",
        "image: a\nscript: [x]\noutputs: {digest: {env: D, mask: true}}",
        "image: a\nscript: [x]\nid_tokens: {CI_T: {aud: z}}",
        "image: a\nscript: [x]\nid_tokens: {T: {audience: z, aud: z}}",
        "image: a\nscript: [x]\nid_tokens: {T: {}}",
        "image: a\nscript: [x]\nid_tokens: {T: {aud: z}}\nsecrets: [T]",
        "image: a\nscript: [x]\nneeds_artifacts: [{paths: [p]}]",
        "image: a\ndeploy: {environment: prod}",
        "image: a\nscript: [x]\ndeploy: {environment: pro/d}",
        "image: a\nscript: [x]\ndeploy: {env: prod, environment: prod}",
        "image: a\nscript: [x]\ndeploy: {environment: prod, version: '${{ TOKEN }}'}",
        "image: a\nscript: [x]\ndeploy: {environment: prod, target: {cluster: c, application: a}}",
        "image: a\nscript: [x]\nenvironment: 12",
        "image: a\nscript: [x]\nenvironment:",
        "image: a\nscript: [x]\nenvironment: stage\ndeploy: {environment: prod}",
        "image: a\nenvironment: prod",
        "image: a\nscript: [x]\nparallel: {matrix: [{}]}",
        "image: a\nscript: [x]\nparallel: {matrix: [{OS: []}]}",
        "image: a\nscript: [x]\nparallel: {matrix: [{OS: [a, a]}]}",
        "image: a\nscript: [x]\nparallel: {matrix: [{CI_X: [a]}]}",
        "image: a\nscript: [x]\nrules: [{if: x}]",
        "image: a\nscript: [x]\nretry: '2'",
        "image: a\nscript: [x]\ndocker: 'true'",
        "image: a\nscript: [x]\nneeds: [j]",
        "image: a\nscript: [x]\nextends: .none",
        "image: a\nscript: [x]\nextends: j",
        "image: a\nscript: [x]\nstage: t",
    ],
)
def test_refuses_a_job(job, body):
    """At least one refusal, and none elsewhere, for each thing the parser does not take of a job."""
    file = job(body)
    assert file.refused, body
    assert {remark.job for remark in file.refused} == {"j"}


@pytest.mark.parametrize(
    "body",
    [
        "approval: {required: -1}",
        "approval: {required: two}",
        "approval: {approvers: [a], required: 2}",
        "approval: {approver_groups: [a], quorum_by_label: {breaking: 3}}",
        "approval: {quorum_by_label: {hotfix: 0}}",
        "approval: {quorum_by_label: {'hot fix': 1}}",
        "approval: {quorum_by_label: {HotFix: 1, hotfix: 1}}",
        "approval: {quorum_by_label: {" + ", ".join(f"l{n}: 1" for n in range(17)) + "}}",
        "approval: {}\nimage: a",
        "approval: {}\nsettings: {}",
        "approval: {}\ndocker: true",
        "approval: {}\nenvironment: prod",
        "approval: {}\nparallel: {count: 2}",
        "approval: {}\ntimeout: 7d",
        "approval: {}\ntimeout: 30s",
        "approval: {}\ntimeout: 2161h",
        "approval: [a]",
    ],
)
def test_refuses_a_gate(job, body):
    """One refusal for each thing the parser does not take of a gate, which stays a gate."""
    file = job(body)
    assert len(file.refused) == 1, file.refused
    assert file.pipeline.jobs["j"].is_gate


@pytest.mark.parametrize(
    "body",
    [
        "approval: {approver_groups: [a, b], required: 2}",
        "approval: {approver_groups: [a], approvers: [b], required: 2}",
        "approval: {required: 2}",
        "approval: {approver_groups: [a, a], required: 2}",
        "approval: {}\ntimeout: off",
        "approval: {}\ntimeout: 168h",
        "approval: {}\nsecrets: [A]\nvariables: {B: c}\ntags: [t]",
        "image: a\nscript: [x]\noutputs: {digest: {env: D, masked: true}}",
        "image: a\nscript: [x]\nid_tokens: {T: {aud: [y, z]}}",
        "image: a\nscript: [x]\ndeploy: {environment: prod, version: '${{ CI_COMMIT_SHA }}-${X}'}",
        "image: a\nscript: [x]\ndocker: yes\nretry: 2",
        "image: a\nscript: [x]\ncache: [{key: 'go-{{ hash \"go.sum\" }}', paths: [p]}]",
        "image: a\nsettings: {b: c}\nenvironment: prod",
    ],
)
def test_takes_what_the_parser_takes(job, body):
    """No refusal for what the parser takes."""
    assert job(body).refused == []


@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        ("{a: {stage: s, needs: [b]}, b: {stage: s, needs: [a]}}", "needs-cycle"),
        ("{a: {stage: s, needs: [b]}, b: {stage: t}}", "needs-later"),
        ("{a: {stage: s, needs: [b]}, .b: {stage: s}}", "needs-unknown"),
        ("{a: {stage: s, extends: .b}, .b: {extends: .c}, .c: {extends: .b}}", "extends-cycle"),
        ("{a: }", "unknown-stage"),
    ],
)
def test_refuses_an_impossible_order(read, codes, jobs, code):
    """Needs in a circle, forward or unknown, circles of templates and jobs without a stage are refused, and reading ends."""
    assert code in codes(read(f"stages: [s, t]\njobs: {jobs}\n").refused)


def test_duplicate_keys_are_refused_at_every_level(read, codes):
    """The second of two equal keys is remarked, at its own line; inside a deploy marker the last one counts."""
    file = read("stages: [s]\njobs:\n  j:\n    stage: s\n    image: a\n    image: b\n    variables: {A: x, A: y}\n    script: [x]\n")
    assert [(remark.code, remark.at.line) for remark in file.refused] == [("duplicate-key", 6), ("duplicate-key", 7)]
    marker = read("stages: [s]\njobs: {j: {stage: s, image: a, script: [x], deploy: {environment: a, environment: b}}}\n")
    assert (marker.refused, codes(marker.ignored)) == ([], ["duplicate-key"])


def test_empty_items_of_a_list_are_dropped(job, codes):
    """A null in a list of names is no name: a gate for `[~]` is a gate for anybody."""
    file = job("approval: {approver_groups: [~]}")
    assert (file.refused, codes(file.ignored), file.pipeline.jobs["j"].approval.groups) == ([], ["empty-item"], [])


def test_inputs_are_checked_on_apply_for_the_short_form_only(job, codes):
    """The server knows a plugin by its short name; the canonical reference escapes the check and the input is ignored."""
    inputs = "with: {api-url: u, api-token: t, project: p, pipeline: q, revision: r, require-digest-match: true}"
    short, long = (
        job(f"uses: gocdnext/check-pipeline-run@v1\n{inputs}"),
        job(f"uses: ghcr.io/klinux/gocdnext-plugin-check-pipeline-run@v1\n{inputs}"),
    )
    assert (codes(short.refused), codes(short.refused_on_apply), codes(short.ignored)) == ([], ["unknown-input"], [])
    assert (codes(long.refused), codes(long.refused_on_apply), codes(long.ignored)) == ([], [], ["unknown-input"])
    assert not short.is_honoured
    assert long.is_honoured
    assert codes(job(f"uses: gocdnext/check-pipeline-run@v1\n{inputs}", "documented").refused_on_apply) == []
