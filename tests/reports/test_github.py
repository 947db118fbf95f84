from __future__ import annotations

import re

from auditor.model.report import Reason
from auditor.reports import github
from tests.reports import minimal

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(report) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in github.render(report).splitlines():
        kind, properties, message = COMMAND.fullmatch(line).groups()
        found.append((kind, dict(one.split("=", 1) for one in properties.split(",")), message))
    return found


def test_worst_first_with_file_and_line() -> None:
    """Failures come first, by severity, at file and line; unknown is a warning at the place of its gap; the last line is the verdict and the coverage."""
    found = commands(minimal.full())
    assert [kind for kind, _, _ in found] == ["error", "error", "notice", "notice", "error", "warning", "warning", "notice"]
    assert found[0][1] == {"file": "cluster/kyverno policy.yaml", "line": "7", "col": "3", "title": "signatures.admission_policy"}
    assert (found[5][1]["file"], found[5][1]["line"]) == (".gocdnext/prod.yaml", "4")
    assert "error: 3 failed, 1 in error, 2 unknown" in found[-1][2]
    assert "5 of 6 controls assessed; as of 2026-11-24T14:30:00Z" in found[-1][2]


def test_a_file_always_has_a_line() -> None:
    """A place without a line is line 1, since GitHub shows an annotation in the changed files only with one; what is no file has neither."""
    found = commands(minimal.make([minimal.result("digests.plugins_pinned", "fail", findings=[minimal.finding(source="prod", line=0)])]))
    assert found[0][1] == {"file": ".gocdnext/prod.yaml", "line": "1", "title": "digests.plugins_pinned"}
    assert "file" not in commands(minimal.make(minimal.FAILED[:1]))[0][1]


def many(count: int) -> list:
    return [
        minimal.result(name, "fail", f"{minimal.REPOSITORY}#{n:04}", findings=[minimal.finding()])
        for name in ("duties.gate_quorum", "digests.deploy_by_digest", "digests.plugins_pinned")
        for n in range(count)
    ]


def test_at_most_ten_of_a_type_and_one_line_for_the_rest() -> None:
    """Ten errors, ten warnings, ten notices, the last of which counts what is left out."""
    found = commands(minimal.make(many(40)))
    kinds = [kind for kind, _, _ in found]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"error": 10, "warning": 10, "notice": 10}
    assert "91 more not shown here" in found[-1][2]


def test_advice_is_a_notice() -> None:
    """An advised control is a notice, whatever its severity and status."""
    advised = [
        minimal.result("duties.gate_quorum", "fail", "a", enforced=False, findings=[minimal.finding()]),
        minimal.result("duties.gate_quorum", "error", "b", enforced=False, reasons=[Reason(text="x")]),
    ]
    assert {kind for kind, _, _ in commands(minimal.make(advised))} == {"notice"}


def test_a_run_without_results_still_says_its_coverage() -> None:
    """No results, one notice."""
    assert len(commands(minimal.make([]))) == 1


def test_no_name_ends_a_command_or_a_property() -> None:
    """Percent, line breaks, colon and comma are escaped as the runner unescapes them, so that a name cannot start a command of its own."""
    evil = "a%0A::error::b\n::set-output name=x::y\r::z\x1b"
    sources = minimal.SOURCES | {"evil": minimal.source("x,line=9:%\n.yaml")}
    text = github.render(minimal.make([minimal.result("duties.gate_quorum", "fail", evil, findings=[minimal.finding(evil, "evil")])], sources=sources))
    assert len(text.splitlines()) == 2
    assert "a%250A::error::b ::set-output" in text
    assert "file=x%2Cline=9%3A%25 .yaml,line=7," in text
    assert "\x1b" not in text
