"""The check of documents, against Python's own reader."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import EvidenceError
from auditor.policy.engine.document import MAX_DEPTH, check, depth

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\aé'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[]{}"\\aé', max_size=3), inner, max_size=3),
    max_leaves=20,
)


def levels(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(levels, value.values()), default=0)
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.booleans())
def test_depth_is_exact(value: object, ascii_only: bool) -> None:
    """Brackets and quotes in strings and keys count for nothing."""
    assert depth(json.dumps(value, ensure_ascii=ascii_only).encode()) == levels(value)


@given(st.dictionaries(st.text(), VALUES))
@settings(max_examples=50)
def test_what_is_json_passes(value: object) -> None:
    """No shallow object is refused."""
    check(json.dumps(value).encode())


def test_depth_stops_counting() -> None:
    """The limit is exact, and beyond it counting stops at once."""
    assert depth(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) == MAX_DEPTH
    began = time.monotonic()
    assert depth(b"[" * 5_000_000) == MAX_DEPTH + 1
    assert time.monotonic() - began < 16


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"0.1E+310", b"123456e999"])
def test_numbers_without_end(number: bytes) -> None:
    """A number that no machine holds is refused, wherever it stands; in text it is text."""
    for document in (b'{"a": ' + number + b"}", b'{"a": [1,' + number + b"]}"):
        with pytest.raises(EvidenceError):
            check(document)
    check(b'{"a": "b: ' + number + b'"}')
