"""Why Kyverno, or the API server, would refuse a policy as written.  A refused policy protects nothing, however good it looks."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collectors.kubernetes import shapes
from auditor.collectors.kubernetes.action import ENFORCING, explicit_action
from auditor.collectors.kubernetes.policies import Entry, Policy, Rule
from auditor.collectors.kubernetes.values import items
from auditor.model.record import Remark
from auditor.text.yaml import Node

_DOES = ("validate", "mutate", "generate", "verifyImages")
_KINDS = ("keys", "keyless", "certificates", "attestor")


def refusals(policy: Policy) -> list[Remark]:
    """Reasons, with places: wrong types and spellings, then what Kyverno's own validation rejects."""
    found = list(policy.defects)

    def say(message: str, node: Node) -> None:
        found.append(Remark(message=message, at=policy.at(node)))

    for message, node in [*shapes.of_object(policy.object), *_of_spec(policy), *shapes.of_rule_names([(r.name, r.node) for r in policy.rules])]:
        say(message, node)
    for rule in policy.rules:
        for message, node in _of_rule(policy, rule):
            say(message, node)
        for entry in rule.entries:
            for message, node in [*_of_entry(entry), *_action(policy, rule, entry)]:
                say(message, node)
    return found


def _of_spec(policy: Policy) -> Iterator[tuple[str, Node]]:
    spec = policy.object.node.get("spec")
    admission = spec.get("admission") if spec is not None else None
    if admission is not None and not admission.is_null and admission.tag != "bool":
        yield "spec.admission is neither true nor false", admission
    elif admission is not None and admission.text.lower() in {"false", "no", "off"} and any(r.entries for r in policy.rules):
        yield "spec.admission is false, which no policy that verifies images may say", admission
    if policy.timeout_seconds not in shapes.TIMEOUTS:
        yield "the timeout is not between 1 and 30 seconds", spec or policy.object.node


def _of_rule(policy: Policy, rule: Rule) -> Iterator[tuple[str, Node]]:
    does = [key for key in _DOES if (value := rule.node.get(key)) is not None and (value.entries or value.items)]
    if len(does) > 1:
        yield f"rule {rule.name} does more than one of {', '.join(does)}", rule.node
    for key in ("match", "exclude"):
        block = rule.node.get(key)
        if block is None:
            continue
        if block.get("any") is not None and block.get("all") is not None:
            yield f"{key} has both any and all", block
        yield from shapes.of_filters(block, namespaced=policy.object.kind == "Policy")


def _of_entry(entry: Entry) -> Iterator[tuple[str, Node]]:
    if not entry.references:
        yield "an entry of verifyImages names no image reference", entry.node
    for attestor_set in [*entry.attestors, *(s for a in entry.attestations for s in items(a, "attestors"))]:
        yield from _of_set(attestor_set, entry, 0)


def _action(policy: Policy, rule: Rule, entry: Entry) -> Iterator[tuple[str, Node]]:
    """The digest cannot be written into a request that is only audited: rule action, else the policy's; overrides are not considered."""
    action = explicit_action(rule) or policy.action
    if entry.mutate_digest and action not in ENFORCING:
        yield "mutateDigest is on (by default, if not written) with the action Audit, which Kyverno rejects", entry.node


def _of_set(node: Node, entry: Entry, depth: int) -> Iterator[tuple[str, Node]]:
    entries = list(items(node, "entries"))
    if not entries:
        yield "an attestor set has no entries", node
        return
    count = node.get("count")
    if count is not None and not count.is_null and (count.tag != "int" or not count.text.isdigit() or not 1 <= int(count.text[:9]) <= len(entries)):
        several = len(entries) == 1 and "keys" in (entries[0].entries or {})  # several keys in one entry are counted each
        if not several or count.text == "0":
            yield f"count {count.text} is not between 1 and the number of entries", count
    for attestor in entries:
        kinds = [kind for kind in _KINDS if (value := attestor.get(kind)) is not None and not value.is_null]
        if len(kinds) != 1:
            yield "an attestor names " + ("nobody" if not kinds else "more than one of " + ", ".join(kinds)), attestor
            continue
        value = attestor.get(kinds[0])
        if value is None:
            continue
        if kinds[0] == "attestor" and depth < 8:
            yield from _of_set(value, entry, depth + 1)
        else:
            yield from _of_attestor(kinds[0], value, entry)


def _of_attestor(kind: str, node: Node, entry: Entry) -> Iterator[tuple[str, Node]]:
    if kind == "keys" and not any(node.get(key) is not None for key in ("publicKeys", "kms", "secret")):
        yield "keys names neither publicKeys nor kms nor a secret", node
    if kind == "keyless":
        url, roots = node.get("rekor", "url"), node.get("roots")
        if not (url is not None and url.text) and not (roots is not None and roots.text):
            yield "keyless names neither rekor.url nor roots", node
    if entry.kind == "Notary" and kind in {"keys", "keyless"}:
        yield f"type Notary does not take {kind}", node
