"""What the tests of policies share: both engines, and modules in few words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.policy.engine import Engine, open_engine
from tests.real import tool

BOTH = ["embedded", pytest.param("opa", marks=pytest.mark.opa)]
NOT = "import future.keywords.not"


def engine(name: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine of that name; without the executable the test is skipped or fails."""
    if name == "opa":
        found: Path = tool("opa")
        monkeypatch.setenv("PATH", os.pathsep.join([str(found.parent), os.environ.get("PATH", os.defpath)]))
    return open_engine(name)


def control(name: str, failures: str, subjects: str = "subjects contains id if some id, _ in input.thing") -> str:
    """A control of family `t`."""
    return f"package controls.t.{name}\n\n{NOT}\n\n{subjects}\n\n{failures}\n"


NAMED = control("named", 'failures contains {"subject": id, "message": "unnamed", "at": null} if {\n\tsome id, thing in input.thing\n\tnot thing.name\n}')
BROKEN = control("broken", "failures contains x if {\n\tsome thing in input.thing\n\tx := to_number(thing.name)\n}")
SLOW = "count([1 | some a in numbers.range(1, 9000); some b in numbers.range(1, 9000); some c in numbers.range(1, 9000); a + b + c < 0])"
ENDLESS = control("endless", f"failures contains x if {{\n\tcount(input.thing) > 0\n\tx := {SLOW}\n}}")
GREEDY = control("greedy", "failures contains x if {\n\tcount(input.thing) > 0\n\tx := count(numbers.range(1, 1000000000))\n}")
PANICKING = control("panicking", 'failures contains x if {\n\tcount(input.thing) > 0\n\tx := strings.count("a", "")\n}')
TWO = b'{"thing": {"a": {"name": "x"}, "b": {}}}'
