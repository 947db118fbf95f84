"""Secrets leave texts before anybody sees them; references to secrets stay."""

import time

import pytest

from auditor.text import redact


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a" * 36,
        "gnk_sa_" + "A2" * 12,
        "AKIA" + "A" * 16,
        "xoxb-" + "1" * 20,
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----",
        "https://user:hunter22@host/x",
        "https://hooks.slack.com/services/T0/B0/abcdefghijkl",
        "password: hunter2hunter2",
        'API_KEY="abcdefgh12345678"',
    ],
)
def test_secrets_go(secret):
    """Known tokens, keys, passwords in URLs and values of secret keys are replaced, line breaks kept."""
    clean = redact.text(f"before\n{secret}\nafter")
    assert redact.MARK in clean
    assert clean.count("\n") == f"before\n{secret}\nafter".count("\n")
    assert "hunter" not in clean
    assert "MHcCAQ" not in clean


@pytest.mark.parametrize("text", ["key-password: ${{ COSIGN_PASSWORD }}", "secrets: [PROD_TOKEN]", "token: $TOKEN", "image: ghcr.io/o/a:v1", "password: ''"])
def test_references_stay(text):
    """What only names a secret is evidence and stays readable."""
    assert redact.text(text) == text


def test_hostile_text_is_quick():
    """No pattern goes quadratic."""
    start = time.process_time()
    for text in ("a" * 500_000, "-----BEGIN PRIVATE KEY-----" * 3000, "password" * 50_000, "a:" * 200_000, "https://" * 50_000):
        redact.text(text)
    assert time.process_time() - start < 160
