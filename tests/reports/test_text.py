"""The report for a terminal."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from auditor.model.report import Reason
from auditor.reports import text
from tests.reports import minimal, sample

GOLDEN = Path(__file__).with_name("sample.txt")


def shown(report: object, width: int, **more: object) -> str:
    out = io.StringIO()
    text.show(report, Console(file=out, width=width), **more)  # type: ignore[arg-type]
    return out.getvalue()


def test_it_is_as_it_was() -> None:
    """The sample renders to the committed text, byte for byte (AUDITOR_WRITE_GOLDEN=1 writes it)."""
    found = text.render(sample.report())
    if os.environ.get("AUDITOR_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`render` heeds no variable of the terminal."""
    before = text.render(sample.report())
    for name, value in (("COLUMNS", "44"), ("FORCE_COLOR", "1"), ("TERM", "dumb"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    assert text.render(sample.report()) == before


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("make", [sample.report, sample.hostile, lambda: sample.many(40)])
def test_it_fits(width: int, make: object) -> None:
    """No line is wider than the terminal, and none ends in a space."""
    lines = shown(make(), width).split("\n")  # type: ignore[operator]
    assert [line for line in lines if cell_len(line) > width or line != line.rstrip()] == []


def test_nothing_acts_on_the_terminal() -> None:
    """Names with escapes, carriage returns or direction overrides reach the terminal spelled out."""
    found = shown(sample.hostile(), 100)
    assert not set(found) & set("\x1b\r\x07\x00\u202e\u2066")
    assert "\\x1b[31m\\u202e" in found


def test_every_failure_has_its_place_and_its_way_out() -> None:
    """A finding shows message, `file:line`, the marked line, the fix and where to read more."""
    found = text.render(sample.report())
    for part in ("One person can approve", "shop/.gocdnext/prod.yaml:12", "▸ 12 │       required: 1", "fix   Raise the gate's quorum:", "auditor explain duties.gate_quorum"):
        assert part in found


def test_many_findings_are_cut_but_counted() -> None:
    """Above twenty, each control shows three in full, a few by name and the number of the others; `verbose` shows all."""
    report = sample.many(200)
    failed = sum(r.status == "fail" for r in report.results)
    short, long = shown(report, 100), shown(report, 100, verbose=True)
    assert failed > 20
    assert short.count("▸") <= 3 * len(report.controls)
    assert "others; -v shows all" in short
    assert long.count("▸") == failed
    assert long.count("✓ pass") >= sum(r.status == "pass" for r in report.results)


def test_another_encoding() -> None:
    """A terminal that lacks our signs gets letters instead of an error."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    text.show(sample.report(), Console(file=out, width=100))
    out.flush()
    assert b"x CRITICAL  duties.gate_quorum" in raw.getvalue()


def test_colour_only_where_asked() -> None:
    """A terminal gets colours; NO_COLOR and a file do not."""
    out = io.StringIO()
    text.show(sample.report(), Console(file=out, width=100, force_terminal=True, color_system="standard", _environ={}))
    assert "\x1b[1;31m" in out.getvalue()
    out = io.StringIO()
    text.show(sample.report(), Console(file=out, width=100, force_terminal=True, color_system="standard", _environ={"NO_COLOR": "1"}, no_color=True))
    assert "31m" not in out.getvalue()


def test_it_says_what_the_exit_code_means() -> None:
    """The last line has the counts and the exit code with its meaning."""
    last = text.render(sample.many(10)).strip().split("\n\n")[-1]
    assert "exit 1: something at or above high failed" in " ".join(last.split())


def test_what_is_unknown_stands_by_severity() -> None:
    """A control that also failed does not put its unknown results before graver ones."""
    mine = [
        minimal.result("duties.gate_quorum", "unknown", reasons=[Reason(text="unread")]),
        minimal.result("digests.plugins_pinned", "fail", findings=[minimal.finding()]),
        minimal.result("digests.plugins_pinned", "unknown", "my-org/other", reasons=[Reason(text="unread")]),
    ]
    report = minimal.make(mine, controls={"duties.gate_quorum": minimal.control("duties.gate_quorum", "critical"), "digests.plugins_pinned": minimal.control("digests.plugins_pinned", "low")})
    heads = [line.split()[1:3] for line in shown(report, 100).splitlines() if line.startswith("?")]
    assert heads == [["CRITICAL", "duties.gate_quorum"], ["LOW", "digests.plugins_pinned"]]
