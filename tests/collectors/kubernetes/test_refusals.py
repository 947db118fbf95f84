from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.refusals import refusals
from tests.collectors.kubernetes.build import policy

KEYS = "attestors: [{entries: [{keys: {publicKeys: x}}]}]"


def reasons(entry: str, spec: str = "") -> list[str]:
    return [remark.message for remark in refusals(policy(f"{spec}  rules: [{{name: r, verifyImages: [{{{entry}}}]}}]\n"))]


def test_a_sound_entry_is_not_refused():
    """References, an action that enforces, attestors of one kind each."""
    assert reasons(f"imageReferences: ['*'], failureAction: Enforce, {KEYS}") == []


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        (f"imageReferences: ['*'], {KEYS}", "mutateDigest is on"),
        (f"failureAction: Enforce, {KEYS}", "names no image reference"),
        (f"imageReferences: ['*'], failureAction: enforce, mutateDigest: false, {KEYS}", "`enforce` is none of"),
        ("imageReferences: ['*'], failureAction: Enforce, attestors: [{entries: []}]", "no entries"),
        ("imageReferences: ['*'], failureAction: Enforce, attestors: [{entries: [{}]}]", "names nobody"),
        ("imageReferences: ['*'], failureAction: Enforce, attestors: [{count: 3, entries: [{keys: {kms: x}}, {keys: {kms: y}}]}]", "count 3"),
        ("imageReferences: ['*'], failureAction: Enforce, attestors: [{entries: [{keys: {}}]}]", "neither publicKeys"),
        ("imageReferences: ['*'], failureAction: Enforce, attestors: [{entries: [{keyless: {issuer: a, subject: b}}]}]", "neither rekor.url nor roots"),
        (f"imageReferences: ['*'], failureAction: Enforce, type: Notary, {KEYS}", "Notary does not take keys"),
        (f"imageReferences: ['*'], failureAction: Enforce, required: 'true', {KEYS}", "neither true nor false"),
    ],
)
def test_what_kyverno_or_the_api_server_refuses(entry, part):
    """Each with its own reason."""
    assert any(part in reason for reason in reasons(entry)), reasons(entry)
