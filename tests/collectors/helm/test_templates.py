"""What a rendering without a cluster cannot know; where an image stands; what a chart folder may hold."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import pytest

from auditor.collectors.helm import chart as charts
from auditor.collectors.helm import worker
from auditor.collectors.helm.places import image_line
from auditor.collectors.helm.templates import doubts
from auditor.collectors.helm.workloads import containers
from auditor.text.files import Unreadable
from auditor.text.yaml import parse
from tests.collectors.helm.example import FILES, write

POD = "kind: Pod\nspec: {containers: [{image: x}]}\n"
HELPERS = '{{ define "secret" }}{{ lookup "v1" "Secret" "a" "b" }}{{ end }}{{ define "name" }}x{{ end }}'


@pytest.mark.parametrize(
    ("template", "found"),
    [
        (POD, False),
        (POD + "{{/* lookup .Capabilities.APIVersions */}}{{- /* lookup */ -}}", False),
        (POD + '{{ lookup "v1" "Pod" "a" "b" }}', True),
        (POD + '{{ .Values.lookup }}{{ $lookup }}{{ "lookup" }}', False),
        (POD + '{{ include "name" . }}', False),
        (POD + '{{ include "secret" . }}', True),
        (POD + "{{- template `secret` . }}", True),
        (POD + '{{ include (printf "%s" .x) . }}', True),
        (POD + 'checksum/config: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}', False),
        (POD + "{{ tpl .Values.text . }}", False),
        (POD + '{{ tpl (.Files.Get "a") . }}', True),
        (POD + '{{ if .Capabilities.APIVersions.Has "policy/v1" }}{{ end }}', False),
        (POD + '{{ if .Capabilities.APIVersions.Has "known.example/v1" }}{{ end }}', False),
        (POD + '{{ if .Capabilities.APIVersions.Has "argoproj.io/v1alpha1" }}{{ end }}', True),
        (POD + "{{ if .Capabilities.APIVersions.Has $x }}{{ end }}", True),
        (POD + '{{ $caps := .Capabilities }}{{ $caps.APIVersions.Has "a.example/v1" }}', True),
        (POD + "{{ if .Release.IsUpgrade }}{{ end }}", True),
        ('kind: Service\nx: {{ include "secret" . }}', False),
        ('kind: "Secret"  # x\nx: {{ include "secret" . }}', False),
        ('kind: Service\n---\n{{ include "secret" . }}', True),
        ('kind: {{ .Values.kind }}\nx: {{ include "secret" . }}', True),
    ],
)
def test_doubts(template: str, found: bool) -> None:
    """A doubt is raised for what a workload's template asks, itself or through what it includes, and for nothing else."""
    files = {"templates/a.yaml": template, "templates/_h.tpl": HELPERS, "values.yaml": "text: plain", "templates/secret.yaml": 'kind: Secret\na: {{ lookup "a" "b" "c" "d" }}'}
    assert [doubt.template for doubt in doubts(files, frozenset({"known.example/v1"}))] == (["templates/a.yaml"] if found else [])


def test_values_that_are_templates() -> None:
    """`tpl` may render what the values say."""
    files = {"templates/a.yaml": POD + "{{ tpl .Values.text . }}", "values.yaml": "text: '{{ lookup \"v1\" \"Pod\" \"\" \"\" }}'"}
    assert len(doubts(files, frozenset())) == 1


@pytest.mark.parametrize("text", ["{{ " * 300_000, '{{ "' + '\\"' * 400_000, "{{ if" * 150_000, "kind:" + " " * 900_000 + "x", "{{ `" * 200_000, "{{/*" * 200_000, "x" * 2_000_000])
def test_hostile_templates(text: str) -> None:
    """No template takes long to read."""
    start = time.process_time()
    doubts({"templates/a.yaml": text, "templates/_a.tpl": text}, frozenset())
    assert time.process_time() - start < 160


@pytest.mark.parametrize(
    ("image", "nth", "line"),
    [("r/a:1", 0, 2), ("r/b@sha256:1", 0, 4), ("q/q", 0, 5), ("q/q", 1, 6), ("q/q", 7, 6), ("plain:1", 0, 7), ("busy", 0, 8)],
)
def test_image_lines(image: str, nth: int, line: int) -> None:
    """The line with the most of the image in plain text; equal ones in their order."""
    template = 'x\n- image: r/a:{{ .tag }}\nother: r/b\nimage: "r/{{ .n }}@{{ .d }}"\nimage: {{ .Values.image }}\n"image": {{ .x }}\n  image: \'plain:1\' # c\nimage: busy'
    assert image_line(template, image, nth) == line
    assert image_line("a: b", image, nth) == 1


def test_containers() -> None:
    """Workloads of every kind, lists and pods of odd shape; policies and definitions hold none."""
    text = """
{kind: List, items: [{kind: CronJob, metadata: {name: c}, spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: i1}]}}}}}}]}
---
{kind: Rollout, metadata: {name: r}, spec: {template: {spec: {initContainers: [{name: a, image: i2}], ephemeralContainers: [{name: e, image: i3}]}}}}
---
{kind: Pod, metadata: {generateName: p-}, spec: {containers: [{name: none}, 3, null]}}
---
{kind: ClusterPolicy, spec: {rules: [{validate: {pattern: {spec: {containers: [{image: x}]}}}}]}}
---
{kind: Pod, metadata: {annotations: {helm.sh/hook: "test-success, test"}}, spec: {containers: [{image: x}]}}
---
{kind: Job, metadata: {name: h, annotations: {helm.sh/hook: "pre-upgrade,test"}}, spec: {template: {spec: {containers: [{image: i4}]}}}}
---
[1]
---
kind: [Pod]
"""
    assert [(one.object, one.name, one.role, one.image) for one in containers(parse(text))] == [
        ("CronJob/c", "a", "container", "i1"),
        ("Rollout/r", "a", "init", "i2"),
        ("Rollout/r", "e", "ephemeral", "i3"),
        ("Pod/p-", "none", "container", ""),
        ("Job/h", "", "container", "i4"),
    ]


def test_merge() -> None:
    """Maps merge deeply, lists replace, a list set by index is laid over; null stays to delete what the chart has."""
    assert worker.merge({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2, 3], "d": None}}, indexed=False) == {"a": {"b": 1, "c": [2, 3], "d": None}}
    assert worker.merge({"a": [{"x": 1}, 2]}, {"a": [None, None, 3]}, indexed=True) == {"a": [{"x": 1}, 2, 3]}


def packed(folder: Path, name: str, files: dict[str, bytes]) -> None:
    (folder / "charts").mkdir(exist_ok=True)
    with tarfile.open(folder / "charts" / name, "w:gz") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def test_packed_charts(tmp_path: Path) -> None:
    """A packed chart counts as there, its templates are read, and what comes from it points to the archive."""
    write(tmp_path, FILES | {"Chart.yaml": FILES["Chart.yaml"] + "dependencies: [{name: sub, version: 1.0.0, alias: x}, {name: gone, version: 1.0.0}]\n"})
    packed(tmp_path, "sub-1.0.0.tgz", {"sub/Chart.yaml": b"name: sub\n", "sub/templates/a.yaml": b"a", "sub/values.schema.json": b'{"$ref": "../x"}'})
    chart = charts.load(tmp_path)
    assert charts.missing_dependencies(chart) == ["gone"]
    assert charts.origin(chart, "my-app/charts/x/templates/a.yaml") == "charts/sub-1.0.0.tgz"
    assert charts.origin(chart, "my-app/templates/app.yaml") == "templates/app.yaml"
    assert charts.origin(chart, "my-app/charts/y/templates/a.yaml") == ""
    assert charts.foreign_schema(chart) == "charts/sub-1.0.0.tgz!sub/values.schema.json refers to ../x"
    assert charts.switched_off(chart, "charts/sub-1.0.0.tgz!sub/templates/a.yaml", ["my-app/templates/app.yaml"])


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too deep folders and archives that unpack to too much are refused; template folders of tools are not left out."""
    write(tmp_path, FILES | {"templates/.venv/x.yaml": POD, ".git/x": ""})
    chart = charts.load(tmp_path)
    assert "templates/.venv/x.yaml" in chart.files
    assert ".git/x" not in chart.files
    packed(tmp_path, "big.tgz", {"a": bytes(charts.MAX_TOTAL + 1)})
    with pytest.raises(Unreadable, match="unpacks to more"):
        charts.load(tmp_path)
    (tmp_path / "charts/big.tgz").unlink()
    monkeypatch.setattr(charts, "MAX_FILES", 3)
    with pytest.raises(Unreadable, match="more than 3 files"):
        charts.load(tmp_path)
    monkeypatch.undo()
    (tmp_path / "/".join("d" * 30)).mkdir(parents=True)
    with pytest.raises(Unreadable, match="deeper"):
        charts.load(tmp_path)
