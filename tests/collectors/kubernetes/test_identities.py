from __future__ import annotations

import pytest

from auditor.collectors.kubernetes.identities import identity, literal, normalized
from tests.collectors.kubernetes.build import node

ISSUER = "issuer: https://i"
FLOW = "https://github.com/o/r/.github/workflows/release.yml"


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        (f"{{{ISSUER}, subject: '{FLOW}@refs/heads/main'}}", False),
        (f"{{{ISSUER}, subject: '{FLOW}@refs/tags/*'}}", False),
        (f"{{{ISSUER}, subject: '{FLOW}@*'}}", True),
        (f"{{{ISSUER}, subject: '{FLOW}@refs/heads/*'}}", True),
        (f"{{{ISSUER}, subject: 'https://github.com/o/*'}}", True),
        (f"{{{ISSUER}, subject: 'https://github.com/o/r/*'}}", True),
        (f"{{{ISSUER}, subject: '*'}}", True),
        (f"{{{ISSUER}, subject: '*@example.com'}}", True),
        (f"{{{ISSUER}}}", True),
        ("{subject: me@example.com}", True),
        ("{issuer: 'https://*', subject: me@example.com}", True),
        ("{issuerRegExp: '^https://i$', subject: me@example.com}", False),
        ("{issuerRegExp: 'https://i', subject: me@example.com}", True),
        (f"{{{ISSUER}, subjectRegExp: '.*'}}", True),
        (f"{{{ISSUER}, subjectRegExp: '^.+$'}}", True),
        (f"{{{ISSUER}, subject: me@example.com, subjectRegExp: '^.*$'}}", True),
        (f"{{{ISSUER}, subjectRegExp: '^a$|b'}}", True),
    ],
)
def test_an_identity_that_takes_several_is_wide(text, wide):
    """Wildcards, open expressions, missing parts, wildcard refs; tags of one workflow are not."""
    assert bool(identity(node(text)).wide) is wide


def test_an_expression_for_one_text_is_that_text():
    """Anchored and without an open part; anything else is kept as an expression."""
    assert literal(r"^https://github\.com/o/r$") == "https://github.com/o/r"
    assert literal("^a.*$") == literal("a") == ""
    found = normalized(identity(node(r"{issuer: https://i, subjectRegExp: '^me@example\.com$'}")))
    assert (found.subject, found.subject_regexp) == ("me@example.com", "")
