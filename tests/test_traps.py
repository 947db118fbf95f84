"""Every trap turns exactly the controls it names, on an input that is otherwise compliant.  Adding one needs no Python: see fixtures/traps."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import yaml

from tests import auditing, real

TRAPS = sorted(path.parent for path in (auditing.FIXTURES / "traps").glob("*/*/trap.yaml"))
BASES = sorted(path.parent for path in (auditing.FIXTURES / "base").glob("*/auditor.yaml"))


def name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def base_folder(base: Path, target: Path) -> Path:
    return auditing.lay(base, None, target / "tree")


@functools.cache
def base_report(base: Path):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return auditing.audit(base_folder(base, Path(folder)))


@pytest.mark.parametrize("base", BASES, ids=name)
def test_a_base_fails_nothing(base):
    """A base is compliant: nothing fails and nothing is an error."""
    report = base_report(base)
    bad = auditing.controls_with(report, "fail") | auditing.controls_with(report, "error")
    allowed = set((yaml.safe_load((base / "base.yaml").read_text()) or {}).get("fails", [])) if (base / "base.yaml").exists() else set()
    assert bad == allowed, auditing.describe(report, bad)


@pytest.mark.parametrize("trap", TRAPS, ids=name)
def test_a_trap_turns_exactly_what_it_names(trap, tmp_path):
    """The one change of a trap makes the controls that it names fail, no other, those it says so of unknown, and makes nothing pass that did not."""
    if trap.parent.name == "helm":
        real.needs_helm()
    about = yaml.safe_load((trap / "trap.yaml").read_text())
    base = auditing.FIXTURES / "base" / about["base"]
    before = base_report(base)
    report = auditing.audit(auditing.lay(base, trap, tmp_path / "tree"))
    turned = auditing.controls_with(report, "fail") - auditing.controls_with(before, "fail")
    wanted = set(about["fails"])
    assert turned == wanted, f"{about['title']}\n{auditing.describe(report, turned ^ wanted)}"
    assert set(about.get("unknown", ())) <= auditing.controls_with(report, "unknown")
    assert not auditing.controls_with(report, "error")


@pytest.mark.parametrize("trap", TRAPS, ids=name)
def test_a_trap_says_what_it_is(trap):
    """Each trap has a title, an existing base and names only controls that exist."""
    about = yaml.safe_load((trap / "trap.yaml").read_text())
    assert set(about) <= {"title", "base", "fails", "reason", "unknown", "note"}
    assert about["title"]
    assert (auditing.FIXTURES / "base" / about["base"] / "auditor.yaml").is_file()
    assert {*about["fails"], *about.get("unknown", ())} <= set(auditing.library().controls)
