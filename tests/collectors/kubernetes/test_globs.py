from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.automata import Patterns, TooComplex
from auditor.collectors.kubernetes.globs import expand


def takes(glob: str, text: str) -> bool:
    patterns = Patterns()
    finals = sum(patterns.add(tokens) for tokens in expand(glob))
    return bool(patterns.read(patterns.start(), text) & finals)


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("ghcr.io/*", "ghcr.io/a/b:1", True),
        ("ghcr.io/**", "ghcr.io/a/b", True),
        ("{ghcr.io,quay.io}/a*", "quay.io/ab", True),
        ("{ghcr.io,quay.io}/a*", "docker.io/ab", False),
        ("a[bc]d", "acd", True),
        ("a[!bc]d", "acd", False),
        ("a[a-c]d", "abd", True),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        ("a?", "a", False),
    ],
)
def test_a_glob_of_an_image_policy(glob, text, expected):
    """No separators, classes, alternatives, escapes."""
    assert takes(glob, text) is expected


@pytest.mark.parametrize("glob", ["a{b", "a}", "a[b", "a]", "[]", "a\\"])
def test_a_glob_that_does_not_compile_is_said_to(glob):
    """As the engine would refuse it."""
    with pytest.raises(ValueError):
        expand(glob)


def test_alternatives_are_bounded():
    """They multiply."""
    with pytest.raises(TooComplex):
        expand("{a,b}" * 20)
    with pytest.raises(TooComplex):
        expand("{" * 50 + "}" * 50)
