"""What the results mean together: the status of several, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.model.control import PREREQUISITES, SEVERITIES, STATUSES, worst
from auditor.model.report import AskedControl, Prerequisite, Result
from auditor.policy.selection import named

OK, FAILED, BROKEN, UNKNOWN, NOTHING = 0, 1, 2, 3, 4
"""The exit codes."""


def exit_code(results: list[Result], controls: Mapping[str, AskedControl], fail_on: str, allow_unknown: Iterable[str]) -> int:
    """0 to 4; precedence 2 > 1 > 3 > 4 > 0."""
    limit = SEVERITIES.index(fail_on)
    allowed = list(allow_unknown)
    weighty = [result for result in results if result.enforced and SEVERITIES.index(controls[result.control].severity) >= limit]
    statuses = {result.status for result in weighty if not (result.status == "unknown" and named(result.control, allowed))}
    for status, code in (("error", BROKEN), ("fail", FAILED), ("unknown", UNKNOWN)):
        if status in statuses:
            return code
    return NOTHING if all(result.status == "not_applicable" for result in results) else OK


def prerequisites(results: list[Result], controls: Mapping[str, AskedControl]) -> dict[str, Prerequisite]:
    """The verdict on each of the five."""
    out = {}
    for number, title in PREREQUISITES.items():
        mine = {identity: control for identity, control in controls.items() if control.prerequisite == number}
        counted = [result for result in results if result.control in mine]
        out[str(number)] = Prerequisite(
            status=worst(result.status for result in counted if result.enforced),
            title=title,
            assessed=sum(bool(control.assessed) for control in mine.values()),
            controls=len(mine),
            counts=counts(counted),
        )
    return out


def counts(results: Iterable[Result]) -> dict[str, int]:
    """How many results have each status; every status is a key."""
    out = {str(status): 0 for status in STATUSES}
    for result in results:
        out[result.status] += 1
    return out
