"""From a prepared chart to its rendering: by Helm where it is, from the recording where it is not."""

from __future__ import annotations

from auditor.collectors.helm import chart as charts
from auditor.collectors.helm import recorded
from auditor.collectors.helm.chart import ChartFiles
from auditor.collectors.helm.prepare import MADE_UP, ChartSpec, Prepared, Refused, beside, prepare, within
from auditor.collectors.helm.render import HINT, HINT_PROGRAM, RenderError, Rendering, Request, render
from auditor.text.files import Unreadable
from auditor.text.reading import Reading
from auditor.text.yaml import TextError, decode

HINT_VALUES = "under sources.helm.charts give it the values that it is installed with: `values: [FILE]` or `set: {NAME: VALUE}`; or `production: false`"


def rendering(spec: ChartSpec, prepared: Prepared, reading: Reading) -> tuple[Rendering, str]:
    """The rendering, and the digest that was set for it: without `sha256:` for a chart that puts it there itself.  Raises Refused."""
    text = _recorded(spec, prepared, reading)
    first: Refused | None = None
    for number, (request, digest) in enumerate(prepared.requests):
        last = number == len(prepared.requests) - 1
        try:
            found = render(request)
        except RenderError as error:
            if not error.absent:
                raise _refused(error, prepared.chart) from None
            try:
                found = _replay(text, request, error)
            except Refused as refusal:
                first = first or refusal
                if last:
                    raise first from None
                continue
        if last or not _doubled(found):
            return found, digest
    raise Refused("nothing to render")


def _doubled(found: Rendering) -> bool:
    """Does the chart put `sha256:` before the digest itself?"""
    return any(f"sha256:sha256:{MADE_UP}" in body for _, body in found.manifests)


def _recorded(spec: ChartSpec, prepared: Prepared, reading: Reading) -> str:
    """The text of the recorded rendering, "" without one."""
    if not spec.rendered:
        return ""
    full = beside(reading.root, prepared.chart.folder, spec.rendered)
    try:
        return decode(reading.document(full, within=within(reading, full, prepared.chart)).data)
    except (Unreadable, TextError) as error:
        raise Refused(f"rendered {spec.rendered}: {error}") from None


def _replay(text: str, request: Request, error: RenderError) -> Rendering:
    hint = HINT_PROGRAM if request.api_versions else HINT
    if not text:
        raise Refused(error.reason, hint)
    try:
        return recorded.read(text, request)
    except Unreadable as trouble:
        raise Refused(f"{error.reason}, and {trouble.reason}", hint) from None


def _refused(error: RenderError, chart: ChartFiles) -> Refused:
    file = ""
    if error.template:
        try:
            file = charts.origin(chart, error.template)
        except Unreadable:
            file = ""
    return Refused(error.reason, HINT_VALUES, file=file, line=error.line if file and not file.endswith(".tgz") else 0)


def undoubted(prepared: Prepared, rendering: Rendering) -> None:
    """Raises Refused if a template that may hold a workload asks what is not known here."""
    names = [path for path, _ in rendering.manifests]
    for doubt in prepared.doubts:
        if rendering.complete and charts.switched_off(prepared.chart, doubt.template, names):
            continue
        hint = "declare what the cluster has as `api_versions` of this chart, and put helm on the PATH" if "APIVersions" in doubt.reason else ""
        file = doubt.template.partition("!")[0]
        raise Refused(f"{doubt.template}: {doubt.reason}", hint, file=file, line=0 if "!" in doubt.template else doubt.line)


def recording(spec: ChartSpec, reading: Reading) -> str:
    """The text to keep as `rendered` of this chart.  Needs Helm.  Raises Refused, Unreadable."""
    prepared = prepare(spec, charts.load((reading.root / spec.path).absolute()), reading)
    for request, _ in prepared.requests:
        try:
            found = render(request)
        except RenderError as error:
            raise Refused(error.reason) from None
        if not _doubled(found):
            break
    return recorded.write(request, found)
