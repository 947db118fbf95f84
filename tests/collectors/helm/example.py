"""A chart as the tests change it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from auditor.model import Gap
from auditor.model.facts.charts import Chart
from auditor.text.reading import Reading

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


Collect = Callable[..., tuple[dict[str, Chart], list[Gap], Reading]]
"""Collects charts (specs, or options of the one chart) and gives facts, gaps and the ledger."""
