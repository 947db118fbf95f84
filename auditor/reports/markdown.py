"""Markdown for job summaries and comments on pull requests: verdict, failures, what is not known; the rest folded.

GitHub takes 65,536 characters in a comment.  At most 65,000 are written: what matters most comes first, and every section says how much of it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.report import Report, Result
from auditor.reports.markdown_text import code, table, text
from auditor.reports.wording import VERDICTS, coverage, cut, findings, reasons, severity, unassessed, waiver, where, worst_first
from auditor.reports.words import FAMILIES, tally

suffix = ".md"

MOST = 65_000
_LONGEST = 1_000
_SPARE = 300
"""Kept free for each section's title, and at the end for the line that says how much is left out."""

SIGNS = {"fail": "❌", "error": "💥", "unknown": "❓", "waived": "🔶", "pass": "✅", "not_applicable": "➖", "nothing in scope": "➖"}


@dataclass
class Section:
    """A title and entries of one or more lines each; `folded` hides them behind the title."""

    title: str
    entries: list[str] = field(default_factory=list)
    folded: bool = False


def render(report: Report) -> str:
    """The page, at most 65,000 characters."""
    head = "\n\n".join([_head(report), _verdicts(report)])
    sections = [
        Section("Failed", _failures(report, enforced=True)),
        Section("Not determined", _undecided(report)),
        Section("Waived", _waived(report), folded=True),
        Section("Advised, not enforced", _failures(report, enforced=False), folded=True),
        Section("Not assessed", _unassessed(report), folded=True),
        Section("Assumed", [f"- {text(one.what)}: {code(one.value)}, declared by {code(one.line)}" for one in report.assumed], folded=True),
        Section("Evidence", _evidence(report), folded=True),
    ]
    return _bounded(cut(head, MOST // 2), [section for section in sections if section.entries])


def _bounded(head: str, sections: list[Section]) -> str:
    """No section may take more than two thirds of what is left for it, so that failures do not hide what is not known; each has at least its title."""
    blocks, left, missing = [head], MOST - len(head) - _SPARE, 0
    for number, section in enumerate(sections):
        after = len(sections) - number - 1
        block, shown = _section(section, min(left - after * _SPARE, left * 2 // 3) if after else left)
        missing += len(section.entries) - shown
        blocks.append(block)
        left -= len(block) + 2
    if missing:
        blocks.append(f"**{missing} entries are left out for want of room.** The formats html and json have all of them.")
    return "\n\n".join(blocks) + "\n"


def _section(section: Section, room: int) -> tuple[str, int]:
    """The section in at most `room` characters (at least 300), and how many of its entries it shows."""
    title = f"{section.title} ({len(section.entries)})"
    lines = [f"<details><summary>{title}</summary>\n" if section.folded else f"### {title}\n"]
    room -= len(lines[0]) + 100  # for the line of what is not shown, and the end of the fold
    shown = 0
    for entry in section.entries:
        room -= len(entry) + 1
        if room < 0:
            break
        lines.append(entry)
        shown += 1
    rest = len(section.entries) - shown
    lines += [f"- … {rest} more, not shown here"] if rest else []
    lines += ["\n</details>"] if section.folded else []
    return "\n".join(lines), shown


def _head(report: Report) -> str:
    verdict = VERDICTS.get(report.exit_code, "error")
    return (
        f"## auditor: {SIGNS.get(verdict, '💥')} {verdict}\n\n"
        f"{text(report.organization)}, as of {text(report.as_of)}. {coverage(report)}: {tally(report.summary)}. Evidence {code(report.evidence_sha256[:8])}."
    )


def _verdicts(report: Report) -> str:
    """One row for each prerequisite, and for each family of controls that belong to none."""
    rows = []
    for number, one in sorted(report.prerequisites.items()):
        rows.append(_verdict(number, text(one.title), one.status, one.counts, f"{one.assessed} of {one.controls}"))
    for family in dict.fromkeys([*FAMILIES, *sorted(control.family for control in report.controls.values())]):
        mine = {name for name, control in report.controls.items() if control.family == family and control.prerequisite is None}
        if mine:
            results = [result for result in report.results if result.control in mine]
            tally = {status: sum(result.status == status for result in results) for status in SIGNS}
            enforced = {result.status for result in results if result.enforced}
            status = next((status for status in SIGNS if status in enforced), None)
            assessed = sum(bool(report.controls[name].assessed) for name in mine)
            rows.append(_verdict("", text(FAMILIES.get(family, family)), status, tally, f"{assessed} of {len(mine)}"))
    return table(["", "", "verdict", "failed", "unknown", "waived", "passed", "assessed"], rows)


def _verdict(number: str, title: str, status: str | None, tally: dict[str, int], assessed: str) -> list[str]:
    said = f"{SIGNS[status]} {status.replace('_', ' ')}" if status else "not assessed"
    unknown = tally.get("unknown", 0) + tally.get("error", 0)
    return [number, title, said, *(str(count or "") for count in (tally.get("fail"), unknown, tally.get("waived"), tally.get("pass"))), assessed]


def _failures(report: Report, *, enforced: bool) -> list[str]:
    """Each finding; the first of a control says what the control is and how to fix it."""
    entries: list[str] = []
    last = ""
    for result in worst_first(report):
        if result.status != "fail" or result.enforced != enforced:
            continue
        for finding in findings(result):
            place = where(report, finding.at) if finding else ""
            said = f"- {code(result.subject)}" + (f" in {code(place)}" if place else "") + (f": {text(cut(finding.message, _LONGEST))}" if finding else "")
            entries.append(said if result.control == last else f"{_control(report, result, first=not entries)}\n\n{said}")
            last = result.control
    return entries


def _control(report: Report, result: Result, *, first: bool) -> str:
    control = report.controls.get(result.control)
    start = f"{'' if first else chr(10)}**{severity(report, result)}** {code(result.control)}"
    if control is None:
        return start
    return f"{start} {text(control.title)}  \nHow to fix: {text(cut(control.remediation, _LONGEST))}"


def _undecided(report: Report) -> list[str]:
    entries = []
    for result in worst_first(report):
        if result.status in {"unknown", "error"}:
            why = text(cut("; ".join(reasons(report, result)), _LONGEST)) or "no reason was given"
            advised = "" if result.enforced else " (advised)"
            entries.append(f"- {SIGNS[result.status]} {code(result.control)} {code(result.subject)}{advised}: {why}")
    return entries


def _waived(report: Report) -> list[str]:
    waived = [result for result in worst_first(report) if result.status == "waived"]
    return [f"- {code(result.control)} {code(result.subject)}: {text(cut(waiver(report, result), _LONGEST))}" for result in waived]


def _unassessed(report: Report) -> list[str]:
    """By reason: what one more source would answer stands together."""
    by_reason: dict[str, list[str]] = {}
    for name, aspect, reason in unassessed(report):
        by_reason.setdefault(reason, []).append(f"{code(name)} ({aspect})")
    return [f"- {text(cut(reason, _LONGEST))}: {', '.join(names)}" for reason, names in sorted(by_reason.items())]


def _evidence(report: Report) -> list[str]:
    tool, engine = report.tool, report.engine
    return [
        f"- {text(tool.get('name', 'auditor'))} {text(tool.get('version', ''))}, engine {text(engine.get('name', ''))} {text(engine.get('version', ''))}",
        f"- evidence {code(report.evidence_sha256)}",
        f"- policies {code(report.policies_sha256)}",
        f"- configuration {code(report.configuration_sha256)}",
    ]
