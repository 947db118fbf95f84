"""What the API server refuses of any object, whatever it says: a version that its kind never had, a name that is none.  And of filters, lists that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.values import items
from auditor.text.yaml import Node

# versions that a release of Kyverno has served
VERSIONS = {
    "ClusterPolicy": ("v1", "v2beta1"),
    "Policy": ("v1", "v2beta1"),
    "ImageValidatingPolicy": ("v1", "v1beta1", "v1alpha1"),
    "NamespacedImageValidatingPolicy": ("v1", "v1beta1"),
}
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"^{_LABEL}(?:\.{_LABEL}){{0,30}}$")
_LISTS = ("kinds", "names", "namespaces", "operations")
_OPERATIONS = {"CREATE", "UPDATE", "DELETE", "CONNECT"}
LONGEST_RULE_NAME = 63
TIMEOUTS = range(1, 31)

Said = Iterator[tuple[str, Node]]


def of_object(obj: Object) -> Said:
    """Its version and its name (RFC 1123 subdomain)."""
    served = VERSIONS.get(obj.kind, (obj.version,))
    if obj.version not in served:
        yield f"{obj.kind} has no version {obj.version} in {obj.group}, only {', '.join(served)}", obj.node.get("apiVersion") or obj.node
    name = obj.node.get("metadata", "name")
    if not obj.name:
        yield "it has no name", obj.node.get("metadata") or obj.node
    elif not _NAME.match(obj.name) or len(obj.name) > 253:
        yield f"`{obj.name[:80]}` can be no name of an object", name or obj.node


def of_rule_names(rules: list[tuple[str, Node]]) -> Said:
    """Every rule has a name of its own, of at most 63 characters."""
    seen: set[str] = set()
    for name, node in rules:
        if not name:
            yield "a rule has no name", node
        elif name in seen:
            yield f"two rules are named {name[:80]}", node
        elif len(name) > LONGEST_RULE_NAME:
            yield f"the name of a rule is longer than {LONGEST_RULE_NAME} characters", node
        seen.add(name)


def of_filters(block: Node, *, namespaced: bool) -> Said:
    """`match` or `exclude`: lists are lists; a policy of one namespace names no namespaces."""
    for part in (block, *items(block, "any"), *items(block, "all")):
        resources = part.get("resources")
        if resources is None or resources.entries is None:
            continue
        for key in _LISTS:
            value = resources.get(key)
            if value is None or value.is_null:
                continue
            if value.items is None:
                yield f"{key} is no list", value
            elif key == "operations" and (other := [o for o in value.children() if o.text not in _OPERATIONS]):
                yield f"`{other[0].text[:40]}` is no operation", other[0]
            elif key == "namespaces" and namespaced and value.items:
                yield "a policy of one namespace may not name namespaces", value
        if (name := resources.get("name")) is not None and name.text and (names := resources.get("names")) is not None and names.items:
            yield "a filter has both name and names", name
