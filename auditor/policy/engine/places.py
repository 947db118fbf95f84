"""Texts of the embedded engine into errors with a place.

They read `--> FILE:LINE:COLUMN`, an excerpt, `error: TEXT`, perhaps more arrows at related places, perhaps a backtrace.  Some have no arrow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from auditor.errors import AuditorError, EngineError, PolicyError

QUERY = "<query.rego>"
_ARROW = re.compile(r"^--> (.+):(\d+):(\d+)$", re.MULTILINE)
_ERROR = re.compile(r"^error: (.+)$", re.MULTILINE)
_TAB = 4  # columns the engine counts for one


def fault(reply: Mapping[str, Any], modules: Mapping[str, str], kind: type[PolicyError]) -> AuditorError:
    """The error a failed reply of the worker stands for; its path is empty where no module is named."""
    if reply["failed"] == "memory":
        return EngineError("the embedded engine ran out of the memory it may use")
    text = str(reply.get("text", "")).split("Stack backtrace:")[0]
    if reply["failed"] == "panic":
        return EngineError(f"the embedded engine failed on a defect of its own ({one_line(text)})", hint="Ask the same with --engine opa.")
    found = _ERROR.search(text)
    message = one_line(found[1] if found else text)
    arrow = _ARROW.search(text)
    if arrow is None or arrow[1] not in modules:
        return kind("", 0, 0, "", message)
    line = int(arrow[2])
    return kind(arrow[1], line, column(modules[arrow[1]], line, int(arrow[3])), "", message)


def column(source: str, line: int, counted: int) -> int:
    """The engine counts bytes, and four for a tab; people and the other engine count characters."""
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return 0
    position = 1
    for index, character in enumerate(lines[line - 1], 1):
        if position >= counted:
            return index
        position += _TAB if character == "\t" else len(character.encode("utf-8", "replace"))
    return len(lines[line - 1]) + 1


def one_line(text: str, most: int = 300) -> str:
    """A text of an engine as a part of a message: no control characters, not too long."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:most]
