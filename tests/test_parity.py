"""Both engines decide alike: the reports of every base, trap and of the demo are the same byte for byte, and so are the outcomes of every policy test."""

import os

import pytest

from auditor import config, pipeline, resources
from auditor.cli.running import DEMO_AS_OF
from auditor.policy import testing
from auditor.policy.assemble import canonical
from tests import auditing, real
from tests.test_traps import BASES, TRAPS, name

pytestmark = pytest.mark.opa


@pytest.fixture(autouse=True, scope="module")
def opa_on_path():
    """The pinned opa first on the PATH."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{real.tool('opa').parent}{os.pathsep}{before}"
    yield
    os.environ["PATH"] = before


def same(evidence):
    assert canonical(auditing.judge(evidence, "opa")) == canonical(auditing.judge(evidence, "embedded"))


@pytest.mark.parametrize("base", BASES, ids=name)
def test_bases_are_judged_alike(base, tmp_path):
    """The real opa gives the same report."""
    same(auditing.collect(auditing.lay(base, None, tmp_path / "tree")))


@pytest.mark.parametrize("trap", TRAPS, ids=name)
def test_traps_are_judged_alike(trap, tmp_path):
    """The real opa gives the same report."""
    import yaml

    base = auditing.FIXTURES / "base" / yaml.safe_load((trap / "trap.yaml").read_text())["base"]
    same(auditing.collect(auditing.lay(base, trap, tmp_path / "tree")))


def test_the_demo_is_judged_alike():
    """The real opa gives the same report."""
    with resources.unpacked_demo() as folder:
        same(pipeline.collect(config.load(folder / config.NAME), auditing.library(), as_of=DEMO_AS_OF))


def test_policy_tests_have_one_outcome():
    """Every test_ rule passes on the real opa too."""
    library = auditing.library()
    outcomes = testing.run_tests({**library.modules, **library.tests}, testing.data_for(library.controls), engine="opa")
    assert outcomes
    assert not [outcome for outcome in outcomes if not outcome.passed]
