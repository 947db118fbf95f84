"""The signers that the owner declared: fingerprints of their public keys, or keyless identities."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collectors.kubernetes.keys import read_keys
from auditor.collectors.kubernetes.places import declared_place
from auditor.model.configuration import SignerSpec
from auditor.model.facts.organization import Signer
from auditor.model.gap import Gap
from auditor.model.record import ORGANIZATION, Fact
from auditor.text.files import Unreadable
from auditor.text.reading import Reading


def signers(reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """One fact per declared signer, id organization/signer/NAME; a gap if none is declared, or if a key cannot be read."""
    declared = reading.scope.signers
    if not declared:
        reason = "scope.signers declares no signer, so nobody's key can be told from another's"
        hint = "declare scope.signers: [{name: release, public_key: keys/cosign.pub}]"
        yield Gap(kind="signer", path=ORGANIZATION, reason=reason, hint=hint, origin="any")
    for index, spec in enumerate(declared):
        at = declared_place(reading, f"signers.{index}", "signers")
        identity = f"{ORGANIZATION}/signer/{spec.name}"
        fingerprint, reason = _fingerprint(spec, reading) if spec.public_key else ("", "")
        if fingerprint is None:
            yield Gap(kind="signer.fingerprint", path=identity, reason=reason, source=at.source)
        yield identity, Signer(at=at, name=spec.name, fingerprint=fingerprint, issuer=spec.issuer, identity=spec.identity)


def _fingerprint(spec: SignerSpec, reading: Reading) -> tuple[str | None, str]:
    try:
        document = reading.document(reading.root / spec.public_key, limit=64 * 1024)
    except Unreadable as trouble:
        return None, f"{spec.public_key}: {trouble.reason}"
    keys = read_keys(document.data.decode("utf-8", errors="replace"))
    if len(keys) != 1 or keys[0].state != "parsed":
        return None, f"{spec.public_key} holds {'several keys' if len(keys) > 1 else 'no public key but a ' + keys[0].state + ' one'}"
    return keys[0].fingerprint, ""
