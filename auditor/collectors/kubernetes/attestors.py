"""Whom a policy trusts: keys, certificates, keyless identities, and how many of them it takes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.identities import identity, normalized
from auditor.collectors.kubernetes.keys import Key, read_keys
from auditor.collectors.kubernetes.policies import Entry, Rule
from auditor.collectors.kubernetes.values import items
from auditor.model.facts.kubernetes import Identity
from auditor.text.yaml import Node

_REFERENCE = re.compile(r"^(k8s|awskms|gcpkms|azurekms|hashivault|pkcs11|gitlab|https?)://")
_VARIABLE = re.compile(r"\{\{\s{0,20}([A-Za-z0-9_]{1,63})")
_MAX_NESTING = 8


@dataclass(frozen=True)
class Trusted:
    """One attestor before it becomes a fact; `path` is its number within the rule ("1", "2.1").  `unread` says where a key is kept that nobody shows."""

    path: str
    node: Node
    purpose: str
    form: str
    key: Key | None = None
    key_state: str = ""
    reference: str = ""
    identities: tuple[Identity, ...] = ()
    ignores_transparency_log: bool = False
    ignores_certificate_transparency: bool = False
    pinned_leaf: bool = False
    alternatives: int = 0
    unread: str = ""


class Lookup:
    """Secrets and ConfigMaps of the manifests, for keys that a policy refers to."""

    def __init__(self, objects: list[Object]) -> None:
        self._held = {(o.kind, o.namespace or "default", o.name): o for o in objects if o.group == "" and o.kind in {"Secret", "ConfigMap"}}

    def text(self, kind: str, namespace: str, name: str, key: str) -> str | None:
        """A value, decoded; None if no manifest holds it."""
        found = self._held.get((kind, namespace or "default", name))
        if found is None:
            return None
        for field in ("stringData", "data"):
            value = found.node.get(field, key)
            if value is None or value.kind != "scalar":
                continue
            if field == "stringData" or kind == "ConfigMap":
                return value.text
            try:
                return base64.b64decode(value.text, validate=True).decode()
            except (binascii.Error, ValueError):
                return None
        return None


def of_rule(rule: Rule, lookup: Lookup) -> Iterator[Trusted]:
    """The attestors of a rule, numbered over all its entries; an entry that names nobody has one of form `none`."""
    number = 0
    for entry in rule.entries:
        if not entry.attestors and not entry.attestations:
            number += 1
            yield Trusted(str(number), entry.node, "signature", "none")
        for purpose, attestor_set in _sets(entry):
            for trusted in _of_set(attestor_set, rule, entry, lookup, 0):
                number += 1
                yield from (replace(t, path=f"{number}{t.path}", purpose=purpose) for t in trusted)


def _sets(entry: Entry) -> Iterator[tuple[str, Node]]:
    yield from (("signature", node) for node in entry.attestors)
    for attestation in entry.attestations:
        yield from (("attestation", node) for node in items(attestation, "attestors"))


def _of_set(node: Node, rule: Rule, entry: Entry, lookup: Lookup, depth: int) -> Iterator[list[Trusted]]:
    """Per entry of an attestor set a list: several keys in one entry, or a nested set, are several attestors."""
    groups = [_of_entry(e, rule, entry, lookup, depth) for e in items(node, "entries")]
    expanded = sum(max(1, len(g)) for g in groups) if len(groups) == 1 else len(groups)
    count = node.get("count")
    wanted = int(count.text) if count is not None and count.tag == "int" and count.text.isdigit() and len(count.text) < 6 else expanded
    others = max(0, expanded - wanted)
    for group in groups:
        yield [replace(t, alternatives=t.alternatives + others) for t in group]


def _of_entry(node: Node, rule: Rule, entry: Entry, lookup: Lookup, depth: int) -> list[Trusted]:
    nested = node.get("attestor")
    if nested is not None and nested.kind == "map" and depth < _MAX_NESTING:
        inner = list(_of_set(nested, rule, entry, lookup, depth + 1))
        return [replace(t, path=f".{n}{t.path}") for n, group in enumerate(inner, 1) for t in group]
    notary = entry.kind == "Notary"
    for form in ("keys", "keyless", "certificates"):
        value = node.get(form)
        if value is not None and value.kind == "map":
            found = _keys(value, rule, lookup) if form == "keys" else [_keyless(value)] if form == "keyless" else _certificates(value, rule, lookup)
            return [replace(t, form="notary") for t in found] if notary else found
    return [Trusted("", node, "", "none")]


def _logs(node: Node) -> tuple[bool, bool]:
    def is_true(*path: str) -> bool:
        value = node.get(*path)
        return value is not None and value.tag == "bool" and value.text.lower() in {"true", "yes", "on"}

    return is_true("rekor", "ignoreTlog"), is_true("ctlog", "ignoreSCT")


def _keys(node: Node, rule: Rule, lookup: Lookup) -> list[Trusted]:
    tlog, sct = _logs(node)
    base = Trusted("", node, "", "key", ignores_transparency_log=tlog, ignores_certificate_transparency=sct)
    secret, kms, public = node.get("secret"), node.get("kms"), node.get("publicKeys")
    if secret is not None and secret.kind == "map":
        name, namespace = _text(secret, "name"), _text(secret, "namespace")
        return from_secret(base, namespace, name, lookup)
    if kms is not None and kms.text:
        return [replace(base, form="kms", reference=kms.text, unread=f"the key is kept in {kms.text}")]
    if public is None:
        return [replace(base, key=Key("broken"), key_state="broken")]
    return from_text(replace(base, node=public), public.text, rule.node, lookup)


def from_secret(base: Trusted, namespace: str, name: str, lookup: Lookup) -> list[Trusted]:
    reference = f"k8s://{namespace}/{name}"
    if "{{" in reference:
        return [replace(base, form="secret", reference=reference, key_state="tenant" if "request." in reference else "variable", unread="a variable names it")]
    text = lookup.text("Secret", namespace, name, "cosign.pub")
    if text is None:
        return [replace(base, form="secret", reference=reference, unread=f"no manifest holds the Secret {namespace}/{name}")]
    return [replace(t, form="secret", reference=reference) for t in parsed(base, text)]


def from_text(base: Trusted, text: str, rule: Node, lookup: Lookup) -> list[Trusted]:
    """`publicKeys`: PEM blocks, a reference, or variables."""
    text = text.strip()
    if "{{" in text:
        return _variable(base, text, rule, lookup)
    match = _REFERENCE.match(text)
    if match is None:
        return parsed(base, text)
    if match[1] == "k8s":
        namespace, _, name = text.removeprefix("k8s://").partition("/")
        return from_secret(base, namespace, name, lookup)
    return [replace(base, form="kms", reference=text, unread=f"the key is kept in {text}")]


def parsed(base: Trusted, text: str) -> list[Trusted]:
    keys = read_keys(text)
    return [replace(base, path=f".{n}" if len(keys) > 1 else "", key=key, key_state=key.state) for n, key in enumerate(keys, 1)]


def _variable(base: Trusted, text: str, rule: Node, lookup: Lookup) -> list[Trusted]:
    """A key that a variable gives: from a ConfigMap of the rule's context if a manifest holds it.  One that the request decides is the tenant's."""
    reference = " ".join(text.split())[:200]
    if "request." in text:
        return [replace(base, key_state="tenant", reference=reference)]
    match = _VARIABLE.search(text)
    for context in items(rule, "context"):
        if match is None or _text(context, "name") != match[1]:
            continue
        source = context.get("configMap")
        namespace, name = _text(source, "namespace"), _text(source, "name")
        if source is None or "request." in (namespace + name + _text(context.get("apiCall"), "urlPath") + _text(context.get("variable"), "jmesPath")):
            tenant = "request." in namespace + name or (source is None and "request." in _text(context.get("apiCall"), "urlPath"))
            return [replace(base, key_state="tenant" if tenant else "variable", reference=reference, unread="" if tenant else f"{reference} gives it")]
        field = text.partition(".data.")[2].strip(" }")
        held = lookup.text("ConfigMap", namespace, name, field) if field else None
        if held is not None:
            return [replace(t, reference=reference) for t in parsed(base, held)]
        return [replace(base, key_state="variable", reference=reference, unread=f"no manifest holds {field or 'it'} of the ConfigMap {namespace}/{name}")]
    return [replace(base, key_state="variable", reference=reference, unread=f"{reference} gives it")]


def _keyless(node: Node) -> Trusted:
    tlog, sct = _logs(node)
    found = normalized(identity(node))
    return Trusted("", node, "", "keyless", identities=(found,), ignores_transparency_log=tlog, ignores_certificate_transparency=sct)


def _certificates(node: Node, rule: Rule, lookup: Lookup) -> list[Trusted]:
    tlog, sct = _logs(node)
    base = Trusted("", node, "", "certificate", ignores_transparency_log=tlog, ignores_certificate_transparency=sct)
    cert, chain = node.get("cert"), node.get("certChain")
    if cert is not None and cert.text:
        return [replace(t, pinned_leaf=True) for t in from_text(replace(base, node=cert), cert.text, rule.node, lookup)]
    return [replace(base, node=chain if chain is not None else node)]


def _text(node: Node | None, key: str) -> str:
    value = node.get(key) if node is not None else None
    return value.text if value is not None and value.kind == "scalar" and not value.is_null else ""
