from __future__ import annotations

import csv as plain
import io

import pytest

from auditor.model.report import Reason
from auditor.reports import csv
from tests.reports import minimal


def rows(report) -> list[dict[str, str]]:
    return list(plain.DictReader(io.StringIO(csv.render(report), newline=""), strict=True))


def test_one_row_for_each_finding_result_and_unassessed_aspect() -> None:
    """Nothing of the report is without a row, and a control that was not assessed is there with its reason."""
    found = rows(minimal.full())
    report = minimal.full()
    assert len(found) == sum(max(1, len(one.findings)) for one in report.results) + 1
    last = found[-1]
    assert (last["control"], last["status"], last["reasons"]) == ("duties.approvers_staffed", "not_assessed", "no server is read: sources.gocdnext.url")


def test_a_row_carries_place_and_waiver() -> None:
    """A finding's row has file, line, column and pointer; a waived one its waiver."""
    found = rows(minimal.full())
    assert (found[0]["source"], found[0]["line"], found[0]["column"], found[0]["pointer"]) == ("cluster/kyverno policy.yaml", "7", "3", "/spec/rules/7/match")
    assert "OPS-7" in next(row for row in found if row["status"] == "waived")["waiver"]


def test_lines_end_in_crlf_and_quotes_are_doubled() -> None:
    """RFC 4180: records end in CRLF; a cell with quote, comma or line feed is quoted."""
    report = minimal.make([minimal.result("duties.gate_quorum", "fail", 'a "b", c', findings=[minimal.finding()])])
    text = csv.render(report)
    assert text.count("\r\n") == text.count("\n") == 3
    assert '"a ""b"", c"' in text
    assert rows(report)[0]["subject"] == 'a "b", c'


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "\x00=1", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(evil: str) -> None:
    """A name that a spreadsheet would run is text there."""
    report = minimal.make(
        [minimal.result("duties.gate_quorum", "unknown", evil, container=evil, reasons=[Reason(text=evil)])],
        containers={evil: "repository"}, controls={"duties.gate_quorum": minimal.control("duties.gate_quorum", title=evil, frameworks={evil: [evil]})},
        as_of=evil,
    )  # fmt: skip
    for row in rows(report):
        for cell in row.values():
            assert not cell.lstrip(" \t\r\n\u00a0\ufffd").startswith(("=", "+", "-", "@", "＝"))
