"""What kind of tag an image is published under."""

from __future__ import annotations

import re
from typing import Literal

from auditor.collectors.gocdnext.expressions import references
from auditor.collectors.gocdnext.pipeline import Place, Text
from auditor.collectors.gocdnext.references import is_reference, masked
from auditor.collectors.gocdnext.scene import UNRESOLVED, Scene

Kind = Literal["release", "candidate", "commit", "pull_request", "moving", "other"]

_MOVING = re.compile(
    r"(?:.*[-_.])?(?:latest|stable|edge|nightly|snapshot|current|lts)|main|master|trunk|develop|dev|test|next|prod|production|stage|staging|preview|release"
    r"|v?\d+(?:\.\d+)?",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v?\d+\.\d+\.\d+(?:\.\d+)?(?:\+[0-9A-Za-z.]+)?")
_PRERELEASE = re.compile(r"(?:[a-z]+[-_.])?v?\d+\.\d+\.\d+(?:[-_.].+)?", re.IGNORECASE)
_COMMIT = re.compile(r"(?:.*[-_.])?(?=[0-9a-f]*\d)[0-9a-f]{7,40}")
_PULL_REQUEST = re.compile(r"(?:pr|pull|mr)[-_.]?\d+.*", re.IGNORECASE)
_RELEASES = re.compile(r"TAG|VERSION|RELEASE|SEMVER|^NEXT$", re.IGNORECASE)
_COMMITS = re.compile(r"SHA\b|SHA$|COMMIT(?!.*(?:BRANCH|TAG|MESSAGE|AUTHOR|REF))|REVISION|GIT_HASH", re.IGNORECASE)
_BRANCHES = re.compile(r"BRANCH|REF_NAME|REF_SLUG|_REF$", re.IGNORECASE)


def kind(tag: str, scene: Scene) -> Kind:
    """The kind of a tag whose known variables are filled in."""
    tag = tag.strip().strip("'\"")
    if "$" not in tag:
        return _literal(tag)
    if "CI_PULL_REQUEST" in tag or "PR_NUMBER" in tag:
        return "pull_request"
    kinds = _of_references(tag, scene)
    for found in ("commit", "other", "moving"):
        if found in kinds:
            return found
    if "release" not in kinds:
        return "other"
    rest = "" if is_reference(tag) else _around(tag)
    return "release" if rest in {"", "v", "V"} else "candidate"


def _literal(tag: str) -> Kind:
    if _VERSION.fullmatch(tag):
        return "release"
    if _MOVING.fullmatch(tag):
        return "moving"
    if _PULL_REQUEST.fullmatch(tag):
        return "pull_request"
    if _PRERELEASE.fullmatch(tag):
        return "candidate"
    return "commit" if _COMMIT.fullmatch(tag) else "other"


def _around(tag: str) -> str:
    """What stands around the references."""
    mask = masked(tag)
    return "".join(char for char, seen in zip(tag, mask, strict=True) if char == seen and char != "x")


def _of_references(tag: str, scene: Scene) -> set[str]:
    if "$(" in tag:
        inner = tag[tag.index("$(") :]
        if "rev-parse" in inner or "git log" in inner:
            return {"commit"}
        return {"release"} if "git describe" in inner or "semver" in inner or "VERSION" in inner or "version" in inner else {"other"}
    found = set()
    for reference in references(Text(tag.replace(UNRESOLVED, ""), Place())):
        if reference.form == "output":
            done = scene.done.get(reference.job)
            found.add("release" if (done is not None and reference.alias in done.versions) or _RELEASES.search(reference.alias) else "other")
        elif _COMMITS.search(reference.name) and "TAG" not in reference.name:
            found.add("commit")
        elif _BRANCHES.search(reference.name):
            found.add("moving")
        elif _RELEASES.search(reference.name):
            found.add("release")
        else:
            found.add("other")
    return found
