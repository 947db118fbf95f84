"""What could not be read."""

from __future__ import annotations

from typing import Literal

from auditor.model.record import Record


class Gap(Record, frozen=True, kw_only=True):
    """A kind of fact (`gate`) or a field of one (`gate.author_excluded`) that could not be read.

    `path` is the id of the fact, or the container or folder in which facts of this kind may be missing; `reason` is a clause without a full stop,
    `hint` the next step for the user ("" if there is none); `source` is a Source's id or "";
    `origin` says which evidence it is missing from (`any`: all of it).
    """

    kind: str
    path: str
    reason: str
    source: str = ""
    line: int = 0
    hint: str = ""
    origin: Literal["file", "live", "history", "any"] = "file"


def names(kinds: list[str] | tuple[str, ...], kind: str) -> bool:
    """Does a list of kinds name this one?  A kind names its fields, and a gap of a fact is a gap of each of its fields."""
    return any(kind == k or kind.startswith(k + ".") or k.startswith(kind + ".") for k in kinds)
