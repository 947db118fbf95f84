"""Workflow commands for GitHub Actions: annotations in the run and, where the line is part of the change, in the pull request.

GitHub keeps 10 of each type for a step and 50 for a job: the worst go first, and the last notice counts what was left out.  Advice, low severity and the
coverage are notices, unknown is a warning; passed, waived and not applicable results are counted only.
"""

from __future__ import annotations

from collections import Counter

from auditor.model.place import At
from auditor.model.report import Report, Result
from auditor.reports.wording import LEVELS, VERDICTS, coverage, cut, reasons, repository_path, severity, worst_first
from auditor.reports.words import one_line, tally

suffix = ".txt"

MOST_OF_TYPE = 10
MOST = 50
LONGEST = 1_000

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """One command a line."""
    shown: Counter[str] = Counter()
    commands, left_out = [], 0
    for result in worst_first(report):
        for kind, text, at in _annotations(report, result):
            room = MOST_OF_TYPE - (kind == "notice")  # one notice is the last line
            if shown[kind] >= room or shown.total() >= MOST - 1:
                left_out += 1
                continue
            shown[kind] += 1
            commands.append(_command(report, kind, result.control, text, at))
    more = f"; {left_out} more not shown here: see the job summary or the report" if left_out else ""
    verdict = VERDICTS.get(report.exit_code, "error")
    text = f"{verdict}: {tally(report.summary)}; {coverage(report)}; as of {one_line(report.as_of)}{more}"
    return "\n".join([*commands, _command(report, "notice", "auditor", text, None), ""])


def _annotations(report: Report, result: Result) -> list[tuple[str, str, At | None]]:
    """(command, text, place) of a result; none for what needs no attention."""
    if result.status == "fail":
        kind = _COMMANDS[LEVELS[severity(report, result)]] if result.enforced else "notice"
        advice = "" if result.enforced else "advised: "
        found = [(kind, f"{result.subject}: {advice}{finding.message}", finding.at) for finding in result.findings]
        return [*found] or [(kind, f"{result.subject}: {advice}{report.controls[result.control].title}", None)]
    if result.status not in {"unknown", "error"}:
        return []
    kind = "notice" if not result.enforced else "error" if result.status == "error" else "warning"
    gap = next((report.gaps[reason.gap] for reason in result.reasons if reason.gap is not None and 0 <= reason.gap < len(report.gaps)), None)
    at = At(source=gap.source, line=gap.line) if gap and gap.source else None
    return [(kind, f"{result.subject}: {result.status}: {'; '.join(reasons(report, result))}", at)]


def _command(report: Report, kind: str, title: str, text: str, at: At | None) -> str:
    """`::error file=F,line=N,col=C,title=T::message`.  Without a line GitHub shows nothing in the changed files."""
    path = repository_path(report, report.sources.get(at.source)) if at else ""
    properties = []
    if path and at:
        properties += [f"file={property_value(path)}", f"line={max(at.line, 1)}"]
        properties += [f"col={at.column}"] if at.line > 0 and at.column > 0 else []
    properties.append(f"title={property_value(title)}")
    return f"::{kind} {','.join(properties)}::{data(cut(one_line(text), LONGEST))}"


def data(text: str) -> str:
    """A message, escaped as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_value(text: str) -> str:
    """The value of a property, where colon and comma end it."""
    return data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
