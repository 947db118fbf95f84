"""Image references: their parts, and the strings that Kyverno matches."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_REGISTRY = "docker.io"
_DIGEST = re.compile(r"^[A-Za-z0-9_+.-]{1,32}:[0-9a-fA-F]{32,128}$")


@dataclass(frozen=True, slots=True)
class Image:
    """`registry/path[:tag][@digest]`; tag and digest are "" if not written."""

    registry: str
    path: str
    tag: str
    digest: str


def split(reference: str) -> Image:
    """The parts of a reference as written.  The registry is docker.io if the first component is none: it has no `.` and no `:`, is not `localhost` and
    has no upper case (Kyverno's rule)."""
    rest, _, digest = reference.partition("@")
    head, slash, tail = rest.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost" or head != head.lower()):
        registry, path = head, tail
    else:
        registry, path = DEFAULT_REGISTRY, rest
    name, colon, tag = path.rpartition(":")
    if colon and "/" not in tag:
        path = name
    else:
        tag = ""
    return Image(registry, path, tag, digest if _DIGEST.match(digest) else "")


def has_registry(pattern: str) -> bool:
    """Does a declared pattern begin with a registry?  A first component with a wildcard may be one."""
    head, slash, _ = pattern.partition("/")
    return ("*" in head) or (bool(slash) and ("." in head or ":" in head or head == "localhost" or head != head.lower()))
