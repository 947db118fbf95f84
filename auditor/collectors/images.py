"""Image references: `[registry/]repository[:tag][@algorithm:hex]` (the grammar of the distribution project, Docker Hub's defaults)."""

from __future__ import annotations

import string
from dataclasses import dataclass

_HUB = "docker.io"
_HUB_NAMES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_HEX = frozenset("0123456789abcdef")
_ALGORITHMS = {"sha256": 64, "sha512": 128}
_LOWER = frozenset(string.ascii_lowercase + string.digits)
_TAG = frozenset(string.ascii_letters + string.digits + "_.-")
_HOST = frozenset(string.ascii_letters + string.digits + ".-")


class NotAnImage(ValueError):
    """Text that no container runtime takes for an image; `reason` is a clause."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Image:
    """A reference taken apart.  `registry` is never empty (`docker.io` by default), `repository` has Docker Hub's `library/`; `tag` and `digest` are ""
    where the text has none, `digest` includes its algorithm."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """registry/repository."""
        return f"{self.registry}/{self.repository}"

    def __str__(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def parse(text: str) -> Image:
    """Take a reference apart.  Raises NotAnImage."""
    if len(text) > 1024:
        raise NotAnImage("longer than 1024 characters")
    name, mark, digest = text.partition("@")
    if mark and not is_digest(digest):
        raise NotAnImage("what follows `@` is no digest")
    head, slash, tail = name.rpartition("/")
    last, colon, tag = tail.partition(":")
    if colon and not is_tag(tag):
        raise NotAnImage("what follows `:` is no tag")
    registry, repository = _registry(f"{head}/{last}" if slash else last)
    if not _is_repository(repository):
        raise NotAnImage("no valid repository name" if repository else "empty")
    return Image(registry, repository, tag, digest)


def tag_and_digest(text: str) -> tuple[str, str]:
    """(tag, digest) of a reference, both "" for text that is none: what cannot be run by digest has no digest."""
    try:
        image = parse(text)
    except NotAnImage:
        return "", ""
    return image.tag, image.digest


def is_digest(text: str) -> bool:
    """Is this `sha256:` or `sha512:` and the right number of lower-case hexadecimal digits?"""
    algorithm, _, value = text.partition(":")
    return len(value) == _ALGORITHMS.get(algorithm) and _HEX.issuperset(value)


def is_tag(text: str) -> bool:
    """At most 128 characters, neither `.` nor `-` first."""
    return 0 < len(text) <= 128 and text[0] not in ".-" and _TAG.issuperset(text)


def _registry(name: str) -> tuple[str, str]:
    """The first component is a registry if it has a dot or a colon, or is `localhost`."""
    first, slash, rest = name.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        return _HUB, name if slash else _library(name)
    host, colon, port = first.partition(":")
    if not _HOST.issuperset(host) or not host or (colon and not port.isdecimal()):
        raise NotAnImage("no valid registry name")
    if first.lower() in _HUB_NAMES:
        return _HUB, rest if "/" in rest else _library(rest)
    return first.lower(), rest


def _library(name: str) -> str:
    return f"library/{name}" if name else ""


def _is_repository(name: str) -> bool:
    return bool(name) and all(_is_component(part) for part in name.split("/"))


def _is_component(part: str) -> bool:
    """Lower-case letters and digits, separated by one `.`, one or two `_`, or any number of `-`."""
    if not part or part[0] not in _LOWER or part[-1] not in _LOWER:
        return False
    separator = ""
    for character in part:
        if character in _LOWER:
            separator = ""
        else:
            separator += character
            if separator not in {".", "_", "__"} and separator.strip("-"):
                return False
    return True
