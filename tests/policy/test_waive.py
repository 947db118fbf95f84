"""Waivers: states, matching, soundness."""

from datetime import date

import pytest

from auditor.model.configuration import WaiverSpec
from auditor.policy import waive
from auditor.policy.fold import Row

TODAY = date(2026, 11, 24)
ROWS = [Row("o/a#p/j", "o/a", "fail"), Row("o/a#p/k", "o/a", "pass")]
SOUND = {"control": "f.n", "subject": "o/a#p/j", "reason": "being fixed", "requested_by": "ana", "approved_by": "ben", "expires": "2027-03-01"}


def state(rows=ROWS, **changes):
    return waive.state(WaiverSpec(**{**SOUND, **changes}), rows, TODAY, 365)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "in force"),
        ({"expires": "2026-12-24"}, "expires soon"),
        ({"expires": "2026-11-24"}, "expires soon"),
        ({"expires": "2026-11-23"}, "expired"),
        ({"expires": "2027-11-24"}, "in force"),
        ({"expires": "2027-11-25"}, "too long"),
        ({"expires": ""}, "incomplete"),
        ({"reason": " "}, "incomplete"),
        ({"requested_by": ""}, "incomplete"),
        ({"approved_by": ""}, "incomplete"),
        ({"approved_by": " ANA "}, "approved by its requester"),
        ({"subject": "o/a#p/other"}, "matches nothing"),
        ({"subject": "", "subjects": ["o/a#*"]}, "in force"),
        ({"subject": "", "subjects": ["o/b#*"]}, "matches nothing"),
    ],
)
def test_states(changes, expected):
    """Each way in which a waiver is or is not sound has its own state."""
    assert state(**changes) == expected


def test_it_is_not_judged_where_its_subject_may_be_hidden():
    """A control that is not assessed, or has unknown rows, cannot say that a waiver matches nothing."""
    assert state(rows=None) == "not judged"
    assert state(rows=[Row("o/a/x.yaml", "o/a", "unknown")]) == "not judged"


def test_only_failures_are_waived():
    """A waiver covers failures; a pass stays a pass."""
    got = waive.apply(ROWS, {3: WaiverSpec(**{**SOUND, "subject": "", "subjects": ["*"]})})
    assert [(row.status, cover) for row, cover in got] == [("fail", 3), ("pass", None)]


def test_brackets_in_globs_are_letters():
    """Subjects may hold brackets; they are no character classes."""
    assert waive.matches(WaiverSpec(control="f.n", subjects=["o/a/[x]*"]), "o/a/[x]y")
    assert not waive.matches(WaiverSpec(control="f.n", subjects=["o/a/[x]*"]), "o/a/xy")
