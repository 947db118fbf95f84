"""The report for a terminal: what is wrong, worst first, with the place and the way out of it.  60 to 140 columns wide, in colour where there is a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from auditor.model.control import SEVERITIES
from auditor.model.report import Finding, Report, Result
from auditor.reports import view, wording
from auditor.reports.words import COUNTED, NAMES, SIGNS, blocks, moment, one_line, plural, tally, visible

suffix = ".txt"

FULL = 20
"""So many findings are shown in full; if there are more, then `SHARE` of each control, and `LISTED` of its others by name."""
SHARE = 3
LISTED = 5

_COLOURS = {"fail": "red", "error": "red", "unknown": "yellow", "waived": "magenta", "pass": "green", "not_applicable": "dim"}
_ASCII = str.maketrans("✕◇✓–▸│·…", "x~+->|-.")


def render(report: Report) -> str:
    """100 columns, no colour, whatever the terminal and the environment: the same report gives the same bytes."""
    out = io.StringIO()
    show(report, Console(file=out, width=100, color_system=None, force_terminal=False, legacy_windows=False, _environ={}))
    return out.getvalue()


def show(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Prints to `console`; `verbose` shows every finding in full and lists what passed."""
    width = min(max(console.width, 60), 140)
    plain = not console.encoding.lower().startswith("utf")
    for line, indent, hang in _lines(report, width, None if verbose else FULL):
        for number, part in enumerate(_wrapped(console, line, width - indent, hang)):
            part.rstrip()
            whole = Text(" " * (indent + (hang if number else 0)) if part.plain else "").append_text(part)
            if plain:  # an encoding without our signs
                whole = Text(whole.plain.translate(_ASCII).encode(console.encoding, "backslashreplace").decode(console.encoding))
            console.print(whole, no_wrap=True, overflow="ignore", crop=False, highlight=False, markup=False, emoji=False, soft_wrap=True)


Line = tuple[Text, int, int]
"""A line, its indentation, and how much further in what is wrapped goes; it is wrapped unless it says `no_wrap`."""


def _wrapped(console: Console, line: Text, width: int, hang: int) -> list[Text]:
    """`width` of the first part, the others `hang` narrower."""
    if line.no_wrap or cell_len(line.plain) <= width:
        return [line]
    first = line.wrap(console, width)[0]
    rest = line[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    return [first, *rest.wrap(console, width - hang)]


def _lines(report: Report, width: int, limit: int | None) -> Iterator[Line]:
    yield from _header(report)
    yield _empty()
    yield from _verdicts(report, width)
    sheets = view.sheets(report)
    for statuses in (("fail", "error"), ("unknown",)):
        total = sum(r.status in statuses for r in report.results)
        share = None if limit is None or total <= limit else SHARE
        for sheet in sorted(sheets, key=lambda sheet: (not sheet.enforced, -SEVERITIES.index(sheet.control.severity))):
            mine = [result for result in sheet.results if result.status in statuses]
            if mine:
                yield _empty()
                yield from _sheet(report, sheet, mine, width, share)
    yield from _waived(report)
    if limit is None:
        yield from _passed(report)
    yield from _unassessed(report)
    yield from _assumed(report)
    yield from _last(report)


def _empty() -> Line:
    return Text(), 0, 0


def _header(report: Report) -> Iterator[Line]:
    done, of = wording.assessed(report)
    parts = [f"as of {moment(report.as_of)}", view.containers(report), f"{done} of {of} controls assessed"]
    yield Text.assemble((one_line(report.organization), "bold"), "   ", "   ".join(parts)), 0, 0
    _, answer, sentence = view.headline(report)
    yield _empty()
    yield Text.assemble((f"{answer}. ", "bold"), sentence), 0, 0


def _verdicts(report: Report, width: int) -> Iterator[Line]:
    """A line per prerequisite and family, and above them what the numbers count: words where there is room, else signs."""
    sections = view.sections(report)
    used = [status for status in SIGNS if status != "not_applicable" and any(section.counts.get(status) for section in sections)]
    words: dict[str, str] = {status: COUNTED[status].removeprefix("in ") for status in used}
    signs: dict[str, str] = {status: SIGNS[status] for status in used}
    longest = max((len(s.title) for s in sections), default=0)
    for heads in (words, signs):
        sizes = {status: max(len(head), *(len(f"{s.counts.get(status, 0):,}") for s in sections)) for status, head in heads.items()}
        room = width - sum(size + 2 for size in sizes.values()) - 27
        if room >= longest:
            break
    room = max(12, min(longest, room))
    yield Text(" " * (room + 17) + "".join(f"{heads[s]:>{sizes[s]}}  " for s in used) + "assessed", "dim", no_wrap=True), 0, 0
    for section in sections:
        line = Text(f"{section.number or '':>2}  ", no_wrap=True)
        name = Text(section.title)
        name.truncate(room, overflow="ellipsis", pad=True)
        line.append_text(name)
        line.append(f"  {_sign(section.status, section.assessed):<11}", _COLOURS.get(section.status or "", "dim"))
        for status in used:
            number = section.counts.get(status, 0)
            line.append(f"{number or '·':>{sizes[status]},}  " if number else f"{'·':>{sizes[status]}}  ", _COLOURS[status] if number and status != "pass" else "" if number else "dim")
        yield line.append(f"{section.assessed:>2} of {section.controls:>2}", "dim"), 0, 0


def _sign(status: str | None, assessed: int) -> str:
    if status is None:
        return "  advice" if assessed else "  -"
    return f"{SIGNS[status]} {'n/a' if status == 'not_applicable' else NAMES[status]}"  # type: ignore[index]


def _sheet(report: Report, sheet: view.Sheet, results: list[Result], width: int, share: int | None) -> Iterator[Line]:
    """A control with those of its results that are not in order: the first `share` in full, a few by name, the others counted."""
    status = results[0].status
    label = f"{SIGNS[status]} {'ADVICE' if not sheet.enforced else sheet.control.severity.upper()}"
    right = " · ".join([tally(view.count(results)), *dict.fromkeys(r.aspect for r in results), _where(sheet)])
    head = Text.assemble((f"{label:<11} ", f"bold {_COLOURS[status]}"), (sheet.id, "bold"), no_wrap=True)
    space = width - len(head) - len(right)
    if space >= 2:
        yield head.append(" " * space).append(right, "dim"), 0, 0
    else:
        yield head, 0, 0
        yield Text(right, "dim"), 2, 0
    yield Text(one_line(sheet.control.title), "dim"), 2, 2
    if status == "unknown":
        yield from _unknown(report, results, share)
    else:
        for place, result in enumerate(results[:share]):
            if place:
                yield _empty()
            yield from _full(report, result, width)
        yield from _rest(report, results, share)
        yield from _fix(sheet.control.remediation, width)
    yield Text.assemble(("more  ", "dim"), f"auditor explain {sheet.id}"), 2, 0


def _where(sheet: view.Sheet) -> str:
    return f"prerequisite {sheet.section}" if sheet.section.isdigit() else view.family_title(sheet.section).lower()


def _full(report: Report, result: Result, width: int) -> Iterator[Line]:
    for number, group in enumerate(view.by_place(result)):
        for finding in group:
            yield Text(one_line(finding.message), "bold"), 2, 2
        if not number:
            yield Text(one_line(result.subject)), 2, 0
        yield Text(wording.place(report, group[0].at), "cyan"), 2, 0
        yield from _excerpt(group[0], width)
    if not result.findings:
        yield Text(one_line(result.subject), "bold"), 2, 0
    for why in wording.whys(report, result):
        yield Text(why.text), 2, 0
    if result.note:
        yield Text(one_line(result.note), "dim"), 2, 0


def _excerpt(finding: Finding, width: int) -> Iterator[Line]:
    size = len(str(finding.excerpt_start + len(finding.excerpt)))
    for number, source in enumerate(finding.excerpt, finding.excerpt_start):
        hit = number == finding.at.line
        line = Text.assemble(("▸ " if hit else "  ", "red"), (f"{number:>{size}} │ ", "dim"), (visible(source.rstrip("\r\n")).expandtabs(4), "" if hit else "dim"))
        line.truncate(width - 4, overflow="ellipsis")
        line.no_wrap = True
        yield line, 4, 0


def _rest(report: Report, results: list[Result], share: int | None) -> Iterator[Line]:
    rest = results[share:] if share is not None else []
    for result in rest[:LISTED]:
        yield Text(f"{SIGNS[result.status]} {one_line(result.subject)}" + "".join(f"   {wording.place(report, f.at)}" for f in result.findings[:1])), 2, 2
    if len(rest) > LISTED:
        yield Text(f"and {plural(len(rest) - LISTED, 'other')}; -v shows all", "dim"), 2, 0


def _fix(remediation: str, width: int) -> Iterator[Line]:
    for place, (kind, text) in enumerate(blocks(remediation)):
        if kind == "prose":
            yield Text.assemble(("fix   " if not place else "", "dim"), text), 2 if not place else 8, 0 if place else 6
        else:
            for source in text.split("\n"):
                line = Text(source.expandtabs(4), no_wrap=True)
                line.truncate(width - 8, overflow="ellipsis")
                yield line, 8, 0


def _unknown(report: Report, results: list[Result], share: int | None) -> Iterator[Line]:
    """Results that are unknown for the same reasons stand together."""
    groups: dict[tuple[wording.Why, ...], list[str]] = {}
    for result in results:
        groups.setdefault(tuple(wording.whys(report, result)), []).append(one_line(result.subject))
    for whys, subjects in list(groups.items())[:share]:
        shown = subjects if share is None else subjects[:LISTED]
        for subject in shown:
            yield Text(subject, "bold"), 2, 0
        if len(shown) < len(subjects):
            yield Text(f"and {plural(len(subjects) - len(shown), 'other')}; -v shows all", "dim"), 2, 0
        for why in whys:
            yield Text.assemble(why.text, (f"   {why.place}" if why.place else "", "cyan")), 2, 2
            if why.hint:
                yield Text.assemble(("fix   ", "dim"), why.hint), 2, 6
    if share is not None and len(groups) > share:
        rest = sum(len(subjects) for subjects in list(groups.values())[share:])
        yield Text(f"and {rest:,} unknown for other reasons; -v shows all", "dim"), 2, 0


def _waived(report: Report) -> Iterator[Line]:
    mine = [result for result in report.results if result.status == "waived"]
    groups: dict[tuple[str, int | None], list[str]] = {}
    for result in mine:
        groups.setdefault((result.control, result.waiver), []).append(one_line(result.subject))
    if groups:
        yield _empty()
    for (control, index), subjects in groups.items():
        waiver = report.waivers[index] if index is not None and 0 <= index < len(report.waivers) else None
        what = subjects[0] + (f" and {len(subjects) - 1:,} more" if len(subjects) > 1 else "")
        terms = f"expires {one_line(waiver.expires)}, approved by {one_line(waiver.approved_by)} (as claimed)" if waiver else ""
        yield Text.assemble(("◇ waived    ", "magenta"), (control, "bold"), f"  {what}   ", (terms, "dim")), 0, 12
    used = {result.waiver for result in mine}
    for index, waiver in enumerate(report.waivers):
        if index not in used:
            what = one_line(waiver.subject or ", ".join(waiver.subjects))
            yield Text.assemble(("  waiver    ", "dim"), (one_line(waiver.control), "bold"), f"  {what}   ", (f"{one_line(waiver.state)}: waives nothing", "dim")), 0, 12


def _passed(report: Report) -> Iterator[Line]:
    yield _empty()
    for sheet in view.sheets(report):
        for result in sheet.results:
            if result.status in ("pass", "not_applicable"):
                note = f"   {one_line(result.note)}" if result.note else ""
                yield Text.assemble((f"{_sign(result.status, 1):<11} ", _COLOURS[result.status]), f"{sheet.id}  {one_line(result.subject)}", (note, "dim")), 0, 12


def _unassessed(report: Report) -> Iterator[Line]:
    """Whole controls that were not asked, and aspects of others, by the source that would answer."""
    groups = view.unassessed(report)
    if not groups:
        return
    done, of = wording.assessed(report)
    yield _empty()
    title = f"Not assessed: {plural(of - done, 'control')}, and single aspects of others" if of > done else "Not assessed: single aspects"
    yield Text.assemble((title, "bold"), "; auditor doctor says what to add."), 0, 0
    for group in groups:
        yield Text(f"{len(group.asked):>3}  {group.reason}"), 2, 5


def _assumed(report: Report) -> Iterator[Line]:
    if not report.assumed:
        return
    yield _empty()
    yield Text.assemble(("Assumed, because nobody declared it", "bold"), "; auditor init writes it down."), 0, 0
    for one in report.assumed:
        yield Text.assemble(f"{one_line(one.what)}: {one_line(one.value)}   ", (one_line(one.line), "dim")), 2, 2


def _last(report: Report) -> Iterator[Line]:
    """What was judged by what, so that a reader can tell two reports apart; then the counts and the exit code."""
    hashes = [("evidence", report.evidence_sha256), ("policies", report.policies_sha256), ("configuration", report.configuration_sha256)]
    engine = [f"{key} {value[:12]}" if key.endswith("sha256") else value for key, value in report.engine.items() if key not in ("name", "wheel")]
    marks = [f"{name} {one_line(value)[:12]}" for name, value in hashes if value]
    yield _empty()
    yield Text("   ".join([*marks, one_line(f"engine {report.engine.get('name', '')} {' '.join(engine)}")]), "dim"), 0, 0
    critical = view.severities(report, "fail").get("critical", 0)
    figures = [
        f"{report.summary[status]:,} {word}" + (f" ({critical:,} critical)" if status == "fail" and critical else "")
        for status, word in COUNTED.items()
        if report.summary.get(status)
    ]
    yield _empty()
    yield Text.assemble(", ".join(figures) or "no results", ".   ", (f"exit {report.exit_code}", "bold"), f": {view.outcome(report)}"), 0, 0
