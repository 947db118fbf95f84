"""The CODEOWNERS of one repository, read once, and what it says of any set of its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collectors.repository import codeowners, locations
from auditor.collectors.repository.codeowners import Match, Note
from auditor.collectors.repository.ownership import Ownerships, TooMuch
from auditor.model import At, Fact, Gap
from auditor.model.facts.repository import CodeOwners, Ownership
from auditor.model.record import Remark
from auditor.text.files import Unreadable
from auditor.text.reading import Document, Place, Reading

_FIX = "make the file readable where the audit runs"


@dataclass
class Owned:
    """`whole`: the place of CODEOWNERS as a whole, or of the repository without one.  `trouble`: why nothing can be said of any file."""

    whole: At
    document: Document | None = None
    answers: Ownerships | None = None
    trouble: str = ""
    findings: list[tuple[str, Fact] | Gap] = field(default_factory=list)

    def ownerships(self, files: Iterable[str]) -> list[Ownership]:
        """One for each distinct set of owners among these files (from the git root).  Raises Unreadable where that cannot be said."""
        if self.trouble:
            raise Unreadable(self.trouble)
        if self.answers is None:
            first = next(iter(files), None)
            return [] if first is None else [Ownership(owners=[], teams=[], example=first, at=self.whole)]
        try:
            found = self.answers.below(files)
        except TooMuch as error:
            raise Unreadable(str(error)) from None
        for match, example in found.items():
            if match is not None and not match.certain:
                raise Unreadable(f"CODEOWNERS line {match.line}, whose meaning is not documented, may decide about {example}")
        return self._distinct(found)

    def _distinct(self, found: dict[Match | None, str]) -> list[Ownership]:
        out: dict[tuple[bool, tuple[str, ...]], Ownership] = {}
        for match, example in sorted(found.items(), key=lambda item: item[0].line if item[0] else 0):
            owners = list({owner.lower(): owner for owner in reversed(match.owners)}.values())[::-1] if match else []
            key = (match is None, tuple(sorted(owner.lower() for owner in owners)))
            at = At(source=self.whole.source, line=match.line, column=1) if match else self.whole
            out.setdefault(key, Ownership(owners=owners, teams=[owner for owner in owners if is_team(owner)], example=example, at=at))
        return list(out.values())


def is_team(owner: str) -> bool:
    """@organisation/team."""
    return owner.startswith("@") and "/" in owner


def read_owners(place: Place, reading: Reading) -> Owned:
    """Find and read the CODEOWNERS that applies to a repository; `findings` are the facts and gaps about all files of that name."""
    root = place.codeowners_root
    try:
        found = locations.candidates(locations.listing(root))
    except Unreadable as error:
        gap = Gap(kind="code_owners", path=place.name, reason=f"the folders that may hold CODEOWNERS: {error.reason}", hint=_FIX)
        return Owned(reading.mention(root), trouble="whether there is a CODEOWNERS could not be read", findings=[gap])
    owned = Owned(reading.mention(place.root))
    for path, standing in found:
        identity = f"{place.name}/{path}"
        try:
            owned.findings.append((identity, _file(owned, root, path, standing, reading)))
        except Unreadable as error:
            source = reading.mention(root / path, status=error.reason).source
            owned.findings.append(Gap(kind="code_owners", path=identity, reason=error.reason, source=source, hint=_FIX))
            if standing == "in force":
                owned.trouble = f"{path}: {error.reason}"
    return owned


def _file(owned: Owned, root: Path, path: str, standing: locations.Standing, reading: Reading) -> CodeOwners:
    full = root / path
    try:
        size, link = full.lstat().st_size, full.is_symlink()
    except OSError as error:
        raise Unreadable((error.strerror or "cannot be read").lower()) from None
    if link:
        raise Unreadable("a symbolic link, and whether GitHub follows it here is not documented")
    loaded = size <= codeowners.MAX_BYTES
    if standing != "in force" or not loaded:
        at = reading.mention(full)
        if standing == "in force":
            owned.whole = at
        return CodeOwners(at=at, standing=standing, size=size, loaded=loaded)
    document = reading.document(full, within=root, limit=codeowners.MAX_BYTES)
    parsed = codeowners.parse(document.data)
    owned.whole, owned.document, owned.answers = document.at(), document, Ownerships(parsed)
    invalid = list(_remarks(document, parsed.invalid))
    unspecified = list(_remarks(document, parsed.unspecified))
    return CodeOwners(at=document.at(), standing=standing, size=len(document.data), loaded=True, invalid=invalid, unspecified=unspecified)


_MOST = 200


def _remarks(document: Document, notes: list[Note]) -> Iterator[Remark]:
    for note in notes[:_MOST]:
        yield Remark(message=note.message, at=document.at(line=note.line, column=note.column))
    if len(notes) > _MOST:
        yield Remark(message=f"{len(notes) - _MOST} more such lines", at=document.at(line=notes[_MOST].line, column=1))
