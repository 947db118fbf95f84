"""The shipped policies: the lint, their tests one by one, and every line reached."""

import pytest

from auditor.policy import testing
from auditor.policy.check import findings
from tests import auditing

LIBRARY = auditing.library()
MODULES = {**LIBRARY.modules, **LIBRARY.tests}
DATA = testing.data_for(LIBRARY.controls)
OUTCOMES = testing.run_tests(MODULES, DATA)


def test_the_lint_finds_nothing():
    """Every module keeps to the subset on which both engines agree, and METADATA and code say the same."""
    assert [str(finding) for finding in findings(LIBRARY)] == []


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: f"{outcome.path.removeprefix('policies/')}:{outcome.name}")
def test_rego(outcome):
    """Each test_ rule is true."""
    assert outcome.passed, outcome.message


def test_every_line_of_every_policy_is_reached():
    """Line coverage of controls and libraries by their own tests is complete."""
    assert {path: lines for path, lines in testing.coverage(MODULES, DATA).items() if lines} == {}
