from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.keys import read_keys
from tests.auditing import FIXTURES

PEM = (FIXTURES / "base/kyverno/keys/cosign.pub").read_text()
FINGERPRINT = "af73eecc13aacb19895d7b5b81c7d5be0120cf9dc5aea3be2ae20ccff0e9873b"


def test_the_fingerprint_is_that_of_the_public_key_info():
    """SHA-256 of the DER, as `openssl pkey -pubin -outform der | sha256sum` prints it."""
    (key,) = read_keys(PEM)
    assert (key.state, key.fingerprint) == ("parsed", FINGERPRINT)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("-----BEGIN PUBLIC KEY-----\n<your cosign public key>\n-----END PUBLIC KEY-----", "placeholder"),
        ("-----BEGIN PUBLIC KEY-----\n...\n-----END PUBLIC KEY-----", "placeholder"),
        ("", "placeholder"),
        ("REPLACE_ME: replace with the key", "placeholder"),
        ("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----", "broken"),
        (PEM.replace("PUBLIC", "PRIVATE"), "broken"),
        (PEM.replace("-----END", "----END"), "broken"),
        ("MFkw", "broken"),
        (PEM.replace("MFkwEwYHKoZIzj0C", "MFkwEwYHKoZIzj0D"), "broken"),
        ("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----", "broken"),
    ],
)
def test_what_holds_no_key_says_whether_it_is_a_placeholder(text, state):
    """A text that nobody filled in is told from one that is damaged."""
    assert [key.state for key in read_keys(text)] == [state]


def test_several_blocks_are_several_keys():
    """In order, each with its own state."""
    assert [key.state for key in read_keys(PEM + PEM)] == ["parsed", "parsed"]


def test_a_certificate_has_the_fingerprint_of_its_key():
    """The key inside a certificate is compared with a bare one."""
    trap = (FIXTURES / "traps/kubernetes/D11-leaf/cluster/signed.yaml").read_text()
    start = trap.index("-----BEGIN CERTIFICATE")
    text = "\n".join(line.strip() for line in trap[start:].splitlines())
    assert [key.fingerprint for key in read_keys(text)] == [FINGERPRINT]


def test_a_published_sample_key_is_known_by_name():
    """By the beginning of its base64, without line breaks."""
    trap = (FIXTURES / "traps/kubernetes/D03/cluster/signed.yaml").read_text()
    text = "\n".join(line.strip() for line in trap[trap.index("-----BEGIN") :].splitlines())
    assert read_keys(text)[0].sample == "Kyverno's test key"
