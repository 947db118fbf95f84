"""What the machine formats say alike: order, places, reasons, and text that is safe to print."""

from __future__ import annotations

import posixpath
import re

from auditor.model.control import SEVERITIES, STATUSES
from auditor.model.place import At
from auditor.model.report import Finding, Report, Result, SourceLine

VERDICTS = {0: "pass", 1: "fail", 2: "error", 3: "unknown", 4: "nothing in scope"}
"""Exit code -> the verdict in a word."""

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
"""Severity -> how loudly an annotation or an alert says it."""

FAMILIES = {
    "signatures": "Signatures verified at admission",
    "digests": "Deploy by digest",
    "migrations": "Forward-only migrations",
    "rollouts": "Progressive delivery",
    "attestations": "SBOM and provenance",
    "duties": "Separation of duties",
    "branches": "Branch protection",
    "pipelines": "Pipelines",
    "credentials": "Credentials",
    "audit": "The audit itself",
}

# C0 and C1 controls but tab and line feed, lone surrogates, what turns the direction of text around, and what XML 1.0 does not know.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without characters that steer a terminal, hide text or that a format cannot hold; each becomes U+FFFD, CR LF a line feed."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def without_surrogates(text: str) -> str:
    """`text` with U+FFFD for each half of a surrogate pair, which no encoding can write."""
    return _SURROGATES.sub("\ufffd", text)


def line(text: str) -> str:
    """`text` in one line."""
    return " ".join(clean(text).split())


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
    return line(report.sources[at.source].uri) + (f":{at.line}" if at.line > 0 else "")


def reasons(report: Report, result: Result) -> list[str]:
    """Why a result is unknown or an error, one line each: what could not be read, where, why, and the next step."""
    found = []
    for reason in result.reasons:
        if reason.gap is not None and 0 <= reason.gap < len(report.gaps):
            gap = report.gaps[reason.gap]
            found.append(line(f"{gap.kind} of {gap.path} could not be read: {gap.reason}" + (f" ({gap.hint})" if gap.hint else "")))
        if reason.text:
            found.append(line(reason.text))
    return list(dict.fromkeys(found))


def waiver(report: Report, result: Result) -> str:
    """The waiver of a result in one line: reason, who claims to have approved it, until when; "" if there is none."""
    if result.waiver is None or not 0 <= result.waiver < len(report.waivers):
        return ""
    it = report.waivers[result.waiver]
    return line(f"{it.reason} (requested by {it.requested_by}, said to be approved by {it.approved_by}, until {it.expires}; {it.state})")


def unassessed(report: Report) -> list[tuple[str, str, str]]:
    """(control, aspect, reason) of each aspect that was not assessed."""
    return [
        (name, aspect, line(control.reason.get(aspect, "")) or "no source that would answer is configured")
        for name, control in sorted(report.controls.items())
        for aspect in control.aspects
        if aspect not in control.assessed
    ]


def coverage(report: Report) -> str:
    return f"{report.summary.get('assessed', 0)} of {report.summary.get('controls', len(report.controls))} controls assessed"


def counts(report: Report) -> str:
    """The summary in words, worst first, without zeros."""
    words = {"fail": "failed", "error": "in error", "unknown": "unknown", "waived": "waived", "pass": "passed", "not_applicable": "not applicable"}
    said = [f"{report.summary.get(status, 0)} {words[status]}" for status in STATUSES if report.summary.get(status, 0)]
    return ", ".join(said) or "no results"
