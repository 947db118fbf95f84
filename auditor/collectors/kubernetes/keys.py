"""Public keys and certificates: enough DER to know whether a text holds one, and its fingerprint.  Nothing is verified with them here."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

MAX_TEXT = 64_000
State = Literal["parsed", "placeholder", "broken"]

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----(.{0,8000}?)-----END ([A-Z0-9 ]{1,40})-----", re.DOTALL)
_BEGIN = "-----BEGIN "
_PLACEHOLDER = re.compile(r"<|\.\.\.|…|\b(?:your|replace|change|insert|todo|example|placeholder|paste|here)|xxx", re.IGNORECASE)

_SEQUENCE, _INTEGER, _BIT_STRING, _OID, _VERSION = 0x30, 0x02, 0x03, 0x06, 0xA0
# object identifiers of the key types that are used to sign: RSA, elliptic curve, Ed25519, Ed448, RSA-PSS
_ALGORITHMS = {bytes.fromhex(h) for h in ("2a864886f70d010101", "2a8648ce3d0201", "2b6570", "2b6571", "2a864886f70d01010a")}

# prefixes of published sample keys (base64 of the DER, without line breaks): everybody has, or could have, the private half
_SAMPLES = {
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8nXRh950IZbRj8Ra": "Kyverno's test key",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyQfmL5YwHbn9xrrgG3vgbU0KJxMY": "a key of Kyverno's samples",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEE8uGVnyDWPPlB7M5KOHRzxzPHtAy": "a key of Kyverno's samples",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkooBXoWI+9fAJWeWoB26K539sTp/": "a key of Kyverno's samples",
}


@dataclass(frozen=True)
class Key:
    """One PEM block.  `fingerprint`: SHA-256 (hex) of the DER SubjectPublicKeyInfo, of the key itself or of a certificate's; "" unless parsed."""

    state: State
    fingerprint: str = ""
    sample: str = ""


def read_keys(text: str) -> list[Key]:
    """The keys and certificates in a text, in order; at least one: a text without any is one that is a placeholder or broken."""
    text = text[:MAX_TEXT]
    blocks = list(_BLOCK.finditer(text))
    if not blocks or text.count(_BEGIN) != len(blocks):
        return [Key("placeholder" if _PLACEHOLDER.search(text) or not text.strip() else "broken")]
    return [_key(match[1], match[2], match[3]) for match in blocks]


def _key(label: str, body: str, end: str) -> Key:
    encoded = "".join(body.split())
    try:
        der = base64.b64decode(encoded, validate=True)
        info = public_key_info(der) if label == end == "PUBLIC KEY" else _of_certificate(der) if label == end == "CERTIFICATE" else b""
    except (binascii.Error, ValueError, IndexError):
        info = b""
    if not info:
        return Key("placeholder" if _PLACEHOLDER.search(body) or not encoded else "broken")
    key = base64.b64encode(info).decode()
    sample = next((name for prefix, name in _SAMPLES.items() if key.startswith(prefix)), "")
    return Key("parsed", hashlib.sha256(info).hexdigest(), sample)


def public_key_info(der: bytes) -> bytes:
    """`der` if it is a SubjectPublicKeyInfo (RFC 5280: a sequence of algorithm and bit string) and nothing else, of a known key type.  Raises ValueError."""
    tag, content, rest = _element(der)
    if tag != _SEQUENCE or rest:
        raise ValueError
    tag, algorithm, bits = _element(content)
    if tag != _SEQUENCE:
        raise ValueError
    tag, oid, _ = _element(algorithm)
    if tag != _OID or oid not in _ALGORITHMS:
        raise ValueError
    tag, key, rest = _element(bits)
    if tag != _BIT_STRING or rest or len(key) < 2 or key[0] != 0:
        raise ValueError
    return der


def _of_certificate(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of an X.509 certificate: the seventh field of its first part, the version counted."""
    tag, certificate, rest = _element(der)
    if tag != _SEQUENCE or rest:
        raise ValueError
    tag, body, _ = _element(certificate)
    if tag != _SEQUENCE:
        raise ValueError
    if body[0] == _VERSION:
        _, _, body = _element(body)
    for expected in (_INTEGER, _SEQUENCE, _SEQUENCE, _SEQUENCE, _SEQUENCE):
        tag, _, body = _element(body)
        if tag != expected:
            raise ValueError
    _, _, after = _element(body)
    return public_key_info(body[: len(body) - len(after)])


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """(tag, content, what follows) of a DER element with a definite length."""
    tag, length, start = data[0], data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError
        length = int.from_bytes(data[2 : 2 + count], "big")
        start = 2 + count
    if start + length > len(data):
        raise ValueError
    return tag, data[start : start + length], data[start + length :]
