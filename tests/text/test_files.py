"""Bounded reading: what is no readable regular file below the root has a reason."""

import os

import pytest

from auditor.text import files


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").write_text("secret")
    return tmp_path / "root"


def unreadable(path, **settings):
    with pytest.raises(files.Unreadable) as caught:
        files.read(path, **settings)
    return caught.value.reason


def test_a_regular_file_is_read(tree):
    """Bytes as they are."""
    (tree / "a").write_bytes(b"\x00x")
    assert files.read(tree / "a", root=tree) == b"\x00x"


def test_links_may_not_leave_the_tree(tree):
    """A link out of the tree is refused, one inside is followed, one to itself has a reason."""
    (tree / "a").write_text("x")
    (tree / "in").symlink_to("a")
    (tree / "out").symlink_to("../outside")
    (tree / "loop").symlink_to("loop")
    assert files.read(tree / "in", root=tree) == b"x"
    assert unreadable(tree / "out", root=tree) == "a link that leads out of the tree"
    assert unreadable(tree / "loop", root=tree)


def test_pipes_devices_and_folders_do_not_hang(tree):
    """What is no regular file is refused at once."""
    os.mkfifo(tree / "pipe")
    assert unreadable(tree / "pipe", root=tree) == "not a regular file"
    assert unreadable("/dev/zero") == "not a regular file"
    assert unreadable(tree)


def test_size_is_bounded(tree):
    """A file over the limit is refused without reading it."""
    with (tree / "big").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert unreadable(tree / "big", root=tree) == "larger than 8192 KiB"


def test_a_missing_file_says_so(tree):
    """The system's own words, in lower case."""
    assert unreadable(tree / "none", root=tree) == "no such file or directory"


def test_walking_prunes_and_does_not_follow_links(tree):
    """Version control and linked folders are left out, files come in order."""
    for name in ("b/y", "a/x", ".git/config", "node_modules/z"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
    (tree / "linked").symlink_to("a")
    assert [path.relative_to(tree).as_posix() for path in files.walk(tree)] == ["linked", "a/x", "b/y"]
