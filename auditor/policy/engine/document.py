"""Is a document one that both engines read alike?  Asked before either sees it.

The opa executable reads what is not JSON as YAML, and takes 10,000 levels; the embedded engine takes 127.
"""

from __future__ import annotations

import json
import re

import msgspec

from auditor.errors import EvidenceError

MAX_DEPTH = 64

_FOLD = bytes.maketrans(b"{}", b"[]")
_DROP = bytes(code for code in range(256) if code not in b'[]{}"')
_HUGE = re.compile(rb"[:\[,]\s*-?\d[\d.]*[eE]\+?\d{3}")


def check(document: bytes) -> None:
    """Raise EvidenceError unless the bytes are one JSON object in UTF-8, at most MAX_DEPTH levels deep, its numbers finite."""
    if depth(document) > MAX_DEPTH:
        raise EvidenceError(f"the document is nested deeper than {MAX_DEPTH} levels")
    try:
        if not document.isascii():
            document.decode()
        msgspec.json.decode(document, type=msgspec.Raw)
        if _HUGE.search(document):
            json.loads(document, parse_float=_finite)
    except (UnicodeDecodeError, RecursionError, ValueError, msgspec.DecodeError) as error:
        raise EvidenceError(f"the document is not JSON: {error}") from None
    if not document.lstrip(b" \t\r\n").startswith(b"{"):
        raise EvidenceError("the document is not a JSON object")


def depth(document: bytes) -> int:
    """Levels of nesting, exact for JSON up to MAX_DEPTH + 1, where counting stops; at least the unclosed ones for what is not JSON.

    Only quotes and brackets are kept.  Dropping two adjacent quotes leaves every bracket inside or outside of a string as it was,
    and each round of dropping empty brackets takes the innermost level away.
    """
    kept = document.replace(b"\\\\", b"").replace(b'\\"', b"").translate(_FOLD, _DROP).replace(b'""', b"")
    if b'"' in kept:
        kept = b"".join(kept.split(b'"')[::2])
    rounds = 0
    while kept and rounds <= MAX_DEPTH:
        outer = kept.replace(b"[]", b"")
        if len(outer) == len(kept):
            return min(rounds + kept.count(b"["), MAX_DEPTH + 1)
        kept, rounds = outer, rounds + 1
    return rounds


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large a number")
    return value
