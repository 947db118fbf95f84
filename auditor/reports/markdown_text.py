"""Text of others in Markdown: it makes no link, mentions nobody, and holds neither HTML nor markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.reports.words import one_line

_MARKUP = re.compile(r"([\\`*_\[\]#|~!$])")
_BREAK = "\u200b"
"""A space of no width: what GitHub would link or notify stops being one."""


def text(said: str) -> str:
    """One line of text; what stands between two backticks is code."""
    parts = one_line(said).split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(_plain(part) if number % 2 == 0 else code(part) for number, part in enumerate(parts))


def _plain(part: str) -> str:
    part = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    part = _MARKUP.sub(r"\\\1", part)
    return part.replace("@", "@" + _BREAK).replace("://", "://" + _BREAK).replace("www.", "www" + _BREAK + ".")


def code(said: str) -> str:
    """A code span, fenced by more backticks than it holds; nothing of nothing."""
    said = one_line(said)
    if not said:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", said)), default=0) + 1)
    pad = " " if said.startswith("`") or said.endswith("`") else ""
    return f"{fence}{pad}{said}{pad}{fence}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown already and hold no bare `|`."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
