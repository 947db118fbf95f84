"""What all modules together show: packages, names, circles."""

from __future__ import annotations

import time

import pytest

from auditor.policy.lint import lint
from auditor.policy.scaffold import scaffold
from tests.policy.engines import NAMED, control

OURS = {"policies/controls/t/named.rego": NAMED, "policies/lib/things.rego": "package lib.things\n\nnamed(thing) if thing.name\n"}


def found(path: str, source: str) -> list[tuple[str, str]]:
    """Findings in a user's module beside ours."""
    return [(finding.code, finding.message) for finding in lint({**OURS, path: source}, ours=frozenset(OURS)) if finding.path == path]


def test_ours_are_clean() -> None:
    """Modules inside the subset, in their places, have no finding; without a predicate all are ours."""
    assert lint(OURS) == []
    assert lint({}) == []


def test_scaffold_is_clean(tmp_path) -> None:
    """What `policy new` writes passes the lint."""
    modules = {f"mine/{path.relative_to(tmp_path).as_posix()}": path.read_text() for path in scaffold("team.stage_named", tmp_path)}
    assert lint({**OURS, **modules}, ours=OURS.__contains__, inputs={"job", "thing"}) == []


def test_a_family_of_ones_own() -> None:
    """A user's control and library, under names of their own, may use ours."""
    source = control("x", "failures contains {`subject`: id, `message`: `m`, `at`: thing.at} if {\n\tsome id, thing in input.thing\n\tnot data.lib.things.named(thing)\n}")
    assert found("mine/team/x.rego", source.replace("controls.t.", "controls.team.")) == []
    assert found("mine/acme/names.rego", "package acme.names\n\na := 1\n") == []
    assert found("mine/acme.rego", "package acme\n\na := 1\n") == []


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("mine/t/named.rego", "controls.t.named"),
        ("mine/t/other.rego", "controls.t.other"),
        ("mine/t.rego", "controls.t"),
        ("mine/named/x.rego", "controls.t.named.x"),
        ("mine/controls.rego", "controls"),
        ("mine/lib/things.rego", "lib.things"),
        ("mine/lib/other.rego", "lib.other"),
        ("mine/lib.rego", "lib"),
        ("mine/parameters.rego", "parameters"),
        ("mine/system.rego", "system.authz"),
        ("mine/team/y.rego", "controls.team.x"),
        ("mine/other/x.rego", "controls.team.x"),
        ("mine/team/x_test.rego", "controls.team.x"),
        ("mine/team/x.rego", "controls.team.x_test"),
        ("mine/x.rego", "acme.y"),
    ],
)
def test_packages_that_are_taken_or_misplaced(path: str, package: str) -> None:
    """A user's module adds nothing to ours, shadows no parameter, and lies where its package says."""
    assert "S17" in {code for code, _ in found(path, f"package {package}\n\n_a := 1\n")}


def test_rule_at_a_package() -> None:
    """A rule where a package is, is found: one engine refuses it and the other merges."""
    modules = {"lib/a.rego": "package lib.a\n\nb := 1\n", "lib/a/b.rego": "package lib.a.b\n\nc := 1\n"}
    assert {finding.code for finding in lint(modules)} == {"S17"}


def test_circles_over_modules() -> None:
    """A circle that leads through two packages is found at each rule on it and at no other."""
    modules = {
        "lib/a.rego": "package lib.a\n\nx := data.lib.b.y\n\nfree := x\n\nf(n) := g(n)\n\ng(n) := n\n",
        "lib/b.rego": "package lib.b\n\ny := data.lib.a.x\n\nuser := data.lib.a.free\n",
        "lib/c.rego": "package lib.c\n\nbetween := data.lib.a.x\n\nloop if {\n\tloop\n\tbetween\n}\n",
    }
    assert [(finding.path, finding.line, finding.code) for finding in lint(modules)] == [("lib/a.rego", 3, "S15"), ("lib/b.rego", 3, "S15"), ("lib/c.rego", 5, "S15")]


def test_what_is_no_circle() -> None:
    """A local name that is a rule's too, several definitions, defaults and an else are no circles."""
    body = "a(b) := b\n\nb := a(1)\n\ndefault c := 1\n\nc := 2 if b > 1\n\nelse := 3 if b > 0\n\nd contains 1\n\nd contains x if x := b\n"
    assert lint({"lib/a.rego": f"package lib.a\n\n{body}"}) == []


def test_speed() -> None:
    """Two hundred controls with tests are linted in a few seconds."""
    modules = {}
    for n in range(200):
        modules[f"policies/controls/f/c{n}.rego"] = control(f"c{n}", "failures contains x if some x in input.absent").replace("controls.t.", "controls.f.")
        modules[f"policies/controls/f/c{n}_test.rego"] = f"package controls.f.c{n}_test\n\ntest_pass if data.controls.f.c{n}.failures == set()\n"
    began = time.monotonic()
    assert lint(modules) == []
    assert time.monotonic() - began < 64
