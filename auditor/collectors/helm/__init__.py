"""Collector `helm`: what the containers of a chart render to with the values it is deployed with, by the real Helm."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from auditor.collectors.helm import chart as charts
from auditor.collectors.helm.chart import ChartFiles
from auditor.collectors.helm.obtain import recording, rendering, undoubted
from auditor.collectors.helm.places import image_line
from auditor.collectors.helm.prepare import ChartSpec, Refused, beside, prepare
from auditor.collectors.helm.render import Rendering
from auditor.collectors.helm.workloads import containers
from auditor.collectors.images import tag_and_digest
from auditor.model import At, Fact, Gap
from auditor.model.facts.charts import Chart, ChartContainer
from auditor.model.record import Record
from auditor.text.files import Unreadable
from auditor.text.reading import Document, Reading
from auditor.text.yaml import TextError, parse

KINDS = ("chart",)
_ROLES = ("init", "container", "ephemeral")


class Config(Record, frozen=True, kw_only=True):
    """Which charts."""

    charts: list[ChartSpec]


def merge(configs: list[Config]) -> list[Config]:
    """Several entries are one list of charts."""
    return [Config(charts=[chart for config in configs for chart in config.charts])]


def collect(config: Config, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """One fact of the kind chart for each chart and set of values."""
    seen: set[str] = set()
    for spec in config.charts:
        folders = _folders(reading.root, spec.path)
        if not folders:
            reason, hint = f"no chart is found at {spec.path}", "correct sources.helm.charts, or remove that chart"
            yield Gap(kind="chart", path=reading.place_of(reading.root).name, reason=reason, hint=hint)
        for folder in folders:
            identity = plain = reading.fact_id(folder)
            if identity in seen:
                identity = plain = f"{plain} ({', '.join(spec.values) or 'default values'})"
            number = 1
            while identity in seen:
                number += 1
                identity = f"{plain} ({number})"
            seen.add(identity)
            yield from _chart(spec, folder, identity, reading)


def _folders(root: Path, path: str) -> list[Path]:
    if not glob.has_magic(path):
        return [(root / path).absolute()]
    found = sorted(Path(one).absolute() for one in glob.glob(str(root / path)))  # noqa: PTH207 - absolute patterns too
    return [one for one in found if (one / "Chart.yaml").is_file()]


def _chart(spec: ChartSpec, folder: Path, identity: str, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    try:
        chart = charts.load(folder)
        document = reading.document(folder / "Chart.yaml", within=folder)
    except Unreadable as error:
        yield Gap(kind="chart", path=identity, reason=f"the chart: {error.reason}", source=reading.mention(folder, status=error.reason).source)
        return
    given, found = "", None
    try:
        prepared = prepare(spec, chart, reading)
        given = prepared.requests[0][1]
        out, given = rendering(spec, prepared, reading)
        undoubted(prepared, out)
        found = sorted(_containers(chart, out, document, reading), key=lambda one: (one.object, _ROLES.index(one.role)))
        arguments = f"--set {spec.digest_value}={given}" if given else ""  # other values may be secrets
        listing = "".join(f"{one.object} {one.role} {one.container} {one.image}\n" for one in found)
        reading.rendered(f"{reading.uri(folder)} (images rendered for {identity})", listing.encode(), query=f"helm template {arguments}".strip())
    except Refused as error:
        source = _source(folder / error.file, folder, reading) if error.file else document.source
        yield Gap(kind="chart.containers", path=identity, reason=error.reason, hint=error.hint, source=source, line=error.line)
    values = [reading.uri(beside(reading.root, folder, path)) for path in spec.values]
    yield (
        identity,
        Chart(
            at=document.at(line=1, column=1),
            name=chart.name,
            production=spec.production,
            values=values,
            digest_value=spec.digest_value,
            given_digest=given,
            containers=found,
        ),
    )


def _source(path: Path, folder: Path, reading: Reading) -> str:
    try:
        return reading.document(path, within=folder).source
    except Unreadable:
        return reading.mention(path).source


def _containers(chart: ChartFiles, rendering: Rendering, document: Document, reading: Reading) -> Iterator[ChartContainer]:
    """Containers in the order of templates and of the lines in them.  Raises Refused for a rendering that is no YAML."""
    for path, text in rendering.manifests:
        try:
            documents = parse(text)
            found = list(containers(documents))
        except TextError as error:
            raise Refused(f"what {path} renders to is no YAML: line {error.line}: {error.message}", file=charts.origin(chart, path)) from None
        odd = next((one for one in documents if one.entries is None and not one.is_null), None)
        if odd is not None:
            raise Refused(f"what {path} renders to is no Kubernetes object", file=charts.origin(chart, path))
        if not found:
            continue
        file = charts.origin(chart, path)
        template = chart.files[file].decode("utf-8", "replace") if file and not file.endswith(".tgz") else ""
        seen: dict[str, int] = {}
        for one in sorted(found, key=lambda container: container.line):
            nth = seen[one.image] = seen.get(one.image, -1) + 1
            tag, digest = tag_and_digest(one.image)
            at = _place(chart, file, image_line(template, one.image, nth), document, reading)
            yield ChartContainer(object=one.object, container=one.name, role=one.role, image=one.image, tag=tag, digest=digest, at=at)


def _place(chart: ChartFiles, file: str, line: int, document: Document, reading: Reading) -> At:
    if not file:
        return document.at(line=1, column=1)
    if file.endswith(".tgz"):
        return reading.mention(chart.folder / file)
    try:
        return reading.document(chart.folder / file, within=chart.folder).at(line=line, column=1)
    except Unreadable:
        return document.at(line=1, column=1)


__all__ = ["KINDS", "ChartSpec", "Config", "collect", "merge", "recording"]
