"""Whom an ImageValidatingPolicy trusts: those of its attestors that its validations use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.collectors.kubernetes.attestors import Lookup, Trusted, from_text
from auditor.collectors.kubernetes.cel import mentioned
from auditor.collectors.kubernetes.identities import identity, normalized
from auditor.collectors.kubernetes.ivpol import ImagePolicy
from auditor.collectors.kubernetes.values import items
from auditor.text.yaml import Node


def trusted(policy: ImagePolicy, lookup: Lookup) -> Iterator[Trusted]:
    """The attestors that validations use, numbered as they stand in the policy."""
    uses: dict[str, tuple[str, int]] = {}
    for verification in policy.verified:
        purpose = "attestation" if verification.attestation else "signature"
        others = max(0, len(verification.attestors) - max(1, verification.needed))
        for name in verification.attestors:
            if uses.get(name, ("attestation", 0))[0] == "attestation":
                uses[name] = (purpose, max(others, uses.get(name, ("", 0))[1]))
    for expression in policy.not_understood:
        for name in mentioned(expression.text):
            uses.setdefault(name, ("signature", 0))
    for number, node in enumerate(items(policy.object.node.get("spec"), "attestors"), 1):
        called = node.get("name")
        if called is None or called.text not in uses:
            continue
        purpose, others = uses[called.text]
        for found in _attestor(node, policy.object.node, lookup):
            yield replace(found, path=f"{number}{found.path}", purpose=purpose, alternatives=others)


def _attestor(node: Node, policy: Node, lookup: Lookup) -> list[Trusted]:
    cosign, notary = node.get("cosign"), node.get("notary")
    if notary is not None and notary.kind == "map":
        certs = notary.get("certs", "value") or notary.get("certs")
        if certs is None or certs.kind != "scalar":
            return [Trusted("", notary, "", "notary", unread="an expression gives its certificates")]
        return [replace(t, form="notary") for t in from_text(Trusted("", certs, "", "notary"), certs.text, policy, lookup)]
    if cosign is None or cosign.kind != "map":
        return [Trusted("", node, "", "none")]

    def flag(key: str) -> bool:
        value = cosign.get("ctlog", key)
        return value is not None and value.tag == "bool" and value.text.lower() in {"true", "yes", "on"}

    base = Trusted("", cosign, "", "key", ignores_transparency_log=flag("insecureIgnoreTlog"), ignores_certificate_transparency=flag("insecureIgnoreSCT"))
    found = [part for part in (_form(base, cosign, form, policy, lookup) for form in ("key", "keyless", "certificate")) if part]
    if len(found) > 1:  # which of them decides is not documented: each is judged
        return [replace(t, path=f".{number}{t.path}") for number, part in enumerate(found, 1) for t in part]
    return found[0] if found else [Trusted("", node, "", "none")]


def _form(base: Trusted, cosign: Node, form: str, policy: Node, lookup: Lookup) -> list[Trusted]:
    value = cosign.get(form)
    if value is None or value.kind != "map":
        return []
    if form == "key":
        return _key(base, value, policy, lookup)
    if form == "keyless":
        identities = tuple(normalized(identity(i)) for i in items(value, "identities"))
        return [replace(base, node=value, form="keyless", identities=identities)]
    cert = value.get("cert", "value") or value.get("cert")
    if cert is None or cert.kind != "scalar":
        return [replace(base, node=value, form="certificate")]
    return [replace(t, pinned_leaf=True) for t in from_text(replace(base, node=cert, form="certificate"), cert.text, policy, lookup)]


def _key(base: Trusted, key: Node, policy: Node, lookup: Lookup) -> list[Trusted]:
    data, kms, expression = key.get("data"), key.get("kms"), key.get("expression")
    if data is not None and data.text:
        return from_text(replace(base, node=data), data.text, policy, lookup)
    if kms is not None and kms.text:
        return [replace(base, node=kms, form="kms", reference=kms.text, unread=f"the key is kept in {kms.text}")]
    if expression is not None:
        tenant = any(word in expression.text for word in ("object.", "request.", "oldObject."))
        shown = " ".join(expression.text.split())[:200]
        return [replace(base, node=expression, key_state="tenant" if tenant else "variable", reference=shown, unread="" if tenant else f"{shown} gives it")]
    return from_text(base, "", policy, lookup)
