"""Data that travels with the package: our policies and the demo organisation.  In a checkout they are the top-level folders, in a wheel they lie inside."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `policies` or `demo`."""
    inside = _PACKAGE / "_data" / name
    if inside.is_dir():
        return inside
    return _PACKAGE.parent / {"policies": "policies", "demo": "fixtures/demo"}[name]


@contextmanager
def unpacked_demo() -> Iterator[Path]:
    """The demo organisation in a folder of its own, away from any repository that may lie around the package."""
    with tempfile.TemporaryDirectory(prefix="auditor-demo-") as temporary:
        target = Path(temporary) / "demo"
        shutil.copytree(folder("demo"), target)
        yield target
