"""Agreement with the product's own parser on files written to trip a reader."""

import os
from pathlib import Path

import pytest
import yaml

from auditor.collectors.gocdnext.decode import decode
from auditor.collectors.gocdnext.graph import governing_by_environment

FOLDER = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent")) / "gocdnext-traps"
CASES = yaml.safe_load((FOLDER / "index.yaml").read_text()) if (FOLDER / "index.yaml").exists() else []

pytestmark = pytest.mark.skipif(not CASES, reason="AUDITOR_CORPUS is not set")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_accepts_and_rejects_what_the_product_does(case):
    """A file is refused if and only if the real parser rejects it, and each refusal has a line."""
    file = decode((FOLDER / case["file"]).read_bytes(), f".gocdnext/{case['file']}")
    assert bool(file.refused) == (case["parser"] == "rejects"), [remark.message for remark in file.refused]
    assert all(remark.at.line for remark in file.refused)


@pytest.mark.parametrize("case", [case for case in CASES if case["parser"] == "accepts"], ids=lambda case: case["file"])
def test_finds_the_governing_gates(case):
    """The nearest gates of each deploy environment are those the product's governance finds."""
    file = decode((FOLDER / case["file"]).read_bytes(), f".gocdnext/{case['file']}")
    assert governing_by_environment(file.pipeline) == case.get("governing_gates", {})
