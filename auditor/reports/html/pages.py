"""What the page's templates show of each control: results in full, results by name, and the facets to filter by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from auditor.model.control import SEVERITIES, STATUSES, Status
from auditor.model.gap import Gap
from auditor.model.record import ORGANIZATION, Record
from auditor.model.report import Finding, Report, Result, WaiverLine
from auditor.reports import view, wording
from auditor.reports.words import one_line, visible

WHOLE = 10
"""A control with more results than this shows `FIRST` of them at once; the rest on demand, or without JavaScript behind a fold."""
FIRST = 5
ROWS = 25
"""So many rows of a table are in the page at once."""
EXCERPTS = 4000
"""So many results quote their source, worst first; those after it give the place alone, so that a page stays below some 10 MB."""
NAMED = ("pass", "not_applicable")
"""Statuses whose results are listed by name."""


class Item(Record, frozen=True, kw_only=True):
    """A result that is shown in full.  `inside` is the number of its container."""

    id: str
    result: Result
    inside: int
    findings: list[tuple[list[Finding], list[tuple[int, str, bool]]]]
    whys: list[wording.Why]
    waiver: WaiverLine | None


class Names(Record, frozen=True, kw_only=True):
    """Results that are listed by name, one a line.  `runs` says whose the lines are: `3x2 5` is two lines of container 3, one of 5."""

    status: str
    aspect: str
    count: int
    text: str
    runs: str


class Page(Record, frozen=True, kw_only=True):
    """A control with what is shown of it."""

    sheet: view.Sheet
    items: list[Item]
    more: list[Item]
    names: list[Names]
    frameworks: list[tuple[str, list[str]]]
    keys: str


def container_index(report: Report) -> dict[str, int]:
    """Container -> number; the organisation is the last."""
    return {name: number for number, name in enumerate(dict.fromkeys([*report.containers, ORGANIZATION]))}


def anchor(result: Result) -> str:
    """The same in every report, so that links to a result last."""
    return "r-" + hashlib.sha256(f"{result.control}\n{result.aspect}\n{result.subject}".encode()).hexdigest()[:12]


def sheets(report: Report) -> list[Page]:
    """Worst first."""
    index = container_index(report)
    quotes = iter(range(EXCERPTS))
    found = []
    for sheet in view.sheets(report):
        odd = [_item(report, result, index, quotes) for result in sheet.results if result.status not in NAMED]
        named = sorted((r for r in sheet.results if r.status in NAMED), key=lambda r: (r.status != "pass", r.aspect, index.get(r.container, -1), r.subject))
        names = [_names(list(group), index) for _, group in groupby(named, key=lambda r: (r.status, r.aspect))]
        titles = [(view.framework(report, key).partition(" (")[0], clauses) for key, clauses in sheet.control.frameworks.items()]
        keys = "\n".join(f"{one_line(key)}/{one_line(clause)}" for key, clauses in sheet.control.frameworks.items() for clause in clauses)
        first = len(odd) if len(odd) <= WHOLE else FIRST
        found.append(Page(sheet=sheet, items=odd[:first], more=odd[first:], names=names, frameworks=titles, keys=keys))
    return found


def _item(report: Report, result: Result, index: dict[str, int], quotes: Iterator[int]) -> Item:
    findings = []
    for group in view.by_place(result):
        finding = group[0]
        lines: list[tuple[int, str, bool]] = []
        if finding.excerpt and next(quotes, None) is not None:
            numbered = enumerate(finding.excerpt, finding.excerpt_start)
            lines = [(number, visible(line.rstrip("\r\n")), number == finding.at.line) for number, line in numbered]
        findings.append((group, lines))
    return Item(
        id=anchor(result), result=result, inside=index.get(result.container, -1), findings=findings, whys=wording.whys(report, result), waiver=wording.waiver_of(report, result)
    )


def _names(results: list[Result], index: dict[str, int]) -> Names:
    lines = ["the control as a whole" if r.subject == "*" else one_line(r.subject) + (f" ({one_line(r.note)})" if r.note else "") for r in results]
    runs = [(number, len(list(run))) for number, run in groupby(index.get(r.container, -1) for r in results)]
    text = " ".join(f"{number}x{length}" if length > 1 else str(number) for number, length in runs)
    return Names(status=results[0].status, aspect=results[0].aspect, count=len(results), text="\n".join(lines), runs=text)


def groups(found: list[Page]) -> list[tuple[str, str, list[Page]]]:
    """The chapters of the page: anchor, title, controls by their worst status; advice has its own."""
    titles = {"fail": "Failed", "error": "Could not be judged", "unknown": "Could not be determined", "waived": "Waived", "advice": "Advice, not enforced"}
    chapters: dict[str, list[Page]] = {name: [] for name in [*titles, "pass"]}
    for page in found:
        status = page.sheet.status if page.sheet.status not in NAMED else "pass"
        chapter = status if page.sheet.enforced or status == "pass" else "advice"
        chapters[chapter].append(page)
    return [(name, titles.get(name, "Passed"), pages) for name, pages in chapters.items() if pages]


def worst(found: list[Page]) -> list[Item]:
    """The worst of the failures: the first of each of the three worst controls."""
    return [page.items[0] for page in found if page.items and page.sheet.enforced and page.items[0].result.status == "fail"][:3]


def facets(report: Report) -> dict[str, Any]:
    """What can be filtered by: statuses with their numbers, severities, sections, frameworks with their clauses."""
    counts = view.count(report.results)
    clauses: dict[str, set[str]] = {}
    for control in report.controls.values():
        for key, named in control.frameworks.items():
            clauses.setdefault(one_line(key), set()).update(one_line(clause) for clause in named)
    return {
        "statuses": [(status, counts[status]) for status in STATUSES if status in counts],
        "severities": [s for s in reversed(SEVERITIES) if any(c.severity == s for c in report.controls.values())],
        "frameworks": [(key, view.framework(report, key), sorted(named)) for key, named in sorted(clauses.items())],
    }


class Criterion(Record, frozen=True, kw_only=True):
    """A clause and the controls whose evidence is relevant to it: id, how it relates ("" if the report does not say), worst status, None: not assessed."""

    id: str
    text: str
    controls: list[tuple[str, str, Status | None]]


def criteria(report: Report) -> list[tuple[str, str, str, list[Criterion]]]:
    """(title, edition, address, clauses) of each framework that a control names."""
    statuses = {sheet.id: sheet.status for sheet in view.sheets(report)}
    named: dict[str, dict[str, list[str]]] = {}
    for name, control in report.controls.items():
        for key, clauses in control.frameworks.items():
            for clause in clauses:
                named.setdefault(key, {}).setdefault(clause, []).append(name)
    found = []
    for key, by_clause in sorted(named.items(), key=lambda entry: (not entry[0].startswith("soc2"), entry[0])):
        known = report.frameworks.get(key)
        rows = []
        for clause, names in sorted(by_clause.items(), key=lambda entry: _natural(entry[0])):
            about = known.clauses.get(clause) if known else None
            relations: dict[str, str] = dict(about.families) if about else {}
            controls = [(name, relations.get(report.controls[name].family, "").replace("_", " "), statuses.get(name)) for name in names]
            rows.append(Criterion(id=clause, text=about.text if about else "", controls=controls))
        found.append((known.title if known else key, known.edition if known else "", known.url if known else "", rows))
    return found


def _natural(clause: str) -> list[tuple[int, str]]:
    """2.3 before 2.10."""
    return [(int(part), "") if part.isdecimal() and part.isascii() else (0, part) for part in re.findall(r"[0-9]{1,9}|[^0-9]+", clause)]


def gaps(report: Report) -> list[tuple[Gap, wording.Why, int]]:
    """Each gap with how many results it leaves open, the most first."""
    open_ = [0] * len(report.gaps)
    for result in report.results:
        for number in {reason.gap for reason in result.reasons if reason.gap is not None}:
            if 0 <= number < len(open_):
                open_[number] += 1
    order = sorted(range(len(report.gaps)), key=lambda number: (-open_[number], number))
    return [(report.gaps[number], wording.gap_text(report, number), open_[number]) for number in order]


def flat(value: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    """Dotted name -> value as text, of nested settings; places and empty values are left out."""
    found: list[tuple[str, str]] = []
    for key, inner in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(inner, dict) and key != "places":
            found += flat(inner, name)
        elif inner and key != "places":
            parts = inner if isinstance(inner, list) else [inner]
            found.append((name, ", ".join(" ".join(str(v) for v in part.values() if v) if isinstance(part, dict) else str(part) for part in parts)))
    return found


def size(count: int) -> str:
    """1,234 bytes as people read it."""
    return f"{count:,} B" if count < 10_000 else f"{count / 1000:,.0f} kB" if count < 10_000_000 else f"{count / 1e6:,.0f} MB"


def code(text: str) -> Markup:
    """Prose with `code` between backticks."""
    parts = visible(text).split("`")
    whole = len(parts) % 2 == 1
    return Markup().join(Markup("<code>{}</code>").format(part) if whole and number % 2 else escape(part) for number, part in enumerate(parts))
