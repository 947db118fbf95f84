"""One row for each finding, or for each result without one, and one for each aspect that was not assessed.  RFC 4180: CRLF, quotes doubled.

A cell that a spreadsheet would take for a formula is given a leading apostrophe, which the spreadsheet does not show.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from auditor.model.report import Finding, Report, Result
from auditor.reports.wording import findings, reasons, unassessed, waiver, worst_first
from auditor.reports.words import one_line, visible

suffix = ".csv"

COLUMNS = (
    "control", "title", "family", "prerequisite", "severity", "aspect", "container", "subject", "status", "enforced", "message", "source", "line",
    "column", "pointer", "reasons", "waiver", "frameworks", "as_of",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> str:
    """The table, its first row the names of the columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for result in worst_first(report):
        for finding in findings(result):
            writer.writerow([harmless(cell) for cell in _row(report, result, finding)])
    for name, aspect, reason in unassessed(report):
        cells = [*_control(report, name), aspect, "", "*", "not_assessed", "", "", "", "", "", "", reason, "", _frameworks(report, name), report.as_of]
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that is text for a spreadsheet too, whatever blanks stand before its first sign."""
    cell = visible(cell)
    return "'" + cell if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA) else cell


def _row(report: Report, result: Result, finding: Finding | None) -> Iterator[str]:
    yield from _control(report, result.control)
    yield from (result.aspect, result.container, result.subject, result.status, "true" if result.enforced else "false")
    source = report.sources.get(finding.at.source) if finding else None
    at = finding.at if finding else None
    yield one_line(finding.message) if finding else ""
    yield source.uri if source else ""
    yield str(at.line) if at and at.line else ""
    yield str(at.column) if at and at.column else ""
    yield at.pointer if at else ""
    yield "; ".join([*reasons(report, result), *([one_line(result.note)] if result.note else [])])
    yield waiver(report, result)
    yield _frameworks(report, result.control)
    yield report.as_of


def _control(report: Report, name: str) -> list[str]:
    control = report.controls[name]
    return [name, one_line(control.title), control.family, str(control.prerequisite or ""), control.severity]


def _frameworks(report: Report, name: str) -> str:
    return "; ".join(f"{key} {clause}" for key, clauses in report.controls[name].frameworks.items() for clause in clauses)
