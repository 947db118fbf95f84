"""Committed generated files are what would be generated now."""

import pytest

from tests import real, regenerate


@pytest.mark.parametrize("what", ["docs", "schemas", "reports", pytest.param("demo", marks=pytest.mark.helm)])
def test_generated_files_are_fresh(what):
    """`make docs schemas demo reports` would change nothing."""
    if what == "demo":
        real.needs_helm()
    for path, text in regenerate.files(what).items():
        assert path.read_bytes() == text.encode(), f"{path.name} is stale: run `make {what}`"
