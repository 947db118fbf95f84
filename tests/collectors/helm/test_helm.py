"""The collector `helm`, with the real Helm."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from auditor.collectors.helm import ChartSpec, recording, render
from auditor.collectors.helm.prepare import MADE_UP
from auditor.collectors.images import is_digest
from auditor.model.configuration import Scope
from auditor.text import files
from auditor.text.reading import Reading
from tests.collectors.helm.example import FILES, Collect, write
from tests.real import tool

GIVEN = "sha256:" + MADE_UP
ID = "my-org/app/charts/my-app"

pytestmark = [pytest.mark.helm, pytest.mark.skipif(render.sdk() is None, reason="the Helm SDK is not installed")]


def images(fact: object) -> list[tuple[str, str, str, int]]:
    return [(one.object, one.container, one.image, one.at.line) for one in fact.containers]  # type: ignore[attr-defined]


def test_containers_of_a_chart(gather: Collect) -> None:
    """Every container with its image and the template's line, the made-up digest set; test hooks and notes are left out."""
    facts, gaps, reading = gather(set={"rollout.enabled": "true"})
    assert gaps == []
    chart = facts[ID]
    assert is_digest(GIVEN)
    assert (chart.name, chart.production, chart.given_digest, chart.digest_value) == ("my-app", True, GIVEN, "image.digest")
    assert images(chart) == [
        ("Rollout/release-name", "wait", "busybox:1.36", 10),
        ("Rollout/release-name", "app", f"ghcr.io/my-org/my-app@{GIVEN}", 13),
        ("Rollout/release-name", "proxy", f"envoyproxy/envoy@{GIVEN}", 15),
    ]
    assert [(one.role, one.tag, one.digest) for one in chart.containers or ()] == [("init", "1.36", ""), ("container", "", GIVEN), ("container", "", GIVEN)]
    assert any(source.kind == "rendered" and GIVEN in source.query for source in reading.sources.values())


def test_values_and_settings(gather: Collect, folder: Path) -> None:
    """Files are merged left to right, null deletes, `set` wins; a digest of the user's own is left as it is."""
    write(folder, {"a.yaml": "rollout: {enabled: true}\nimage: {tag: a}\n", "charts/my-app/b.yaml": "image: {tag: b, repository: null}\n"})
    facts, gaps, _ = gather(values=["a.yaml", "b.yaml"], set={"image.digest": "", "image.repository": "r.example/x"})
    assert gaps == []
    assert facts[ID].values == ["a.yaml", "charts/my-app/b.yaml"]
    assert facts[ID].given_digest == ""
    assert images(facts[ID])[1][:3] == ("Rollout/release-name", "app", "r.example/x:b")


def test_one_chart_twice(gather: Collect) -> None:
    """Two entries of one chart are two facts."""
    facts, _, _ = gather(ChartSpec(path="charts/my-app"), ChartSpec(path="charts/*", set={"rollout.enabled": "true"}, production=False))
    assert list(facts) == [ID, f"{ID} (default values)"]


def test_a_chart_that_adds_the_algorithm(gather: Collect, folder: Path) -> None:
    """A chart that writes `@sha256:` itself is given the digest without it."""
    (folder / "charts/my-app/templates/app.yaml").write_text("kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - image: a/b@sha256:{{ .Values.image.digest }}\n")
    facts, _, _ = gather()
    assert facts[ID].given_digest == MADE_UP
    assert images(facts[ID]) == [("Pod/p", "", f"a/b@{GIVEN}", 5)]


@pytest.mark.parametrize(
    ("files", "options", "words", "line"),
    [
        ({"templates/app.yaml": 'a: b\nc: {{ fail "no way" }}\n'}, {}, "no way", 2),
        ({"templates/app.yaml": "a: {{ .Values.x.y.z }}\n"}, {}, "nil pointer", 1),
        ({"templates/app.yaml": "a: {{ if }}\n"}, {}, "missing value for if", 1),
        ({"templates/app.yaml": "kind: Pod\n  a: b\n- c"}, {}, "no YAML", 0),
        ({"Chart.yaml": FILES["Chart.yaml"] + "type: library\n"}, {}, "library", 0),
        ({"Chart.yaml": FILES["Chart.yaml"] + "dependencies: [{name: redis, version: 1.x, repository: 'https://x.example'}]\n"}, {}, "redis", 0),
        ({"templates/app.yaml": 'kind: Pod\nmetadata: {name: {{ lookup "v1" "Pod" "a" "b" | toJson }}}\n'}, {}, "lookup", 2),
        ({"templates/app.yaml": '{{ if .Capabilities.APIVersions.Has "argoproj.io/v1alpha1" }}\nkind: Rollout{{ end }}\n'}, {}, "argoproj.io", 1),
        ({"values.schema.json": '{"properties": {"a": {"$ref": "http://x.example/y"}}}'}, {}, "x.example/y, which is not fetched", 0),
        ({"values.schema.json": '{"properties": {"a": {"$ref": "file:///etc/passwd"}}}'}, {}, "passwd, which is not fetched", 0),
        ({"values.schema.json": '{"required": ["nonsense"]}'}, {}, "nonsense", 0),
        ({}, {"values": ["none.yaml"]}, "none.yaml", 0),
        ({"v.yaml": "a: [\n"}, {"values": ["v.yaml"]}, "", 0),
        ({}, {"set": {"a": "b,c=d"}}, "comma", 0),
        ({}, {"set": {"a[x]": "b"}}, "Helm", 0),
    ],
)
def test_what_cannot_be_rendered_is_a_gap(gather: Collect, folder: Path, files: dict[str, str], options: dict[str, object], words: str, line: int) -> None:
    """Whatever keeps a chart from being rendered is a gap with a reason, the template's line if there is one, and no path of this machine."""
    write(folder / "charts/my-app", files)
    facts, gaps, _ = gather(**options)
    assert facts[ID].containers is None
    assert [(gap.kind, gap.path, gap.line) for gap in gaps] == [("chart.containers", ID, line)]
    assert words in gaps[0].reason
    assert "/tmp" not in gaps[0].reason
    assert len(gaps[0].reason) < 400


def test_doubts_that_do_not_matter(gather: Collect, folder: Path) -> None:
    """A question to the cluster in a template that holds no workload, or in a chart that is switched off, keeps nothing from being known."""
    write(folder / "charts/my-app", {"templates/secret.yaml": 'kind: Secret\nmetadata: {name: a}\ndata: {{ lookup "v1" "Secret" "a" "b" | toJson }}\n'})
    write(folder / "charts/my-app", {"templates/hpa.yaml": '{{ if .Capabilities.APIVersions.Has "autoscaling/v2" }}\nkind: Pod{{ end }}\n'})
    write(folder / "charts/my-app/charts/off", {"Chart.yaml": "apiVersion: v2\nname: off\nversion: 1.0.0\n", "templates/a.yaml": '{{ lookup "v1" "Pod" "" "" }}'})
    dependency = "dependencies: [{name: off, version: 1.0.0, alias: cache, condition: cache.enabled}]\n"
    write(folder / "charts/my-app", {"Chart.yaml": FILES["Chart.yaml"] + dependency})
    facts, gaps, _ = gather(set={"cache.enabled": "false"})
    assert gaps == []
    assert len(facts[ID].containers or ()) == 3
    _, gaps, _ = gather(set={"cache.enabled": "true"})
    assert "charts/off/templates/a.yaml: it uses `lookup`" in gaps[0].reason


def test_subcharts(gather: Collect, folder: Path) -> None:
    """A container of a chart in the chart points to that chart's template, whatever its alias."""
    sub = {"Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "templates/p.yaml": "\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - image: redis:7\n"}
    write(folder / "charts/my-app/charts/sub", sub)
    write(folder / "charts/my-app", {"Chart.yaml": FILES["Chart.yaml"] + "dependencies: [{name: sub, version: 1.0.0, alias: cache}]\n"})
    facts, gaps, reading = gather()
    assert gaps == []
    pod = next(one for one in facts[ID].containers or () if one.object == "Pod/p")
    assert (reading.sources[pod.at.source].uri, pod.at.line) == ("charts/my-app/charts/sub/templates/p.yaml", 6)


def test_recorded_rendering(gather: Collect, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording gives the same facts without Helm as Helm gives; of other inputs, or changed by hand, it is not used."""
    reading = Reading(root=folder, as_of="", scope=Scope())
    spec = ChartSpec(path="charts/my-app", rendered="rendered.yaml", set={"rollout.enabled": "true"})
    text = recording(spec, reading)
    (folder / "charts/my-app/rendered.yaml").write_text(text)
    live, gaps, with_helm = gather(spec)
    assert gaps == []
    monkeypatch.setattr(render, "sdk", lambda: None)
    monkeypatch.setattr(render, "executable", lambda: None)
    replayed, gaps, without = gather(spec)
    assert gaps == []
    assert replayed == live
    assert without.sources == with_helm.sources
    (folder / "charts/my-app/rendered.yaml").write_text(text.replace("busybox:1.36", f"busybox@{GIVEN}"))
    _, gaps, _ = gather(spec)
    assert "changed after it was made" in gaps[0].reason
    assert "pip install 'auditor[helm]'" in gaps[0].hint
    (folder / "charts/my-app/rendered.yaml").write_text(text)
    (folder / "charts/my-app/values.yaml").write_text("image: {}\n")
    _, gaps, _ = gather(spec)
    assert "made from other files" in gaps[0].reason
    (folder / "charts/my-app/rendered.yaml").write_text("---\n")
    _, gaps, _ = gather(spec)
    assert "does not say" in gaps[0].reason


def test_without_helm(gather: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Helm the containers are a gap that says how to get it."""
    monkeypatch.setattr(render, "sdk", lambda: None)
    monkeypatch.setattr(render, "executable", lambda: None)
    facts, gaps, _ = gather()
    assert facts[ID].containers is None
    assert (gaps[0].reason, gaps[0].hint) == (render.ABSENT, render.HINT)


def test_a_chart_that_never_ends(gather: Collect, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that renders for ever or into too much memory is ended, and is a gap."""
    monkeypatch.setattr(render, "SECONDS", 3)
    write(folder / "charts/my-app", {"templates/app.yaml": "{{ range until 2000000000 }}{{ range until 2000000000 }}x{{ end }}{{ end }}\n"})
    _, gaps, _ = gather()
    assert "took more than" in gaps[0].reason or "limit" in gaps[0].reason
    assert len(gaps) == 1
    loop = '{{- define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}\n'
    write(folder / "charts/my-app", {"templates/app.yaml": loop})
    _, gaps, _ = gather()
    assert len(gaps) == 1


def test_hostile_folders(gather: Collect, folder: Path) -> None:
    """A link out of the chart, a link to a folder, a broken archive and a broken Chart.yaml are gaps of the whole chart."""
    root = folder / "charts/my-app"
    (root / "x").symlink_to("/etc/passwd")
    facts, gaps, _ = gather()
    assert (facts, gaps[0].kind, gaps[0].path) == ({}, "chart", ID)
    assert "leads out of the chart" in gaps[0].reason
    (root / "x").unlink()
    (root / "x").symlink_to("templates")
    assert "a link to a folder" in gather()[1][0].reason
    (root / "x").unlink()
    write(root, {"charts/a.tgz": "no archive"})
    assert "no chart archive" in gather()[1][0].reason
    (root / "charts/a.tgz").unlink()
    write(root, {"Chart.yaml": "- a\n"})
    assert "no mapping" in gather()[1][0].reason
    (root / "Chart.yaml").unlink()
    assert "no Chart.yaml" in gather()[1][0].reason
    shutil.rmtree(root)
    assert "no such file" in gather()[1][0].reason


def test_the_executable_agrees(gather: Collect, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK and the executable give the same facts, lists changed by index included; the executable can be told of API versions."""
    program = str(tool("helm"))
    monkeypatch.setattr(render, "executable", lambda: program)
    write(folder / "charts/my-app", {"templates/list.yaml": "kind: Pod\nmetadata: {name: l}\nspec: {containers: {{ .Values.list | toJson }}}\n"})
    write(folder, {"v.yaml": "list: [{name: a, image: 'a:1'}, {name: b, image: 'b:1'}]\n"})
    spec = ChartSpec(path="charts/my-app", values=["v.yaml"], set={"list[1].image": "b:2", "rollout.enabled": "true"}, namespace="prod")
    by_sdk, gaps, _ = gather(spec)
    assert gaps == []
    assert [one.image for one in by_sdk[ID].containers or ()][:2] == ["a:1", "b:2"]
    gated = ChartSpec(path="charts/my-app", api_versions=["argoproj.io/v1alpha1"])
    with monkeypatch.context() as without:
        without.setattr(render, "sdk", lambda: None)
        assert gather(spec)[0] == by_sdk
    write(folder / "charts/my-app", {"templates/app.yaml": 'kind: {{ if .Capabilities.APIVersions.Has "argoproj.io/v1alpha1" }}Rollout{{ else }}Deployment{{ end }}\n'
          "metadata: {name: x}\nspec: {template: {spec: {containers: [{image: x}]}}}\n", "templates/list.yaml": ""})
    facts, gaps, _ = gather(gated)
    assert [one.object for one in facts[ID].containers or ()] == ["Rollout/x"]
    monkeypatch.setattr(render, "executable", lambda: None)
    assert "cannot be told" in gather(gated)[1][0].reason


@pytest.mark.parametrize("how", ["unreadable", "not text"])
def test_losing_a_file_hides_no_container(gather: Collect, folder: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Whichever file of a chart cannot be read or is no text: a gap, or all containers as before."""
    before = gather()[0][ID].containers
    real = files.read
    for victim in sorted(path for path in folder.rglob("*") if path.is_file()):

        def broken(path: Path, *, victim: Path = victim, **settings: Any) -> bytes:
            if Path(path).absolute() == victim:
                if how == "unreadable":
                    raise files.Unreadable("permission denied")
                return b"\xff\xfe\xff not text \xc3\x28"
            return real(path, **settings)

        monkeypatch.setattr(files, "read", broken)
        facts, gaps, _ = gather()
        monkeypatch.setattr(files, "read", real)
        assert gaps or facts[ID].containers == before, victim


def test_silence_of_the_executable_is_no_switch(gather: Collect, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The executable leaves out what came out empty, so a chart in the chart that asks and shows nothing is not taken for switched off."""
    program = str(tool("helm"))
    ask = '{{ if .Capabilities.APIVersions.Has "argoproj.io/v1alpha1" }}\nkind: Rollout\n{{ end }}\n'
    write(folder / "charts/my-app/charts/sub", {"Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "templates/a.yaml": ask})
    monkeypatch.setattr(render, "sdk", lambda: None)
    monkeypatch.setattr(render, "executable", lambda: program)
    _, gaps, _ = gather()
    assert "argoproj.io" in gaps[0].reason


def test_a_template_that_is_no_object(gather: Collect, folder: Path) -> None:
    """A rendering that the cluster would refuse is a gap, not a chart without containers."""
    write(folder / "charts/my-app", {"templates/app.yaml": "just text\n"})
    _, gaps, _ = gather()
    assert "no Kubernetes object" in gaps[0].reason
