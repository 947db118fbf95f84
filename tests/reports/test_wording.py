"""The order, places and reasons that all formats say alike."""

from __future__ import annotations

import msgspec

from auditor.model.place import At
from auditor.model.report import Reason
from auditor.reports import wording
from tests.reports import sample


def test_places() -> None:
    """A place reads `file:line`, or the source alone; a source that the report does not list is named by its id."""
    report = sample.report()
    assert wording.place(report, sample.at(sample.PROD, 12)) == f"{sample.PROD}:12"
    assert wording.place(report, sample.at(sample.PROD)) == sample.PROD
    assert wording.place(report, At(source="s0", line=3)) == "s0:3"


def test_reasons() -> None:
    """Each unknown result says why, with the next step; a reason that points nowhere is still said to be missing."""
    report = sample.report()
    unknown = [r for r in report.results if r.status in ("unknown", "error")]
    assert all(wording.whys(report, r) for r in unknown)
    assert wording.whys(report, next(r for r in unknown if r.control == "digests.chart_renders_digest"))[0].hint.startswith("pip install")
    lost = msgspec.structs.replace(unknown[0], reasons=[Reason(gap=99)])
    assert wording.whys(report, lost)[0].text == "the report gives no reason"


def test_the_next_step_stands_behind_the_reason() -> None:
    """Where a format has one line for a reason, what to do about it is in brackets."""
    report = sample.report()
    unknown = next(r for r in report.results if r.control == "digests.chart_renders_digest" and r.status == "unknown")
    assert wording.reasons(report, unknown)[0].startswith("Could not read chart of my-org/pay/charts/pay: Helm is not installed (pip install")
