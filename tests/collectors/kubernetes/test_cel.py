from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.cel import NotUnderstood, Verification, mentioned, verifications

CALL = "verifyImageSignatures(i, [attestors.a])"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"images.containers.map(i, {CALL}).all(e, e > 0)", [Verification(frozenset({"containers"}), "", ("a",), 1)]),
        (f"images['containers'].all(i, {CALL} >= 2)", [Verification(frozenset({"containers"}), "", ("a",), 2)]),
        (f"(images.containers + images.initContainers).all(i, {CALL} > 0)", [Verification(frozenset({"containers", "initContainers"}), "", ("a",), 1)]),
        (
            f"images.containers.all(i, {CALL} > 0) && (images.initContainers.all(i, {CALL} >= 0))",
            [Verification(frozenset({"containers"}), "", ("a",), 1), Verification(frozenset({"initContainers"}), "", ("a",), 0)],
        ),
        (
            "images.containers.all(i, verifyAttestationSignatures(i, attestations.sbom, [attestors['a-b']]) > 0)",
            [Verification(frozenset({"containers"}), "sbom", ("a-b",), 1)],
        ),
        ("object.metadata.name != ''", []),
    ],
)
def test_what_a_validation_demands(expression, expected):
    """The usual shapes are taken apart; what verifies nothing demands nothing."""
    assert verifications(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        f"true || images.containers.all(i, {CALL} > 0)",
        f"images.containers.exists(i, {CALL} > 0)",
        f"images.containers.all(i, {CALL} != 5)",
        f"images.containers.all(i, i.startsWith('x') || {CALL} > 0)",
        "verify(" * 3000,
        "(" * 3000 + "verify",
        "verify `x`",
        f"images.containers.all(i, {CALL} > 0) ? true : true",
    ],
)
def test_another_shape_is_not_understood(expression):
    """Nothing is guessed about an expression that may be satisfied in another way."""
    with pytest.raises(NotUnderstood):
        verifications(expression)


def test_attestors_are_found_in_any_shape():
    """By name, in both notations."""
    assert mentioned("f(attestors.a, attestors['b-c'])") == ["a", "b-c"]
