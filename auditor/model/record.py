"""The frozen base of every record.

Three things are told apart everywhere: a value is *known*; it is known to be *absent* (the empty value: "", [], false); or it is *unread*: None,
and a `Gap` beside it says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from auditor.model.place import At

Origin = Literal["file", "live", "history"]
ORGANIZATION = "organization"
SEPARATORS = "/#@|"
"""What a path goes on with below another."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, keyword-only, refuses unknown fields when decoded."""


class Fact(Record, frozen=True, kw_only=True):
    """Something that is.  `at` is the place a policy may point to; `origin` how it came to be known."""

    at: At
    origin: Origin = "file"


class Remark(Record, frozen=True, kw_only=True):
    """Something said about a place in a source, in a full clause without a full stop."""

    message: str
    at: At


def lies_in(path: str, place: str) -> bool:
    """Is `path` the same as `place` or below it?"""
    return path == place or (path.startswith(place) and path[len(place)] in SEPARATORS)


def prefixes(path: str) -> Iterator[str]:
    """The path itself and every place it lies in, the longest first."""
    yield path
    for index in range(len(path) - 1, 0, -1):
        if path[index] in SEPARATORS:
            yield path[:index]
