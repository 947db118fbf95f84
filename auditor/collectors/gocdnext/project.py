"""What shows only when all pipeline files of a repository are seen: names used twice, checks and materials that can never match."""

from __future__ import annotations

from auditor.collectors.gocdnext.pipeline import Pipeline, PipelineFile, Remark
from auditor.collectors.gocdnext.plugins import plugin_of


def join(files: list[PipelineFile], *, complete: bool = True) -> None:
    """Add those remarks to the files.  `complete` is False where a file could not be read: then, and where one holds no pipeline,
    nothing is concluded from a missing pipeline."""
    complete = complete and all(file.pipeline is not None for file in files)
    first: dict[str, PipelineFile] = {}
    for file in files:
        pipeline = file.pipeline
        if pipeline is None:
            continue
        other = first.setdefault(pipeline.name, file)
        if other is not file:
            message = f'the name "{pipeline.name}" is also that of {other.path}: the server loads neither, nor any other file of the folder'
            file.refused.append(Remark("name-twice", message, pipeline.at))
            other_pipeline = other.pipeline
            if other_pipeline is not None:
                other.refused.append(Remark("name-twice", message.replace(other.path, file.path), other_pipeline.at))
    pipelines = {name: file.pipeline for name, file in first.items() if file.pipeline is not None}
    for file in files:
        if file.pipeline is not None:
            file.ignored += _unmatched_checks(file, pipelines)
            file.ignored += _unknown_upstreams(file.pipeline, pipelines) if complete else []
            if not complete:
                file.unsure |= {"refused", *(["ignored"] if _looked_for(file) - pipelines.keys() else [])}


def _looked_for(file: PipelineFile) -> set[str]:
    """The pipelines that a file's remarks depend on: those whose runs by tag it looks for, those whose success starts it."""
    if file.pipeline is None:
        return set()
    plugins = [plugin_of(job, file.version) for job in file.pipeline.jobs.values()]
    checked = {p.value("pipeline") for p in plugins if p is not None and p.name == "check-pipeline-run" and "tag" in p.inputs}
    return checked | {start.upstream.partition("/")[0] for start in file.pipeline.started_by("upstream") if start.by == "material"}


def _unmatched_checks(file: PipelineFile, pipelines: dict[str, Pipeline]) -> list[Remark]:
    """`check-pipeline-run` by tag finds only runs that a pushed tag started, never one started by hand."""
    if file.version == "documented" or file.pipeline is None:
        return []
    found = []
    for job in file.pipeline.jobs.values():
        plugin = plugin_of(job, file.version)
        if plugin is None or plugin.name != "check-pipeline-run" or "tag" not in plugin.inputs:
            continue
        checked = pipelines.get(plugin.value("pipeline"))
        if checked is not None and checked.starts_known and not any(checked.started_by("tag")):
            problem = f'job "{job.name}": no run of "{checked.name}" is ever found by tag: it does not start by a pushed tag'
            found.append(Remark("tag-never-matches", problem, plugin.inputs["tag"].at, job.name))
    return found


def _unknown_upstreams(pipeline: Pipeline, pipelines: dict[str, Pipeline]) -> list[Remark]:
    found = []
    for start in pipeline.started_by("upstream"):
        name, _, stage = start.upstream.partition("/")
        if start.by != "material":
            continue
        if name not in pipelines:
            found.append(Remark("upstream-unknown", f'no pipeline "{name[:80]}" is in these files: it never starts this one', start.at))
        elif stage not in {declared.text for declared in pipelines[name].stages}:
            found.append(Remark("upstream-unknown", f'"{name[:80]}" has no stage "{stage[:80]}": it never starts this one', start.at))
    return found
