"""What a collector is given: the places it may read, and a ledger of what it read.

A collector is a module `auditor/collectors/NAME.py` (or a package) with

    Config      a Record: the options under `sources.NAME` in auditor.yaml
    collect(config: Config, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]

It yields `(id, fact)` and gaps, and reads files through `reading`, so that each becomes a source with its hash, and each `at` can be quoted.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from auditor.model.configuration import Scope
from auditor.model.place import At, Source, source_id
from auditor.text import files, redact
from auditor.text.yaml import Node, TextError, decode

CONTEXT = 2


@dataclass(frozen=True)
class Place:
    """A repository: its name (the container's id) and its folder.  `codeowners_root` is the git root above it, where CODEOWNERS is looked for.
    `named`: the configuration names it without a glob."""

    name: str
    root: Path
    codeowners_root: Path
    remote: str = ""
    default_branch: str = ""
    named: bool = True
    git_trouble: str = ""


@dataclass(frozen=True)
class Document:
    """A file that was read: `source` is its Source's id, `uri` its path relative to the configuration's folder."""

    source: str
    uri: str
    data: bytes

    def at(self, node: Node | None = None, *, line: int = 0, column: int = 0) -> At:
        """The place of a node, or of a line (0: the whole file)."""
        if node is not None:
            return At(source=self.source, line=node.line, column=node.column, pointer=node.pointer)
        return At(source=self.source, line=line, column=column)


@dataclass
class Reading:
    """`root` is the configuration's folder; `places` the repositories, `own` what a file outside them belongs to; `rule_paths` role -> paths of the audit's own files."""

    root: Path
    as_of: str
    scope: Scope
    places: list[Place] = field(default_factory=list)
    own: Place | None = None
    risk_paths: list[str] = field(default_factory=list)
    rule_paths: dict[str, list[Path]] = field(default_factory=dict)
    collector: str = ""
    sources: dict[str, Source] = field(default_factory=dict)
    _by_folder: dict[str, Place] = field(init=False)
    _texts: dict[str, bytes] = field(default_factory=dict)
    _wanted: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_folder = {str(place.root.absolute()): place for place in self.places}

    def uri(self, path: Path) -> str:
        """`path` as reports show it: relative to the configuration's folder, with `/`."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def document(self, path: Path, *, within: Path | None = None, limit: int = files.MAX_BYTES) -> Document:
        """Read a file and enter it as a source.  Raises files.Unreadable; the source is then entered with the reason as its status."""
        uri = self.uri(path)
        identity = source_id(uri)
        try:
            data = files.read(path, root=within or self.root, limit=limit)
        except files.Unreadable as trouble:
            self.sources.setdefault(identity, self._source(uri, status=trouble.reason))
            raise
        self.sources[identity] = self._source(uri, data=data)
        self._texts[identity] = data
        return Document(identity, uri, data)

    def mention(self, path: Path, status: str = "seen") -> At:
        """The place of a file or folder that is not read as text: it exists, or it could not be read."""
        uri = self.uri(path)
        identity = source_id(uri)
        self.sources.setdefault(identity, self._source(uri, status=status))
        return At(source=identity)

    def rendered(self, uri: str, data: bytes, *, query: str = "") -> Document:
        """Text that a tool made of files, entered as a source of its own."""
        identity = source_id("rendered:" + uri)
        self.sources[identity] = Source(
            uri=uri, kind="rendered", collector=self.collector, sha256=hashlib.sha256(data).hexdigest(), size=len(data), read_at=self.as_of, query=query
        )
        self._texts[identity] = data
        return Document(identity, uri, data)

    def _source(self, uri: str, *, data: bytes | None = None, status: str = "read") -> Source:
        digest = hashlib.sha256(data).hexdigest() if data is not None else ""
        size = len(data) if data is not None else 0
        return Source(uri=uri, kind="file", collector=self.collector, sha256=digest, size=size, read_at=self.as_of, status=status)

    def quote(self, places: Iterable[At]) -> None:
        """Remember that these places will be pointed to."""
        for at in places:
            if at.line > 0:
                self._wanted.setdefault(at.source, set()).add(at.line)

    def quoted(self) -> Iterator[tuple[str, Source]]:
        """Every source, with the lines around the places that were pointed to, redacted."""
        for identity, source in self.sources.items():
            wanted, data = self._wanted.get(identity), self._texts.get(identity)
            if not wanted or data is None:
                yield identity, source
                continue
            try:
                lines = redact.text(decode(data)).splitlines()
            except TextError:
                yield identity, source
                continue
            near = sorted({n for line in wanted for n in range(line - CONTEXT, line + CONTEXT + 1) if 1 <= n <= len(lines)})
            yield identity, msgspec.structs.replace(source, lines={sys.intern(str(n)): lines[n - 1][:400] for n in near})

    def place_of(self, path: Path) -> Place:
        """The repository whose folder contains `path`, the longest first; else the configuration's own folder."""
        folder = path.absolute()
        found = next((self._by_folder[str(one)] for one in (folder, *folder.parents) if str(one) in self._by_folder), self.own)
        return found or Place(self.scope.organization, self.root, self.root)

    def fact_id(self, path: Path) -> str:
        """NAME/PATH of a file below its repository."""
        place = self.place_of(path)
        return f"{place.name}/{Path(os.path.relpath(path, place.root)).as_posix()}"
