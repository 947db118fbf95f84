"""A report as every format shows it: grouped by prerequisite and family, worst first, with places and reasons as text.

Nothing here is decided: statuses, counts and verdicts come from the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from auditor.model.control import FAMILIES, SEVERITIES, STATUSES, Severity, Status, family_order, worst
from auditor.model.place import At, SourceLine
from auditor.model.record import Record
from auditor.model.report import AskedControl, Finding, Report, Result
from auditor.reports import wording
from auditor.reports.wording import assessed, rank
from auditor.reports.words import COUNTED, one_line, plural


class Section(Record, frozen=True, kw_only=True):
    """A prerequisite (`number` 1 to 5) or, for controls that belong to none, a family.  `status` None: none of its controls is assessed and enforced."""

    key: str
    number: int | None = None
    title: str
    status: Status | None
    assessed: int
    controls: int
    counts: dict[str, int]

    @property
    def numbered(self) -> bool:
        return self.number is not None


class Sheet(Record, frozen=True, kw_only=True):
    """A control that was asked, with its results, worst first.  `status` is the worst of the enforced ones; of all, if none is enforced."""

    id: str
    control: AskedControl
    section: str
    status: Status
    enforced: bool
    counts: dict[str, int]
    results: list[Result]


class Unassessed(Record, frozen=True, kw_only=True):
    """A reason, which names the source that would answer, and the controls (id, aspect) that were not asked for it."""

    reason: str
    asked: list[tuple[str, str]]


def count(results: Iterable[Result]) -> dict[str, int]:
    """Status -> number of results, worst first, without zeros."""
    found = Counter(result.status for result in results)
    return {status: found[status] for status in STATUSES if found[status]}


def section_of(report: Report, control: AskedControl) -> str:
    """The key of the section a control is shown in: its prerequisite's, else its family's."""
    number = str(control.prerequisite or "")
    return number if number in report.prerequisites else control.family


def sections(report: Report) -> list[Section]:
    """The prerequisites as the report states them, then the families in their order, users' families last, by name."""
    found = [
        Section(
            key=number, number=int(number) if number.isdigit() else None, title=one_line(p.title), status=p.status,
            assessed=p.assessed, controls=p.controls, counts=p.counts,
        )
        for number, p in sorted(report.prerequisites.items())
    ]  # fmt: skip
    members: dict[str, list[str]] = {}
    for name, control in report.controls.items():
        members.setdefault(section_of(report, control), []).append(name)
    results: dict[str, list[Result]] = {}
    for result in report.results:
        results.setdefault(section_of(report, report.controls[result.control]), []).append(result)
    for family in sorted(members.keys() - report.prerequisites.keys(), key=family_order):
        mine = results.get(family, [])
        found.append(
            Section(
                key=family, title=family_title(family), status=worst(r.status for r in mine if r.enforced),
                assessed=sum(bool(report.controls[name].assessed) for name in members[family]), controls=len(members[family]), counts=count(mine),
            )
        )  # fmt: skip
    return found


def family_title(family: str) -> str:
    """Ours have one; a user's is called by its name."""
    return FAMILIES.get(family, one_line(family).replace("_", " ").capitalize())


def sheets(report: Report) -> list[Sheet]:
    """Every control with a result, worst first: enforced before advice, then by its worst status, its severity, its section, its id."""
    by_control: dict[str, list[Result]] = {}
    for result in report.results:
        by_control.setdefault(result.control, []).append(result)
    order = {section.key: place for place, section in enumerate(sections(report))}
    found = []
    for name, results in by_control.items():
        control = report.controls[name]
        enforced = any(result.enforced for result in results)
        status = worst(result.status for result in results if result.enforced or not enforced)
        assert status
        results.sort(key=lambda result: rank(report, result))
        found.append(
            Sheet(
                id=name, control=control, section=section_of(report, control), status=status, enforced=enforced, counts=count(results), results=results
            )
        )
    return sorted(
        found, key=lambda s: (not s.enforced, STATUSES.index(s.status), -SEVERITIES.index(s.control.severity), order.get(s.section, 99), s.id)
    )


def by_place(result: Result) -> list[list[Finding]]:
    """A result's findings; those at one place, which follow each other, together."""
    return [list(group) for _, group in groupby(result.findings, key=lambda finding: finding.at)]


def framework(report: Report, key: str) -> str:
    """The short title of a framework, with its edition; its id where the report does not describe it."""
    known = report.frameworks.get(key)
    return one_line(f"{known.short} ({known.edition})" if known else key)


def source_of(report: Report, at: At) -> SourceLine | None:
    return report.sources.get(at.source)


def unassessed(report: Report) -> list[Unassessed]:
    """What was not asked, by reason, the reason that covers most first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, aspect, reason in wording.unassessed(report):
        found.setdefault(reason, []).append((name, aspect))
    return sorted((Unassessed(reason=reason, asked=asked) for reason, asked in found.items()), key=lambda u: (-len(u.asked), u.reason))


def containers(report: Report) -> str:
    """`2 repositories, 1 cluster`."""
    sorts = Counter(report.containers.values())
    names = {"repository": "repositories", "cluster": "clusters"}
    return ", ".join(plural(sorts[sort], sort, many) for sort, many in names.items() if sorts[sort]) or "no repository, no cluster"


def severities(report: Report, status: Status) -> dict[Severity, int]:
    """Severity -> number of enforced results of a status, worst first."""
    found = Counter(report.controls[r.control].severity for r in report.results if r.status == status and r.enforced)
    return {severity: found[severity] for severity in reversed(SEVERITIES) if found[severity]}


def headline(report: Report) -> tuple[str, str, str]:
    """The question, the short answer, and a sentence on what it rests on.  The answer never says more than was looked at."""
    question = f"Is the way to production of {one_line(report.organization)} controlled?"
    enforced = [result for result in report.results if result.enforced]
    counts = count(enforced)
    if not assessed(report)[0] or not counts.keys() - {"not_applicable"}:
        return question, "Not assessed", "No control found anything in scope that it could judge: this report says neither yes nor no."
    if counts.keys() & {"fail", "error"}:
        answer = "Not yet"
    elif "unknown" in counts:
        answer = "Not shown"
    else:
        answer = "With exceptions" if "waived" in counts else "No deviation found"
        answer += ", as far as it was assessed" if unassessed(report) else ""
    critical = severities(report, "fail").get("critical", 0)
    figures = [
        f"{counts[status]:,} {word}" + (f" ({critical:,} critical)" if status == "fail" and critical else "")
        for status, word in COUNTED.items()
        if status != "not_applicable" and counts.get(status)
    ]
    return question, answer, _prerequisites(report) + ", ".join(figures) + "."


def _prerequisites(report: Report) -> str:
    statuses = [prerequisite.status for prerequisite in report.prerequisites.values()]
    open_ = sum(status in ("fail", "error", "unknown") for status in statuses)
    unasked = statuses.count(None)
    if not statuses:
        return ""
    if not open_ and not unasked:
        return f"All {len(statuses)} prerequisites hold as far as they were assessed: "
    words = [f"{open_} of {len(statuses)} prerequisites {'does' if open_ == 1 else 'do'} not hold or cannot be shown"] if open_ else []
    words += [f"{unasked} not assessed" if open_ else f"{unasked} of {len(statuses)} prerequisites not assessed"] if unasked else []
    return ", ".join(words) + ": "


def outcome(report: Report) -> str:
    """What the exit code means."""
    level = report.fail_on
    return {
        0: f"nothing at or above {level} failed or is unknown",
        1: f"something at or above {level} failed",
        2: "something could not be judged: an error",
        3: f"nothing failed, but something at or above {level} is unknown",
        4: "nothing in scope: no control assessed, or no subject anywhere",
    }.get(report.exit_code, "not defined")
