"""The evidence document: encoded in one way, decoded strictly.

Refused: unknown fields, ids or keys that stand twice, a null without its gap, a gap beside a known value, a place in a source that is not listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from auditor.errors import EvidenceError
from auditor.model.evidence import KINDS, SCHEMA_VERSION, Evidence
from auditor.model.gap import Gap
from auditor.model.place import At
from auditor.model.record import ORGANIZATION, Fact


def encode(evidence: Evidence) -> bytes:
    """Canonical bytes: JSON, keys sorted, one line."""
    return msgspec.json.encode(evidence, order="sorted") + b"\n"


def decode(data: bytes) -> Evidence:
    """Evidence from its bytes.  Raises EvidenceError that says what is wrong and where."""
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema_version
        if version != SCHEMA_VERSION:
            raise EvidenceError(f"schema_version is {version!r}; this version reads {SCHEMA_VERSION!r}", "collect again with this version")
        evidence = msgspec.json.decode(data, type=Evidence)
        if encode(evidence) != data:  # not as we write it: a key may stand twice
            json.loads(data, object_pairs_hook=_unique)
    except RecursionError:
        raise EvidenceError("nested too deep") from None
    except msgspec.ValidationError as error:
        raise EvidenceError(f"not evidence of this version: {error}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise EvidenceError(f"not JSON: {error}") from None
    for trouble in inconsistencies(evidence):
        raise EvidenceError(trouble)
    return evidence


class _Versioned(msgspec.Struct):
    schema_version: Any = None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise EvidenceError(f"`{twice}` stands twice in one object")
    return found


def inconsistencies(evidence: Evidence) -> Iterator[str]:
    """What contradicts itself in a document: each a sentence with the id."""
    gaps: dict[tuple[str, str], list[Gap]] = {}
    for gap in evidence.gaps:
        gaps.setdefault((gap.kind.partition(".")[0], gap.path), []).append(gap)
    for gap in evidence.gaps:
        kind, _, field = gap.kind.partition(".")
        if field and kind in KINDS and gap.path not in getattr(evidence, kind) and gap.path not in {*evidence.containers, ORGANIZATION}:
            yield f"{gap.kind} {gap.path}: a gap of a field, and neither a fact nor a container of that id"
    for kind in KINDS:
        for identity, fact in getattr(evidence, kind).items():
            mine = gaps.get((kind, identity), ())
            nulls: set[str] = set()
            places: list[At] = []
            _look(fact, kind, nulls, places)
            for null in sorted(nulls):
                if not any(gap.kind == null for gap in mine):
                    yield f"{kind} {identity}: {null} is null and no gap says why"
            for gap in mine:
                if gap.kind not in nulls:
                    yield f"{kind} {identity}: a gap of {gap.kind} stands beside a known value"
            for at in places:
                if at.source not in evidence.sources:
                    yield f"{kind} {identity}: its place is in a source `{at.source}` that is not listed"


def places(fact: Fact) -> list[At]:
    """Every place that a fact names."""
    found: list[At] = []
    _look(fact, "", set(), found)
    return found


def _look(value: Any, path: str, nulls: set[str], places: list[At]) -> None:
    """Collect the fields that are null and the places below a record."""
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if field is None:
            nulls.add(f"{path}.{name}")
        elif isinstance(field, At):
            places.append(field)
        elif isinstance(field, msgspec.Struct):
            _look(field, f"{path}.{name}", nulls, places)
        elif isinstance(field, list):
            for item in field:
                if isinstance(item, msgspec.Struct):
                    _look(item, f"{path}.{name}", nulls, places)
