"""A chart as the tests change it, and a way to collect it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from auditor.collectors.helm import ChartSpec, Config, collect
from auditor.model import Gap
from auditor.model.configuration import Scope
from auditor.model.facts.charts import Chart
from auditor.text.reading import Place, Reading

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: my-app\nversion: 1.0.0\n",
    "values.yaml": "image: {repository: ghcr.io/my-org/my-app, tag: v1, digest: ''}\nrollout: {enabled: false}\n",
    "templates/_helpers.tpl": '{{- define "my-app.image" -}}\n{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag }}{{ end }}\n'
    "{{- end }}\n",
    "templates/app.yaml": """apiVersion: argoproj.io/v1alpha1
kind: {{ if .Values.rollout.enabled }}Rollout{{ else }}Deployment{{ end }}
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          image: busybox:1.36
      containers:
        - name: app
          image: "{{ include "my-app.image" . }}"
        - name: proxy
          image: envoyproxy/envoy@{{ .Values.image.digest }}
""",
    "templates/tests/smoke.yaml": "kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: t, image: 'curl:1'}]}\n",
    "templates/NOTES.txt": "kind: Pod\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "charts/my-app", FILES)
    return tmp_path


Collect = Callable[..., tuple[dict[str, Chart], list[Gap], Reading]]


@pytest.fixture
def gather(folder: Path) -> Collect:
    def run(*specs: ChartSpec, **options: object) -> tuple[dict[str, Chart], list[Gap], Reading]:
        place = Place("my-org/app", folder, folder)
        reading = Reading(root=folder, as_of="2027-01-01T00:00:00Z", scope=Scope(), places=[place])
        found = list(collect(Config(charts=list(specs) or [ChartSpec(path="charts/my-app", **options)]), reading))  # type: ignore[arg-type]
        facts = [one for one in found if isinstance(one, tuple)]
        assert len(dict(facts)) == len(facts)
        for _, fact in facts:
            assert isinstance(fact, Chart)
            assert all(at.source in reading.sources for at in [fact.at, *(one.at for one in fact.containers or ())])
            assert (fact.containers is None) is any(isinstance(one, Gap) for one in found)
        return dict(facts), [one for one in found if isinstance(one, Gap)], reading  # type: ignore[arg-type]

    return run
