"""What Kyverno's ConfigMap, and webhook configurations, keep from Kyverno: resource filters, excluded accounts, selectors, match conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.conditions import cel
from auditor.collectors.kubernetes.controller import Kyverno, embedded
from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.match import DEBUGGING, is_pod, takes_in
from auditor.collectors.kubernetes.openings import Opening
from auditor.collectors.kubernetes.selectors import NamespaceView, is_empty, named_by, selected
from auditor.collectors.kubernetes.spans import NO, SOMETIMES, YES, Span, none_of
from auditor.collectors.kubernetes.values import items
from auditor.collectors.kubernetes.verifying import Verifying
from auditor.model.place import At
from auditor.text.yaml import Node

WEBHOOKS = ("kyverno-resource-mutating-webhook-cfg", "kyverno-resource-validating-webhook-cfg")
_FILTER = re.compile(r"\[([^\[\]]{0,2000})\]")
_EXCLUDED = {"excludeGroups": "group", "excludeUsernames": "user", "excludeRoles": "role", "excludeClusterRoles": "cluster role"}
# kubelets create nothing but mirror Pods of their own node; Kyverno's own accounts create no production Pods
_HARMLESS = ("system:nodes", "system:serviceaccount:kyverno:")

Takes = Callable[[Verifying, NamespaceView, str], Span]


def of_settings(identity: str, kyverno: Kyverno) -> Iterator[Opening]:
    """The openings that the ConfigMap makes for Pods; `identity` is the ConfigMap's id."""
    settings = kyverno.settings
    if settings is None:
        return
    found = kyverno.setting("resourceFilters")
    if found is not None:
        for text in dict.fromkeys(_FILTER.findall(found[0])):
            takes = _filtered(text)
            if takes is not None:
                how = f"the resource filter [{text}] keeps Pods from Kyverno"
                yield Opening(f"{identity}#resourceFilters [{text}]", "resourceFilters", _line(settings, found[1], f"[{text}]"), how, takes)
    for key, what in _EXCLUDED.items():
        found = kyverno.setting(key)
        for name in _excluded(found[0]) if found is not None else ():
            how = f"Pods that {what} {name} creates are not Kyverno's business"
            yield Opening(f"{identity}#{key} {name}", key, settings.at(found[1] if found else None), how, _always_some)
    yield from _selectors(identity, kyverno, settings)


def _line(settings: Object, node: Node, text: str) -> At:
    """The line of a filter within a block of text, if it stands there; else the value's."""
    lines = settings.document.data.decode(errors="replace").splitlines()
    for number in range(node.line, min(node.line + 400, len(lines) + 1)):
        if text in lines[number - 1]:
            return settings.document.at(line=number, column=lines[number - 1].index(text) + 1)
    return settings.at(node)


def _filtered(text: str) -> Takes | None:
    """A `[Kind,namespace,name]` filter; None if no Pod can be meant.  Spaces are part of a name, as Kyverno reads them."""
    parts = text.split(",")
    if not parts[0] or len(parts) > 3 or not (is_pod(parts[0]) or takes_in(parts[0], DEBUGGING)):
        return None
    debugging = not is_pod(parts[0])
    namespace, name = (*parts[1:], "", "")[:2]
    if not namespace or not name:
        return None

    def takes(_rule: Verifying, view: NamespaceView, operation: str) -> Span:
        if debugging and operation != "UPDATE":
            return NO
        most = min(named_by([namespace], view), YES.low if name == "*" and not debugging else SOMETIMES)
        return Span(most, most)

    return takes


def _excluded(text: str) -> list[str]:
    """The names that are excluded and not included again by `!`."""
    names = [part.strip() for part in text.split(",")]
    included = [name[1:].strip() for name in names if name.startswith("!")]
    return [n for n in dict.fromkeys(names) if n and n[0] != "!" and not n.startswith(_HARMLESS) and not any(matches(i, n) for i in included)]


def _always_some(_rule: Verifying, _view: NamespaceView, _operation: str) -> Span:
    return Span(SOMETIMES, SOMETIMES)


def _selectors(identity: str, kyverno: Kyverno, settings: Object) -> Iterator[Opening]:
    found = kyverno.setting("webhooks")
    node = embedded(found[0]) if found is not None else None
    for part in () if node is None else node.items or (node,):
        assert found is not None
        at = settings.at(found[1])
        yield from _of_selectors(part, f"{identity}#webhooks", "webhooks", at)
    found = kyverno.setting("matchConditions")
    node = embedded(found[0]) if found is not None else None
    if node is not None and node.items and found is not None:
        at = settings.at(found[1])
        conditions = [condition for condition in node.items if condition.kind == "map"]
        yield Opening(f"{identity}#matchConditions", "matchConditions", at, "Pods that do not meet the match conditions are not sent to Kyverno", _unmet(conditions, at))


def _of_selectors(node: Node, identity: str, what: str, at: At) -> Iterator[Opening]:
    namespaces, objects = node.get("namespaceSelector"), node.get("objectSelector")
    if namespaces is not None and not namespaces.is_null and not is_empty(namespaces):
        how = "Pods of namespaces that the webhooks' namespaceSelector leaves out are not sent to Kyverno"
        yield Opening(f"{identity}.namespaceSelector", f"{what}.namespaceSelector", at, how, _left_out(namespaces))
    if objects is not None and not objects.is_null and not is_empty(objects):
        how = "Pods opt out of Kyverno by a label: the webhooks' objectSelector leaves them out"
        yield Opening(f"{identity}.objectSelector", f"{what}.objectSelector", at, how, _always_some)


def _left_out(selector: Node) -> Takes:
    return lambda _rule, view, _operation: none_of(selected(selector, view), "", At(source=""))


def _unmet(conditions: list[Node], at: At) -> Takes:
    return lambda _rule, view, operation: none_of(cel(conditions, view, operation, lambda _node: at, "the match condition"), "", at)


def of_webhooks(obj: Object, identity: str) -> Iterator[Opening]:
    """Selectors and conditions of Kyverno's own webhook configurations, where a file holds them."""
    if obj.name not in WEBHOOKS:
        return
    for webhook in items(obj.node, "webhooks"):
        name = webhook.get("name")
        part = f"{identity}#{name.text if name is not None else ''}"
        yield from _of_selectors(webhook, part, "webhook", obj.at(webhook))
        conditions = list(items(webhook, "matchConditions"))
        if conditions:
            how = "Pods that do not meet the webhook's match conditions are not sent to Kyverno"
            yield Opening(f"{part}.matchConditions", "webhook.matchConditions", obj.at(webhook), how, _unmet(conditions, obj.at(webhook)))


