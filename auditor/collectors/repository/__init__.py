"""Collector `repository`: what a checkout says of itself without its pipelines: remote, default branch, CODEOWNERS, risk paths, the audit's own files."""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collectors.repository.owned import Owned, read_owners
from auditor.collectors.repository.patterns import PatternError
from auditor.collectors.repository.risk import Hit, hits
from auditor.model import At, Fact, Gap
from auditor.model.facts.repository import Ownership, Repository, RiskPath, RuleFile
from auditor.model.record import Record
from auditor.text.files import Unreadable, walk
from auditor.text.reading import Place, Reading

KINDS = ("repository", "code_owners", "risk_path", "rule_file")
PIPELINES = ".gocdnext"
_READABLE = "make it readable where the audit runs"


class Config(Record, frozen=True, kw_only=True):
    """`path`: a folder or glob, or a list of them, from the configuration's folder; all repositories below it are read."""

    path: str | list[str] = "."


@dataclass
class _Tree:
    """The files of one repository, from its own root; `unread`: folders that could not be listed -> reason; `links`: links to folders."""

    place: Place
    files: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """What to put before a path to have it from the git root."""
        inner = Path(os.path.relpath(self.place.root, self.place.codeowners_root)).as_posix()
        return "" if inner == "." else inner + "/"

    def below(self, folder: str) -> list[str]:
        return [path for path in self.files if path.startswith(folder + "/") or path == folder]

    def trouble(self, path: str) -> str:
        """Why the content of a folder is not known in full, "" if it is."""
        for folder, reason in self.unread.items():
            if folder in {"", path} or folder.startswith(path + "/") or path.startswith(folder + "/"):
                return f"{folder or 'the repository'}: {reason}"
        return ""


def collect(config: Config, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """Facts of the kinds repository, code_owners, risk_path and rule_file, for every repository below `config.path`."""
    yield from _missing(config, reading)
    roots = {folder for folder, _ in repositories(config, reading.root)}
    places = {place.root: place for place in reading.places if place.root.is_dir() and _below(place.root, roots)}
    inner = _inner(reading.places)
    for place in places.values():
        tree = _tree(place, inner[place.root])
        owned = read_owners(place, reading)
        yield from _repository(place, reading)
        yield from owned.findings
        yield from _risk_paths(tree, owned, reading)
        yield from _rule_files(tree, owned, reading)
    home = reading.place_of(reading.root)
    if home.root not in places and _below(reading.root.absolute(), roots):
        yield from _rule_files(_tree(home, inner[home.root]), read_owners(home, reading), reading)


def _below(path: Path, folders: Collection[Path]) -> bool:
    """Is it one of the folders, or in one of them?"""
    return any(folder in folders for folder in (path, *path.parents))


def _inner(places: Iterable[Place]) -> dict[Path, list[Path]]:
    """The folder of a repository -> the folders of those that lie in it."""
    found: dict[Path, list[Path]] = defaultdict(list)
    for place in places:
        for folder in place.root.parents:
            found[folder].append(place.root)
    return found


def repositories(config: Config, root: Path) -> list[tuple[Path, bool]]:
    """(folder, named without a glob) of each folder that the options mean."""
    found: dict[Path, bool] = {}
    for path in [config.path] if isinstance(config.path, str) else config.path:
        if glob.has_magic(path):
            hits_ = sorted(glob.glob(str(root / path)))  # noqa: PTH207 - absolute patterns too
            found |= {Path(one).absolute(): found.get(Path(one).absolute(), False) for one in hits_ if Path(one).is_dir()}
        else:
            found[Path(os.path.normpath(root / path)).absolute()] = True
    return list(found.items())


def _missing(config: Config, reading: Reading) -> Iterator[Gap]:
    """Globs that name no folder, and named folders that are none."""
    for path in [config.path] if isinstance(config.path, str) else config.path:
        folders = [folder for folder, _ in repositories(Config(path=path), reading.root)]
        absent = [reading.place_of(folder).name for folder in folders if not folder.is_dir()] or ([] if folders else [reading.place_of(reading.root).name])
        for name in absent:
            for kind in KINDS:
                yield Gap(kind=kind, path=name, reason=f"no folder is found at {path}", hint="correct sources.repository.path, or remove that source")


def merge(configs: list[Config]) -> list[Config]:
    """Several entries are read as one, so that no repository is read twice."""
    return [Config(path=[path for config in configs for path in ([config.path] if isinstance(config.path, str) else config.path)])]


def _tree(place: Place, inner: Iterable[Path]) -> _Tree:
    tree = _Tree(place)
    skipped = {Path(os.path.relpath(root, place.root)).as_posix() for root in inner}
    for entry in walk(place.root):
        if isinstance(entry, tuple):
            folder = _as_text(Path(os.path.relpath(entry[0], place.root)).as_posix())
            tree.unread["" if folder == "." else folder] = entry[1]
            continue
        path = _as_text(Path(os.path.relpath(entry, place.root)).as_posix())
        if path.endswith("/.git"):
            skipped.add(path.removesuffix("/.git"))
        tree.files.append(path)
        if entry.is_symlink() and entry.is_dir():
            tree.links.append(path)
    if skipped:  # other repositories and submodules: not this repository's files
        tree.files = [path for path in tree.files if not any(path[:cut] in skipped for cut, sign in enumerate(path) if sign == "/")]
    return tree


def _as_text(path: str) -> str:
    """A file name that is not UTF-8 stays recognisable and can be written to a report."""
    return os.fsencode(path).decode("utf-8", "replace")


def _repository(place: Place, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    remote: str | None = place.remote
    branch: str | None = place.default_branch
    if place.git_trouble:
        remote, branch = remote or None, branch or None
        for value, kind in ((remote, "repository.remote"), (branch, "repository.default_branch")):
            if value is None:
                yield Gap(kind=kind, path=place.name, reason=place.git_trouble, hint=_READABLE)
    yield (
        place.name,
        Repository(
            at=reading.mention(place.root),
            path=reading.uri(place.root),
            remote=remote,
            default_branch=branch,
            named=place.named,
            has_pipelines=(place.root / PIPELINES).is_dir(),
        ),
    )


def _risk_paths(tree: _Tree, owned: Owned, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    name = tree.place.name
    for folder, reason in tree.unread.items():
        yield Gap(kind="risk_path", path=f"{name}/{folder}" if folder else name, reason=reason, hint=_READABLE)
    try:
        found = hits(reading.risk_paths, tree.files)
        linked = hits(reading.risk_paths, [f"{link}/" for link in tree.links])
    except PatternError as error:
        yield Gap(kind="risk_path", path=name, reason=f"a risk path cannot be matched: {error.reason}")
        return
    for link in tree.links:
        if any(hit.path == link for hit in linked):
            at = reading.mention(tree.place.root / link, "a link")
            yield Gap(kind="risk_path", path=f"{name}/{link}/", reason="a link to a folder, whose owners its own path does not show", source=at.source)
    for hit in found:
        at = reading.mention(tree.place.root / hit.path)
        identity = f"{name}/{hit.name}"
        ownerships: list[Ownership] | None = None
        try:
            ownerships = _ownerships(tree, owned, hit)
        except Unreadable as error:
            yield Gap(kind="risk_path.ownerships", path=identity, reason=error.reason, source=owned.whole.source)
        yield identity, RiskPath(at=at, patterns=hit.patterns, ownerships=ownerships)


def _ownerships(tree: _Tree, owned: Owned, hit: Hit) -> list[Ownership]:
    if hit.folder and (reason := tree.trouble(hit.path)):
        raise Unreadable(reason)
    return owned.ownerships(tree.prefix + path for path in hit.files)


def _rule_files(tree: _Tree, owned: Owned, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """The audit's own files that lie in this repository, with the owners of its pipeline definitions beside them."""
    mine = [(role, path.absolute()) for role, paths in sorted(reading.rule_paths.items()) for path in paths if reading.place_of(path) == tree.place]
    for path, role in sorted({path: role for role, path in reversed(mine)}.items()):
        inner = Path(os.path.relpath(path, tree.place.root)).as_posix()
        identity = f"{tree.place.name}/{inner}"
        at: At = reading.mention(path)
        values: dict[str, list[Ownership] | None] = {}
        for field_, folder in (("ownerships", inner), ("judged", PIPELINES)):
            try:
                files = tree.files if folder == "." else tree.below(folder)
                values[field_] = _ownerships(tree, owned, Hit(folder, folder=True, files=files))
            except Unreadable as error:
                values[field_] = None
                yield Gap(kind=f"rule_file.{field_}", path=identity, reason=error.reason, source=owned.whole.source)
        judges = values["judged"]
        judged = None if judges is None else sorted({owner for one in judges for owner in one.owners})
        yield identity, RuleFile(at=at, role=role, ownerships=values["ownerships"], judged=judged)  # type: ignore[arg-type]
