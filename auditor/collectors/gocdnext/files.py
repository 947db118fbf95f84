"""Pipeline files of one configured path: found, read, decoded, joined."""

from __future__ import annotations

import glob
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collectors.gocdnext import discover, project
from auditor.collectors.gocdnext.decode import decode
from auditor.collectors.gocdnext.pipeline import PipelineFile, Text, Version
from auditor.collectors.gocdnext.pipeline import Place as Spot
from auditor.collectors.gocdnext.pipeline import Remark as Told
from auditor.collectors.gocdnext.shell.state import Script
from auditor.collectors.gocdnext.starts import repository_of
from auditor.model.place import At
from auditor.text.files import Unreadable
from auditor.text.reading import Document, Place, Reading

MAX_JOBS = 400  # in one pipeline: what precedes what grows with the square
MAX_SCRIPT = 256 * 1024


@dataclass(slots=True)
class Found:
    """`read`: files with what they hold; `passed`: what the product does not load, with why; `unreadable`: path -> reason."""

    place: Place
    root: Path
    read: list[tuple[Document, PipelineFile]] = field(default_factory=list)
    passed: list[tuple[Path, Told]] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)


def expand(path: str, root: Path) -> list[Path]:
    """The folders or files that a configured path names."""
    if not glob.has_magic(path):
        return [(root / path).absolute()]
    return [Path(found).absolute() for found in sorted(glob.glob(str(root / path), include_hidden=True))]  # noqa: PTH207 - absolute patterns too


def repository(path: Path) -> Path:
    """The repository of a configured path: the folder that holds the pipeline folder; of a single file the folder it is in."""
    folder = path.parent if discover.is_single_file(path.name) else path
    return folder.parent if folder.name == discover.FOLDER or folder is path else folder


def read(path: Path, version: Version, reading: Reading) -> Found:
    """Read what the product would read at a path."""
    root = repository(path)
    found = Found(reading.place_of(root), root)
    wanted = path.relative_to(root).as_posix()
    entries, unreadable = discover.entries(root, wanted)
    found.unreadable += [(root / name, reason) for name, reason in unreadable]
    listed = discover.discover(entries, wanted)
    found.passed += [(root / name, told) for name, told in listed.ignored]
    limits = dict(listed.refused)
    urls = {repository_of(found.place.remote)} if found.place.remote else set()
    for name in listed.read:
        try:
            document = reading.document(root / name, within=root)
            file = decode(document.data, name, version=version, repositories=urls)
            if file.pipeline is not None and len(file.pipeline.jobs) > MAX_JOBS:
                raise Unreadable(f"more than {MAX_JOBS} jobs")
        except Unreadable as trouble:
            found.unreadable.append((root / name, trouble.reason))
            continue
        if name in limits:
            file.refused.append(limits[name])
        found.read.append((document, file))
    project.join([file for _, file in found.read], complete=not found.unreadable)
    return found


def line_finder(document: Document) -> Callable[[Text], Callable[[int], Spot]]:
    """For a text of the file: its line (from 0) -> the place in the file.  Exact where the text is a literal block."""
    lines = document.data.decode("utf-8", "replace").splitlines()

    def of(text: Text) -> Callable[[int], Spot]:
        at = text.at
        start = lines[at.line - 1][at.column - 1 :] if 0 < at.line <= len(lines) else ""
        while start[:1] in {"&", "!"}:
            start = start.partition(" ")[2].lstrip()
        block = start[:1] in {"|", ">"}
        folded = start[:1] == ">"

        def line(number: int) -> Spot:
            if not block:
                return at
            return Spot(min(at.line + 1 + (0 if folded else number), max(len(lines), 1)), 1, at.pointer)

        return line

    return of


def script_finder(found: Found, reading: Reading) -> Callable[[str], Script | None]:
    """Shell scripts of the repository, by the path that a job calls.  Raises Unreadable for one that is there and cannot be read."""
    known: dict[str, Script | None] = {}

    def find(path: str) -> Script | None:
        if path not in known:
            known[path] = _script(path, found, reading)
        return known[path]

    return find


def _script(path: str, found: Found, reading: Reading) -> Script | None:
    relative = path.removeprefix("/workspace/").removeprefix("./")
    if not relative or relative.startswith(("/", "~")) or set(relative) & set("$*?\n\0") or len(relative) > 400:
        return None
    for root in dict.fromkeys((found.root, found.place.root, found.place.codeowners_root)):
        file = root / relative
        try:
            if not file.is_file():
                continue
        except OSError:
            continue
        try:
            document = reading.document(file, within=root, limit=MAX_SCRIPT)
        except Unreadable as trouble:
            raise Unreadable(f"the script {relative}: {trouble.reason}") from None
        first = document.data[:200].split(b"\n", 1)[0]
        if not (first.startswith(b"#!") and b"sh" in first) and not (relative.endswith((".sh", ".bash")) and not first.startswith(b"#!")):
            return None

        def place(line: int, document: Document = document) -> At:
            return document.at(line=line + 1, column=1)

        return Script(document.data.decode("utf-8", "replace"), place)
    return None


def exists(path: Path) -> bool:
    """Is there something at the path, as far as can be told?"""
    try:
        path.lstat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError | NotADirectoryError)
    return True

