"""Policies, rules and attestors as facts, with a gap for each value that could not be known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

from auditor.collectors.kubernetes.action import ENFORCING, explicit_action
from auditor.collectors.kubernetes.attestors import Trusted
from auditor.collectors.kubernetes.controller import Kyverno
from auditor.collectors.kubernetes.failure import failure_policy
from auditor.collectors.kubernetes.ivpol import ImagePolicy, switches
from auditor.collectors.kubernetes.policies import Entry, Policy, Rule
from auditor.collectors.kubernetes.selectors import requirements
from auditor.collectors.kubernetes.spans import NEVER, Span
from auditor.model.facts.kubernetes import AdmissionPolicy, Attestor, VerifyEntry, VerifyRule
from auditor.model.gap import Gap
from auditor.model.record import Fact, Remark

Yielded = tuple[str, Fact] | Gap
_VERSION = "Kyverno's version is not known, and it decides"


def reached(span: Span) -> bool | None:
    """Can a rule with this span be asked about Pods at all?"""
    return True if span.low > NEVER else False if span.high == NEVER else None


def _doubt(span: Span) -> str:
    return span.doubts[0] if span.doubts else "it depends on evidence that is missing"


def policy_fact(policy: Policy | ImagePolicy, *, verifies: bool, reaches: Span, defects: list[Remark], kyverno: Kyverno) -> Iterator[Yielded]:
    effective, reason = failure_policy(policy.failure_policy, kyverno)
    obj = policy.object
    at = obj.at(_failure_node(policy) or obj.node.get("spec"))
    if effective is None:
        yield Gap(kind="admission_policy.failure_policy", path=policy.id, reason=reason, source=obj.document.source)
    reaches_production = reached(reaches)
    if reaches_production is None:
        yield Gap(kind="admission_policy.reaches_production", path=policy.id, reason=_doubt(reaches), source=obj.document.source)
    yield (
        policy.id,
        AdmissionPolicy(
            at=at,
            engine="kyverno",
            kind=obj.kind,
            name=obj.name,
            namespace=policy.namespace,
            verifies=verifies,
            failure_policy=effective,
            failure_reason=reason,
            timeout_seconds=policy.timeout_seconds,
            defects=defects,
            reaches_production=reaches_production,
        ),
    )


def _failure_node(policy: Policy | ImagePolicy) -> Any:
    node = policy.object.node
    return node.get("spec", "webhookConfiguration", "failurePolicy") or node.get("spec", "failurePolicy")


def rule_fact(policy: Policy, rule: Rule, identity: str, reaches: Span, kyverno: Kyverno) -> Iterator[Yielded]:
    """`action` and `overrides` as Kyverno reads them; before 1.19 the first rule with an action speaks for all."""
    actions = {_action(policy, rule, modern) for modern in kyverno.modes()}
    action = actions.pop() if len(actions) == 1 else None
    if action is None:
        yield Gap(kind="verify_rule.action", path=identity, reason=f"{_VERSION} which action is in force", source=policy.object.document.source)
    mutates = any(entry.mutate_digest for entry in rule.entries)
    entries = [_entry(policy, entry, mutates) for entry in rule.entries]
    if any(entry.references is None for entry in entries):
        reason = "a variable decides which images are verified"
        yield Gap(kind="verify_rule.entries.references", path=identity, reason=reason, source=policy.object.document.source)
    yield from _rule_fact(policy, rule.name, identity, reaches, action, [_override(o) for o in policy.overrides] if not explicit_action(rule) else [], entries)


def _action(policy: Policy, rule: Rule, modern: bool) -> str:
    if modern:
        return _spelled(explicit_action(rule) or policy.action)
    for earlier in policy.rules:
        if earlier.action:
            return _spelled(earlier.action)
        for entry in earlier.entries:
            if entry.action:
                return _spelled(entry.action)
    return _spelled(policy.action)


def _spelled(action: str) -> str:
    return "Enforce" if action in ENFORCING else "Audit"


def _override(override: Any) -> str:
    where = list(override.namespaces)
    if override.selector is not None:
        where.append("{" + ", ".join(f"{key} {operator} {' '.join(values)}".strip() for key, operator, values in requirements(override.selector)) + "}")
    return f"{', '.join(where) or '*'}: {_spelled(override.action)}"


def _entry(policy: Policy, entry: Entry, mutates: bool) -> VerifyEntry:
    variable = any("{{" in text for text in entry.references)
    return VerifyEntry(
        references=None if variable else entry.references,
        skips=entry.skips,
        signatures=entry.signatures,
        required=entry.required,
        mutate_digest=mutates,
        verify_digest=entry.verify_digest,
        attestations=[text for a in entry.attestations if (text := (a.get("type") or a.get("predicateType") or a).text)],
        at=policy.at(entry.node),
    )


def image_rule_fact(policy: ImagePolicy, identity: str, reaches: Span, kyverno: Kyverno) -> Iterator[Yielded]:
    """An ImageValidatingPolicy as its one rule."""
    required, mutate, verify = switches(policy, kyverno)
    source = policy.object.document.source
    for field, value in (("required", required), ("mutate_digest", mutate), ("verify_digest", verify)):
        if value is None:
            yield Gap(kind=f"verify_rule.entries.{field}", path=identity, reason=f"{_VERSION} whether this is honoured", source=source)
    if policy.by_expression is not None:
        yield Gap(kind="verify_rule.entries.references", path=identity, reason="a CEL expression decides which images are verified", source=source)
    entry = VerifyEntry(
        references=None if policy.by_expression is not None else policy.references or ["*"],
        skips=[],
        signatures=any(not v.attestation for v in policy.verified) or bool(policy.not_understood),
        required=required,
        mutate_digest=mutate,
        verify_digest=verify,
        attestations=policy.attestations,
        at=policy.at(policy.spec("validationConfigurations") or policy.spec("matchImageReferences") or policy.object.node),
    )
    yield from _rule_fact(policy, "validations", identity, reaches, "Enforce" if policy.denies else "Audit", [], [entry])


def _rule_fact(
    policy: Policy | ImagePolicy, name: str, identity: str, reaches: Span, action: str | None, overrides: list[str], entries: list[VerifyEntry]
) -> Iterator[Yielded]:
    reaches_production = reached(reaches)
    if reaches_production is None:
        yield Gap(kind="verify_rule.reaches_production", path=identity, reason=_doubt(reaches), source=policy.object.document.source)
    yield (
        identity,
        VerifyRule(
            at=entries[0].at,
            policy=policy.id,
            rule=name,
            action=cast("Literal['Enforce', 'Audit'] | None", action),
            overrides=overrides,
            entries=entries,
            reaches_production=reaches_production,
        ),
    )


def attestor_fact(policy: Policy | ImagePolicy, rule: str, trusted: Trusted) -> Iterator[Yielded]:
    identity = f"{rule}/attestor {trusted.path}"
    fingerprint: str | None = trusted.key.fingerprint if trusted.key is not None else ""
    if trusted.unread:
        fingerprint = None
        yield Gap(kind="attestor.fingerprint", path=identity, reason=trusted.unread, source=policy.object.document.source, line=trusted.node.line)
    yield (
        identity,
        Attestor(
            at=policy.at(trusted.node),
            policy=policy.id,
            rule=rule,
            form=cast("Any", trusted.form),
            fingerprint=fingerprint,
            key_state=trusted.key_state,
            known_sample=trusted.key.sample if trusted.key is not None else "",
            reference=trusted.reference,
            identities=list(trusted.identities),
            ignores_transparency_log=trusted.ignores_transparency_log,
            ignores_certificate_transparency=trusted.ignores_certificate_transparency,
            pinned_leaf=trusted.pinned_leaf,
            alternatives=trusted.alternatives,
            purpose=cast("Any", trusted.purpose),
        ),
    )
