"""Which of the paths that risk globs name exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.collectors.repository.patterns import Pattern, tree_pattern


@dataclass(slots=True)
class Hit:
    """A file or folder (`path` without a trailing slash) that exists, the globs that name it, and the files in it (or itself)."""

    path: str
    folder: bool
    patterns: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path + "/" if self.folder else self.path


def hits(globs: Iterable[str], files: Iterable[str]) -> list[Hit]:
    """One Hit per existing file or folder that a glob names, sorted by path.

    A glob is tied to the root unless it starts with `**/`; with a trailing slash it names folders only.  What lies in a folder that the same glob
    names already is part of that folder.  `files` are paths from the root.  Raises PatternError for a glob that cannot be one.
    """
    compiled = [(glob, tree_pattern(glob), glob.endswith("/")) for glob in dict.fromkeys(globs)]
    states: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {"": (tuple(pattern.start() for _, pattern, _ in compiled), ())}
    found: dict[str, Hit] = {}
    for path in files:
        parent, _, name = path.rpartition("/")
        state, inside = _folder(parent, compiled, states, found)
        own = tuple(
            glob
            for (glob, pattern, folders), before in zip(compiled, state, strict=True)
            if before and not folders and pattern.step(before, name) & pattern.final
        )
        if own:
            found[path] = Hit(path, folder=False, patterns=list(own), files=[path])
        for folder in inside:
            found[folder].files.append(path)
    return [found[path] for path in sorted(found)]


def _folder(
    path: str,
    compiled: list[tuple[str, Pattern, bool]],
    states: dict[str, tuple[tuple[int, ...], tuple[str, ...]]],
    found: dict[str, Hit],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The state of each glob in a folder (0: nothing below it can be a hit of its own), and the hits it lies in.  Enters what it has not seen."""
    missing = []
    while path not in states:
        missing.append(path)
        path = path.rpartition("/")[0]
    for step in reversed(missing):
        before, inside = states[step.rpartition("/")[0]]
        name = step.rpartition("/")[2]
        after = [pattern.step(state, name) if state else 0 for (_, pattern, _), state in zip(compiled, before, strict=True)]
        own = [at for at, (_, pattern, _) in enumerate(compiled) if after[at] & pattern.final]
        if own:
            found[step] = Hit(step, folder=True, patterns=[compiled[at][0] for at in own])
            inside = (*inside, step)
            for at in own:
                after[at] = 0
        states[step] = (tuple(after), inside)
    return states[missing[0]] if missing else states[path]
