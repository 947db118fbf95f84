"""auditor.yaml: every mistake has a place and a next step."""

import pytest

from auditor import config
from auditor.errors import ConfigurationError


def load(tmp_path, text, name="auditor.yaml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return config.load(path)


FULL = """\
organization: my-org
scope:
  production: {namespaces: [prod], images: ["ghcr.io/my-org/*"]}
  signers: [{name: release, public_key: keys/cosign.pub}]
  hotfix_labels: [HotFix]
sources:
  repository: {path: .}
  gocdnext: [{path: a/.gocdnext}, {path: b/.gocdnext, version: 0.93}]
waivers:
  - {control: duties.gate_quorum, subject: x, reason: r, requested_by: a, approved_by: b, expires: 2027-01-31}
"""


def test_a_full_configuration_is_read(tmp_path):
    """Scope, sources in order, waivers with their place; labels in lower case."""
    got = load(tmp_path, FULL)
    assert got.scope.organization == "my-org"
    assert got.scope.production.namespaces == ["prod"]
    assert got.scope.production.environments == ["prod", "production"]
    assert got.scope.hotfix_labels == ["hotfix"]
    assert [entry.collector for entry in got.sources] == ["repository", "gocdnext", "gocdnext"]
    assert got.resolved.waivers[0].expires == "2027-01-31"
    assert got.resolved.waivers[0].at.line == 10
    assert got.scope.places["production.images"].line == 3


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("organisation: x\n", "auditor.yaml:1: unknown key `organisation`", "did you mean `organization`?"),
        ("scope:\n  production:\n    namespace: [prod]\n", "auditor.yaml:3: unknown key `namespace` in scope.production", "did you mean `namespaces`?"),
        ("scope: {production: {namespaces: prod}}\n", "auditor.yaml:1: scope.production.namespaces must be a list, not `prod`", "write [prod]"),
        ("fail_on: severe\n", "auditor.yaml:1: fail_on must be one of low, medium, high, critical", ""),
        ("waivers:\n  - {control: x, reason: r}\n", "auditor.yaml:2: a waiver has either", ""),
        ("waivers:\n  - {control: x, subject: s, expires: soon}\n", "auditor.yaml:2: expires must be a date", ""),
        ("waivers:\n  - {control: x, subject: s, expires: 2027-02-30}\n", "auditor.yaml:2: expires must be a date", ""),
        ("scope: {signers: [{name: x}]}\n", "auditor.yaml:1: signer `x` needs public_key", ""),
        ("organization: x\norganization: y\n", "auditor.yaml:2: `organization` stands twice", ""),
        ("a: [1\n", "auditor.yaml:2: ", ""),
        ("a: \xff".encode("latin-1"), "auditor.yaml:1: not UTF-8", ""),
        ("", "auditor.yaml:1: the file is empty", "auditor init"),
        ("organization: x\n---\norganization: y\n", "auditor.yaml:3: a second document", ""),
        ("- x\n", "auditor.yaml:1: the configuration must be a mapping, not a list", ""),
        ("policies: [nowhere]\n", "auditor.yaml:1: policies: nowhere is not a folder", ""),
        ("controls: {parameters: [x]}\n", "auditor.yaml:1: controls.parameters must be a mapping", ""),
        ("organization: ''\n", "auditor.yaml:1: `organization` is empty", ""),
    ],
)
def test_mistakes_say_where_and_what_was_meant(tmp_path, text, message, hint):
    """Each mistake is an error with FILE:LINE and, where it can be guessed, what was meant."""
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_given_file_must_exist(tmp_path):
    """-c FILE that is missing is an error; a missing auditor.yaml is none."""
    with pytest.raises(ConfigurationError):
        config.find(tmp_path, tmp_path / "other.yaml")
    assert config.find(tmp_path, None) is None


def test_a_secret_in_the_configuration_is_not_quoted(tmp_path):
    """The lines of auditor.yaml that reports may quote are redacted as those of any other file."""
    path = tmp_path / "auditor.yaml"
    path.write_text("organization: o\n# token: ghp_" + "a" * 36 + "\n")
    source = config.load(path).source
    assert source is not None
    assert "ghp_" not in "".join(source[1].lines.values())
    assert source[1].lines["1"] == "organization: o"
