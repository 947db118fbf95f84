"""Evaluation as a whole: what waivers become when everything else is folded."""

import pytest

from auditor.model import Evidence
from auditor.model.configuration import Resolved, Scope, WaiverSpec
from auditor.model.place import At
from tests import auditing

SOUND = {"reason": "being fixed", "requested_by": "ana", "approved_by": "ben", "expires": "2027-03-01", "at": At(source="s1", line=3)}


def judged(waiver, assessable):
    """The result of audit.waivers_sound about one waiver, and the report."""
    evidence = Evidence(
        as_of=auditing.AS_OF,
        scope=Scope(),
        configuration=Resolved(waivers=[WaiverSpec(**waiver)]),
        assessable={"design": assessable, "implementation": [], "operation": []},
        readable=["job", "gate", "pipeline"],
        containers={"o/r": "repository"},
        sources={},
    )
    report = auditing.judge(evidence)
    [result] = [result for result in report.results if result.control == "audit.waivers_sound"]
    return result, report


def test_a_waiver_of_a_control_that_is_not_assessed_is_unknown():
    """Whether a waiver matches something cannot be said where its control is not assessed: neither pass nor fail, with the reason."""
    result, report = judged({"control": "duties.gate_quorum", "subject": "o/r#prod/deploy", **SOUND}, [])
    assert result.status == "unknown"
    assert "not assessed" in report.gaps[result.reasons[0].gap].reason


def test_a_waiver_that_matches_nothing_fails():
    """Where its control is assessed and has no such subject, the waiver is to be removed."""
    result, _ = judged({"control": "duties.gate_quorum", "subject": "o/r#prod/deploy", **SOUND}, ["gocdnext"])
    assert result.status == "fail"


@pytest.mark.parametrize("change", [{"approved_by": "ANA"}, {"expires": "2020-01-01"}, {"reason": ""}, {"expires": "2099-01-01"}])
def test_an_unsound_waiver_fails_whatever_its_control_says(change):
    """What is wrong with a waiver by itself is known without its control."""
    result, _ = judged({"control": "duties.gate_quorum", "subject": "o/r#prod/deploy", **SOUND, **change}, [])
    assert result.status == "fail"
