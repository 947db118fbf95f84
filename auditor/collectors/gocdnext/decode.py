"""One pipeline file: what the product refuses of it, what it ignores, and what it says, as far as that can be read."""

from __future__ import annotations

import re
from collections.abc import Collection

from auditor.collectors.gocdnext import build, check_job, check_pipeline, inert
from auditor.collectors.gocdnext.extends import resolve
from auditor.collectors.gocdnext.grammar import FILE, file_level
from auditor.collectors.gocdnext.pipeline import Job, Pipeline, PipelineFile, Place, Remark, Version
from auditor.collectors.gocdnext.starts import add_starts
from auditor.collectors.gocdnext.walk import check, key_place, place
from auditor.text.files import Unreadable
from auditor.text.yaml import Node, TextError, parse

MAX_JOBS = 2000  # more than any person writes; keeps the graph small
MAX_REMARKS = 500
_VERSION = re.compile(rb"(?:\xef\xbb\xbf)?(?:[#%][^\n]*\n|[ \t\r]*\n)*?%YAML[ \t]+([^\s#]+)")


def decode(data: bytes, path: str, *, version: Version = "0.93", repositories: Collection[str] = ()) -> PipelineFile:
    """Read one file.  `path` is relative to the repository; `repositories` are normalised URLs of this repository (`starts.repository_of`).

    Text that is not YAML is refused, with its line.  Raises Unreadable where we cannot tell what the product would read: not UTF-8, or
    beyond our limits of depth, size and number of jobs.
    """
    file = PipelineFile(path=path, version=version)
    documents, rest = _documents(data, file)
    if rest is not None:
        file.ignored.append(rest)
    if not documents:
        return file
    root = documents[0]
    if root.entries is None and not root.is_null:
        file.refused.append(Remark("wrong-shape", "a pipeline must be a mapping", place(root)))
        return file
    refused, dropped = check(root, file_level(version))
    file.refused += refused
    file.ignored += dropped
    jobs = root.get("jobs")
    if jobs is not None and len(jobs.entries or ()) > MAX_JOBS:
        raise Unreadable(f"more than {MAX_JOBS} jobs")
    file.pipeline = _pipeline(root, path, file, repositories)
    _judge(file.pipeline, root, file)
    for remarks in (file.refused, file.refused_on_apply, file.ignored):
        remarks[:] = _bounded(remarks)
    return file


def _documents(data: bytes, file: PipelineFile) -> tuple[list[Node], Remark | None]:
    """The first document, and a remark about what follows it, which the product does not read."""
    directive = _VERSION.match(data)
    if directive is not None and directive[1] != b"1.1":
        file.refused.append(
            Remark("yaml-version", "the product reads YAML 1.1 only", Place(data.count(b"\n", 0, directive.start(1)) + 1, 1))
        )
    try:
        first, rest = _split(data)
    except TextError as error:
        if error.limit:
            raise Unreadable(error.message) from None
        file.refused.append(Remark("not-yaml", f"not YAML: {error.message}", Place(error.line, error.column)))
        return [], None
    if not first:
        file.refused.append(Remark("empty-file", "the file is empty", Place(1, 1)))
        return [], None
    if isinstance(rest, TextError):
        return first, Remark("later-document", "only the first document is read; what follows is not YAML", Place(rest.line, rest.column))
    later = [node for node in rest if not node.is_null]
    if not later:
        return first, None
    what = "a second document is" if len(later) == 1 else f"{len(later)} further documents are"
    return first, Remark("later-document", f"only the first document is read: {what} ignored", place(later[0]))


def _split(data: bytes) -> tuple[list[Node], list[Node] | TextError]:
    """The first document and the others, or why these cannot be parsed.  Raises TextError if the first cannot."""
    try:
        documents = parse(data)
    except TextError as error:
        return parse(data, documents=1), error
    return documents[:1], documents[1:]


def _pipeline(root: Node, path: str, file: PipelineFile, repositories: Collection[str]) -> Pipeline:
    name, stem = build.text(root.get("name")), path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    pipeline = Pipeline(name=name.text if name is not None and name.text else stem, at=name.at if name is not None else place(root))
    pipeline.stages = build.texts(root.get("stages"))
    pipeline.variables = build.text_map(root.get("variables"))
    materials, notifications, services = (build.present(root.get(key)) for key in ("materials", "notifications", "services"))
    for node in materials.children() if materials is not None else ():
        material = build.material(node)
        if material is not None:
            pipeline.materials.append(material)
    if notifications is not None:
        pipeline.notifications = [build.notification(node) for node in notifications.children() if not node.is_null]
    if services is not None:
        pipeline.services = [build.service(node) for node in services.children()] + [
            build.service(node, key) for key, node in services.pairs()
        ]
    for key, default in (("concurrency", "parallel"), ("supersede", "off")):
        value = build.text(root.get(key))
        setattr(pipeline, key, (value.text.strip().lower() if value is not None else "") or default)
    pipeline.extra = {key: node for key, node in root.pairs() if key not in FILE and key != "jobs"}
    file.ignored += add_starts(pipeline, build.present(root.get("when")), repositories)
    jobs = root.get("jobs")
    written: dict[str, Job] = {}
    for key, node in jobs.pairs() if jobs is not None else ():
        written[key] = build.job(key, key_place(jobs, key) if jobs is not None else pipeline.at, node, file.version)
    pipeline.jobs, refused, ignored = resolve(written)
    pipeline.templates = {key: job for key, job in written.items() if key.startswith(".")}
    file.refused += refused
    file.ignored += ignored
    return pipeline


def _judge(pipeline: Pipeline, root: Node, file: PipelineFile) -> None:
    file.refused += check_pipeline.check(pipeline, root)
    for job in pipeline.jobs.values():
        file.refused += check_job.check(job, pipeline, file.version)
    file.refused_on_apply += inert.on_apply(pipeline, file.version)
    file.ignored += inert.in_file(root)
    file.ignored += inert.in_pipeline(pipeline, file.version)


def _bounded(remarks: list[Remark]) -> list[Remark]:
    """Each once, in the file's order, and no more than a person reads."""
    unique = sorted(dict.fromkeys(remarks), key=lambda remark: (remark.at.line, remark.at.column, remark.code, remark.message))
    if len(unique) > MAX_REMARKS:
        more = len(unique) - MAX_REMARKS
        return [*unique[:MAX_REMARKS], Remark("more", f"and {more} more", unique[MAX_REMARKS].at)]
    return unique
