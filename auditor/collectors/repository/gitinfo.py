"""What the files in `.git` say, read without running git: root, remote, default branch.  Nothing that a configuration file names is run or followed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.collectors.repository.remotes import remote_name
from auditor.text import files
from auditor.text.files import Unreadable

_SMALL, _CONFIG, _PACKED = 4096, 1024 * 1024, 8 * 1024 * 1024
_LEVELS = 64


@dataclass(frozen=True, slots=True)
class GitInfo:
    """`root`: the work tree's top.  `remote`: `host/owner/name`, "" without one, None if unread.  `branch`: the default branch, "" where nothing says
    it, None if unread; `branch_from` names what says it.  `reasons`: field -> why it could not be read.  `config`: the file with the remote."""

    root: Path
    config: Path | None
    remote: str | None
    branch: str | None
    branch_from: str
    reasons: dict[str, str]

    @property
    def trouble(self) -> str:
        """All that could not be read, "" if nothing."""
        return "; ".join(dict.fromkeys(self.reasons.values()))


def git_root(path: Path) -> Path | None:
    """The nearest folder, from `path` upwards, that holds a `.git` folder or file."""
    here = path.resolve()
    for folder in [here, *here.parents][:_LEVELS]:
        mark = folder / ".git"
        try:
            if (mark / "HEAD").exists() or mark.is_file():
                return folder
        except OSError:
            return folder
    return None


def git_info(root: Path) -> GitInfo:
    """Remote and default branch of the work tree `root` (a folder that `git_root` gave).  Never raises."""
    try:
        own = own_folder(root)
        common = common_folder(own)
    except Unreadable as error:
        return GitInfo(root, None, None, None, "", {"remote": error.reason, "default_branch": error.reason})
    reasons: dict[str, str] = {}
    settings: list[tuple[str, str, str]] = []
    config: Path | None = common / "config"
    try:
        settings = parse_config(read_text(common / "config", _CONFIG))
    except Unreadable as error:
        config = None
        reasons["remote"] = f".git/config: {error.reason}"
    remote = None if config is None else _remote(settings)
    branch: str | None
    try:
        branch, branch_from = _default_branch(own, common, settings)
    except Unreadable as error:
        branch, branch_from = None, ""
        reasons["default_branch"] = error.reason
    return GitInfo(root, config, remote, branch, branch_from, reasons)


def read_text(path: Path, limit: int) -> str:
    return files.read(path, limit=limit).decode("utf-8", errors="replace")


def own_folder(root: Path) -> Path:
    """`.git`, or where the `.git` file of a worktree or submodule points (gitrepository-layout, "gitfile")."""
    mark = root / ".git"
    if mark.is_dir():
        return mark
    text = read_text(mark, _SMALL).strip()
    if not text.startswith("gitdir:") or "\n" in text or "\0" in text:
        raise Unreadable(".git is neither a folder nor a file that names one")
    folder = root / text.removeprefix("gitdir:").strip()
    if not (folder / "HEAD").is_file():
        raise Unreadable("the folder that .git names is not there")
    return folder


def common_folder(own: Path) -> Path:
    """A worktree shares configuration and branches with the repository it was added to."""
    if not (own / "commondir").is_file():
        return own
    text = read_text(own / "commondir", _SMALL).strip()
    if not text or "\n" in text or "\0" in text:
        raise Unreadable("`commondir` names no folder")
    return own / text


def parse_config(text: str) -> list[tuple[str, str, str]]:
    """(section, key, value) of a git configuration file, section as `remote.origin`, includes not followed.  Lines that are none are passed over."""
    found: list[tuple[str, str, str]] = []
    section = ""
    for line in text.replace("\\\n", "").split("\n"):
        body = line.strip()
        if body.startswith("["):
            head, _, body = body[1:].partition("]")
            name, _, sub = head.partition(" ")
            section = name.lower() + ("." + _value(sub) if sub else "")
            body = body.strip()
        key, mark, value = body.partition("=")
        if not body or body[0] in "#;" or not key.strip():
            continue
        found.append((section, key.strip().lower(), _value(value) if mark else "true"))
    return found


def _value(text: str) -> str:
    """A value without its quotes and without a comment."""
    out: list[str] = []
    quoted = escaped = False
    for character in text.strip():
        if escaped:
            out.append({"n": "\n", "t": "\t", "b": "\b"}.get(character, character))
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character in "#;" and not quoted:
            break
        else:
            out.append(character)
    return "".join(out).strip()


def _remote(settings: list[tuple[str, str, str]]) -> str:
    """The remote `origin`, else the only one there is."""
    urls: dict[str, str] = {}
    rewrites: list[tuple[str, str]] = []
    for section, key, value in settings:
        if section.startswith("remote.") and key == "url":
            urls.setdefault(section.removeprefix("remote."), value)
        elif section.startswith("url.") and key == "insteadof" and value:
            rewrites.append((value, section.removeprefix("url.")))
    url = urls.get("origin", next(iter(urls.values())) if len(urls) == 1 else "")
    fitting = [(short, base) for short, base in rewrites if url.startswith(short)]
    if fitting:
        short, base = max(fitting, key=lambda pair: len(pair[0]))
        url = base + url.removeprefix(short)
    return remote_name(url)


def _default_branch(own: Path, common: Path, settings: list[tuple[str, str, str]]) -> tuple[str, str]:
    """What the remote calls its HEAD; else `main` or `master`, if only one of them is there; else `init.defaultBranch`, else the branch checked out."""
    named = _symbolic(common / "refs/remotes/origin/HEAD").removeprefix("refs/remotes/origin/")
    if named:
        return named, "origin/HEAD"
    if any(section == "extensions" and key == "refstorage" and value != "files" for section, key, value in settings):
        raise Unreadable("its branches are not stored as files (reftable)")
    configured = [value for section, key, value in settings if section == "init" and key == "defaultbranch"][-1:]
    branches = _branches(common, ["main", "master", *configured])
    usual = [name for name in ("main", "master") if name in branches]
    if len(usual) == 1:
        return usual[0], "the only branch of a usual name"
    if configured and configured[0] in branches:
        return configured[0], "init.defaultBranch"
    current = _symbolic(own / "HEAD").removeprefix("refs/heads/")
    return (current, "the branch checked out") if current else ("", "")


def _symbolic(path: Path) -> str:
    """The reference that a symbolic reference names, "" if it is none or not there."""
    if not path.is_symlink() and not path.exists():
        return ""
    text = read_text(path, _SMALL).strip()
    name = text.removeprefix("ref:").strip()
    return name if text.startswith("ref:") and name.isprintable() and " " not in name else ""


def _branches(common: Path, asked: list[str]) -> set[str]:
    """Those asked for that exist here or at the remote, and every branch that is packed."""
    prefixes = ("refs/remotes/origin/", "refs/heads/")
    sound = [name for name in asked if name.isprintable() and ".." not in name and not name.startswith("/")]
    found = {name for name in sound for prefix in prefixes if (common / prefix / name).is_file()}
    if (common / "packed-refs").is_file():
        for line in read_text(common / "packed-refs", _PACKED).split("\n"):
            name = line.partition(" ")[2].strip()
            for prefix in prefixes:
                if name.startswith(prefix) and not line.startswith("#"):
                    found.add(name.removeprefix(prefix))
    return found
