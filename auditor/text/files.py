"""Files below a root, read within bounds.  Whatever cannot be read is an `Unreadable` with a reason a person understands."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 200_000
MAX_LEVELS = 40
PRUNED = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", ".tox", ".terraform"})


class Unreadable(Exception):
    """A file or folder that cannot be read; `reason` is half a sentence ("permission denied")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(path: Path, *, root: Path | None = None, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file of at most `limit` bytes that lies, links followed, below `root`.  Raises Unreadable."""
    try:
        if root is not None and not path.resolve().is_relative_to(root.resolve()):
            raise Unreadable("a link that leads out of the tree")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, RuntimeError, ValueError) as error:
        raise Unreadable(_reason(error)) from None
    try:
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise Unreadable("not a regular file")
            if state.st_size > limit:
                raise Unreadable(f"larger than {limit // 1024} KiB")
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(_reason(error)) from None
    if len(data) > limit:
        raise Unreadable(f"larger than {limit // 1024} KiB")
    return data


def _reason(error: BaseException) -> str:
    if isinstance(error, RuntimeError):
        return "a link that leads to itself"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__


def walk(root: Path) -> Iterator[Path | tuple[Path, str]]:
    """Every file below `root`, folders in order, version control and dependency folders left out; links to folders are not followed.

    A folder that cannot be listed comes as `(folder, reason)`, and so does the place where MAX_ENTRIES or MAX_LEVELS stopped the walk.
    """
    budget = MAX_ENTRIES
    pending: list[tuple[Path, int]] = [(root, 0)]
    while pending:
        folder, level = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, _reason(error)
            continue
        budget -= len(listed)
        if budget < 0:
            yield folder, f"more than {MAX_ENTRIES} files"
            return
        below = []
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if entry.name in PRUNED:
                    continue
                if level >= MAX_LEVELS:
                    yield Path(entry.path), f"deeper than {MAX_LEVELS} folders"
                else:
                    below.append((Path(entry.path), level + 1))
            else:
                yield Path(entry.path)
        pending.extend(reversed(below))
