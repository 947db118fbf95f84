"""From sarif-om's objects to text.  sarif-om brings no serialiser, and one name of 2019 that the standard changed."""

from __future__ import annotations

import json
from typing import Any

import attr

from auditor.reports.wording import clean

RENAMED = {("Suppression", "state"): "status"}
"""sarif-om was generated from a draft; errata 01 calls the state of a suppression `status`."""

KEPT = frozenset({"kind", "level"})
"""Written even where they are the default: an absent `level` means what the rule's configuration says, and readers differ about that."""


def plain(value: Any) -> Any:
    """Objects as dicts with SARIF's names; nulls and defaults are left out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): plain(item) for key, item in value.items() if item is not None}
    if not attr.has(type(value)):
        return value
    out: dict[str, Any] = {}
    for field in attr.fields(type(value)):
        item = getattr(value, field.name)
        name: str = field.metadata["schema_property_name"]
        if item is None or (name not in KEPT and item == _default(field)):
            continue
        out[RENAMED.get((type(value).__name__, name), name)] = plain(item)
    return out


def _default(field: Any) -> Any:
    default = field.default
    return default.factory() if isinstance(default, attr.Factory) else default  # type: ignore[arg-type]  # attr.Factory is a class


def text(log: Any) -> str:
    """The log as JSON: sorted keys, two spaces, a line feed at the end."""
    return json.dumps(plain(log), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
