"""Exit codes as somebody meets them who has files only: a sound repository, one change to it, and what then happens."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from auditor.text import files
from tests import auditing, real
from tests.cli.conftest import auditor  # noqa: F401 - a fixture

NEAREST, DOCUMENTED = auditing.FIXTURES / "recipe/nearest-0.93", auditing.FIXTURES / "base/gocdnext-documented"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`here(folder)` copies a repository and stands in the copy."""

    def lay(folder: Path) -> Path:
        copy = auditing.lay(folder, None, tmp_path / "tree")
        monkeypatch.chdir(copy)
        return copy

    return lay


def unknown(text: str) -> set[str]:
    return {result["control"] for result in msgspec.json.decode(text)["results"] if result["status"] == "unknown"}


def test_a_sound_repository_as_the_documentation_says(auditor, here):  # noqa: F811
    """In the dialect of the documentation nothing fails and nothing is unknown: 0."""
    here(DOCUMENTED)
    got = auditor("audit", "--format", "json")
    assert (got.code, unknown(got.out), got.err) == (0, set(), "")


@pytest.mark.parametrize("folder", [NEAREST, auditing.FIXTURES / "base/gocdnext-0.93"], ids=lambda path: path.name)
def test_a_sound_repository_under_0_93(auditor, here, folder):  # noqa: F811
    """What no file can say there is the only unknown: 3, and 0 once it is allowed."""
    if folder is NEAREST:
        real.needs_helm()
    copy = here(folder)
    got = auditor("audit", "--format", "json")
    assert (got.code, unknown(got.out)) == (3, {"duties.author_excluded"})
    assert auditor("audit", "--allow-unknown=duties.author_excluded").code == 0
    with (copy / "auditor.yaml").open("a") as configuration:
        configuration.write("allow_unknown: [duties.author_excluded]\n")
    assert auditor("audit").code == 0


def test_what_init_writes_lets_a_sound_repository_through(auditor, here):  # noqa: F811
    """`init` allows that unknown and says why: the next audit is 0."""
    real.needs_helm()
    copy = here(auditing.FIXTURES / "base/gocdnext-0.93")
    (copy / "auditor.yaml").unlink()
    assert auditor("audit").code == 3
    assert auditor("init").code == 0
    assert "0.93 cannot say in a file that the author of a change may not approve it" in (copy / "auditor.yaml").read_text()
    assert auditor("audit").code == 0


def test_the_demo_fails(auditor):  # noqa: F811
    """The packaged organisation has failures: 1."""
    assert auditor("audit", "--demo").code == 1


@pytest.mark.parametrize("victim", [".gocdnext/prod.yaml", ".github/CODEOWNERS", "prod-cluster/kyverno-signature-required.yaml", "charts/my-app/templates/rollout.yaml"])
def test_a_file_that_cannot_be_opened(auditor, here, victim, monkeypatch):  # noqa: F811
    """Evidence that is lost fails nothing and passes nothing: 3, though the author's exclusion is allowed to be unknown."""
    copy, read = here(NEAREST), files.read

    def refuse(path: Path, **settings: object) -> bytes:
        if Path(path).absolute() == (copy / victim).absolute():
            raise files.Unreadable("permission denied")
        return read(path, **settings)

    monkeypatch.setattr(files, "read", refuse)
    got = auditor("audit", "--allow-unknown=duties.author_excluded")
    assert got.code == 3
    assert "permission denied" in got.out


@pytest.mark.parametrize("victim", [".gocdnext/prod.yaml", "prod-cluster/kyverno-signature-required.yaml", "charts/my-app/templates/rollout.yaml"])
def test_a_file_that_is_not_text(auditor, here, victim):  # noqa: F811
    """Bytes in no encoding are lost evidence: 3."""
    (here(NEAREST) / victim).write_bytes(b"\xff\xfe\xff not text \xc3\x28")
    assert auditor("audit", "--allow-unknown=duties.author_excluded").code == 3


def test_code_owners_that_github_skips(auditor, here):  # noqa: F811
    """GitHub skips lines that are no UTF-8: what they own has no owner, which is a failure and no lost evidence: 1."""
    (here(NEAREST) / ".github/CODEOWNERS").write_bytes(b"\xff\xfe\xff not text \xc3\x28")
    got = auditor("audit")
    assert (got.code, "GitHub skips this line: not UTF-8 text" in got.out) == (1, True)


@pytest.mark.parametrize("text", [b"name: prod\nstages: [a\n", b"name: prod\nx-anchors: {}\n"], ids=["no YAML", "no key"])
def test_a_pipeline_file_that_the_product_refuses(auditor, here, text):  # noqa: F811
    """The product refuses such a file, which is a failure and no lost evidence: 1."""
    (here(NEAREST) / ".gocdnext/prod.yaml").write_bytes(text)
    got = auditor("audit", "--format", "json")
    failed = {result["control"] for result in msgspec.json.decode(got.out)["results"] if result["status"] == "fail"}
    assert (got.code, failed & {"pipelines.honoured_keys"}) == (1, {"pipelines.honoured_keys"})


@pytest.mark.parametrize("text", ["organization: x\nsources: {gocdnxt: {}}\n", "organization: [\n", "organization: x\nfail_on: never\n"])
def test_a_broken_configuration(auditor, here, text):  # noqa: F811
    """No report, the place on stderr: 2."""
    (here(NEAREST) / "auditor.yaml").write_text(text)
    got = auditor("audit")
    assert (got.code, got.out) == (2, "")
    assert "auditor.yaml:" in got.err


def test_nothing_to_judge(auditor):  # noqa: F811
    """An empty folder: 4."""
    assert auditor("audit").code == 4
