"""What all formats say alike: order, places, reasons.  How text of others is made safe stands in `words`."""

from __future__ import annotations

import posixpath
import re

from auditor.model.control import SEVERITIES, STATUSES, Severity
from auditor.model.place import At, SourceLine
from auditor.model.record import Record
from auditor.model.report import Finding, Report, Result, WaiverLine
from auditor.reports.words import one_line

VERDICTS = {0: "pass", 1: "fail", 2: "error", 3: "unknown", 4: "nothing in scope"}
"""Exit code -> the verdict in a word."""

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
"""Severity -> how loudly an annotation or an alert says it."""

Rank = tuple[bool, int, int, str, str, str, str]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Why(Record, frozen=True, kw_only=True):
    """Why something is not known, the next step ("" if none is known), and the place ("" if there is none)."""

    text: str
    hint: str = ""
    place: str = ""


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def severity(report: Report, result: Result) -> Severity:
    return report.controls[result.control].severity


def rank(report: Report, result: Result) -> Rank:
    """Sorts results worst first: enforced before advised, then by status, severity and name, so that the same report always gives the same order."""
    weight = -SEVERITIES.index(severity(report, result))
    return (not result.enforced, STATUSES.index(result.status), weight, result.control, result.aspect, result.container, result.subject)


def worst_first(report: Report) -> list[Result]:
    """The results in the order of `rank`."""
    return sorted(report.results, key=lambda result: rank(report, result))


def findings(result: Result) -> list[Finding | None]:
    """The findings of a result, or one None: what a format says once for each finding it says at least once."""
    return list(result.findings) or [None]


def repository_path(report: Report, source: SourceLine | None) -> str:
    """The path of a source below the repository's root; "" if it is no file there that was read."""
    if source is None or source.kind not in {"file", "configuration"} or not source.sha256:
        return ""
    uri = source.uri.replace("\\", "/")
    if _SCHEME.match(uri) or uri.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(report.checkout.path if report.checkout else "", uri))
    return "" if path in {".", ".."} or path.startswith(("../", "/")) else path


def place(report: Report, at: At) -> str:
    """`file:line`; the source alone where it is meant as a whole; its id where the report does not list it."""
    source = report.sources.get(at.source)
    uri = one_line(source.uri if source else at.source)
    return f"{uri}:{at.line}" if at.line else uri


def whys(report: Report, result: Result) -> list[Why]:
    """Why a result is unknown or an error.  Never empty for those: a result without a reason says so."""
    found = []
    for reason in result.reasons:
        if reason.gap is not None and 0 <= reason.gap < len(report.gaps):
            found.append(gap_text(report, reason.gap))
        elif reason.text:
            found.append(Why(text=one_line(reason.text)))
    if not found and result.status in ("unknown", "error"):
        found.append(Why(text="the report gives no reason"))
    return list(dict.fromkeys(found))


def gap_text(report: Report, index: int) -> Why:
    """What could not be read, why, and what to do, as text."""
    gap = report.gaps[index]
    where = place(report, At(source=gap.source, line=gap.line)) if gap.source else ""
    return Why(text=f"Could not read {one_line(gap.kind)} of {one_line(gap.path)}: {one_line(gap.reason)}", hint=one_line(gap.hint), place=where)


def sentence(why: Why) -> str:
    """A reason in one line, the next step in brackets."""
    return why.text + (f" ({why.hint})" if why.hint else "")


def reasons(report: Report, result: Result) -> list[str]:
    """`whys`, a line each."""
    return [sentence(why) for why in whys(report, result)]


def waiver_of(report: Report, result: Result) -> WaiverLine | None:
    """The waiver that covers a result."""
    return report.waivers[result.waiver] if result.waiver is not None and 0 <= result.waiver < len(report.waivers) else None


def waiver(report: Report, result: Result) -> str:
    """The waiver of a result in one line: reason, who claims to have approved it, until when; "" if there is none."""
    it = waiver_of(report, result)
    if it is None:
        return ""
    return one_line(f"{it.reason} (requested by {it.requested_by}, said to be approved by {it.approved_by}, until {it.expires}; {it.state})")


def unassessed(report: Report) -> list[tuple[str, str, str]]:
    """(control, aspect, reason) of each aspect that was not assessed."""
    return [
        (name, aspect, one_line(control.reason.get(aspect, "")) or "no source that answers it is configured")
        for name, control in sorted(report.controls.items())
        for aspect in control.aspects
        if aspect not in control.assessed
    ]


def assessed(report: Report) -> tuple[int, int]:
    """How many controls were assessed, of how many."""
    return sum(bool(control.assessed) for control in report.controls.values()), len(report.controls)


def coverage(report: Report) -> str:
    done, of = assessed(report)
    return f"{done} of {of} controls assessed"
