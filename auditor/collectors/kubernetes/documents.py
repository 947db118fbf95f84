"""Which documents are evidence: everything with `apiVersion` and `kind` in the configured files and folders, but no chart's files and no patches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collectors.kubernetes.installed import is_controller, is_installer
from auditor.collectors.kubernetes.kustomization import (
    NAMES,
    WORKLOADS,
    Change,
    Kustomization,
    exists,
    is_kustomization,
    read_kustomization,
)
from auditor.model.place import At
from auditor.text import files
from auditor.text.reading import Document, Reading
from auditor.text.yaml import Node, TextError, is_template, parse

SUFFIXES = {".yaml", ".yml", ".json"}
MAX_KUSTOMIZATIONS = 500
LOCAL = "config.kubernetes.io/local-config"
RELEVANT = WORKLOADS | {
    "Namespace",
    "ConfigMap",
    "Secret",
    "ClusterPolicy",
    "Policy",
    "PolicyException",
    "ImageValidatingPolicy",
    "NamespacedImageValidatingPolicy",
    "ClusterImagePolicy",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
}
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Object:
    """One Kubernetes object.  `namespace` is as written ("" if not)."""

    group: str
    version: str
    kind: str
    namespace: str
    name: str
    node: Node
    document: Document

    def at(self, node: Node | None = None) -> At:
        return self.document.at(node if node is not None else self.node)

    def is_a(self, group: str, *kinds: str) -> bool:
        return self.group == group and self.kind in kinds


@dataclass(frozen=True)
class Trouble:
    """A file that could not be read, or something that is done to objects before they reach the cluster."""

    reason: str
    source: str = ""
    line: int = 0
    hint: str = ""
    workloads_only: bool = False


@dataclass
class Manifests:
    """`unread`: troubles behind which objects may hide, of any kind or workloads only.  `labelled`: a kustomization adds labels to namespaces.
    `changes`: what kustomizations do to a file's objects; `unsure`: a kustomization that could not be read, which may do anything to any of them."""

    objects: list[Object] = field(default_factory=list)
    unread: list[Trouble] = field(default_factory=list)
    labelled: bool = False
    changes: dict[Path, list[tuple[Document, Change]]] = field(default_factory=dict)
    unsure: Trouble | None = None

    @property
    def complete(self) -> bool:
        """Nothing but workloads may be missing."""
        return all(trouble.workloads_only for trouble in self.unread)


def read_manifests(patterns: list[str], reading: Reading) -> Manifests:
    """Every object below the configured paths and globs."""
    found = Manifests()
    named: dict[Path, None] = {}
    for pattern in patterns:
        paths = list(_expand(pattern, reading.root))
        if not paths:
            found.unread.append(Trouble(f"{pattern} does not exist", hint="correct sources.kubernetes.manifests"))
        for path in paths:
            named.update(dict.fromkeys(_files(path, reading, found)))
    charts = _chart_folders(named)
    walk = _Walk(reading, {path: None for path in named if not _below(path, charts)})
    for path in [p for p in walk.pending if is_kustomization(p)]:
        if path not in walk.done:
            _kustomize(path, walk, found, [])
    for path in walk.pending:
        if path not in walk.left_out and path not in walk.done:
            _read(path, reading, found, _beside(path, walk))
    return found


def _beside(path: Path, walk: _Walk) -> Path | None:
    """The kustomization in the folder of a file that no kustomization lists."""
    if path in walk.listed:
        return None
    return next((path.parent / name for name in NAMES if path.parent / name in walk.done), None)


def _expand(pattern: str, root: Path) -> Iterator[Path]:
    if not _GLOB.search(pattern):
        path = root / pattern
        if exists(path) or path.is_symlink():
            yield path
        return
    try:
        relative = pattern.removeprefix("./")
        yield from sorted(root.glob(relative))
    except (ValueError, NotImplementedError, OSError):
        return


def _files(path: Path, reading: Reading, found: Manifests) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in files.walk(path):
        if isinstance(entry, tuple):
            at = reading.mention(entry[0], entry[1])
            found.unread.append(Trouble(f"{reading.uri(entry[0])}: {entry[1]}", at.source))
        elif entry.suffix in SUFFIXES:
            yield entry


def _chart_folders(named: dict[Path, None]) -> set[Path]:
    return {path.parent for path in named if path.name == "Chart.yaml"}


def _below(path: Path, folders: set[Path]) -> bool:
    return any(parent in folders for parent in path.parents)


@dataclass
class _Walk:
    """What is still to be read: files in order, patches left out, kustomizations done."""

    reading: Reading
    pending: dict[Path, None]
    left_out: set[Path] = field(default_factory=set)
    done: set[Path] = field(default_factory=set)
    open: list[Path] = field(default_factory=list)
    listed: set[Path] = field(default_factory=set)
    visits: int = 0


def _kustomize(path: Path, walk: _Walk, found: Manifests, outer: list[tuple[Document, Change]]) -> None:
    """Reads what a kustomization lists as it stands, but for objects that it changes; what it adds is trouble."""
    walk.done.add(path)
    walk.visits += 1
    if walk.visits > MAX_KUSTOMIZATIONS:
        found.unread.append(Trouble(f"{walk.reading.uri(path)}: more than {MAX_KUSTOMIZATIONS} kustomizations"))
        return
    walk.open.append(path)
    parsed = _parse(path, walk.reading, found)
    if parsed is None:
        found.unsure = found.unsure or found.unread[-1]
        walk.open.pop()
        return
    document, nodes = parsed
    kustomization: Kustomization = read_kustomization(path, nodes, walk.reading.root)
    walk.left_out |= kustomization.patches
    found.labelled = found.labelled or kustomization.labels
    found.unread.extend(Trouble(f"{document.uri}: {c.reason}", document.source, c.line) for c in kustomization.changes if c.adds)
    changes = [*outer, *((document, c) for c in kustomization.changes if not c.adds)]
    for listed in kustomization.listed:
        inner = next((listed / name for name in NAMES if (listed / name).is_file()), None)
        if inner is None:
            walk.pending.setdefault(listed)
            walk.listed.add(listed)
            found.changes.setdefault(listed, []).extend(changes)
        elif inner not in walk.open and (inner not in walk.done or changes):
            _kustomize(inner, walk, found, changes)
    walk.open.pop()


def _parse(path: Path, reading: Reading, found: Manifests) -> tuple[Document, list[Node]] | None:
    try:
        document = reading.document(path)
    except files.Unreadable as trouble:
        found.unread.append(Trouble(f"{reading.uri(path)}: {trouble.reason}", reading.mention(path, trouble.reason).source))
        return None
    try:
        return document, parse(document.data)
    except TextError as error:
        template = is_template(document.data)
        reason = f"{document.uri} is a template, not YAML" if template else f"{document.uri} is not YAML: {error.message}"
        hint = "render it and name the rendered file under sources.kubernetes.manifests" if template else ""
        found.unread.append(Trouble(reason, document.source, error.line, hint))
        return None


def _read(path: Path, reading: Reading, found: Manifests, beside: Path | None) -> None:
    parsed = _parse(path, reading, found)
    if parsed is None:
        return
    for node in parsed[1]:
        for obj in objects(node, parsed[0]):
            reason = "" if beside is None else f"{reading.uri(beside)} does not list {obj.document.uri}, so it may never reach the cluster"
            trouble = _left_out(obj, path, found, reason) or _changed(obj, found.changes.get(path, []), found.unsure)
            if trouble is None or is_installer(obj.group, obj.kind, obj.node):
                found.objects.append(obj)
            elif obj.kind in RELEVANT:
                found.unread.append(trouble)


def _own(obj: Object) -> bool:
    """A workload that is not the policy engine's controller."""
    return obj.kind in WORKLOADS and not is_controller(obj.group, obj.kind, obj.name, obj.node)


def _left_out(obj: Object, path: Path, found: Manifests, reason: str) -> Trouble | None:
    """Why a kustomization may leave an object of its folder, or of its list, out."""
    local = _text(obj.node.get("metadata", "annotations", LOCAL))
    if path in found.changes and local not in {"", "false"}:
        reason = f"{obj.document.uri}: the annotation {LOCAL} keeps {obj.kind} {obj.name} out of what the kustomization makes"
    return Trouble(reason, obj.document.source, obj.node.line, "list the file in the kustomization, or move it", _own(obj)) if reason else None


def _changed(obj: Object, changes: list[tuple[Document, Change]], unsure: Trouble | None) -> Trouble | None:
    """Why an object does not reach the cluster as it stands."""
    own = _own(obj)
    if unsure is not None:
        return Trouble(unsure.reason, unsure.source, unsure.line, unsure.hint, own)
    for where, change in changes:
        if change.touches(obj.kind):
            reason = f"{where.uri}: {change.reason}, {obj.kind} {obj.name} of {obj.document.uri} among them"
            return Trouble(reason, where.source, change.line, "name the built manifests under sources.kubernetes.manifests", own)
    return None


def objects(node: Node, document: Document, depth: int = 0, of: tuple[str, str] = ("", "")) -> Iterator[Object]:
    """The object that a YAML document is, or those in it if it is a List.  Nothing without `apiVersion` and `kind`, but `of`: what a list of one kind
    (`PodList`) says for those in it that do not say it."""
    api_version, kind = _text(node.get("apiVersion")) or of[0], _text(node.get("kind")) or of[1]
    if not api_version or not kind:
        return
    items = node.get("items")
    if kind.endswith("List") and items is not None and items.items is not None and depth < 8:
        for item in items.children():
            yield from objects(item, document, depth + 1, (api_version, kind.removesuffix("List")) if kind != "List" else ("", ""))
        return
    group, slash, version = api_version.rpartition("/")
    name = _text(node.get("metadata", "name"))
    yield Object(group if slash else "", version, kind, _text(node.get("metadata", "namespace")), name, node, document)


def _text(node: Node | None) -> str:
    return node.text if node is not None and node.kind == "scalar" and not node.is_null else ""
