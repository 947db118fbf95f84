import os

import pytest

from auditor.collectors import gocdnext

KINDS = ["gate", "job", "pipeline", "pipeline_file", "quorum_override"]
GATED = """
name: prod
when: {event: [manual]}
stages: [gate, deploy]
jobs:
  approve: {stage: gate, approval: {approver_groups: [a, b], required: %s%s}}
  deploy: {stage: deploy, image: a, script: [helm upgrade a b -n prod]}
"""


def test_facts_have_ids_order_and_gates(collect):
    """Jobs know what they need, what came before and which gates are among it; notifications stand outside."""
    found = collect({"prod.yaml": GATED % (2, "") + "notifications: [{on: failure, uses: gocdnext/slack@v1, secrets: [HOOK]}]\n"})
    job = found.facts["job"]["my-org#prod/deploy"]
    assert (job.after, job.gates, job.needs) == (["my-org#prod/approve"], ["my-org#prod/approve"], [])
    note = found.facts["job"]["my-org#prod/_notify_0"]
    assert (note.notification, note.after, note.gates, note.plugin, [secret.name for secret in note.secrets]) == (True, [], [], "slack", ["HOOK"])
    pipeline = found.facts["pipeline"]["my-org#prod"]
    assert ([start.cause for start in pipeline.starts], pipeline.file) == (["manual"], "my-org/.gocdnext/prod.yaml")
    assert [(note.on, note.plugin) for note in pipeline.notifications] == [("failure", "slack")]


def test_a_path_that_does_not_exist_is_a_gap_of_every_kind(collect):
    """A misspelt path makes nothing pass: every kind is unread in that repository, with a next step."""
    found = collect({}, path=".gocdnxt")
    assert [(gap.kind, gap.path) for gap in sorted(found.gaps, key=lambda gap: gap.kind)] == [(kind, "my-org") for kind in KINDS]
    assert all(gap.hint for gap in found.gaps)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_a_gap(collect, tmp_path):
    """Its neighbours stay judged."""
    collect({"a.yaml": "stages: []\n", "b.yaml": "stages: []\n"})
    (tmp_path / ".gocdnext/a.yaml").chmod(0)
    found = collect({})
    assert [gap for gap in found.gap_kinds() if gap[1] == "my-org/.gocdnext/a.yaml"] == [(kind, "my-org/.gocdnext/a.yaml") for kind in KINDS]
    assert list(found.facts["pipeline"]) == ["my-org#b"]


def test_a_file_beyond_our_limits_is_a_gap(collect):
    """So many jobs, or text that is no UTF-8, cannot be judged; the neighbours are."""
    jobs = "".join(f"  j{number}: {{stage: s, image: a, script: [x]}}\n" for number in range(401))
    found = collect({"a.yaml": f"stages: [s]\njobs:\n{jobs}", "b.yaml": "stages: []\n"})
    assert [gap for gap in found.gap_kinds() if gap[1] == "my-org/.gocdnext/a.yaml"] == [(kind, "my-org/.gocdnext/a.yaml") for kind in KINDS]
    assert list(found.facts["pipeline"]) == ["my-org#b"]


def test_a_file_that_cannot_be_read_may_have_the_name_of_another(collect):
    """Whether the server loads a file, and what it rests on, is not known while another file of the folder is not."""
    text = "name: b\nstages: []\nmaterials: [{upstream: {pipeline: a, stage: test}}]\n"
    whole = collect({"a.yaml": "name: b\nstages: []\n", "b.yaml": text})
    assert whole.facts["pipeline_file"]["my-org/.gocdnext/b.yaml"].refused
    lost = collect({"a.yaml": "- no pipeline\n", "b.yaml": text})
    file = lost.facts["pipeline_file"]["my-org/.gocdnext/b.yaml"]
    assert (file.refused, file.ignored) == (None, None)
    assert ("pipeline_file.refused", "my-org/.gocdnext/b.yaml") in lost.gap_kinds()


def test_files_that_the_product_does_not_load_are_refused(collect):
    """Upper-case suffixes and folders below are no pipelines: said at the file, nothing read from it."""
    found = collect({"a.YAML": "stages: []\n", ".gocdnext/b/c.yaml": "stages: []\n", "d.yaml": "nonsense: 1\nstages: []\n"})
    files = found.facts["pipeline_file"]
    assert {name.rsplit("/", 1)[-1]: (bool(file.refused), file.pipeline) for name, file in files.items()} == {"a.YAML": (True, ""), "c.yaml": (True, ""), "d.yaml": (True, "my-org#d")}


def test_two_pipelines_of_one_name_keep_apart(collect):
    """Both are refused, and each has an id of its own."""
    found = collect({"a.yaml": "name: p\nstages: []\n", "b.yaml": "name: p\nstages: []\n"})
    assert list(found.facts["pipeline"]) == ["my-org#p (a.yaml)", "my-org#p (b.yaml)"]
    assert all(file.refused for file in found.facts["pipeline_file"].values())


@pytest.mark.parametrize(
    ("version", "flag", "excluded", "said"),
    [
        ("0.93", "", None, ""),
        ("0.93", ", exclude_pr_author: true", False, "not honoured"),
        ("documented", "", False, ""),
        ("documented", ", exclude_pr_author: true", True, "honoured"),
        ("documented", ", exclude_pr_author: maybe", None, ""),
    ],
)
def test_the_author_of_a_change_at_a_gate(collect, version, flag, excluded, said):
    """Version 0.93 knows no such flag: with it the gate excludes nobody, without it only the groups on the server can tell."""
    found = collect({"prod.yaml": GATED % (2, flag)}, version)
    gate = found.facts["gate"]["my-org#prod/approve"]
    assert (gate.required, gate.author_excluded, gate.author_exclusion) == (2, excluded, said)
    reasons = [gap.reason for gap in found.gaps if gap.kind == "gate.author_excluded"]
    assert bool(reasons) is (excluded is None)
    assert version == "documented" or excluded is False or "groups on the server" in reasons[0]


def test_a_quorum_that_is_no_number_is_a_gap(collect):
    """Neither 1 nor what somebody meant: unread."""
    found = collect({"prod.yaml": GATED % ("many", ", quorum_by_label: {hotfix: 1}")})
    assert found.facts["gate"]["my-org#prod/approve"].required is None
    assert ("gate.required", "my-org#prod/approve") in found.gap_kinds()


@pytest.mark.parametrize(("event", "version", "applies"), [("manual", "0.93", False), ("pull_request", "0.93", True), ("manual", "documented", True)])
def test_where_label_overrides_act(collect, event, version, applies):
    """Version 0.93 reads labels only in runs that a pull request starts."""
    text = (GATED % (2, ", quorum_by_label: {HotFix: 1}")).replace("manual", event)
    (override,) = collect({"prod.yaml": text}, version).facts["quorum_override"].values()
    assert (override.label, override.quorum, override.base, override.applies) == ("hotfix", 1, 2, applies)


def test_starts_that_depend_on_the_remote_are_unread(collect):
    """An explicit material of a repository that may be this one decides whether `when` counts."""
    found = collect({"p.yaml": "materials: [{git: {url: 'https://x/y'}}]\nstages: []\n"})
    assert found.facts["pipeline"]["my-org#p"].starts is None
    assert ("pipeline.starts", "my-org#p") in found.gap_kinds()


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("deploy: {environment: production}\nimage: a\nscript: [echo]", [("deploy", "gocdnext", "production")]),
        ("deploy: {environment: production}\nimage: a\nscript: [helm upgrade a b]", [("deploy", "helm", "production")]),
        ("environment: production\nimage: a\nscript: [./x]", [("change", "gocdnext", "production")]),
        ("environment: production\nimage: a\nscript: [kubectl get pods]", [("observe", "kubectl", "production"), ("observe", "gocdnext", "production")]),
        ("environment: production\nuses: gocdnext/goose@v1\nwith: {command: up}", [("migrate", "goose", "production")]),
        ("environment: production", []),
    ],
)
def test_markers_are_touches(does, marker, expected):
    """A marker says where a job acts, with its command or where nothing shows what it does; a job that runs nothing touches nothing."""
    assert [(touch.verb, touch.tool, touch.environment) for touch in does(marker).touches] == expected


def test_scripts_of_the_repository(collect, tmp_path):
    """A called shell script is read at its own place; a script that is no shell, or not there, is said to be unread."""
    files = {"./deploy.sh": "#!/bin/sh\nhelm upgrade a b -n $1\n", "./x.py": "#!/usr/bin/env python3\n"}
    text = "stages: [s]\njobs:\n  j: {stage: s, image: a, script: ['%s']}\n"
    found = collect(files | {"p.yaml": text % "./deploy.sh prod"}).job()
    assert [(touch.namespace, touch.at.line) for touch in found.touches] == [("prod", 2)]
    assert found.unread == []
    assert len(collect({"p.yaml": text % "./x.py"}).job().unread) == 1


def test_a_script_that_cannot_be_read_leaves_the_job_unread(collect, tmp_path):
    """Losing a script adds no pass: all that the job does is unknown, with the reason."""
    text = "stages: [s]\njobs:\n  j: {stage: s, image: a, script: [./deploy.sh]}\n"
    (tmp_path / "outside.sh").write_text("#!/bin/sh\n")
    (tmp_path / "repo/.gocdnext").mkdir(parents=True)
    (tmp_path / "repo/deploy.sh").symlink_to(tmp_path / "outside.sh")
    (tmp_path / "repo/.gocdnext/p.yaml").write_text(text)
    found = collect({}, path="repo/.gocdnext")
    assert found.job().touches is None
    assert len(found.gap_kinds()) == 10
    assert "deploy.sh" in found.gaps[-1].reason


def test_a_script_that_is_no_shell_leaves_the_job_unread(does, collect):
    """A script that cannot be parsed may do anything."""
    found = collect({"p.yaml": "stages: [s]\njobs:\n  j: {stage: s, image: a, script: [\"helm upgrade 'a\"]}\n"})
    assert found.job().touches is None
    assert {kind for kind, _ in found.gap_kinds()} >= {"job.touches", "job.publishes", "job.checks"}


def test_an_unread_command_with_a_cluster_credential_is_no_nothing(collect):
    """What is handed a kubeconfig and cannot be read may deploy: unknown, not nothing."""
    found = collect({"p.yaml": "stages: [s]\njobs:\n  j: {stage: s, image: a, secrets: [PROD_KUBECONFIG], script: [./gone]}\n"})
    assert found.job().touches is None


def test_repositories_of_paths(tmp_path):
    """The repository of a pipeline folder is the folder around it; globs bring some in, unnamed."""
    for name in ("a", "b"):
        (tmp_path / name / ".gocdnext").mkdir(parents=True)
    found = gocdnext.repositories
    assert found(gocdnext.Config(path="a/.gocdnext"), tmp_path) == [(tmp_path / "a", True)]
    assert found(gocdnext.Config(path="*/.gocdnext"), tmp_path) == [(tmp_path / "a", False), (tmp_path / "b", False)]
    assert found(gocdnext.Config(path="a/x.yaml"), tmp_path) == [(tmp_path / "a", True)]


def test_a_single_file_is_a_project(collect):
    """A configured path that ends in .yaml is one file; what lies in the usual folder is not read."""
    found = collect({"./ci/p.yaml": "stages: []\n", "q.yaml": "stages: []\n"}, path="ci/p.yaml")
    assert [pipeline.name for pipeline in found.facts["pipeline"].values()] == ["p"]


def test_lines_of_block_scripts(collect):
    """Facts point to the command's own line, in literal blocks and behind comments."""
    text = "stages: [s]\njobs:\n  j:\n    stage: s\n    image: a\n    script:\n      - echo\n      - |\n        # why\n        echo x\n        helm upgrade a b\n"
    assert collect({"p.yaml": text}).job().touches[0].at.line == 11
