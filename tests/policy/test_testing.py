"""Tests of policies: run one by one, and which lines they reach."""

from __future__ import annotations

import pytest

from auditor.errors import CompileError
from auditor.policy.testing import TestOutcome, coverage, run_tests
from tests.policy.engines import BOTH, ENDLESS, NAMED, SLOW, control, engine

PATH, TEST = "t/named.rego", "t/named_test.rego"
HEAD = "package controls.t.named_test\n\n"


def outcomes(name: str, monkeypatch, *rules: str, **options: float) -> dict[str, TestOutcome]:
    modules = {PATH: NAMED, TEST: HEAD + "\n".join(rules)}
    return {outcome.name: outcome for outcome in run_tests(modules, engine=engine(name, monkeypatch), **options)}


@pytest.mark.parametrize("name", BOTH)
def test_outcomes(monkeypatch, name: str) -> None:
    """True passes; undefined, false, another value and an error fail, each with its place and why."""
    got = outcomes(
        name,
        monkeypatch,
        'test_pass_a if {\n\tdoc := {"thing": {"a": {"name": "x"}}}\n\tcount(data.controls.t.named.failures) == 0 with input as doc\n}',
        "test_fail_undefined if 1 == 2",
        "test_false := false",
        "test_value := 3",
        'test_error if to_number("x")',
        "helper if 1 == 2",
    )
    assert {outcome.name: outcome.passed for outcome in got.values()} == {
        "test_pass_a": True, "test_fail_undefined": False, "test_false": False, "test_value": False, "test_error": False,
    }  # fmt: skip
    assert got["test_fail_undefined"] == TestOutcome(TEST, 7, "test_fail_undefined", passed=False, message="undefined: one of its conditions does not hold")
    assert f"{TEST}:10" in got["test_error"].message
    assert got["test_pass_a"].message == ""


@pytest.mark.parametrize("name", BOTH)
def test_endless(monkeypatch, name: str) -> None:
    """A test that never ends fails, and the next one runs."""
    got = outcomes(name, monkeypatch, f"test_endless if {SLOW} == 0", "test_next if true", timeout=0.5)
    assert (got["test_endless"].passed, got["test_next"].passed) == (False, True)


@pytest.mark.parametrize("name", ["embedded"])
def test_two_of_one_name(monkeypatch, name: str) -> None:
    """Two tests of one name fail both: if either held, the other's failure would be unseen."""
    got = run_tests({TEST: HEAD + "test_a if 1 == 2\n\ntest_a if true"})
    assert [(outcome.line, outcome.passed) for outcome in got] == [(3, False), (5, False)]


def test_by_name_of_the_engine() -> None:
    """The engine may be named; tests come by file and line."""
    modules = {"t/b_test.rego": "package b_test\n\ntest_z if true\n\ntest_a if true", "t/a_test.rego": "package a_test\n\ntest_m if true", ENDLESS: "package x"}
    assert [outcome.name for outcome in run_tests(modules, engine="embedded")] == ["test_m", "test_z", "test_a"]
    assert run_tests({PATH: NAMED}) == []


def test_parameters_are_seen() -> None:
    """The data document is there."""
    assert run_tests({TEST: HEAD + "test_a if data.parameters.x == 1"}, b'{"parameters": {"x": 1}}')[0].passed


def test_broken_modules() -> None:
    """A module that does not compile is an error, not a failing test."""
    for source in ("test_a if", "test_a if y"):
        with pytest.raises(CompileError):
            run_tests({TEST: HEAD + source})


def test_coverage() -> None:
    """Lines that no test reaches are listed; a module that nothing reaches lists its rules; tests themselves are left out."""
    reached = 'test_a if count(data.controls.t.named.failures) == 1 with input as {"thing": {"a": {}}}'
    partly = 'test_a if count(data.controls.t.named.failures) == 0 with input as {"thing": {}}'
    subjects = 'test_s if data.controls.t.named.subjects == {"a"} with input as {"thing": {"a": {}}}'
    other = {"t/other.rego": control("other", "failures contains 1 if input.never")}
    assert coverage({PATH: NAMED, TEST: HEAD + reached + "\n\n" + subjects, **other}) == {PATH: [], "t/other.rego": [5, 7]}
    assert coverage({PATH: NAMED, TEST: HEAD + partly}) == {PATH: [5, 7, 9]}
    assert coverage({PATH: NAMED, TEST: HEAD + "test_x if 1 == 2"})[PATH] == [5, 7]
