"""Which repositories there are, and where: every fact of a file belongs to the one whose folder contains it, the longest first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from auditor.collectors.repository.gitinfo import GitInfo, git_info, git_root
from auditor.errors import ConfigurationError
from auditor.model.record import ORGANIZATION
from auditor.text.reading import Place


def find_places(root: Path, organization: str, configured: Iterable[tuple[Any, Any]]) -> list[Place]:
    """The repositories that `(collector module, options)` name; the configuration's own folder if they name none.

    A collector says which folders it means by `repositories(options, root) -> [(folder, named)]`.  Raises ConfigurationError if two have one name.
    """
    folders: dict[Path, bool] = {}
    for module, options in configured:
        for folder, named in getattr(module, "repositories", lambda *_: [])(options, root):
            resolved = folder.absolute()
            folders[resolved] = folders.get(resolved, False) or named
    if not folders:
        folders[root.absolute()] = True
    places: dict[str, Place] = {}
    read = cache(git_info)  # many folders lie in one work tree
    for folder, named in sorted(folders.items()):
        place = place_at(root, folder, organization, named=named, read=read)
        other = places.get(place.name)
        if other is not None:
            raise ConfigurationError(f"{_relative(root, other.root)} and {_relative(root, folder)} are both the repository {place.name}")
        places[place.name] = place
    return list(places.values())


def place_at(root: Path, folder: Path, organization: str, *, named: bool, read: Callable[[Path], GitInfo] = git_info) -> Place:
    """The repository in `folder`: named by its remote and the path below the git root, without a remote by the path relative to the configuration."""
    top = git_root(folder)
    info = read(top) if top is not None else None
    remote = info.remote if info is not None else ""
    below = "" if top is None else _relative(top, folder)
    if remote:
        name = "/".join(remote.split("/")[1:]) + ("" if below in {"", "."} else f"/{below}")
    else:
        relative = _relative(root, folder)
        own = organization if organization != ORGANIZATION else folder.name or "repository"
        name = own if relative == "." else relative
    return Place(name, folder, top or folder, remote or "", (info.branch or "") if info else "", named, info.trouble if info else "")


def _relative(root: Path, folder: Path) -> str:
    return Path(os.path.relpath(folder, root)).as_posix()
