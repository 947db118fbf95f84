"""Collector `gocdnext`: pipelines as their files say, and as the declared version of the product reads them.

Reading: `discover` (which files count) -> `decode` (one file: refused, ignored, the normalised pipeline) -> `project` (what only shows when all
files are seen) -> `graph` (what precedes what, gates) and `expressions`, `plugins` (what a job's text refers to): pure functions of bytes.

Behaviour: `jobs` takes each job in the order in which one hands something to another; `steps` tell what its plugin does, `shell` and `commands` what its
script does, `markers` what it declares, `traces` where a digest comes from.

Two dialects: `0.93`, what version 0.93 of the product does, and `documented`, what its documentation describes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from glob import has_magic
from pathlib import Path

from auditor.collectors.gocdnext import files
from auditor.collectors.gocdnext.files import Found
from auditor.collectors.gocdnext.gates import gate
from auditor.collectors.gocdnext.jobs import Setting, jobs
from auditor.collectors.gocdnext.pipeline import Pipeline, PipelineFile, Start, Version
from auditor.collectors.gocdnext.pipeline import Place as Spot
from auditor.collectors.gocdnext.pipeline import Remark as Told
from auditor.collectors.gocdnext.plugins import identity, plugin_of
from auditor.model import At, Fact, Gap
from auditor.model.facts import pipelines as facts
from auditor.model.record import Record, Remark
from auditor.text.reading import Document, Reading

KINDS = ("pipeline_file", "pipeline", "job", "gate", "quorum_override")


class Config(Record, frozen=True, kw_only=True):
    """`path`: the pipeline folder, or one file, or a glob of them, from the configuration's folder; `version` the dialect that the files are read in."""

    path: str = ".gocdnext"
    version: Version = "0.93"


def repositories(config: Config, root: Path) -> list[tuple[Path, bool]]:
    """The folders that hold the pipelines; named by the configuration if it names them without a glob."""
    return [(files.repository(path), not has_magic(config.path)) for path in files.expand(config.path, root)]


def collect(config: Config, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """Facts of pipelines, their jobs, gates and overrides."""
    found = files.expand(config.path, reading.root)
    if not found:
        for kind in KINDS:
            reason = f"no folder is found at {config.path}"
            yield Gap(kind=kind, path=reading.place_of(reading.root).name, reason=reason, hint="correct sources.gocdnext.path, or remove that source")
    for path in found:
        if not files.exists(path):
            name = reading.place_of(files.repository(path)).name
            source = reading.mention(path, status="does not exist").source
            for kind in KINDS:
                hint = "correct sources.gocdnext.path, or remove that source"
                yield Gap(kind=kind, path=name, reason=f"{reading.uri(path)} does not exist", source=source, hint=hint)
            continue
        yield from _project(files.read(path, config.version, reading), config.version, reading)


def _project(found: Found, version: Version, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    for path, reason in found.unreadable:
        source = reading.mention(path, status=reason).source
        for kind in KINDS:
            yield Gap(kind=kind, path=reading.fact_id(path), reason=reason, source=source, hint="make it readable where the audit runs")
    for path, told in found.passed:
        at = reading.mention(path, status="not read by the product")
        remark = Remark(message=told.message, at=at)
        yield reading.fact_id(path), facts.PipelineFile(at=at, version=version, pipeline="", refused=[remark], ignored=[])
    names = Counter(file.pipeline.name for _, file in found.read if file.pipeline is not None)
    identities = {
        file.path: f"{found.place.name}#{file.pipeline.name}" + (f" ({file.path.rsplit('/', 1)[-1]})" if names[file.pipeline.name] > 1 else "")
        for _, file in found.read
        if file.pipeline is not None
    }
    by_name = {file.pipeline.name: identities[file.path] for _, file in found.read if file.pipeline is not None}
    trusted = _projects(found, version, reading)
    find = files.script_finder(found, reading)
    for document, file in found.read:
        place = _placer(document)
        yield from _file(file, reading.fact_id(found.root / file.path), identities.get(file.path, ""), document, place)
        if file.pipeline is None:
            continue
        setting = Setting(file.pipeline, identities[file.path], version, by_name, place, files.line_finder(document), find, trusted, reading.fact_id(found.root / file.path), reading.scope)
        yield from _pipeline(setting, file)


def _placer(document: Document) -> Callable[[Spot], At]:
    def place(spot: Spot) -> At:
        return At(source=document.source, line=spot.line, column=spot.column, pointer=spot.pointer)

    return place


def _file(file: PipelineFile, identity: str, pipeline: str, document: Document, place: Callable[[Spot], At]) -> Iterator[tuple[str, Fact] | Gap]:
    def remarks(told: list[Told], field: str) -> list[Remark] | None:
        found = [Remark(message=remark.message, at=place(remark.at)) for remark in told]
        return None if not found and field in file.unsure else found

    refused, ignored = remarks(file.refused + file.refused_on_apply, "refused"), remarks(file.ignored, "ignored")
    for kind, value in (("pipeline_file.refused", refused), ("pipeline_file.ignored", ignored)):
        if value is None:
            reason = "another file of the folder could not be read, and it may hold the pipeline's name or one that this one rests on"
            yield Gap(kind=kind, path=identity, reason=reason, source=document.source)
    yield identity, facts.PipelineFile(at=document.at(), version=file.version, pipeline=pipeline, refused=refused, ignored=ignored)


def _pipeline(setting: Setting, file: PipelineFile) -> Iterator[tuple[str, Fact] | Gap]:
    pipeline, place = setting.pipeline, setting.place
    if pipeline.notifications is None:
        reason, hint = "none are declared: those of the project on the server apply", "declare `notifications` in the file: a list of them, or `notifications: []` for none"
        yield Gap(kind="pipeline.notifications", path=setting.identity, reason=reason, hint=hint, source=place(pipeline.at).source, line=pipeline.at.line)
    if not pipeline.starts_known:
        reason, hint = "how it can start depends on whose repository its git material is", "give the checkout its remote `origin`"
        yield Gap(kind="pipeline.starts", path=setting.identity, reason=reason, hint=hint, source=place(pipeline.at).source, line=pipeline.at.line)
    yield (
        setting.identity,
        facts.Pipeline(
            at=place(pipeline.at),
            name=pipeline.name,
            file=setting.file,
            starts=[_start(start, place) for start in pipeline.starts] if pipeline.starts_known else None,
            stages=list(dict.fromkeys(stage.text for stage in pipeline.stages)),
            notifications=None if pipeline.notifications is None else _notifications(pipeline, place),
        ),
    )
    yield from jobs(setting)
    for job in pipeline.jobs.values():
        if job.approval is not None:
            yield from gate(job, f"{setting.identity}/{job.name}", setting.identity, pipeline, setting.version, place)


def _start(start: Start, place: Callable[[Spot], At]) -> facts.Start:
    source = start.upstream.partition("/")[0] if start.upstream else ""
    return facts.Start(cause=start.cause, branches=list(start.branches or ()), paths=list(start.paths), source=source, at=place(start.at))


def _notifications(pipeline: Pipeline, place: Callable[[Spot], At]) -> list[facts.Notification]:
    return [
        facts.Notification(
            on=notification.on.text.strip() if notification.on is not None else "",
            plugin=identity(notification.uses.text).name if notification.uses is not None else "",
            at=place(notification.at),
        )
        for notification in pipeline.notifications or ()
    ]


def _projects(found: Found, version: Version, reading: Reading) -> frozenset[str]:
    """Names of the product's project that checks of other runs use and that are part of the repository's name; none if no check uses one."""
    likely = {part.lower() for part in (*found.place.name.split("/"), reading.scope.organization, found.root.name)}
    used = set()
    for _, file in found.read:
        for job in file.pipeline.jobs.values() if file.pipeline is not None else ():
            plugin = plugin_of(job, version)
            if plugin is not None and plugin.name == "check-pipeline-run":
                used.add(plugin.value("project").strip().lower())
    return frozenset(used & likely)
