"""Words and signs that every format shares: what a status is called, how text that others wrote is made safe to look at."""

from __future__ import annotations

import re

from auditor.model.control import Status

SIGNS: dict[Status, str] = {"fail": "✕", "error": "!", "unknown": "?", "waived": "◇", "pass": "✓", "not_applicable": "–"}
NAMES: dict[Status, str] = {
    "fail": "fail",
    "error": "error",
    "unknown": "unknown",
    "waived": "waived",
    "pass": "pass",
    "not_applicable": "not applicable",
}
COUNTED: dict[Status, str] = {
    "fail": "failed",
    "error": "in error",
    "unknown": "unknown",
    "waived": "waived",
    "pass": "passed",
    "not_applicable": "not applicable",
}
"""The word after a number: `2 failed`."""

# Controls of C0 and C1, soft hyphen, marks that reorder or hide text, line separators, lone surrogates, tag characters, what XML 1.0 does not know.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)")


def visible(text: str) -> str:
    """`text` with every character that would act instead of show (terminal escapes, direction overrides) written as its escape; tab and newline stay."""
    return _UNSEEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """`visible`, and line breaks and tabs are single spaces: names and messages stay on their line."""
    return " ".join(visible(text).split())


def moment(time: str) -> str:
    """An RFC 3339 time to the minute, as people read it; what is none, as it is."""
    match = _TIME.fullmatch(time)
    return f"{match[1]} {match[2]} UTC" if match else one_line(time)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 repository`, `1,000 repositories`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def tally(counts: dict[str, int]) -> str:
    """`2 failed, 1 unknown, 4 passed`, worst first, without zeros; `nothing` if all are zero."""
    return ", ".join(f"{counts[status]:,} {word}" for status, word in COUNTED.items() if counts.get(status)) or "nothing"


def blocks(text: str) -> list[tuple[str, str]]:
    """Prose and code of a METADATA text: `("prose" | "code", text)`.  Code stands between fences, or is indented after an empty line."""
    found: list[tuple[str, list[str]]] = [("", [])]
    fenced = False
    for line in visible(text).strip("\n").split("\n"):
        last = found[-1][0]
        if line.lstrip().startswith("```"):
            fenced = not fenced
            found.append(("", []))
            continue
        indented = line.startswith("  ") and bool(line.strip()) and last != "prose"
        kind = "code" if fenced or indented else "prose" if line.strip() else ""
        if last == kind:
            found[-1][1].append(line)
        else:
            found.append((kind, [line]))
    return [("code", _dedent(lines)) if kind == "code" else ("prose", " ".join(" ".join(lines).split())) for kind, lines in found if kind]


def _dedent(lines: list[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)

