"""From sarif-om's objects to text.  sarif-om brings no serialiser, and one name of 2019 that the standard changed."""

from __future__ import annotations

from functools import cache
from typing import Any

import attr
import msgspec

from auditor.reports.words import visible

RENAMED = {("Suppression", "state"): "status"}
"""sarif-om was generated from a draft; errata 01 calls the state of a suppression `status`."""

KEPT = frozenset({"kind", "level"})
"""Written even where they are the default: an absent `level` means what the rule's configuration says, and readers differ about that."""


def plain(value: Any) -> Any:
    """Objects as dicts with SARIF's names; nulls and defaults are left out."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {visible(str(key)): plain(item) for key, item in value.items() if item is not None}
    kind = type(value)
    if not attr.has(kind):
        return value
    out: dict[str, Any] = {}
    for attribute, name, default in _fields(kind):
        item = getattr(value, attribute)
        if item is not None and (name in KEPT or item != default):
            out[name] = plain(item)
    return out


@cache
def _fields(kind: type) -> list[tuple[str, str, Any]]:
    """Attribute, SARIF's name and default of each field."""
    found = []
    for field in attr.fields(kind):
        name: str = field.metadata["schema_property_name"]
        default = field.default.factory() if isinstance(field.default, attr.Factory) else field.default  # type: ignore[arg-type]
        found.append((field.name, RENAMED.get((kind.__name__, name), name), default))
    return found


def text(log: Any) -> str:
    """The log as JSON: sorted keys, two spaces, a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(plain(log), order="sorted"), indent=2).decode() + "\n"
