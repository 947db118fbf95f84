"""A chart and its values, checked and made into what Helm is asked to render."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collectors.helm import chart as charts
from auditor.collectors.helm import templates
from auditor.collectors.helm.chart import ChartFiles
from auditor.collectors.helm.render import Request
from auditor.model.record import Record
from auditor.text.files import Unreadable
from auditor.text.reading import Reading
from auditor.text.yaml import TextError, decode

MADE_UP = "a0d17042" * 8
"""The hexadecimal part of the digest that is set where the configuration gives none: no image has it."""
MAX_VALUES = 1024 * 1024


class ChartSpec(Record, frozen=True, kw_only=True):
    """A chart as it is deployed.  Paths are relative to the configuration's folder, `values` and `rendered` else to the chart's; `path` may be a glob.

    `set` as after `--set`; `digest_value` is the value that takes the image's digest ("": none); `api_versions` are kinds of the cluster that are not
    Kubernetes' own, as `argoproj.io/v1alpha1`; `rendered` is a recorded rendering for where Helm is not.
    """

    path: str
    values: list[str] = []
    set: dict[str, str] = {}
    digest_value: str = "image.digest"
    production: bool = True
    release: str = "release-name"
    namespace: str = "default"
    api_versions: list[str] = []
    rendered: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chart ready to be rendered: the requests to try, with the digest that each sets; `known`: doubts that no rendering can lift."""

    chart: ChartFiles
    requests: list[tuple[Request, str]]
    doubts: list[templates.Doubt] = field(default_factory=list)


class Refused(Exception):
    """Why the containers of a chart are not known."""

    def __init__(self, reason: str, hint: str = "", *, file: str = "", line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.hint, self.file, self.line = reason, hint, file, line


def beside(root: Path, folder: Path, path: str) -> Path:
    """A path from the configuration's folder or, if nothing is there, from the chart's."""
    first = root / path
    return first if first.exists() or not (folder / path).exists() else folder / path


def prepare(spec: ChartSpec, chart: ChartFiles, reading: Reading) -> Prepared:
    """Read the values and check what must hold before anything is rendered.  Raises Refused."""
    kind = chart.metadata.get("type") if chart.metadata is not None else None
    if kind is not None and kind.text == "library":
        raise Refused("a library chart renders nothing by itself")
    if spec.rendered:  # a recording within the chart is no part of what it records
        chart.files.pop(Path(os.path.relpath(beside(reading.root, chart.folder, spec.rendered), chart.folder)).as_posix(), None)
    texts = []
    for path in spec.values:
        full = beside(reading.root, chart.folder, path)
        try:
            texts.append(decode(reading.document(full, within=within(reading, full, chart), limit=MAX_VALUES).data))
        except (Unreadable, TextError) as error:
            raise Refused(f"values {path}: {error}") from None
    for key, value in spec.set.items():
        if not key or _has_comma(value) or "\n" in key + value:
            raise Refused(f"set `{key}`: its value has a comma outside of {{}}, or a line break", "write the comma as `\\,`")
    try:
        missing, foreign = charts.missing_dependencies(chart), charts.foreign_schema(chart)
    except Unreadable as error:
        raise Refused(error.reason) from None
    if missing:
        raise Refused(f"the dependencies {', '.join(missing)} are declared but not in charts/", "commit what `helm dependency build` puts there", file="Chart.yaml")
    if foreign:
        raise Refused(f"{foreign}, which is not fetched", "refer to definitions in the same file")
    return _requests(spec, chart, tuple(texts))


def within(reading: Reading, full: Path, chart: ChartFiles) -> Path:
    return chart.folder if full.is_relative_to(chart.folder) else reading.place_of(full).codeowners_root


def _requests(spec: ChartSpec, chart: ChartFiles, texts: tuple[str, ...]) -> Prepared:
    sources: dict[str, str] = {}
    for path, data in chart.everything():
        if templates.is_template(path) or path.endswith("values.yaml"):
            try:
                sources[path] = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Refused(f"{path} is not UTF-8", file=path.partition("!")[0]) from None
    sources |= {f"--values {number}": text for number, text in enumerate(texts)}
    declared = frozenset(spec.api_versions)
    doubts = templates.doubts(sources, declared)
    told = tuple(spec.api_versions) if declared and templates.doubts(sources, frozenset()) != doubts else ()
    own = spec.set.get(spec.digest_value)
    digests = [own] if own is not None else ["sha256:" + MADE_UP, MADE_UP] if spec.digest_value else [""]
    requests = []
    for digest in digests:
        settings = list(spec.set.items())
        if own is None and spec.digest_value:
            settings.append((spec.digest_value, digest))
        requests.append((Request(chart, texts, tuple(settings), spec.release, spec.namespace, told), digest))
    return Prepared(chart, requests, doubts)


def _has_comma(value: str) -> bool:
    depth, escaped = 0, False
    for character in value:
        if not escaped:
            depth += {"{": 1, "}": -1}.get(character, 0)
            if character == "," and depth <= 0:
                return True
        escaped = character == "\\" and not escaped
    return False
