"""Which commit lies in a folder, as the files in `.git` say."""

from __future__ import annotations

import os
import re
from pathlib import Path

from auditor.collectors.repository.gitinfo import common_folder, git_info, git_root, own_folder, read_text
from auditor.model.evidence import Checkout
from auditor.text.files import Unreadable

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"ref: (refs/[A-Za-z0-9._/+@-]{1,250})")
_PACKED = 8 * 1024 * 1024


def checkout_of(folder: Path) -> Checkout | None:
    """The commit of the work tree that `folder` lies in; None outside of one, without a remote, or where the commit is not known."""
    root = git_root(folder)
    if root is None:
        return None
    remote = git_info(root).remote
    try:
        revision, branch = _head(own_folder(root))
    except Unreadable:
        return None
    if not remote or not revision:
        return None
    below = Path(os.path.relpath(folder, root)).as_posix()
    return Checkout(uri=f"https://{remote}", revision=revision, branch=branch, path="" if below == "." else below)


def _head(own: Path) -> tuple[str, str]:
    """(commit, branch): the branch is "" for a detached head, the commit "" where the branch has none yet."""
    text = read_text(own / "HEAD", 4096).strip()
    if _HASH.fullmatch(text):
        return text, ""
    match = _REF.fullmatch(text)
    if match is None or ".." in match[1]:
        return "", ""
    name = match[1]
    branch = name.removeprefix("refs/heads/")
    common = common_folder(own)
    if (common / name).is_file():
        found = read_text(common / name, 4096).strip()
        return (found if _HASH.fullmatch(found) else ""), branch
    if (common / "packed-refs").is_file():
        for line in read_text(common / "packed-refs", _PACKED).splitlines():
            commit, _, ref = line.partition(" ")
            if ref == name and _HASH.fullmatch(commit):
                return commit, branch
    return "", branch
