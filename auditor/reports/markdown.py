"""Markdown for job summaries and comments on pull requests: verdict, failures, what is not known; the rest folded.

GitHub takes 65,536 characters in a comment.  At most 65,000 are written: what matters most comes first, and every section says how much of it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.report import Report, Result
from auditor.reports import view
from auditor.reports.markdown_text import code, table, text
from auditor.reports.wording import VERDICTS, coverage, cut, findings, place, reasons, severity, waiver, worst_first
from auditor.reports.words import NAMES, tally

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
    return table(["", "", "verdict", "failed", "unknown", "waived", "passed", "assessed"], [_verdict(section) for section in view.sections(report)])


def _verdict(section: view.Section) -> list[str]:
    said = f"{SIGNS[section.status]} {NAMES[section.status]}" if section.status else "not assessed"
    counts = section.counts
    unknown = counts.get("unknown", 0) + counts.get("error", 0)
    numbers = (counts.get("fail"), unknown, counts.get("waived"), counts.get("pass"))
    return [str(section.number or ""), text(section.title), said, *(str(count or "") for count in numbers), f"{section.assessed} of {section.controls}"]


def _failures(report: Report, *, enforced: bool) -> list[str]:
    """Each finding; the first of a control says what the control is and how to fix it."""
    entries: list[str] = []
    last = ""
    for result in worst_first(report):
        if result.status != "fail" or result.enforced != enforced:
            continue
        for finding in findings(result):
            said = f"- {code(result.subject)}" + (f" in {code(place(report, finding.at))}: {text(cut(finding.message, _LONGEST))}" if finding else "")
            entries.append(said if result.control == last else f"{_control(report, result, first=not entries)}\n\n{said}")
            last = result.control
    return entries


def _control(report: Report, result: Result, *, first: bool) -> str:
    control = report.controls[result.control]
    start = f"{'' if first else chr(10)}**{severity(report, result)}** {code(result.control)}"
    return f"{start} {text(control.title)}  \nHow to fix: {text(cut(control.remediation, _LONGEST))}"


def _undecided(report: Report) -> list[str]:
    entries = []
    for result in worst_first(report):
        if result.status in {"unknown", "error"}:
            why = text(cut("; ".join(reasons(report, result)), _LONGEST))
            advised = "" if result.enforced else " (advised)"
            entries.append(f"- {SIGNS[result.status]} {code(result.control)} {code(result.subject)}{advised}: {why}")
    return entries


def _waived(report: Report) -> list[str]:
    waived = [result for result in worst_first(report) if result.status == "waived"]
    return [f"- {code(result.control)} {code(result.subject)}: {text(cut(waiver(report, result), _LONGEST))}" for result in waived]


def _unassessed(report: Report) -> list[str]:
    """By reason: what one more source would answer stands together."""
    return [
        f"- {text(cut(group.reason, _LONGEST))}: {', '.join(f'{code(name)} ({aspect})' for name, aspect in group.asked)}" for group in view.unassessed(report)
    ]


def _evidence(report: Report) -> list[str]:
    tool, engine = report.tool, report.engine
    return [
        f"- {text(tool.get('name', 'auditor'))} {text(tool.get('version', ''))}, engine {text(engine.get('name', ''))} {text(engine.get('version', ''))}",
        f"- evidence {code(report.evidence_sha256)}",
        f"- policies {code(report.policies_sha256)}",
        f"- configuration {code(report.configuration_sha256)}",
    ]
