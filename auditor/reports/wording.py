"""What the machine formats say alike: order, places, reasons.  How text of others is made safe stands in `words`."""

from __future__ import annotations

import posixpath
import re

from auditor.model.control import SEVERITIES, STATUSES
from auditor.model.place import At
from auditor.model.report import Finding, Report, Result, SourceLine
from auditor.reports.words import one_line

VERDICTS = {0: "pass", 1: "fail", 2: "error", 3: "unknown", 4: "nothing in scope"}
"""Exit code -> the verdict in a word."""

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
"""Severity -> how loudly an annotation or an alert says it."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def severity(report: Report, result: Result) -> str:
    control = report.controls.get(result.control)
    return control.severity if control else "high"


def worst_first(report: Report) -> list[Result]:
    """The results: enforced before advised, then by status, severity and name, so that the same report always gives the same order."""

    def rank(result: Result) -> tuple[bool, int, int, str, str, str, str]:
        weight = -SEVERITIES.index(severity(report, result))
        return (not result.enforced, STATUSES.index(result.status), weight, result.control, result.aspect, result.container, result.subject)

    return sorted(report.results, key=rank)


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


def where(report: Report, at: At | None) -> str:
    """`FILE:LINE` of a place, "" if it has none."""
    if at is None or at.source not in report.sources:
        return ""
    return one_line(report.sources[at.source].uri) + (f":{at.line}" if at.line > 0 else "")


def reasons(report: Report, result: Result) -> list[str]:
    """Why a result is unknown or an error, one line each: what could not be read, where, why, and the next step."""
    found = []
    for reason in result.reasons:
        if reason.gap is not None and 0 <= reason.gap < len(report.gaps):
            gap = report.gaps[reason.gap]
            found.append(one_line(f"{gap.kind} of {gap.path} could not be read: {gap.reason}" + (f" ({gap.hint})" if gap.hint else "")))
        if reason.text:
            found.append(one_line(reason.text))
    return list(dict.fromkeys(found))


def waiver(report: Report, result: Result) -> str:
    """The waiver of a result in one line: reason, who claims to have approved it, until when; "" if there is none."""
    if result.waiver is None or not 0 <= result.waiver < len(report.waivers):
        return ""
    it = report.waivers[result.waiver]
    return one_line(f"{it.reason} (requested by {it.requested_by}, said to be approved by {it.approved_by}, until {it.expires}; {it.state})")


def unassessed(report: Report) -> list[tuple[str, str, str]]:
    """(control, aspect, reason) of each aspect that was not assessed."""
    return [
        (name, aspect, one_line(control.reason.get(aspect, "")) or "no source that would answer is configured")
        for name, control in sorted(report.controls.items())
        for aspect in control.aspects
        if aspect not in control.assessed
    ]


def coverage(report: Report) -> str:
    return f"{report.summary.get('assessed', 0)} of {report.summary.get('controls', len(report.controls))} controls assessed"
