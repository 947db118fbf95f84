"""Where CODEOWNERS is, and where it only seems to be (GitHub Docs, "About code owners": `.github/`, root, `docs/`, the first that exists)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from auditor.text.files import Unreadable

Standing = Literal["in force", "shadowed", "misplaced"]

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""In the order in which GitHub looks; names are exact, upper and lower case differ."""

LOOK_IN = frozenset({"", ".github", "docs", ".gitlab", "src", ".gitea", ".forgejo", ".bitbucket"})


def listing(root: Path) -> list[str]:
    """Files (links too) named CODEOWNERS in any case, in the root and the folders next to it where somebody may put one.  Raises Unreadable.

    A link to a folder is passed over: git stores it as a file.
    """
    found: list[str] = []
    try:
        with os.scandir(root) as entries:
            top = list(entries)
        folders = [entry for entry in top if entry.is_dir(follow_symlinks=False) and entry.name.lower() in LOOK_IN]
        found.extend(entry.name for entry in top if _is_it(entry))
        for folder in folders:
            with os.scandir(folder.path) as entries:
                found.extend(f"{folder.name}/{entry.name}" for entry in entries if _is_it(entry))
    except OSError as error:
        raise Unreadable((error.strerror or "cannot be listed").lower()) from None
    return sorted(found)


def _is_it(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower() == "codeowners" and not entry.is_dir(follow_symlinks=False)


def candidates(files: Iterable[str]) -> list[tuple[str, Standing]]:
    """The files (from the git root) that are CODEOWNERS or that somebody may take for it, each with its standing; the one in force first."""
    names = list(files)
    present = set(names)
    honoured = [place for place in PLACES if place in present]
    found: list[tuple[str, Standing]] = [(place, "shadowed" if at else "in force") for at, place in enumerate(honoured)]
    for path in sorted(names):
        folder, _, name = path.rpartition("/")
        if path not in PLACES and name.lower() == "codeowners" and folder.lower() in LOOK_IN:
            found.append((path, "misplaced"))
    return found
