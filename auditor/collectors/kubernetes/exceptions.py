"""PolicyException of both groups, and the controller's flags that decide whether they work."""

from __future__ import annotations

from collections.abc import Callable

from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.conditions import cel, preconditions
from auditor.collectors.kubernetes.controller import EXCEPTIONS_OFF_BY_DEFAULT, Kyverno
from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.ivpol import GROUP as CEL_GROUP
from auditor.collectors.kubernetes.match import rule_matches
from auditor.collectors.kubernetes.openings import Opening
from auditor.collectors.kubernetes.policies import GROUP
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import NO, Span, all_of
from auditor.collectors.kubernetes.values import items
from auditor.collectors.kubernetes.verifying import Verifying
from auditor.text.yaml import Node

ENABLED, NAMESPACE = "enablePolicyException", "exceptionNamespace"


def is_exception(obj: Object) -> bool:
    return obj.kind == "PolicyException" and obj.group in {GROUP, CEL_GROUP}


def policy_exception(obj: Object, identity: str, kyverno: Kyverno) -> Opening:
    """A PolicyException; without a namespace of its own it lies in `default`."""
    in_force, reason = works(obj.namespace or "default", kyverno)
    cel_kind = obj.group == CEL_GROUP
    takes = _lifts_image_policies(obj) if cel_kind else _lifts_rules(obj)
    how = "the PolicyException lifts the policy for requests that it matches"
    return Opening(identity, "PolicyException", obj.at(), how, takes, in_force=in_force, dormant_reason=reason)


def works(namespace: str, kyverno: Kyverno) -> tuple[bool | None, str]:
    """Do exceptions in this namespace work?  Off by default since Kyverno 1.13; before, on in every namespace."""
    if kyverno.version is None and ENABLED not in kyverno.flags:
        return None, ""
    older = kyverno.version is not None and kyverno.version < EXCEPTIONS_OFF_BY_DEFAULT
    enabled = kyverno.is_set(ENABLED, default=older)
    if enabled is None:
        return None, ""
    if not enabled:
        said = "the controller runs without it" if kyverno.seen else "assumed: no file holds the controller, and its default is off"
        return False, f"--{ENABLED} is off ({said})"
    allowed = kyverno.flags[NAMESPACE][0] if NAMESPACE in kyverno.flags else "*" if older else ""
    if allowed in {"*", namespace}:
        return True, ""
    return False, f"--{NAMESPACE} is {allowed}, and it lies in {namespace}" if allowed else f"--{NAMESPACE} names no namespace"


def _lifts_rules(obj: Object) -> Callable[[Verifying, NamespaceView, str], Span]:
    spec = obj.node.get("spec")
    named = [(_text(e, "policyName"), [n.text for n in _listed(e, "ruleNames")]) for e in items(spec, "exceptions")]

    def takes(rule: Verifying, view: NamespaceView, operation: str) -> Span:
        if rule.as_written or spec is None:
            return NO
        if not any(policy == rule.policy_name and any(matches(name, rule.rule_name) for name in names) for policy, names in named):
            return NO
        return all_of(
            [rule_matches(spec, view, operation, obj.at), preconditions(spec.get("conditions"), view, operation, obj.at), rule.sees(view, operation)]
        )

    return takes


def _lifts_image_policies(obj: Object) -> Callable[[Verifying, NamespaceView, str], Span]:
    spec = obj.node.get("spec")
    named = {(_text(reference, "kind"), _text(reference, "name")) for reference in items(spec, "policyRefs")}

    def takes(rule: Verifying, view: NamespaceView, operation: str) -> Span:
        if (rule.policy_kind, rule.policy_name) not in named:
            return NO
        return all_of([cel(items(spec, "matchConditions"), view, operation, obj.at, "the matchCondition"), rule.sees(view, operation)])

    return takes


def _text(node: Node, key: str) -> str:
    value = node.get(key)
    return value.text if value is not None and value.kind == "scalar" else ""


def _listed(node: Node, key: str) -> list[Node]:
    value = node.get(key)
    return list(value.children()) if value is not None else []
