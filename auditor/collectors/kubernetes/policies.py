"""Kyverno's ClusterPolicy and Policy with the API server's defaults filled in (`kyverno.io/v1`, read at v1.19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.values import Reader, items, repeated_keys
from auditor.model.place import At
from auditor.model.record import Remark
from auditor.text.yaml import Node

GROUP = "kyverno.io"
SPELLINGS = ("audit", "enforce", "Audit", "Enforce")
ACTIONS = ("Audit", "Enforce")


@dataclass(frozen=True)
class Override:
    """One of the failure action overrides.  `namespaces` [] and no selector: every namespace."""

    action: str
    namespaces: list[str]
    selector: Node | None
    node: Node


@dataclass(frozen=True)
class Entry:
    """One `verifyImages` entry.  `action` "" if not written."""

    references: list[str]
    skips: list[str]
    action: str
    kind: str
    required: bool
    mutate_digest: bool
    verify_digest: bool
    attestors: list[Node]
    attestations: list[Node]
    node: Node

    @property
    def signatures(self) -> bool:
        """It asks for a signature of the image itself, or for nothing at all."""
        return bool(self.attestors) or not self.attestations


@dataclass(frozen=True)
class Rule:
    """`validate` is the node of the rule's validation, None if there is none; `action` its failureAction, "" if not written."""

    name: str
    node: Node
    entries: list[Entry]
    validate: Node | None = None
    action: str = ""
    overrides: list[Override] = field(default_factory=list)


@dataclass(frozen=True)
class Policy:
    """`action`: spec.validationFailureAction, Audit if not written.  `namespace` "" for a ClusterPolicy."""

    object: Object
    id: str
    namespace: str
    action: str
    overrides: list[Override]
    rules: list[Rule]
    apply_one: bool
    failure_policy: str
    timeout_seconds: int
    conditions: list[Node]
    defects: list[Remark]

    def at(self, node: Node | None = None) -> At:
        return self.object.at(node)


def read_policy(obj: Object, identity: str) -> Policy:
    """A ClusterPolicy or Policy.  `identity` is the fact's id."""
    reader = Reader(obj.document)
    spec = obj.node.get("spec")
    webhook = spec.get("webhookConfiguration") if spec is not None else None
    get = spec.get if spec is not None else lambda *_: None
    failure = reader.choice(get("failurePolicy"), ("Ignore", "Fail"))
    of_webhook = reader.choice(webhook.get("failurePolicy") if webhook else None, ("Ignore", "Fail"))
    if failure and of_webhook and webhook is not None:
        reader.defect("failurePolicy is set both in spec and in webhookConfiguration", webhook)
    timeout = (webhook.get("timeoutSeconds") if webhook else None) or get("webhookTimeoutSeconds")
    policy = Policy(
        object=obj,
        id=identity,
        namespace=obj.namespace if obj.kind == "Policy" else "",
        action=reader.choice(get("validationFailureAction"), SPELLINGS, "Audit"),
        overrides=[_override(node, reader) for node in items(spec, "validationFailureActionOverrides")],
        rules=[_rule(node, reader) for node in items(spec, "rules")],
        apply_one=reader.choice(get("applyRules"), ("All", "One"), "All") == "One",
        failure_policy=of_webhook or failure,
        timeout_seconds=reader.integer(timeout, 10),
        conditions=list(items(webhook, "matchConditions")),
        defects=reader.defects,
    )
    for key, line, column in repeated_keys(obj.node):
        reader.defects.append(Remark(message=f"the key {key} stands twice", at=At(source=obj.document.source, line=line, column=column)))
    return policy


def _override(node: Node, reader: Reader) -> Override:
    selector = node.get("namespaceSelector")
    return Override(
        action=reader.choice(node.get("action"), SPELLINGS, "Audit"),
        namespaces=reader.texts(node.get("namespaces")),
        selector=selector if selector is not None and not selector.is_null else None,
        node=node,
    )


def _rule(node: Node, reader: Reader) -> Rule:
    validate = node.get("validate")
    if validate is not None and validate.kind != "map":
        validate = None
    return Rule(
        name=reader.text(node.get("name")),
        node=node,
        entries=[_entry(entry, reader) for entry in items(node, "verifyImages")],
        validate=validate,
        action=reader.choice(validate.get("failureAction"), ACTIONS) if validate else "",
        overrides=[_override(o, reader) for o in items(validate, "failureActionOverrides")] if validate else [],
    )


def _entry(node: Node, reader: Reader) -> Entry:
    references = reader.texts(node.get("imageReferences"))
    legacy = reader.text(node.get("image"))
    return Entry(
        references=[*references, legacy] if legacy else references,
        skips=reader.texts(node.get("skipImageReferences")),
        action=reader.choice(node.get("failureAction"), ACTIONS),
        kind=reader.choice(node.get("type"), ("Cosign", "SigstoreBundle", "Notary"), "Cosign"),
        required=reader.boolean(node.get("required"), True),
        mutate_digest=reader.boolean(node.get("mutateDigest"), True),
        verify_digest=reader.boolean(node.get("verifyDigest"), True),
        attestors=[*items(node, "attestors"), *_legacy_attestor(node)],
        attestations=list(items(node, "attestations")),
        node=node,
    )


def _legacy_attestor(node: Node) -> Iterator[Node]:
    """The direct form of v1 (`key`, or `issuer` and `subject`) as an attestor set."""
    key, keyless = node.get("key"), {name: node.get(name) for name in ("issuer", "subject", "roots", "additionalExtensions")}
    inner: dict[str, Node] = {}
    if key is not None and not key.is_null:
        inner = {"keys": _map(node, {"publicKeys": key})}
    elif any(value is not None and not value.is_null for value in keyless.values()):
        inner = {"keyless": _map(node, {name: value for name, value in keyless.items() if value is not None})}
    if inner:
        entry = _map(node, inner)
        entries = Node(node.line, node.column, node.pointer, "seq", items=[entry])
        yield _map(node, {"entries": entries})


def _map(node: Node, entries: dict[str, Node]) -> Node:
    return Node(node.line, node.column, node.pointer, "map", entries=entries)
