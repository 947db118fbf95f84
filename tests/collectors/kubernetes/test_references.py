from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.automata import Patterns, search, wildcard
from auditor.collectors.kubernetes.references import language

ZEROS = "0" * 64


def escape(form, pattern, kyverno=(), as_written=(), **settings):
    tapes = (Patterns(), Patterns())
    first = sum(tapes[0].add(wildcard(p)) for p in kyverno)
    second = sum(tapes[1].add(wildcard(p)) for p in as_written)
    named = language(pattern, form, **settings)
    return search(named.starts(), named.moves, named.accepting, tapes, lambda a, b: not (a & first or b & second))


@pytest.mark.parametrize(
    ("declared", "policy", "by_tag", "by_digest"),
    [
        ("ghcr.io/o/*", "*", None, None),
        ("ghcr.io/o/*", "ghcr.io/o/*", None, None),
        ("ghcr.io/o/*", "ghcr.io/o/?*", None, None),
        ("ghcr.io/o/*", "ghcr.io/o/*:*", None, None),
        ("ghcr.io/o/*", "*/o/*", None, None),
        ("ghcr.io/o/*", "ghcr.io/o/a*", "ghcr.io/o/b:a", f"ghcr.io/o/b@sha256:{ZEROS}"),
        ("ghcr.io/o/a", "ghcr.io/o/a:*", None, f"ghcr.io/o/a@sha256:{ZEROS}"),
        ("ghcr.io/o/a", "ghcr.io/o/a@*", "ghcr.io/o/a:a", None),
        ("ghcr.io/o/a:v1", "ghcr.io/o/a*", None, None),
        ("host:5000/a", "host:5000/a*", None, None),
        ("nginx", "docker.io/nginx*", "docker.io/library/nginx:a", f"docker.io/library/nginx@sha256:{ZEROS}"),
        ("nginx", "docker.io/*", None, None),
        ("*", "*.*/*", "a:0/a:a", f"a:0/a@sha256:{ZEROS}"),
    ],
)
def test_a_policy_pattern_covers_or_a_reference_escapes(declared, policy, by_tag, by_digest):
    """Both forms of what is declared are compared with the policy's pattern, and an escape is an example."""
    assert escape("tag", declared, [policy]) == by_tag
    assert escape("digest", declared, [policy]) == by_digest


def test_an_image_policy_sees_references_as_written():
    """A reference without a tag has no colon for it; one of Docker Hub may have no registry."""
    assert escape("tag", "ghcr.io/o/a", as_written=["ghcr.io/o/a:*"]) == "ghcr.io/o/a"
    assert escape("tag", "docker.io/o/a", as_written=["docker.io/*"]) == "o/a:a"
    assert escape("digest", "ghcr.io/o/a", as_written=["ghcr.io/o/a@*"]) == f"ghcr.io/o/a:a@sha256:{ZEROS}"


def test_two_kinds_of_policy_cover_together():
    """What one misses the other may take."""
    assert escape("tag", "ghcr.io/o/a", ["ghcr.io/o/a:*"], ["ghcr.io/o/a@*"]) is None


def test_another_default_registry_changes_what_kyverno_sees():
    """An image of Docker Hub written without its registry is matched under the default registry that Kyverno is set to."""
    assert escape("tag", "docker.io/o/a", ["docker.io/*"], default_registry="mirror.example") == "o/a:a"
    assert escape("tag", "docker.io/o/a", ["docker.io/*"], adds_registry=False) == "o/a:a"
