"""Documents that commands are given."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.errors import EvidenceError
from auditor.text import files

MAX_DOCUMENT = 1024 * 1024 * 1024


def read_document(path: Path) -> bytes:
    """The bytes of a document, `-` for stdin.  Raises EvidenceError, which does not name it."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(MAX_DOCUMENT + 1)
        if len(data) > MAX_DOCUMENT:
            raise EvidenceError(f"larger than {MAX_DOCUMENT // 1024**2} MiB")
        return data
    try:
        return files.read(path, limit=MAX_DOCUMENT)
    except files.Unreadable as trouble:
        raise EvidenceError(trouble.reason) from None
