"""Sources, and places in them."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec


class At(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A place: `source` is the id of a Source, `line` and `column` count from 1 (line 0: the source as a whole), `pointer` is RFC 6901."""

    source: str
    line: int = 0
    column: int = 0
    pointer: str = ""


class SourceLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where facts came from and how it was read.

    `uri` is relative to the configuration's folder for files.  `sha256` is of the raw bytes ("" if none were read).
    """

    uri: str
    kind: Literal["file", "live", "configuration", "default", "rendered"]
    collector: str = ""
    sha256: str = ""
    size: int = 0
    read_at: str = ""
    status: str = "read"
    query: str = ""
    identity: str = ""
    permissions: list[str] = []


class Source(SourceLine, frozen=True, kw_only=True):
    """`lines` are the lines (by number, as text) around the places that facts name, redacted, so that a report can quote them without the file."""

    lines: dict[str, str] = {}


def source_id(uri: str) -> str:
    """The id of the source with this uri: stable, short, and no path."""
    return "s" + hashlib.sha256(uri.encode()).hexdigest()[:12]
