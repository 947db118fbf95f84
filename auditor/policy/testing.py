"""Tests of policies: every `test_` rule of every `NAME_test.rego`, one by one; and which lines of the others they reach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.errors import AuditorError, EngineError
from auditor.model.control import Control
from auditor.policy.engine import Defined, Engine, Failed, Policies, Undefined, open_engine
from auditor.policy.engine.embedded import open_embedded
from auditor.policy.lint.tree import Module, parse

TIMEOUT = 30.0
_SUFFIX = "_test.rego"


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test: where it stands, and why it failed.  `message` is empty if it passed."""

    __test__ = False  # not one of pytest's

    path: str
    line: int
    name: str
    passed: bool
    message: str


@dataclass(frozen=True, slots=True)
class _Test:
    path: str
    line: int
    name: str
    reference: str
    twice: bool


def run_tests(modules: Mapping[str, str], data: bytes = b"{}", *, engine: Engine | str = "embedded", timeout: float = TIMEOUT) -> list[TestOutcome]:
    """The outcome of each test in `path -> source`, by file and line, on the engine of that name.

    A test passes if its value is true: undefined is a failure, and so is an error.  Raises CompileError, EngineError.
    """
    with (open_engine(engine) if isinstance(engine, str) else engine).load(modules, data) as policies:
        return [_outcome(policies, test, timeout) for test in _tests(modules)]


def coverage(modules: Mapping[str, str], data: bytes = b"{}", *, timeout: float = TIMEOUT) -> dict[str, list[int]]:
    """Lines that no test reaches, for each module that is not one of tests; a module all of whose lines are reached has an empty list."""
    with open_embedded().load(modules, data, coverage=True) as policies:
        for test in _tests(modules):
            _outcome(policies, test, timeout)
        lines = policies.coverage()
    policies_only = sorted(path for path in modules if not path.endswith(_SUFFIX))
    untouched = {module.path: module for module in _parsed({path: modules[path] for path in policies_only if path not in lines})}
    return {path: lines[path][1] if path in lines else _heads(untouched[path]) for path in policies_only}


def _heads(module: Module) -> list[int]:
    """Lines of the rules of a module of which nothing was evaluated: the engine does not report it at all."""
    return sorted({module.finding(rule.start, "", "").line for rule in module.rules})


def data_for(controls: Mapping[str, Control]) -> bytes:
    """The data document that tests see: every parameter with its default."""
    return json.dumps({"parameters": {identity: _defaults(control) for identity, control in sorted(controls.items())}}).encode()


def _defaults(control: Control) -> dict[str, Any]:
    return {name: parameter.default for name, parameter in control.parameters.items()}


def _outcome(policies: Policies, test: _Test, timeout: float) -> TestOutcome:
    if test.twice:
        return TestOutcome(test.path, test.line, test.name, passed=False, message="there is another test of this name: either could fail unseen")
    outcome = policies.evaluate(test.reference, b"{}", timeout=timeout)
    if isinstance(outcome, Failed):
        message = _one_line(outcome.error)
    elif isinstance(outcome, Undefined):
        message = "undefined: one of its conditions does not hold"
    else:
        message = "" if outcome == Defined(value=True) else "its value is not true"
    return TestOutcome(test.path, test.line, test.name, passed=not message, message=message)


def _one_line(error: AuditorError) -> str:
    return str(error) or type(error).__name__


def _tests(modules: Mapping[str, str]) -> list[_Test]:
    parsed = _parsed({path: source for path, source in sorted(modules.items()) if path.endswith(_SUFFIX)})
    return [test for module in parsed for test in _tests_of(module)]


def _parsed(modules: Mapping[str, str]) -> list[Module]:
    found = []
    for path, tree in open_embedded().syntax(modules).items():
        if isinstance(tree, AuditorError):
            raise tree
        try:
            found.append(parse(path, modules[path], tree))
        except (LookupError, TypeError, ValueError):
            raise EngineError(f"{path}: its syntax tree cannot be read") from None
    return found


def _tests_of(module: Module) -> list[_Test]:
    names = [rule.name for rule in module.rules]
    found = []
    for rule in module.rules:
        if rule.name.startswith("test_"):
            reference = ".".join(["data", *module.package, rule.name])
            found.append(_Test(module.path, module.finding(rule.start, "", "").line, rule.name, reference, names.count(rule.name) > 1))
    return found
