"""The commit of a work tree, read without git, as git itself says it."""

import subprocess

import pytest

from auditor.collectors.repository.checkout import checkout_of


@pytest.fixture
def tree(tmp_path):
    for command in (
        ["init", "-q", "-b", "main"],
        ["remote", "add", "origin", "https://user:secret@github.com/my-org/my-app.git"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "ops").mkdir()
    return tmp_path


def head(tree):
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=tree, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("prepare", [[], ["pack-refs", "--all"], ["checkout", "-q", "--detach"]], ids=["loose", "packed", "detached"])
def test_the_commit_is_gits(tree, prepare):
    """Loose, packed and detached heads give git's own commit; the remote comes without credentials, the folder below the root."""
    if prepare:
        subprocess.run(["git", *prepare], cwd=tree, check=True)
    got = checkout_of(tree / "ops")
    assert (got.revision, got.path, got.uri) == (head(tree), "ops", "https://github.com/my-org/my-app")
    assert got.branch == ("" if "--detach" in prepare else "main")


def test_no_commit_no_checkout(tmp_path):
    """Outside of git, before the first commit or without a remote there is nothing to say."""
    assert checkout_of(tmp_path) is None
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert checkout_of(tmp_path) is None
