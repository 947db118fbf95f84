"""What makes a finding the same one tomorrow: never a line number, so that code above it may move."""

from __future__ import annotations

import hashlib
from collections import Counter

from auditor.model.report import Finding, Report, Result
from auditor.reports.words import one_line

GITHUB = "primaryLocationLineHash"
"""The one key that code scanning reads."""
OURS = "auditorFinding/v1"


class Fingerprints:
    """Hands them out; what cannot be told apart without a line number is numbered in the report's order."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._seen: Counter[str] = Counter()

    def of(self, result: Result, finding: Finding | None = None) -> dict[str, str]:
        """Control, aspect, container, subject, and of a finding its file and its detail."""
        parts = [result.control, result.aspect, result.container, result.subject]
        if finding is not None:
            source = self._report.sources.get(finding.at.source)
            parts += [source.uri if source else "", detail(finding)]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
        self._seen[digest] += 1
        number = self._seen[digest]
        return {GITHUB: f"{digest[:16]}:{number}", OURS: f"{digest}:{number}"}


def detail(finding: Finding) -> str:
    """The pointer without the numbers of list items; without a pointer the text of the line; without a text the message."""
    if finding.at.pointer:
        return "/".join("*" if part.isdigit() else part for part in finding.at.pointer.split("/"))
    quoted = quoted_line(finding)
    return one_line(quoted if quoted.strip() else finding.message)


def quoted_line(finding: Finding) -> str:
    """The line that is pointed to, as far as it is quoted."""
    index = finding.at.line - finding.excerpt_start
    return finding.excerpt[index] if finding.at.line > 0 and 0 <= index < len(finding.excerpt) else ""
