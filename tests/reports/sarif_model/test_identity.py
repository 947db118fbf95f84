from __future__ import annotations

import msgspec

from auditor.model.place import At
from auditor.model.report import Finding
from auditor.reports.sarif_model.identity import GITHUB, Fingerprints
from tests.reports import minimal


def moved(finding: Finding, by: int) -> Finding:
    at = msgspec.structs.replace(finding.at, line=finding.at.line + by, pointer=finding.at.pointer.replace("/7/", "/8/"))
    return msgspec.structs.replace(finding, at=at, excerpt_start=finding.excerpt_start + by)


def prints(*pairs) -> list[str]:
    made = Fingerprints(minimal.full())
    return [made.of(result, finding)[GITHUB] for result, finding in pairs]


ONE = minimal.result("digests.plugins_pinned", "fail")


def test_lines_above_do_not_change_a_fingerprint() -> None:
    """The same finding ten lines below, in the next item of a list, is the same alert."""
    for finding in (minimal.finding(), minimal.finding(pointer=""), Finding(message="m", at=At(source="prod", line=3))):
        assert prints((ONE, finding)) == prints((ONE, moved(finding, 10)))


def test_another_thing_has_another_fingerprint() -> None:
    """Control, aspect, container, subject, file and detail each make another alert."""
    finding = minimal.finding()
    others = [
        (minimal.result("digests.deploy_by_digest", "fail"), finding),
        (minimal.result("digests.plugins_pinned", "fail", aspect="implementation"), finding),
        (minimal.result("digests.plugins_pinned", "fail", container="other"), finding),
        (minimal.result("digests.plugins_pinned", "fail", "my-org/other"), finding),
        (ONE, minimal.finding(source="prod")),
        (ONE, minimal.finding(pointer="/spec/rules/7/exclude")),
        (ONE, minimal.finding(pointer="")),
        (ONE, None),
    ]
    found = [*prints((ONE, finding)), *(one for pair in others for one in prints(pair))]
    assert len(set(found)) == len(found)


def test_twins_are_numbered() -> None:
    """Two findings that only a line number tells apart are two alerts, numbered in order."""
    first, second = prints((ONE, minimal.finding(line=7)), (ONE, minimal.finding(line=9)))
    assert (first[:16], first[16:], second[16:]) == (second[:16], ":1", ":2")
