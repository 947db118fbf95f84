"""Where CODEOWNERS is, and where it only seems to be (GitHub Docs, "About code owners": `.github/`, root, `docs/`, the first that exists)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Standing = Literal["in force", "shadowed", "misplaced"]

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""In the order in which GitHub looks; names are exact, upper and lower case differ."""

_ELSEWHERE = frozenset({"", ".github", "docs", ".gitlab", "src", ".gitea", ".forgejo", ".bitbucket"})


def candidates(files: Iterable[str]) -> list[tuple[str, Standing]]:
    """The files (from the git root) that are CODEOWNERS or that somebody may take for it, each with its standing; the one in force first."""
    names = list(files)
    present = set(names)
    honoured = [place for place in PLACES if place in present]
    found: list[tuple[str, Standing]] = [(place, "shadowed" if at else "in force") for at, place in enumerate(honoured)]
    for path in sorted(names):
        folder, _, name = path.rpartition("/")
        if path not in PLACES and name.lower() == "codeowners" and folder.lower() in _ELSEWHERE:
            found.append((path, "misplaced"))
    return found
