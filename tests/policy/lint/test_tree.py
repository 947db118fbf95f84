"""The syntax tree that the embedded engine prints: its format has no version, so each node that the lint reads is pinned here."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from auditor.policy.engine.embedded import Embedded, open_embedded
from auditor.policy.lint import lint
from auditor.policy.lint.tree import KNOWN, Module, parse, uses, walk
from tests.policy.engines import NOT

SOURCE = f"""package lib.x

{NOT}

a := {{"k": [1, true, null, `raw`, {{2}}]}} if {{
	some i, j
	some key, value in input.xs
	not f(input["é"][key], -i)
	x := {{y | some y in value}} | {{1}}
	z := {{k: v | some k, v in input.m}}
	w := [n | n := 1 + 2]
	every q in x {{ q != j }}
	w = x
	1 in x
	input.a with input as z
}} else := "s" if true

default b := 1

c contains "é"

d["x"].y := 1

f(m, 3) if m
"""


@pytest.fixture
def module() -> Module:
    return parse("lib/x.rego", SOURCE, open_embedded().syntax({"lib/x.rego": SOURCE})["lib/x.rego"])  # type: ignore[arg-type]


def test_every_kind_is_known(module: Module) -> None:
    """The sample holds every kind of node that the lint knows, and no other."""
    assert {kind for kind, _ in walk(module.tree["rules"])} == KNOWN


def test_rules(module: Module) -> None:
    """Package, and name and shape of each rule."""
    assert module.package == ("lib", "x")
    assert [(rule.path, rule.shape) for rule in module.rules] == [(("a",), "Compr"), (("b",), "Default"), (("c",), "Set"), (("d", "x", "y"), "Compr"), (("f",), "Func")]


def test_uses(module: Module) -> None:
    """Each name with what follows it, calls with their arguments, in order, places in characters."""
    names = [(use.name, use.arguments is not None) for use in uses(module.rules[0].node)]
    assert ("input._", False) not in names
    assert ("input.é._", False) in names
    assert ("f", True) in names
    (call,) = [use for use in uses(module.rules[0].node) if use.arguments is not None]
    assert len(call.arguments or []) == 2
    found = module.finding(call.start, "S0", "m")
    assert (found.line, found.column) == (8, 6)
    key = next(use for use in uses(module.rules[0].node) if use.root == "i")
    assert module.finding(key.start, "", "").column == SOURCE.split("\n")[7].index("-i") + 2


def test_other_trees_are_findings(monkeypatch) -> None:
    """Whatever an engine of tomorrow prints, the lint ends with a finding or without, never with another exception."""
    good = open_embedded().syntax({"lib/x.rego": SOURCE})["lib/x.rego"]
    random.seed(7)
    for _ in range(200):
        tree: Any = copy.deepcopy(good)
        spoil(tree)
        monkeypatch.setattr(Embedded, "syntax", lambda *_, _tree=tree: {"lib/x.rego": _tree})
        assert all(finding.message for finding in lint({"lib/x.rego": SOURCE}))


def test_unknown_kinds_are_findings(monkeypatch) -> None:
    """Syntax that the lint does not know is never passed over."""
    tree: Any = open_embedded().syntax({"lib/x.rego": SOURCE})["lib/x.rego"]
    tree["rules"][1]["Default"]["value"] = {"Template": tree["rules"][1]["Default"]["value"]["Number"]}
    monkeypatch.setattr(Embedded, "syntax", lambda *_: {"lib/x.rego": tree})
    assert "does not know such syntax" in " ".join(map(str, lint({"lib/x.rego": SOURCE})))


def spoil(value: Any) -> None:
    """Change one thing somewhere in a tree."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = random.choice(keys)
        if isinstance(value[key], (dict, list)) and value[key] and random.random() < 0.85:
            value = value[key]
            continue
        if isinstance(value, dict) and random.random() < 0.3:
            del value[key]
        else:
            value[key] = random.choice([None, 1, "x", [], {}, {"New": {}}, {"Var": {"span": 1, "value": "x"}}, [[]]])
        return
