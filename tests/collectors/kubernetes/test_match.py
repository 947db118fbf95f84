from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.match import is_pod, rule_excludes, rule_matches
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER, SOMETIMES
from tests.collectors.kubernetes.build import PROD, UNSHOWN, node, place


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Pod", True), ("v1/Pod", True), ("*/Pod", True), ("*", True), ("*/*", True), ("Pod/status", False), ("Pod.status", False), ("apps/v1/Deployment", False), ("apps/v1/Pod", False), ("Po?", True), ("", False)],
)
def test_which_kind_selectors_take_in_pods(kind, expected):
    """Read as Kyverno reads them: group, version, kind, subresource."""
    assert is_pod(kind) is expected


@pytest.mark.parametrize(
    ("match", "view", "low", "high"),
    [
        ("{any: [{resources: {kinds: [Pod]}}]}", PROD, ALWAYS, ALWAYS),
        ("{any: [{resources: {kinds: [Pod], namespaces: [pro?]}}]}", PROD, ALWAYS, ALWAYS),
        ("{any: [{resources: {kinds: [Pod], namespaces: [dev]}}, {resources: {kinds: [Pod], namespaces: [prod]}}]}", PROD, ALWAYS, ALWAYS),
        ("{all: [{resources: {kinds: [Pod]}}, {resources: {namespaces: [dev]}}]}", PROD, NEVER, NEVER),
        ("{any: [{resources: {kinds: [Pod], selector: {matchLabels: {a: b}}}}]}", PROD, SOMETIMES, SOMETIMES),
        ("{any: [{resources: {kinds: [Pod], selector: {}}}]}", PROD, ALWAYS, ALWAYS),
        ("{any: [{resources: {kinds: [Pod], operations: [CREATE]}}]}", PROD, NEVER, NEVER),
        ("{any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {stage: production}}}}]}", PROD, ALWAYS, ALWAYS),
        ("{any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {stage: production}}}}]}", UNSHOWN, NEVER, ALWAYS),
        ("{any: [{resources: {kinds: [Pod], namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod}}}}]}", UNSHOWN, ALWAYS, ALWAYS),
        ("{resources: {kinds: [Pod]}, subjects: [{kind: User, name: x}]}", PROD, SOMETIMES, SOMETIMES),
        ("{any: [{resources: {kinds: [Pod], namespaces: ['prod-*']}}]}", NamespaceView("prod*", glob=True), SOMETIMES, SOMETIMES),
        ("{any: [{resources: {kinds: [Pod], namespaces: ['pr*']}}]}", NamespaceView("prod*", glob=True), ALWAYS, ALWAYS),
        ("{any: [{resources: {kinds: [Job]}}]}", PROD, NEVER, NEVER),
        ("{}", PROD, NEVER, NEVER),
    ],
)
def test_what_a_rule_matches_on_update(match, view, low, high):
    """Attributes narrow, `any` widens, unknown labels leave it open."""
    span = rule_matches(node(f"{{match: {match}}}"), view, "UPDATE", place)
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize(
    ("exclude", "kept"),
    [
        ("{any: [{resources: {namespaces: [prod]}}]}", NEVER),
        ("{any: [{resources: {namespaces: [dev]}}]}", ALWAYS),
        ("{any: [{resources: {kinds: [Job], namespaces: [prod]}}]}", ALWAYS),
        ("{any: [{subjects: [{kind: Group, name: 'system:nodes'}]}]}", ALWAYS),
        ("{any: [{subjects: [{kind: Group, name: 'system:masters'}]}]}", SOMETIMES),
        ("{all: [{resources: {namespaces: [prod]}}, {resources: {names: [x]}}]}", SOMETIMES),
        ("{any: [{}]}", ALWAYS),
    ],
)
def test_what_exclude_leaves(exclude, kept):
    """One hit of `any` excludes, `all` needs every filter; kubelets do not count."""
    span = rule_excludes(node(f"{{exclude: {exclude}}}"), PROD, "CREATE", place)
    assert (span.low, span.high) == (kept, kept)
