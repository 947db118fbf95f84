from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.action import enforces
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER
from tests.collectors.kubernetes.build import PROD, UNSHOWN, policy

VERIFY = "  rules: [{name: r, verifyImages: [{imageReferences: ['*']%s}]}]\n"
AUDIT_PROD = "  validationFailureAction: Enforce\n  validationFailureActionOverrides: [{action: Audit, namespaces: [prod]}]\n"


def verdict(spec, *, modern=True, view=PROD, rule=-1):
    read = policy(spec)
    return enforces(read, read.rules[rule], view, modern=modern)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (VERIFY % "", NEVER),
        (VERIFY % ", failureAction: Enforce", ALWAYS),
        (VERIFY % ", failureAction: enforce", NEVER),
        ("  validationFailureAction: enforce\n" + VERIFY % "", ALWAYS),
        ("  validationFailureAction: Enforce\n" + VERIFY % ", failureAction: Audit", NEVER),
        (AUDIT_PROD + VERIFY % "", NEVER),
        (AUDIT_PROD + VERIFY % ", failureAction: Enforce", ALWAYS),
        (AUDIT_PROD.replace("[prod]", "[dev]") + VERIFY % "", ALWAYS),
        (AUDIT_PROD.replace(", namespaces: [prod]", "") + VERIFY % "", NEVER),
    ],
)
def test_the_effective_action_of_a_verifying_rule(spec, expected):
    """The rule's own action, else the first override for the namespace, else the policy's, else Audit."""
    span = verdict(spec)
    assert (span.low, span.high) == (expected, expected)


def test_an_override_over_unknown_labels_leaves_the_action_open():
    """Where no manifest shows the labels both outcomes are possible, and the span says why."""
    spec = AUDIT_PROD.replace("namespaces: [prod]", "namespaceSelector: {matchLabels: {stage: production}}") + VERIFY % ""
    assert verdict(spec).high == NEVER
    span = verdict(spec, view=UNSHOWN)
    assert (span.low, span.high) == (NEVER, ALWAYS)
    assert span.doubts


def test_before_1_19_the_first_explicit_action_decides_for_all():
    """An early rule that audits disarms a later one that enforces; from 1.19 each has its own action."""
    spec = "  rules: [{name: a, verifyImages: [{failureAction: Audit}]}, {name: b, verifyImages: [{failureAction: Enforce}]}]\n"
    assert verdict(spec, modern=False).high == NEVER
    assert verdict(spec, modern=True).low == ALWAYS
