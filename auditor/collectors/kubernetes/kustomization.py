"""What a kustomization.yaml lists, patches, renames and fetches.  Nothing is built: what would change an object makes it unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from auditor.text.files import Unreadable, read
from auditor.text.yaml import Node, TextError, parse

NAMES = {"kustomization.yaml", "kustomization.yml", "Kustomization"}
WORKLOADS = frozenset({"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Rollout"})
NAMESPACED = WORKLOADS | {"Policy", "PolicyException", "NamespacedImageValidatingPolicy", "ConfigMap", "Secret"}
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")
_CHANGES: dict[str, tuple[str, frozenset[str] | None]] = {
    "replacements": ("replaces fields", None),
    "vars": ("replaces fields", None),
    "transformers": ("transforms objects", None),
    "configurations": ("changes how it transforms", None),
    "namePrefix": ("renames objects", None),
    "nameSuffix": ("renames objects", None),
    "namespace": ("moves objects to another namespace", NAMESPACED),
    "images": ("replaces images", WORKLOADS),
}
_ADDS = {"generators": "generates objects", "helmCharts": "renders a chart", "helmChartInflationGenerator": "renders a chart", "components": "adds components"}
_LABELS = ("labels", "commonLabels")
_ENGINE_SETTINGS = "kyverno"  # the name of Kyverno's ConfigMap


@dataclass(frozen=True)
class Change:
    """Something done to listed objects of these `kinds` (None: of any), or with `adds` further objects that nobody sees here."""

    reason: str
    line: int
    kinds: frozenset[str] | None = None
    adds: bool = False

    def touches(self, kind: str) -> bool:
        return not self.adds and (self.kinds is None or kind in self.kinds)


@dataclass
class Kustomization:
    """`listed` files and folders to be read as they stand, `patches` files that are no objects, `changes` that make the result unknown."""

    listed: list[Path] = field(default_factory=list)
    patches: set[Path] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    labels: bool = False


def is_kustomization(path: Path) -> bool:
    return path.name in NAMES


def read_kustomization(path: Path, nodes: list[Node], root: Path) -> Kustomization:
    """`root`: nothing outside it is read."""
    found = Kustomization()
    for node in nodes:
        _listed(path, node, root, found)
        for key, (reason, kinds) in _CHANGES.items():
            value = node.get(key)
            if value is not None and not _empty(value):
                found.changes.append(Change(f"the kustomization {reason}", value.line, kinds))
        for key, reason in _ADDS.items():
            value = node.get(key)
            if value is not None and not _empty(value):
                found.changes.append(Change(f"the kustomization {reason}", value.line, adds=True))
        for key in _PATCHES:
            patches = node.get(key)
            for patch in patches.children() if patches is not None else ():
                _patch(path, patch, root, found)
        generator = node.get("configMapGenerator")
        for entry in generator.children() if generator is not None else ():
            name = entry.get("name")
            if name is not None and name.text == _ENGINE_SETTINGS:
                found.changes.append(Change("the kustomization generates the ConfigMap kyverno", entry.line, adds=True))
        found.labels = found.labels or any(node.get(key) is not None for key in _LABELS)
    return found


def _patch(path: Path, patch: Node, root: Path, found: Kustomization) -> None:
    """A patch is no object.  It touches what its target selects or, a strategic merge patch without a target, the kinds it names itself."""
    text = patch.text if patch.kind == "scalar" else ""
    name = patch.get("path")
    inline = patch.get("patch")
    if name is not None and name.kind == "scalar":
        text = name.text
    body: bytes | str = inline.text if inline is not None and inline.kind == "scalar" else text if "\n" in text else ""
    if text and not body:
        file = _join(path, text)
        found.patches.add(file)
        try:
            body = read(file, root=root)
        except Unreadable:
            body = ""
    target = patch.get("target")
    kinds = _kinds(body) if target is None or target.is_null else _selected(target)
    found.changes.append(Change("the kustomization patches objects", patch.line, kinds))


def _kinds(body: bytes | str) -> frozenset[str] | None:
    """The kinds that a strategic merge patch names; None: any."""
    try:
        named = [document.get("kind") for document in parse(body)]
    except TextError:
        return None
    return frozenset(kind.text for kind in named if kind is not None) if named and all(named) else None


def _selected(target: Node) -> frozenset[str] | None:
    """The kind that a target selects; None where it names none, or a regular expression."""
    kind = target.get("kind")
    return frozenset({kind.text}) if kind is not None and kind.kind == "scalar" and kind.text.isalnum() else None


def _listed(path: Path, node: Node, root: Path, found: Kustomization) -> None:
    for key in ("resources", "bases"):
        value = node.get(key)
        for item in value.children() if value is not None else ():
            if item.kind != "scalar":
                continue
            target = _join(path, item.text)
            if "://" in item.text or item.text.startswith(("git@", "github.com/")) or not exists(target):
                found.changes.append(Change(f"the kustomization fetches {item.text}", item.line, adds=True))
            elif not target.resolve().is_relative_to(root.resolve()):
                found.changes.append(Change(f"the kustomization lists {item.text}, outside the configuration's folder", item.line, adds=True))
            else:
                found.listed.append(target)


def exists(path: Path) -> bool:
    """Path.exists that takes any text for a name."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _join(path: Path, name: str) -> Path:
    parts: list[str] = []
    for part in (path.parent / name).parts:
        if part == ".." and parts and parts[-1] not in {"..", "/"}:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts) if parts else path.parent


def _empty(value: Node) -> bool:
    return value.is_null or (value.kind == "scalar" and not value.text) or (value.kind != "scalar" and not value.entries and not value.items)
