"""Namespaces of the manifests, and which of them the owner declared to be production.

A declared name is a production namespace whether a manifest shows it or not.  A declared glob stands for the namespaces that manifests or objects name; if
none of them matches, for everything it can name: then a policy covers it only if its own list takes in the whole glob.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.documents import Manifests, Object
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.model.facts.kubernetes import Namespace
from auditor.model.gap import Gap
from auditor.model.record import Fact

_CLUSTER_WIDE = {"Namespace", "ClusterPolicy", "ImageValidatingPolicy", "ClusterImagePolicy", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}
_ENGINE_GROUPS = {"admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "storage.k8s.io"}


def labels_of(obj: Object) -> dict[str, str]:
    """The labels of an object as text."""
    labels = obj.node.get("metadata", "labels")
    return {key: value.text for key, value in labels.pairs() if value.kind == "scalar"} if labels is not None else {}


def namespaces(cluster: str, manifests: Manifests) -> Iterator[tuple[str, Fact] | Gap]:
    """One fact per Namespace manifest, id CLUSTER/Namespace/NAME."""
    for obj in _manifested(manifests).values():
        identity = f"{cluster}/Namespace/{obj.name}"
        if manifests.labelled:
            yield Gap(kind="namespace", path=identity, reason="a kustomization adds labels", source=obj.document.source, line=obj.node.line)
        else:
            yield identity, Namespace(at=obj.at(obj.node.get("metadata", "name")), name=obj.name, labels=labels_of(obj))


def production_views(declared: list[str], manifests: Manifests) -> list[NamespaceView]:
    """The declared production namespaces, each once."""
    shown = _manifested(manifests)
    known = set(shown) | {o.namespace or "default" for o in manifests.objects if o.kind not in _CLUSTER_WIDE and o.group not in _ENGINE_GROUPS}
    names: dict[str, bool] = {}
    for pattern in declared:
        if "*" not in pattern and "?" not in pattern:
            names[pattern] = False
            continue
        found = sorted(name for name in known if matches(pattern, name))
        names.update(dict.fromkeys(found or [pattern], not found))
    views = []
    for name, glob in names.items():
        obj = shown.get(name)
        views.append(NamespaceView(name, glob, labels_of(obj) if obj is not None else {}, complete=obj is not None and not manifests.labelled))
    return views


def _manifested(manifests: Manifests) -> dict[str, Object]:
    return {obj.name: obj for obj in manifests.objects if obj.is_a("", "Namespace") and obj.name}
