"""Git read from its files alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from auditor.collectors.repository.gitinfo import git_info, git_root, parse_config
from auditor.collectors.repository.remotes import remote_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/my-org/my-app.git", "github.com/my-org/my-app"),
        ("https://user:gh" + "p_0123456789@GitHub.com/my-org/my-app", "github.com/my-org/my-app"),
        ("https://x-access-token:tok@github.com/my-org/my-app.git/", "github.com/my-org/my-app"),
        ("https://github.com/my-org/my-app.git?token=s#f", "github.com/my-org/my-app"),
        ("git@github.com:my-org/my-app.git", "github.com/my-org/my-app"),
        ("git@github.com:/my-org/my-app.git", "github.com/my-org/my-app"),
        ("github.com:my-org/my-app", "github.com/my-org/my-app"),
        ("ssh://git@ssh.github.com:443/my-org/my-app.git", "github.com/my-org/my-app"),
        ("ssh://git@git.example.com:2222/group/sub/name.git", "git.example.com/group/sub/name"),
        ("git://git.example.com/a/b", "git.example.com/a/b"),
        ("https://gitlab.com/g/s/n.git", "gitlab.com/g/s/n"),
        ("/srv/git/a/b.git", ""),
        ("file:///srv/git/a/b.git", ""),
        ("../a/b", ""),
        ("C:\\a\\b", ""),
        ("C:/a/b", ""),
        ("ext::sh -c touch% /tmp/x", ""),
        ("https://github.com/only", ""),
        ("https://github.com/a/../b", ""),
        ("https://github.com/a/b%23c", ""),
        ("https://[bad/a/b", ""),
        ("", ""),
    ],
)
def test_remote_names(url: str, name: str) -> None:
    """Every form of URL gives host and path, and never a credential."""
    assert remote_name(url) == name


def git(folder: Path, *arguments: str) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "t", f"GIT_{who}_EMAIL": "t@example.com"}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "r"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    git(root, "remote", "add", "origin", "https://u:p@github.com/my-org/my-app.git")
    return root


def test_a_real_repository(repository: Path) -> None:
    """Remote and branch of what git itself wrote, from a folder below the root."""
    (repository / "a/b").mkdir(parents=True)
    assert git_root(repository / "a/b") == repository
    info = git_info(repository)
    assert (info.remote, info.branch, info.reasons) == ("github.com/my-org/my-app", "main", {})
    git(repository, "checkout", "-q", "-b", "feature")
    git(repository, "pack-refs", "--all")
    assert git_info(repository).branch == "main"
    git(repository, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    git(repository, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert (git_info(repository).branch, git_info(repository).branch_from) == ("trunk", "origin/HEAD")


def test_worktrees_and_insteadof(repository: Path) -> None:
    """A worktree has its repository's remote; a rewritten URL is rewritten."""
    git(repository, "worktree", "add", "-q", "-b", "other", str(repository.parent / "w"))
    git(repository, "remote", "set-url", "origin", "gh:my-org/my-app")
    git(repository, "config", "url.https://github.com/.insteadOf", "gh:")
    info = git_info(repository.parent / "w")
    assert (info.remote, info.branch) == ("github.com/my-org/my-app", "main")


def test_nothing_is_guessed(tmp_path: Path, repository: Path) -> None:
    """A broken `.git` is a reason; a detached head without any branch says nothing."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / ".git").write_text("gitdir: ../nowhere\n")
    assert git_root(broken) == broken
    info = git_info(broken)
    assert (info.remote, info.branch) == (None, None)
    assert set(info.reasons) == {"remote", "default_branch"}
    head = (repository / ".git/refs/heads/main").read_text()
    (repository / ".git/HEAD").write_text(head)
    (repository / ".git/refs/heads/main").unlink()
    assert git_info(repository).branch == ""
    (repository / ".git/config").unlink()
    (repository / ".git/config").mkdir()
    assert git_info(repository).remote is None
    assert "config" in git_info(repository).trouble


def test_hostile_configuration() -> None:
    """Quotes, continuations, comments and rubbish are read as git reads them, or passed over."""
    text = '[core]\n\tfsmonitor = "touch /tmp/x"\n[remote "origin"] url = "https://a.example/b/\\\nc" ; x\nrubbish\n[\n]]\n= 1\n'
    assert ("remote.origin", "url", "https://a.example/b/c") in parse_config(text)
    assert parse_config("[" * 100_000) == []
