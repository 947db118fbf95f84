"""The two overviews: controls by container where there are few containers, containers by prerequisite and family where there are many."""

from __future__ import annotations

from collections import Counter

from auditor.model.control import SEVERITIES, Status, worst
from auditor.model.record import ORGANIZATION, Record
from auditor.model.report import AskedControl, Report, Result
from auditor.reports import view, wording
from auditor.reports.html.pages import NAMED, anchor, container_index

COLUMNS = 12
"""With more containers than this, they are rows."""


class Cell(Record, frozen=True, kw_only=True):
    """The worst of some results, how many are like it, how many there are, and a link to the worst."""

    status: Status | None = None
    number: int = 0
    of: int = 0
    link: str = ""


class Row(Record, frozen=True, kw_only=True):
    """A control by container."""

    id: str
    control: AskedControl
    cells: list[Cell]


class Matrix(Record, frozen=True, kw_only=True):
    columns: list[str]
    groups: list[tuple[view.Section, list[Row]]]


class Line(Record, frozen=True, kw_only=True):
    """A container by section."""

    name: str
    number: int
    cells: list[Cell]
    critical: int
    failed: int
    unknown: int


class Containers(Record, frozen=True, kw_only=True):
    """`lines`, worst first, are those where something is not in order; `clean` the names of the others, with how many results each has."""

    sections: list[view.Section]
    lines: list[Line]
    clean: list[tuple[str, int, int]]


def _cell(control: str, results: list[Result]) -> Cell:
    status = worst(r.status for r in results)
    mine = [r for r in results if r.status == status]
    odd = bool(status) and status not in NAMED
    return Cell(status=status, number=len(mine), of=len(results), link=(anchor(mine[0]) if odd else f"c-{control}") if status else "")


def by_control(report: Report) -> Matrix:
    """Every control, those that are not assessed too, in the order of the sections."""
    results: dict[tuple[str, str], list[Result]] = {}
    for result in sorted(report.results, key=lambda result: wording.rank(report, result)):
        results.setdefault((result.control, result.container), []).append(result)
    columns = [name for name in container_index(report) if name != ORGANIZATION or any(c == ORGANIZATION for _, c in results)]
    groups = []
    for section in view.sections(report):
        names = [name for name, control in report.controls.items() if view.section_of(report, control) == section.key]
        rows = [
            Row(id=name, control=report.controls[name], cells=[_cell(name, results.get((name, column), [])) for column in columns]) for name in names
        ]
        groups.append((section, rows))
    return Matrix(columns=columns, groups=groups)


def by_container(report: Report) -> Containers:
    """Worst first: by failures of each severity, then by what is unknown."""
    results: dict[str, list[Result]] = {}
    for result in report.results:
        results.setdefault(result.container, []).append(result)
    sections = [section for section in view.sections(report) if section.controls]
    lines, clean = [], []
    order: dict[str, tuple[int, ...]] = {}
    for name, number in container_index(report).items():
        mine = results.get(name, [])
        if any(r.status not in NAMED for r in mine):
            by_section: dict[str, list[Result]] = {}
            for result in mine:
                by_section.setdefault(view.section_of(report, report.controls[result.control]), []).append(result)
            failed = Counter(report.controls[r.control].severity for r in mine if r.status in ("fail", "error") and r.enforced)
            unknown = sum(r.status == "unknown" for r in mine)
            order[name] = (*(-failed[severity] for severity in reversed(SEVERITIES)), -unknown, number)
            cells = [_cell("", by_section.get(section.key, [])) for section in sections]
            lines.append(Line(name=name, number=number, cells=cells, critical=failed["critical"], failed=sum(failed.values()), unknown=unknown))
        elif mine:
            clean.append((name, number, len(mine)))
    return Containers(sections=sections, lines=sorted(lines, key=lambda line: order[line.name]), clean=clean)
