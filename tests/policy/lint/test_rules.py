"""The list of the lint's rules."""

import re

from tests import auditing


def test_every_rule_is_listed_and_every_listed_rule_exists():
    """policies/VOCABULARY.md has a line for each rule of the dialect that a finding can name, and for no other."""
    source = "".join(path.read_text(encoding="utf-8") for path in (auditing.ROOT / "auditor/policy/lint").glob("*.py"))
    listed = re.findall(r"^\| (S\d+) \|", (auditing.ROOT / "policies/VOCABULARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(set(re.findall(r'"(S\d+)"', source)))
