"""The effective action of a rule.  No single field says it; the order differs between Kyverno versions (section: what an override beats)."""

from __future__ import annotations

from auditor.collectors.kubernetes.policies import Override, Policy, Rule
from auditor.collectors.kubernetes.selectors import NamespaceView, named_by, selected
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER, NO, YES, Span, Why, all_of

ENFORCING = frozenset({"Enforce", "enforce"})


def enforces(policy: Policy, rule: Rule, view: NamespaceView, *, modern: bool) -> Span:
    """Does a verifyImages rule deny in the namespace?  `modern`: Kyverno 1.19 or newer, where each rule has its own action; before, the first rule with
    an explicit action decided for the whole policy."""
    if modern:
        explicit = explicit_action(rule)
        if explicit:
            return _said(explicit, policy, rule)
        return _overridden(policy.overrides, policy.action, view, policy)
    return _of_policy(policy, view)


def explicit_action(rule: Rule) -> str:
    """The action that a verifyImages rule itself names: Enforce if one of its entries does, else its first entry with an action; "" if none has."""
    actions = [entry.action for entry in rule.entries if entry.action]
    return "Enforce" if "Enforce" in actions else actions[0] if actions else ""


def _of_policy(policy: Policy, view: NamespaceView) -> Span:
    for rule in policy.rules:
        if rule.validate is not None:
            for override in rule.overrides:
                if _takes_in(override, view).high:
                    return _overridden(rule.overrides, rule.action or policy.action, view, policy)
            if rule.action:
                return _said(rule.action, policy, rule)
        for entry in rule.entries:
            if entry.action:
                return _said(entry.action, policy, rule)
    return _overridden(policy.overrides, policy.action, view, policy)


def _said(action: str, policy: Policy, rule: Rule) -> Span:
    if action in ENFORCING:
        return YES
    return Span(NEVER, NEVER, (Why(f"its action is {action}: rule {rule.name} says so, and nothing is denied", policy.at(rule.node)),))


def _overridden(overrides: list[Override], default: str, view: NamespaceView, policy: Policy) -> Span:
    """The first override that takes in the namespace decides, else `default`.  Where labels are not known, every outcome counts."""
    outcomes: list[str] = []
    why: list[Why] = []
    doubts: list[str] = []
    for override in overrides:
        taken = _takes_in(override, view)
        if taken.high == NEVER:
            continue
        outcomes.append(override.action)
        doubts.extend(taken.doubts)
        if override.action not in ENFORCING:
            why.append(Why(f"an override sets its action to {override.action} in {view.name}", policy.at(override.node)))
            if taken.known and taken.low != ALWAYS:  # part of a declared glob is audited only
                return Span(NEVER, NEVER, tuple(why))
        if taken.low == ALWAYS:
            break
    else:
        outcomes.append(default)
        if default not in ENFORCING:
            why.append(_default_why(policy, default))
    enforced = {outcome in ENFORCING for outcome in outcomes}
    if enforced == {True}:
        return YES
    if enforced == {False}:
        return NO if not why else Span(NEVER, NEVER, tuple(why))
    return Span(NEVER, ALWAYS, tuple(why), tuple(doubts)) if doubts else Span(NEVER, NEVER, tuple(why))


def _default_why(policy: Policy, action: str) -> Why:
    node = policy.object.node.get("spec", "validationFailureAction")
    said = "its action is Audit" if node is not None else "it names no action, and the default is Audit"
    return Why(f"{said}: nothing is denied" if action else said, policy.at(node if node is not None else policy.object.node.get("spec")))


def _takes_in(override: Override, view: NamespaceView) -> Span:
    if not override.namespaces and override.selector is None:
        return YES
    spans: list[Span] = []
    if override.namespaces:
        taken = named_by(override.namespaces, view)
        spans.append(Span(taken, taken))
    if override.selector is not None:
        spans.append(selected(override.selector, view))
    return all_of(spans)
