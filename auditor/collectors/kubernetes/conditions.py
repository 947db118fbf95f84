"""Conditions that decide whether a rule runs: preconditions, CEL match conditions.

Only what depends on the operation, the namespace or the kind alone is decided here.  Everything else is true for some Pods and false for others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER, SOMETIMES, Span, all_of, any_of, never, sometimes
from auditor.model.place import At
from auditor.text.yaml import Node

_VARIABLE = re.compile(r"^\{\{\s{0,20}(request\.[A-Za-z.]{1,60})\s{0,20}(?:\|\|\s{0,20}['\"`][A-Za-z]{0,40}['\"`]\s{0,20})?\}\}$")
_CEL_CONSTANT = re.compile(r"^\s*(true|false)\s*$")
_CEL_NODES = re.compile(r"""^\s*!\s*\(\s*["']system:nodes["']\s+in\s+request\.userInfo\.groups\s*\)\s*$""")
_CEL_NAMESPACE = re.compile(
    r"""^\s*(?:request\.namespace|object\.metadata\.namespace|namespaceObject\.metadata\.name)\s*(==|!=|in)\s*(["'][a-z0-9-]{1,63}["']|\[[a-z0-9"',\s-]{1,2000}\])\s*$"""
)
_CEL_OPERATION = re.compile(r"""^\s*request\.operation\s*(==|!=|in)\s*(["'][A-Z]{1,10}["']|\[[A-Z"',\s]{1,100}\])\s*$""")
_QUOTED = re.compile(r"""["']([^"']{0,100})["']""")


def preconditions(node: Node | None, view: NamespaceView, operation: str, place: Callable[[Node], At]) -> Span:
    """`preconditions` of a rule: `any` and `all` together, or the older plain list (all)."""
    if node is None or node.is_null:
        return all_of(())
    if node.items is not None:
        return all_of(_condition(c, view, operation, place) for c in node.children())
    parts = []
    some, every = node.get("any"), node.get("all")
    if some is not None and some.items:
        parts.append(any_of([_condition(c, view, operation, place) for c in some.children()]))
    if every is not None:
        parts.append(all_of(_condition(c, view, operation, place) for c in every.children()))
    return all_of(parts)


def _condition(node: Node, view: NamespaceView, operation: str, place: Callable[[Node], At]) -> Span:
    key, operator = node.get("key"), node.get("operator")
    text = key.text.strip() if key is not None and key.kind == "scalar" else ""
    wanted = _values(node.get("value"))
    found = _resolved(text, view, operation)
    at = place(node)
    if found is None or any("{{" in value for value in wanted) or operator is None:
        return sometimes(f"a precondition on {text or 'a variable'} lets Pods through that do not meet it", at)
    holds = _compare(operator.text, found, wanted)
    if holds is None:
        return sometimes(f"a precondition on {text} lets Pods through that do not meet it", at)
    return Span(ALWAYS, ALWAYS) if holds else never(f"a precondition on {text} is not met ({operation} in {view.name})", at)


def _values(node: Node | None) -> list[str]:
    if node is None:
        return []
    return [item.text for item in node.children()] if node.items is not None else [node.text]


def _resolved(key: str, view: NamespaceView, operation: str) -> str | None:
    if "{{" not in key:
        return key
    match = _VARIABLE.match(key)
    known = {"request.operation": operation, "request.object.kind": "Pod", "request.kind.kind": "Pod"}
    if not view.glob:
        known |= {"request.namespace": view.name, "request.object.metadata.namespace": view.name}
    return known.get(match[1]) if match else None


def _compare(operator: str, found: str, wanted: list[str]) -> bool | None:
    hit = any(matches(value, found) for value in wanted)
    if operator in {"Equals", "Equal", "In", "AnyIn", "AllIn"}:
        return hit
    if operator in {"NotEquals", "NotEqual", "NotIn", "AnyNotIn", "AllNotIn"}:
        return not hit
    return None


def cel(nodes: Iterable[Node], view: NamespaceView, operation: str, place: Callable[[Node], At], what: str) -> Span:
    """CEL match conditions, all of which must hold."""
    return all_of(_expression(node, view, operation, place, what) for node in nodes)


def _expression(node: Node, view: NamespaceView, operation: str, place: Callable[[Node], At], what: str) -> Span:
    expression = node.get("expression")
    text = expression.text if expression is not None else ""
    at = place(expression if expression is not None else node)
    span = _decided(text, view, operation)
    if span == SOMETIMES:
        return sometimes(f"{what} `{' '.join(text.split())[:100]}` leaves out Pods that do not meet it", at)
    return Span(ALWAYS, ALWAYS) if span == ALWAYS else never(f"{what} `{' '.join(text.split())[:100]}` is not met in {view.name}", at)


def _decided(text: str, view: NamespaceView, operation: str) -> int:
    constant = _CEL_CONSTANT.match(text)
    if constant:
        return ALWAYS if constant[1] == "true" else NEVER
    if _CEL_NODES.match(text):  # kubelets may create nothing but mirror Pods of their own node
        return ALWAYS
    for pattern, value in ((_CEL_NAMESPACE, "" if view.glob else view.name), (_CEL_OPERATION, operation)):
        match = pattern.match(text)
        if match and value:
            hit = value in _QUOTED.findall(match[2])
            return ALWAYS if hit is (match[1] != "!=") else NEVER
    return SOMETIMES
