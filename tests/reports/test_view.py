"""The view that all formats share."""

from __future__ import annotations

import msgspec
import pytest

from auditor.model.control import STATUSES
from auditor.model.report import Report
from auditor.reports import view
from tests.reports import catalogue, sample


def _only(*kept: str) -> Report:
    """The sample with results of these statuses alone, and every control assessed in full."""
    full = sample.report()
    controls = {name: msgspec.structs.replace(c, aspects=c.assessed) for name, c in full.controls.items() if c.assessed}
    found = [r for r in full.results if r.status in kept and r.enforced]
    return sample.assemble(found, controls, containers=full.containers, sources=full.sources, gaps=full.gaps, waivers=full.waivers)


@pytest.mark.parametrize(
    ("kept", "answer"),
    [
        (("fail", "pass"), "Not yet"), (("error", "pass"), "Not yet"), (("unknown", "pass"), "Not shown"), (("waived", "pass"), "With exceptions"),
        (("pass",), "No deviation found"), (("not_applicable",), "Not assessed"), ((), "Not assessed"),
    ],
)  # fmt: skip
def test_the_answer_never_says_more_than_was_seen(kept: tuple[str, ...], answer: str) -> None:
    """The short answer follows the worst status; with nothing judged it is no yes."""
    assert view.headline(_only(*kept))[1] == answer


def test_the_answer_says_when_something_was_not_assessed() -> None:
    """With all passed, but aspects left out, the answer says so."""
    full = sample.report()
    passed = msgspec.structs.replace(full, results=[r for r in full.results if r.status == "pass"])
    assert view.headline(passed)[1] == "No deviation found, as far as it was assessed"


def test_sections() -> None:
    """The five prerequisites come first, as the report states them, then the families in their order; every control is in one."""
    report = sample.report()
    sections = view.sections(report)
    assert [s.key for s in sections] == ["1", "2", "3", "4", "5", "duties", "pipelines", "credentials", "audit"]
    assert sections[0].title == catalogue.TITLES["1"]
    assert sum(s.controls for s in sections) == len(report.controls)
    assert {s.key: s.status for s in sections}["credentials"] == "waived"


def test_sheets_are_worst_first() -> None:
    """Enforced before advice, then by status, then by severity; each result is in one."""
    report = sample.report()
    sheets = view.sheets(report)
    order = [(not s.enforced, STATUSES.index(s.status)) for s in sheets]
    assert order == sorted(order)
    assert sheets[0].control.severity == "critical"
    assert sum(len(s.results) for s in sheets) == len(report.results)


def test_findings_at_one_place_stand_together() -> None:
    """What was found at the same place is told apart by its messages alone."""
    one, other = sample.finding("a", sample.PROD, 3), sample.finding("c", sample.PROD, 4)
    result = msgspec.structs.replace(sample.report().results[0], findings=[one, msgspec.structs.replace(one, message="b"), other])
    assert [[f.message for f in group] for group in view.by_place(result)] == [["a", "b"], ["c"]]


def test_frameworks_have_titles() -> None:
    """A framework is named with its edition; one that the report does not describe by its id."""
    report = sample.report()
    assert view.framework(report, "cis-sscs-1.0") == "CIS SSCS (1.0)"
    assert view.framework(report, "house-rules") == "house-rules"


def test_what_was_not_assessed_is_grouped_by_what_is_missing() -> None:
    """Each aspect that was not asked is listed under the reason, the one that explains most first."""
    report = sample.report()
    groups = view.unassessed(report)
    assert sum(len(g.asked) for g in groups) == sum(len(set(c.aspects) - set(c.assessed)) for c in report.controls.values())
    assert "sources.kubernetes.context" in groups[0].reason


def test_a_users_family_comes_last() -> None:
    """A family that is not ours is a section of its own, named after itself, after ours."""
    controls = catalogue.controls()
    controls["house_rules.tea"] = msgspec.structs.replace(controls["pipelines.roles"], family="house_rules")
    report = sample.assemble([], controls, containers={})
    assert (view.sections(report)[-1].key, view.sections(report)[-1].title) == ("house_rules", "House rules")
