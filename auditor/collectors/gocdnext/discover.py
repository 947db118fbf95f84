"""Which files the product reads for pipelines, and what lies beside them that only looks as if it did.

It reads one folder, without the folders below it, and only names that end in `.yaml` or `.yml` exactly; or one file, if the project's
configured path ends so.  It fetches at most MAX_FILES files, MAX_FILE bytes each and MAX_TOTAL together, and follows no links.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from auditor.collectors.gocdnext.pipeline import Place, Remark
from auditor.text import files

FOLDER = ".gocdnext"
SUFFIXES = (".yaml", ".yml")
MAX_FILES = 128
MAX_FILE = 1 << 20
MAX_TOTAL = 2 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a repository: its path with `/` from the root, what it is, its size in bytes (0 for folders and links)."""

    path: str
    kind: Literal["file", "folder", "link"] = "file"
    size: int = 0


@dataclass(slots=True)
class Found:
    """`read`: paths of the files the product reads, sorted.  `ignored`: (path, remark) of what it passes over although it looks like a
    pipeline. `refused`: (path, remark) where a limit makes the server refuse the whole folder; the files are in `read` all the same.
    """

    read: list[str] = field(default_factory=list)
    ignored: list[tuple[str, Remark]] = field(default_factory=list)
    refused: list[tuple[str, Remark]] = field(default_factory=list)


def is_single_file(config_path: str) -> bool:
    """Does the project's configured path name one file?"""
    return _suffix(config_path) in SUFFIXES


def _suffix(path: str) -> str:
    """From the last dot of the name on, as Go takes it: `.yaml` alone is all suffix."""
    name = path.rsplit("/", 1)[-1]
    return name[name.rfind(".") :] if "." in name else ""


def discover(entries: Iterable[Entry], config_path: str = "") -> Found:
    """Sort a repository's entries into read and ignored.  `config_path` is the project's, "" for the default folder."""
    wanted = str(PurePosixPath(config_path.strip("/") or FOLDER))
    found, sizes = Found(), {}
    for entry in sorted(entries, key=lambda entry: entry.path):
        if is_single_file(wanted):
            problem = "" if entry.path == wanted and entry.kind == "file" else _beside(entry, wanted)
            inside = entry.path == wanted
        else:
            inside = entry.path.startswith(wanted + "/")
            problem = _below(entry, entry.path[len(wanted) + 1 :]) if inside else ""
            if entry.path == wanted and entry.kind != "folder":
                problem = "the pipeline folder is a link: links are not followed" if entry.kind == "link" else "it is no folder"
        if problem:
            found.ignored.append((entry.path, Remark("not-read", problem, Place())))
        elif inside and entry.kind == "file" and _suffix(entry.path) in SUFFIXES:
            found.read.append(entry.path)
            sizes[entry.path] = entry.size
    _limits(found, sizes)
    return found


def _below(entry: Entry, name: str) -> str:
    """Why an entry of the folder is not read though it looks like a pipeline, "" where it is, or does not look so."""
    if _suffix(name).lower() not in SUFFIXES or entry.kind == "folder":
        return ""
    if "/" in name:
        return "folders below the pipeline folder are not read"
    if entry.kind == "link":
        return "links are not followed"
    return "" if _suffix(name) in SUFFIXES else "only names that end in `.yaml` or `.yml`, in lower case, are read"


def _beside(entry: Entry, wanted: str) -> str:
    if entry.path == wanted:
        return "links are not followed" if entry.kind == "link" else "it is no file"
    if entry.kind != "folder" and entry.path.startswith(FOLDER + "/") and _suffix(entry.path).lower() in SUFFIXES:
        return f"the project reads one file, {wanted}"
    return ""


def _limits(found: Found, sizes: dict[str, int]) -> None:
    total = 0
    for count, path in enumerate(found.read, start=1):
        total += sizes[path]
        for over, what in (
            (count == MAX_FILES + 1, f"more than {MAX_FILES} pipeline files"),
            (sizes[path] > MAX_FILE, f"larger than {MAX_FILE >> 20} MiB"),
            (total > MAX_TOTAL >= total - sizes[path], f"the pipeline files are larger than {MAX_TOTAL >> 20} MiB together"),
        ):
            if over:
                found.refused.append((path, Remark("over-limit", f"{what}: the server loads none of the folder", Place())))


def entries(root: Path, config_path: str = "") -> tuple[list[Entry], list[tuple[str, str]]]:
    """(entries, unreadable as (path, reason)) of a checkout: what lies in its pipeline folder, and its single file if it is configured
    so."""
    wanted = config_path.strip("/") or FOLDER
    places = [FOLDER, wanted] if is_single_file(wanted) else [wanted]
    found: list[Entry] = []
    unreadable: list[tuple[str, str]] = []
    for place in dict.fromkeys(places):
        start = root / place
        if start.is_dir() and not start.is_symlink():
            for item in files.walk(start):
                path, reason = item if isinstance(item, tuple) else (item, "")
                _add(path, reason, root, found, unreadable)
        elif os.path.lexists(start):
            _add(start, "", root, found, unreadable)
    return found, unreadable


def _add(path: Path, reason: str, root: Path, found: list[Entry], unreadable: list[tuple[str, str]]) -> None:
    name = path.relative_to(root).as_posix()
    if reason:
        unreadable.append((name, reason))
        return
    try:
        state = path.lstat()
    except OSError as error:
        unreadable.append((name, (error.strerror or str(error)).lower()))
        return
    link = path.is_symlink()
    found.append(Entry(name, "link" if link else "file", 0 if link else state.st_size))
