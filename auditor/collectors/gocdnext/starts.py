"""How a pipeline can start: its `when`, its materials, and which of the two counts."""

from __future__ import annotations

from collections.abc import Collection

from auditor.collectors.gocdnext.build import present, texts
from auditor.collectors.gocdnext.pipeline import Cause, Material, Pipeline, Place, Remark, Start
from auditor.collectors.gocdnext.walk import key_place, place
from auditor.text.yaml import Node

CAUSES: dict[str, Cause] = {
    "push": "push",
    "pull_request": "pull_request",
    "tag": "tag",
    "manual": "manual",
    "cron": "schedule",
    "upstream": "upstream",
}
_ON_BRANCHES = {"push", "pull_request", "poll"}


def repository_of(url: str) -> str:
    """A git URL as HOST/PATH in lower case, without scheme, credentials and `.git`: two spellings of one repository are equal."""
    rest = url.strip().split("://", 1)[-1]
    head, slash, tail = rest.partition("/")
    head = head.rsplit("@", 1)[-1]
    if "://" not in url and ":" in head and not head.rsplit(":", 1)[1].isdigit():
        head = head.replace(":", "/", 1)  # git@host:path
    return (head + slash + tail).split("?", 1)[0].rstrip("/").removesuffix(".git").rstrip("/").lower()


def add_starts(pipeline: Pipeline, when: Node | None, repositories: Collection[str]) -> list[Remark]:
    """Fill `starts` and `starts_known`; returns what `when` declares in vain.

    `repositories` are the normalised URLs under which the product knows this repository, none where they are not known.  An explicit git
    material of one of them switches off `when.event`, `when.branch` and `when.paths`.
    """
    own = [material for material in pipeline.materials if material.kind == "git" and repository_of(_url(material)) in repositories]
    foreign = [material for material in pipeline.materials if material.kind == "git" and material not in own]
    ignored: list[Remark] = []
    if own:
        for key in ("event", "branch", "paths"):
            if when is not None and present(when.get(key)) is not None:
                message = f"`when.{key}` is ignored: the pipeline names its repository as a material, whose `on` counts"
                ignored.append(Remark("when-overridden", message, key_place(when, key)))
    else:
        pipeline.starts += _from_when(pipeline, when)
        pipeline.starts_known = not foreign or bool(repositories)
    for material in pipeline.materials:
        pipeline.starts += _from_material(material, "" if material in own else repository_of(_url(material)))
    return ignored


def _url(material: Material) -> str:
    return material.fields["url"].text if "url" in material.fields else ""


def _from_when(pipeline: Pipeline, when: Node | None) -> list[Start]:
    events = texts(when.get("event")) if when is not None else []
    branches = tuple(branch.text for branch in texts(when.get("branch"))) if when is not None else ()
    paths = tuple(path.text for path in texts(when.get("paths"))) if when is not None else ()
    if not events:
        at = place(when) if when is not None else pipeline.at
        return [Start(cause="push", at=at, branches=branches, paths=paths, by="default")]
    return [_start(CAUSES[event.text], event.at, branches, paths) for event in events if event.text in CAUSES]


def _start(cause: Cause, at: Place, branches: tuple[str, ...], paths: tuple[str, ...]) -> Start:
    if cause in _ON_BRANCHES:
        return Start(cause=cause, at=at, branches=branches, paths=paths)
    return Start(cause=cause, at=at)


def _from_material(material: Material, repository: str) -> list[Start]:
    fields, at = material.fields, material.at
    if material.kind == "manual":
        return [Start(cause="manual", at=at, by="material")]
    if material.kind == "cron":
        return [Start(cause="schedule", at=at, by="material", expression=fields["expression"].text if "expression" in fields else "")]
    if material.kind == "upstream":
        names = [fields[key].text if key in fields else "" for key in ("pipeline", "stage")]
        return [Start(cause="upstream", at=at, by="material", upstream="/".join(names))]
    branch = (fields["branch"].text if "branch" in fields else "") or "main"
    found = []
    for event in material.on or ():
        cause = CAUSES.get(event.text)
        if cause is not None:
            branches = (branch,) if cause in _ON_BRANCHES else None
            found.append(Start(cause=cause, at=event.at, branches=branches, by="material", repository=repository))
    if not material.on:
        found.append(Start(cause="push", at=at, branches=(branch,), by="material", repository=repository))
    if "poll_interval" in fields and fields["poll_interval"].text.strip():
        found.append(Start(cause="poll", at=fields["poll_interval"].at, branches=(branch,), by="material", repository=repository))
    return found
