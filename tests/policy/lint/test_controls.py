"""What makes a module a control."""

from __future__ import annotations

import pytest

from auditor.policy.lint import known_names, lint, review_ascii
from tests.policy.engines import NAMED, control

PATH = "policies/controls/t/named.rego"
HEAD = '{"subject": id, "message": "m", "at": thing.at}'


def messages(source: str, **options: object) -> list[str]:
    return [f"{finding.line}: {finding.code}: {finding.message}" for finding in lint({PATH: source}, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failures", "subjects", "wanted"),
    [
        ("_private := 1", None, "failures contains"),
        ("failures := set()", None, "failures contains"),
        ("failures[x] if some x in input.thing", None, "failures contains"),
        ("failures.a contains 1", None, "failures contains"),
        ("default failures := set()\n\nfailures := {1}", None, "failures contains"),
        ("failures contains 1\n\nhelper := 2", None, "_helper"),
        ("failures contains 1\n\nhelper(x) if x", None, "_helper"),
        ("failures contains 1", "_nothing := 1", "subjects contains"),
        ("failures contains 1", 'subjects := {"a"}', "subjects contains"),
        ('failures contains {"subject": id, "message": "m"} if some id, _ in input.thing', None, "`at`"),
        ('failures contains {"subject": id, "message": "m", "at": null, "status": "fail"} if some id, _ in input.thing', None, "`status`"),
    ],
)
def test_exports(failures: str, subjects: str | None, wanted: str) -> None:
    """Anything but the two exported `contains` rules, and failures of the known keys, is a finding."""
    source = control("named", failures, *([subjects] if subjects else []))
    assert any(wanted in message and "control" in message for message in messages(source))


def test_failures_that_are_right() -> None:
    """A failure may say `absent`, and may be built elsewhere."""
    assert messages(NAMED) == []
    assert messages(control("named", f'failures contains {HEAD[:-1]}, "absent": ["gate"]}} if {{\n\tsome id, thing in input.thing\n}}')) == []
    assert messages(control("named", "failures contains _failure if some id, thing in input.thing\n\n_failure := 1")) == []


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("input.thing[_].name", ""),
        ('input["thing"]', ""),
        ("input.thyng", "no `thyng`"),
        ("input[_].name", "name what it reads"),
        ('object.get(input, "secret", 1)', "name what it reads"),
        ("count([x | some x in input.nope])", "no `nope`"),
        ("input.thing[input.other]", "no `other`"),
    ],
)
def test_evidence(expression: str, complaint: str) -> None:
    """Each path below `input` begins with a name that evidence has; the whole of it is read nowhere."""
    source = control("named", f"failures contains x if x := {expression}")
    got = messages(source, inputs={"thing"})
    assert got == messages(source, inputs=known_names(["thing"]))
    assert ([m for m in got if complaint in m] != []) if complaint else got == []


def test_tests_make_their_own_documents() -> None:
    """A test may mention any input."""
    assert lint({"lib/x_test.rego": "package lib.x_test\n\ntest_a if input.anything\n"}, inputs={"thing"}) == []


def test_parameters() -> None:
    """A parameter that is read is declared, by that control, and one that is declared is read, by it or a library."""
    read = control("named", 'failures contains x if x := data.parameters["t.named"].most')
    assert messages(read, parameters={"t.named": {"most"}}) == []
    assert "declare `most`" in messages(read, parameters={"t.named": set()})[0]
    assert "declare `most`" in messages(read, parameters={"t.other": {"most"}})[0]
    assert "read the parameter `least`" in messages(read, parameters={"t.named": ["least", "most"]})[0]
    assert messages(read) == []
    for vague in ('data.parameters["t.named"]', "data.parameters", "data.parameters[input.x].most", 'data.parameters["t.named"][input.x]'):
        assert "name control and parameter" in messages(control("named", f"failures contains x if x := {vague}"), parameters={})[0]
    library = 'package lib.x\n\nmost := data.parameters["t.named"].most\n'
    assert lint({PATH: NAMED, "lib/x.rego": library}, parameters={"t.named": ["most"]}) == []


def test_review() -> None:
    """Calls that are sound for ASCII only are listed for a reviewer, and are no findings."""
    source = "package lib.x\n\na := upper(input.x)\n\nb := substring(input.x, 0, 3)\n"
    assert lint({"lib/x.rego": source}) == []
    assert [(note.code, note.line) for note in review_ascii({"lib/x.rego": source})] == [("S11", 3), ("S11", 5)]
