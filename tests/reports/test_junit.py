from __future__ import annotations

import xml.etree.ElementTree as ET

from auditor.model.report import Reason
from auditor.reports import junit
from tests.reports import minimal


def suites(report) -> ET.Element:
    return ET.fromstring(junit.render(report))


def test_a_case_for_each_result_and_unassessed_aspect() -> None:
    """Failed is a failure, unknown and error are errors, waived, not applicable and not assessed are skipped, passed is plain."""
    root = suites(minimal.full())
    cases = [(case.get("classname"), [(child.tag, child.get("type")) for child in case]) for case in root.iter("testcase")]
    assert len(cases) == len(minimal.full().results) + 1
    assert ("signatures.admission_policy", [("failure", "critical")]) in cases
    assert ("duties.gate_quorum", [("error", "unknown")]) in cases
    assert ("duties.gate_quorum", [("error", "error")]) in cases
    assert ("digests.deploy_by_digest", []) in cases
    said = [child.get("message") for child in root.iter("skipped")]
    assert any(one.startswith("waived: moving, OPS-7") for one in said)
    assert "not assessed: no server is read: sources.gocdnext.url" in said


def test_counts_are_those_of_the_cases() -> None:
    """Each suite counts its own cases, and the whole counts all."""
    root = suites(minimal.full())
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(list(suite.iter(tag)))
    assert int(root.get("tests")) == len(list(root.iter("testcase")))
    assert int(root.get("failures")) == 3
    assert int(root.get("errors")) == 3


def test_one_suite_for_each_family() -> None:
    """A suite is a family of controls, one of a user's own too."""
    own = minimal.CONTROLS | {"house.rules": minimal.control("house.rules")}
    root = suites(minimal.make([*minimal.FAILED, minimal.result("house.rules", "fail", findings=[minimal.finding()])], controls=own))
    assert [suite.get("name") for suite in root] == [
        "Signatures verified at admission", "Deploy by digest", "Separation of duties", "Branch protection", "House",
    ]  # fmt: skip


def test_advice_fails_no_build() -> None:
    """An advised control that fails is skipped, and says what it found."""
    root = suites(minimal.make([minimal.result("duties.gate_quorum", "fail", enforced=False, findings=[minimal.finding("one vote")])]))
    assert root.get("failures") == "0"
    assert any("advised, not enforced: fail: one vote" in child.get("message") for child in root.iter("skipped"))


def test_every_name_makes_valid_xml() -> None:
    """Characters that XML does not know, quotes and tags are in no name or message as themselves."""
    evil = "a\x00\x1b[31m\ufffe\ud800<b>&\"']]>\n\u202e"
    results = [
        minimal.result("duties.gate_quorum", "fail", evil, findings=[minimal.finding(evil)]),
        minimal.result("duties.gate_quorum", "unknown", evil + "2", reasons=[Reason(text=evil)]),
    ]
    text = junit.render(minimal.make(results, organization=evil, gaps=[]))
    case = next(ET.fromstring(text.encode()).iter("testcase"))
    assert "<b>&\"']]>" in case.get("name")
    assert "\u202e" not in text
