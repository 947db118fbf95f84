"""JSON Schemas of the documents: generated from the records, committed beside this file, tested fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAMES = ("evidence", "report", "config")


def text(name: str) -> str:
    """The committed schema."""
    return (Path(__file__).parent / f"{name}.schema.json").read_text(encoding="utf-8")


def generate(name: str) -> str:
    """The schema as the records are now."""
    import msgspec

    from auditor.config import _Root
    from auditor.model import Evidence, Report

    kind: Any = {"evidence": Evidence, "report": Report, "config": _Root}[name]
    schema = msgspec.json.schema(kind)
    title = {"evidence": "auditor evidence", "report": "auditor report", "config": "auditor.yaml"}[name]
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
