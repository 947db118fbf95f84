"""What is audited where no auditor.yaml says it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor import config, discover
from auditor.initial import initial
from auditor.text import files

PIPELINE = "name: a\nwhen: {event: [manual]}\nstages: [s]\njobs: {j: {stage: s, image: i, script: [x]}}\n"
POLICY = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {rules: []}\n"


def tree(root: Path, **texts: str) -> Path:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_it_finds_pipelines_charts_and_policies(tmp_path: Path) -> None:
    """Folders `.gocdnext`, folders with a Chart.yaml and documents of policy kinds become sources."""
    found = discover.Found(tree(tmp_path, **{".gocdnext/a.yaml": PIPELINE, "sub/.gocdnext/a.yml": PIPELINE, "c/Chart.yaml": "name: c\n", "c/templates/p.yaml": POLICY, "k/p.yaml": POLICY}))
    assert discover.sources(found) == {
        "repository": [{"path": "."}, {"path": "sub"}],
        "gocdnext": [{"path": ".gocdnext", "version": "0.93"}, {"path": "sub/.gocdnext", "version": "0.93"}],
        "kubernetes": {"cluster": "default", "manifests": ["k/p.yaml"]},
        "helm": {"charts": [{"path": "c"}]},
    }


def test_examples_and_tests_are_left_out_and_named(tmp_path: Path) -> None:
    """A policy in `examples` protects no cluster and a pipeline there starts nowhere: neither passes nor fails anything, and both are named."""
    tree(tmp_path, **{".gocdnext/a.yaml": PIPELINE, "examples/x/.gocdnext/a.yaml": PIPELINE, "docs/examples/p.yaml": POLICY, "c/tests/Chart.yaml": "name: c\n"})
    configuration, assumed = discover.discover(tmp_path)
    assert [(entry.collector, entry.options.get("path").text) for entry in configuration.sources] == [("repository", "."), ("gocdnext", ".gocdnext")]
    assert [(one.value, one.line) for one in assumed if "examples" in one.what] == [
        ('["examples/x/.gocdnext"]', 'sources: {gocdnext: {path: "examples/x/.gocdnext"}}'),
        ('["docs/examples/p.yaml"]', 'sources: {kubernetes: {manifests: ["docs/examples/p.yaml"]}}'),
        ('["c/tests"]', 'sources: {helm: {charts: [{path: "c/tests"}]}}'),
    ]
    assert "#   examples/x/.gocdnext\n" in initial(tmp_path)


def test_many_left_out_are_counted(tmp_path: Path) -> None:
    """The first five are named, the others counted."""
    tree(tmp_path, **{f"tests/p{n}.yaml": POLICY for n in range(7)})
    _, assumed = discover.discover(tmp_path)
    assert next(one.value for one in assumed if "tests" in one.value).endswith('"tests/p4.yaml", and 2 more]')


def test_inside_an_example_everything_counts(tmp_path: Path) -> None:
    """Who runs the audit in an example means the example."""
    assert discover.Found(tree(tmp_path / "examples", **{".gocdnext/a.yaml": PIPELINE})).left_out == {}


def test_a_folder_that_cannot_be_listed_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipelines that cannot be listed are unknown, not absent."""
    folder = tree(tmp_path, **{".gocdnext/a.yaml": PIPELINE}) / ".gocdnext"
    scan = os.scandir

    def refuse(path):
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(files.os, "scandir", refuse)
    assert discover.Found(tmp_path).pipelines == [folder]


def test_what_init_writes_can_be_read(tmp_path: Path) -> None:
    """The written file is a configuration, and allows the one unknown that files cannot answer, with its reason."""
    text = initial(tree(tmp_path, **{".gocdnext/a.yaml": PIPELINE, "examples/x/.gocdnext/a.yaml": PIPELINE}))
    (tmp_path / "auditor.yaml").write_text(text, encoding="utf-8")
    assert config.load(tmp_path / "auditor.yaml").resolved.allow_unknown == ["duties.author_excluded"]
    assert "cannot say in a file that the author of a change may not approve it" in text
