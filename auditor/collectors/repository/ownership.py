"""Who owns many files at once: folder by folder, so that a rule which cannot match below a folder is never asked there again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.collectors.repository.codeowners import CodeOwners, Match
from auditor.collectors.repository.patterns import ANYTHING, DEEP, Segment

MAX_COMPARISONS = 30_000_000
"""About ten seconds of work."""


class TooMuch(Exception):
    """More rules than can be compared with that many files in bounded time."""


@dataclass(slots=True)
class _Folder:
    """What is left to ask in a folder: `settled` is the last rule that matches all in it (-1: none), `live` the later ones that may match below, and
    of them those whose last segment a file's name has to match: `names` literally (name -> rule), `globs` by wildcard, last rule first."""

    settled: int
    live: list[tuple[int, int]]
    names: dict[str, int] = field(default_factory=dict)
    globs: list[tuple[int, Segment]] = field(default_factory=list)


@dataclass(slots=True)
class Ownerships:
    """Answers of one CODEOWNERS, with what was learnt of each folder."""

    owners: CodeOwners
    folders: dict[str, _Folder] = field(default_factory=dict)
    spent: int = 0

    def of(self, path: str) -> Match | None:
        """As CodeOwners.owners.  Raises TooMuch."""
        parent, _, name = path.rpartition("/")
        folder = self._folder(parent)
        best = max(folder.settled, folder.names.get(name, -1))
        for rule, segment in folder.globs:
            if rule <= best:
                break
            self.spent += segment.cost(name)
            if segment.matches(name):
                best = rule
                break
        if self.spent > MAX_COMPARISONS:
            raise TooMuch(f"{len(self.owners.rules)} rules are too many for the files of this repository")
        if best < 0:
            return None
        rule_ = self.owners.rules[best]
        return Match(rule_.line, rule_.owners, rule_.certain)

    def below(self, files: Iterable[str]) -> dict[Match | None, str]:
        """The distinct answers for these files, each with the first file that got it.  Raises TooMuch."""
        found: dict[Match | None, str] = {}
        for path in files:
            found.setdefault(self.of(path), path)
        return found

    def _folder(self, path: str) -> _Folder:
        known = self.folders.get(path)
        if known is not None:
            return known
        missing = [path]
        while missing[-1] and (parent := missing[-1].rpartition("/")[0]) not in self.folders:
            missing.append(parent)
        for step in reversed(missing):
            self.folders[step] = self._enter(step) if step else self._root()
        return self.folders[path]

    def _root(self) -> _Folder:
        folder = _Folder(-1, [(number, rule.pattern.start()) for number, rule in enumerate(self.owners.rules)])
        return self._finish(folder)

    def _enter(self, path: str) -> _Folder:
        parent, _, name = path.rpartition("/")
        above = self.folders[parent]
        settled, live = above.settled, []
        self.spent += sum(state.bit_length() for _, state in above.live)
        if self.spent > MAX_COMPARISONS:
            raise TooMuch(f"{len(self.owners.rules)} rules are too many for the folders of this repository")
        for number, state in above.live:
            pattern = self.owners.rules[number].pattern
            after = pattern.step(state, name)
            if after & pattern.final and pattern.below:
                settled = max(settled, number)
            elif after:
                live.append((number, after))
        return self._finish(_Folder(settled, [(number, state) for number, state in live if number > settled]))

    def _finish(self, folder: _Folder) -> _Folder:
        for number, state in reversed(folder.live):
            pattern = self.owners.rules[number].pattern
            last = len(pattern.segments) - 1
            if last < 0 or not state >> last & 1:
                continue
            segment = pattern.segments[last]
            if segment is DEEP:
                folder.globs.append((number, ANYTHING))
            elif segment.literal is not None:
                folder.names.setdefault(segment.literal, number)
            else:
                folder.globs.append((number, segment))
        return folder
