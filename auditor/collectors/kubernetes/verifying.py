"""A rule that verifies image signatures, of whichever kind of policy, as coverage and exemptions look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.collectors.kubernetes.action import enforces
from auditor.collectors.kubernetes.automata import Token, wildcard
from auditor.collectors.kubernetes.conditions import cel, preconditions
from auditor.collectors.kubernetes.match import OPERATIONS, rule_excludes, rule_matches
from auditor.collectors.kubernetes.policies import Policy, Rule
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER, YES, Span, Why, all_of, any_of, never
from auditor.model.place import At
from auditor.model.record import Remark
from auditor.text.yaml import Node


@dataclass(frozen=True)
class Claim:
    """Image patterns that are verified together.  `skips` are let past."""

    references: list[list[Token]]
    skips: list[list[Token]]
    at: At
    skip_at: At


@dataclass(frozen=True)
class Verifying:
    """`sees(namespace, operation)`: which Pods it is asked about; `denies(namespace, modern)`: whether a failure denies.  `as_written`: its patterns are
    matched against the reference as written.  `shortfalls`: why it verifies no signatures, or not of all containers; `doubts`: why that is not known.
    `refused`: why the engine would not take it.  `policy_name` is NAMESPACE/NAME of a namespaced policy."""

    id: str
    policy: str
    policy_kind: str
    policy_name: str
    rule_name: str
    at: At
    claims: list[Claim]
    as_written: bool
    sees: Callable[[NamespaceView, str], Span]
    denies: Callable[[NamespaceView, bool], Span]
    refused: list[Remark] = field(default_factory=list)
    shortfalls: list[Why] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def covers(self, view: NamespaceView, operation: str, *, modern: bool) -> Span:
        """Does it deny every Pod of the namespace whose images do not verify?"""
        parts = [self.sees(view, operation), self.denies(view, modern)]
        if self.refused:
            parts.append(Span(NEVER, NEVER, tuple(Why(f"Kyverno refuses the policy: {r.message}", r.at) for r in self.refused[:3])))
        if self.shortfalls:
            parts.append(Span(NEVER, NEVER, tuple(self.shortfalls)))
        if self.doubts:
            parts.append(Span(NEVER, ALWAYS, (), tuple(self.doubts)))
        return all_of(parts)

    def reaches(self, views: list[NamespaceView]) -> Span:
        """Can it be asked about a Pod in any of the namespaces at all?"""
        return any_of([self.sees(view, operation) for view in views for operation in OPERATIONS])


def of_policy(policy: Policy, rule: Rule, identity: str, refused: list[Remark]) -> Verifying:
    """A verifyImages rule of a ClusterPolicy or Policy."""
    claims, doubts = [], []
    for entry in rule.entries:
        if not entry.signatures:
            continue
        if any("{{" in text for text in [*entry.references, *entry.skips]):
            doubts.append(f"a variable decides which images rule {rule.name} verifies")
            continue
        skip = entry.node.get("skipImageReferences")
        claims.append(
            Claim(
                [wildcard(text) for text in entry.references],
                [wildcard(text) for text in entry.skips],
                policy.at(entry.node.get("imageReferences") or entry.node),
                policy.at(skip if skip is not None else entry.node),
            )
        )
    shortfalls = []
    if not claims and not doubts:
        shortfalls.append(Why("it verifies attestations only, not the image's own signature", policy.at(rule.entries[0].node)))
    extractor = rule.node.get("imageExtractors", "Pod")
    if extractor is not None and not extractor.is_null:
        shortfalls.append(Why("its imageExtractors look elsewhere in a Pod than at its containers", policy.at(extractor)))
    return Verifying(
        id=identity,
        policy=policy.id,
        policy_kind=policy.object.kind,
        policy_name=f"{policy.namespace}/{policy.object.name}" if policy.namespace else policy.object.name,
        rule_name=rule.name,
        at=policy.at(rule.node),
        claims=claims,
        as_written=False,
        sees=lambda view, operation: rule_sees(policy, rule, view, operation),
        denies=lambda view, modern: enforces(policy, rule, view, modern=modern),
        refused=refused,
        shortfalls=shortfalls,
        doubts=doubts,
    )


def rule_sees(policy: Policy, rule: Rule, view: NamespaceView, operation: str) -> Span:
    """Everything that decides whether a rule is applied to a Pod: the policy's namespace and conditions, match, exclude, preconditions, earlier rules."""
    place: Callable[[Node], At] = policy.at
    celled = rule.node.get("celPreconditions")
    parts = [
        in_namespace(policy.namespace, view, policy.at()),
        rule_matches(rule.node, view, operation, place),
        rule_excludes(rule.node, view, operation, place),
        preconditions(rule.node.get("preconditions"), view, operation, place),
        cel(policy.conditions, view, operation, place, "the webhook's matchCondition"),
        cel((n for n in (celled.children() if celled is not None else ()) if n.kind == "map"), view, operation, place, "a CEL precondition"),
    ]
    if policy.apply_one:
        parts.extend(_not_taken(policy, earlier, view, operation) for earlier in policy.rules[: policy.rules.index(rule)])
    return all_of(parts)


def in_namespace(namespace: str, view: NamespaceView, at: At) -> Span:
    """A namespaced policy works in its own namespace only."""
    if not namespace or (namespace == view.name and not view.glob):
        return YES
    return never(f"it works in namespace {namespace} only", at)


def _not_taken(policy: Policy, earlier: Rule, view: NamespaceView, operation: str) -> Span:
    span = all_of([rule_matches(earlier.node, view, operation, policy.at), rule_excludes(earlier.node, view, operation, policy.at)])
    if span.high == NEVER:
        return YES
    why = (Why(f"applyRules is One, and rule {earlier.name} comes first", policy.at(policy.object.node.get("spec", "applyRules"))),)
    return Span(NEVER, NEVER, why) if span.low > NEVER else Span(NEVER, ALWAYS, why, span.doubts)
