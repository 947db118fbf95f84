"""Does a Kyverno rule see the Pods that are created and changed in a namespace?  `match` and `exclude`, every attribute that narrows."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.selectors import NamespaceView, is_empty, named_by, selected
from auditor.collectors.kubernetes.spans import NEVER, NO, SOMETIMES, YES, Span, all_of, any_of, never, none_of, sometimes
from auditor.collectors.kubernetes.values import items
from auditor.model.place import At
from auditor.text.yaml import Node

Place = Callable[[Node], At]
OPERATIONS = ("CREATE", "UPDATE")
DEBUGGING = "ephemeralcontainers"
"""The subresource through which a container is added to a running Pod: an UPDATE of its own."""
_VERSION = re.compile(r"^(v[0-9]{1,4}((alpha|beta)[0-9]{1,4})?|\*)$")


def rule_matches(rule: Node, view: NamespaceView, operation: str, place: Place) -> Span:
    """`match` without `exclude`, for a Pod."""
    match = rule.get("match")
    if match is None or match.kind != "map":
        return never("it matches nothing", place(rule))
    kinds = _kinds(match)
    if not any(is_pod(kind) for kind in kinds):
        return never(f"it matches {', '.join(kinds)} and no Pod" if kinds else "it names no kind", place(match))
    every = list(items(match, "all"))
    some = list(items(match, "any"))
    if some:
        return any_of([_filter(f, view, operation, place) for f in some])
    if every:
        return all_of(_filter(f, view, operation, place) for f in every)
    return _filter(match, view, operation, place)


def rule_excludes(rule: Node, view: NamespaceView, operation: str, place: Place) -> Span:
    """Not excluded by `exclude`."""
    exclude = rule.get("exclude")
    if exclude is None or exclude.kind != "map":
        return YES
    some, every = list(items(exclude, "any")), list(items(exclude, "all"))
    if some:
        return all_of(_kept(f, view, operation, place) for f in some)
    if every:
        out = all_of(_excludes(f, view, operation, place) for f in every)
        return none_of(out, "its exclude leaves Pods out", place(exclude))
    return _kept(exclude, view, operation, place)


def _kept(node: Node, view: NamespaceView, operation: str, place: Place) -> Span:
    return none_of(_excludes(node, view, operation, place), f"its exclude leaves out {_shown(node)}", place(node))


def _excludes(node: Node, view: NamespaceView, operation: str, place: Place) -> Span:
    resources = node.get("resources")
    kinds = _texts(resources, "kinds")
    if kinds and not any(is_pod(kind) for kind in kinds):
        if operation != "UPDATE" or not any(takes_in(kind, DEBUGGING) for kind in kinds):
            return NO
        span = _filter(node, view, operation, place, DEBUGGING)
        return Span(min(span.low, SOMETIMES), min(span.high, SOMETIMES), span.why, span.doubts)
    if not (resources is not None and resources.entries) and not any(_has(node, key) for key in ("subjects", "roles", "clusterRoles")):
        return NO
    if _only_nodes(node):
        return NO
    return _filter(node, view, operation, place)


def _only_nodes(node: Node) -> bool:
    """Kubelets: their requests are never Kyverno's business, and they create nothing but mirror Pods."""
    subjects = list(items(node, "subjects"))
    names = {s.get("name").text for s in subjects if s.get("name") is not None}  # type: ignore[union-attr]
    return bool(subjects) and names == {"system:nodes"}


def _filter(node: Node, view: NamespaceView, operation: str, place: Place, subresource: str = "") -> Span:
    """One resource filter; its attributes are ANDed, the members of a list ORed.  Kinds are judged by the caller or here if there are any."""
    at = place(node)
    resources = node.get("resources")
    spans: list[Span] = []
    kinds = _texts(resources, "kinds")
    if kinds and not any(takes_in(kind, subresource) for kind in kinds):
        return never(f"it matches {', '.join(kinds)} and no Pod", at)
    operations = _texts(resources, "operations")
    if operations and operation not in operations:
        return never(f"it matches {', '.join(operations)} and no {operation}", at)
    namespaces = _texts(resources, "namespaces")
    if namespaces:
        spans.append(_named(namespaces, view, at))
    selector = resources.get("namespaceSelector") if resources is not None else None
    if selector is not None and not selector.is_null:
        span = selected(selector, view)
        spans.append(Span(span.low, span.high, () if span.low else never(f"its namespaceSelector does not select {view.name}", place(selector)).why, span.doubts))
    spans.extend(_narrowings(node, resources, place))
    return all_of(spans)


def _named(namespaces: list[str], view: NamespaceView, at: At) -> Span:
    taken = named_by(namespaces, view)
    if taken == NEVER:
        return never(f"it matches the namespaces {', '.join(namespaces)} and not {view.name}", at)
    if taken == SOMETIMES:
        return sometimes(f"it matches the namespaces {', '.join(namespaces)} and not all of {view.name}", at)
    return YES


def _narrowings(node: Node, resources: Node | None, place: Place) -> list[Span]:
    spans: list[Span] = []
    if resources is not None:
        selector = resources.get("selector")
        if selector is not None and not selector.is_null and not is_empty(selector):
            spans.append(sometimes("it matches only Pods with certain labels", place(selector)))
        annotations = resources.get("annotations")
        if annotations is not None and annotations.entries:
            spans.append(sometimes("it matches only Pods with certain annotations", place(annotations)))
        name = resources.get("name")
        names = [*_texts(resources, "names"), *([name.text] if name is not None and name.text else [])]
        if names and "*" not in names:
            spans.append(sometimes(f"it matches only Pods named {', '.join(names)}", place(resources)))
    for key in ("subjects", "roles", "clusterRoles"):
        if _has(node, key) and not _everybody(node):
            spans.append(sometimes(f"it matches only requests of certain {key}", place(node)))
    return spans


def _everybody(node: Node) -> bool:
    """`system:authenticated` makes every request that reaches a webhook."""
    if _has(node, "roles") or _has(node, "clusterRoles"):
        return False
    return any((name := s.get("name")) is not None and name.text in {"system:authenticated", "*"} for s in items(node, "subjects"))


def is_pod(selector: str) -> bool:
    """Does a kind selector (`Pod`, `v1/Pod`, `*/Pod`, `*`, `Pod/status`, ...) take in Pods themselves?  Read as Kyverno reads it."""
    return takes_in(selector, "")


def takes_in(selector: str, subresource: str) -> bool:
    """Does a kind selector take in this subresource of Pods, "" for Pods themselves?"""
    parts = selector.split("/")
    parts = [*parts[:-1], *parts[-1].split(".")]
    group, version, kind, sub = "*", "*", "", ""
    if len(parts) == 1:
        kind = parts[0]
    elif len(parts) == 2:
        first, second = parts
        if first == second == "*":
            kind, sub = "*", "*"
        elif first == "*" and second.lower() == second:
            kind, sub = first, second
        elif _VERSION.match(first):
            version, kind = first, second
        else:
            kind, sub = first, second
    elif len(parts) == 3:
        if _VERSION.match(parts[0]):
            version, kind, sub = parts
        else:
            group, version, kind = parts
    elif len(parts) == 4:
        group, version, kind, sub = parts
    return matches(group, "") and matches(version, "v1") and bool(kind) and matches(kind, "Pod") and matches(sub, subresource)


def _kinds(block: Node) -> list[str]:
    found: list[str] = []
    for node in (block, *items(block, "any"), *items(block, "all")):
        found.extend(_texts(node.get("resources"), "kinds"))
    return found


def _texts(node: Node | None, key: str) -> list[str]:
    value = node.get(key) if node is not None else None
    return [item.text for item in value.children() if item.kind == "scalar"] if value is not None else []


def _has(node: Node, key: str) -> bool:
    value = node.get(key)
    return value is not None and bool(value.items)


def _shown(node: Node) -> str:
    said: list[str] = []
    resources = node.get("resources")
    for key in ("namespaces", "names", "operations"):
        if texts := _texts(resources, key):
            said.append(f"{key} {', '.join(texts)}")
    for key in ("selector", "namespaceSelector", "annotations"):
        if resources is not None and resources.get(key) is not None:
            said.append("what a " + key + " takes in" if key != "annotations" else "Pods with certain annotations")
    for key in ("subjects", "roles", "clusterRoles"):
        if _has(node, key):
            names = [(s.get("name") or s).text if s.kind == "map" else s.text for s in (node.get(key) or node).children()]
            said.append(f"{key} {', '.join(names)}")
    return "; ".join(said) or "Pods"
