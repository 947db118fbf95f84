"""CODEOWNERS: what counts, what is skipped, what is left open."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from auditor.collectors.repository.codeowners import Match, is_owner, parse
from auditor.collectors.repository.locations import candidates, listing
from auditor.collectors.repository.ownership import Ownerships, TooMuch
from auditor.collectors.repository.risk import hits


def test_last_match_wins_and_unowned_is_not_no_match() -> None:
    """The last matching line decides; a line without owners un-owns, which differs from no line at all."""
    owners = parse(b"/a/ @org/one\n/a/b/ @two x@example.com # formerly @evil/team\n/a/b/c/\n")
    assert owners.owners("a/x") == Match(1, ("@org/one",))
    assert owners.owners("a/b/x") == Match(2, ("@two", "x@example.com"))
    assert owners.owners("a/b/c/x") == Match(3, ())
    assert owners.owners("z") is None
    assert not owners.invalid
    assert not owners.unspecified


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("!x @a", "negate"),
        ("\\#x @a", "escape"),
        ("***/x @a", "valid pattern"),
        ("x word", "no owner"),
        ("x @", "no owner"),
        ("x docs@", "no owner"),
        ("x @a/b/c", "no owner"),
        ("x @a @ok word", "no owner"),
        ("\x01 @a", "control"),
        ("b\\xff @a", None),
    ],
)
def test_a_bad_line_is_skipped_and_kept_as_a_note(line: str, word: str | None) -> None:
    """GitHub skips a line it cannot read, the rest of the file counts."""
    owners = parse(f"* @all\n{line}\n".encode())
    if word is None:
        assert not owners.invalid
        return
    assert [(note.line, word in note.message) for note in owners.invalid] == [(2, True)]
    assert owners.owners("x") == Match(1, ("@all",))


def test_brackets_are_invalid_and_decide_nothing_for_sure() -> None:
    """A line with brackets is reported, and for what it would match literally nobody can say who owns it."""
    owners = parse(b"* @all\napp/[id]/ @web\n")
    assert [note.line for note in owners.invalid] == [2]
    assert owners.owners("app/[id]/page") == Match(2, ("@web",), certain=False)
    assert owners.owners("app/i/page") == Match(1, ("@all",))


@pytest.mark.parametrize(
    ("line", "hit", "miss"),
    [("a/**/**/b @x", "a/b", "c"), ("a#b @x", "a", "c"), ("a#b @x", "a#b", "c"), ("a @x#b", "a", "c"), ("a" * 5000 + " @x", "z", None), ("a/**/ @x", "a/b", "c")],
)
def test_open_questions(line: str, hit: str, miss: str | None) -> None:
    """What the documentation leaves open is noted, and uncertain only where it may matter."""
    owners = parse(line.encode())
    assert [note.line for note in owners.unspecified] == [1]
    match = owners.owners(hit)
    assert match is not None
    assert not match.certain
    assert miss is None or owners.owners(miss) is None


def test_spaces_comments_line_ends_and_marks() -> None:
    """Escaped spaces belong to the pattern, comments and blank lines to nobody; CRLF and a byte order mark do no harm."""
    owners = parse("\ufeff# c\r\n\r\n  with\\ space/\t@a\t@b #x\r\n*.md @c\r\n".encode())
    assert owners.owners("with space/f") == Match(3, ("@a", "@b"))
    assert owners.owners("x.md") == Match(4, ("@c",))


def test_bytes_that_are_no_text_skip_their_line_only() -> None:
    """A line that is not UTF-8 is skipped like any other bad line."""
    owners = parse(b"* @a\n\xff\xfe @b\n/c @d\n")
    assert [note.line for note in owners.invalid] == [2]
    assert owners.owners("c") == Match(3, ("@d",))


def test_owner_forms() -> None:
    """Users, teams and e-mail addresses are owners; anything else is not."""
    assert all(is_owner(word) for word in ("@a", "@a-b_corp", "@org/team-x", "@org/a.b", "x.y+z@example.co.uk"))
    assert not any(is_owner(word) for word in ("", "a", "@", "@/x", "@a/", "a@b", "a@.com", "@a@b.c", "@a b", "@á"))


def test_where_github_looks() -> None:
    """.github, root, docs in this order; other places and other case are not honoured."""
    found = candidates(["docs/CODEOWNERS", "CODEOWNERS", ".gitlab/CODEOWNERS", "src/CODEOWNERS", ".github/Codeowners", "deep/er/CODEOWNERS"])
    assert found == [
        ("CODEOWNERS", "in force"),
        ("docs/CODEOWNERS", "shadowed"),
        (".github/Codeowners", "misplaced"),
        (".gitlab/CODEOWNERS", "misplaced"),
        ("src/CODEOWNERS", "misplaced"),
    ]


def test_listing_reads_only_where_it_may_be(tmp_path: Path) -> None:
    """Only the root and the folders somebody may use are listed; a linked folder is passed over."""
    for folder in (".github", "docs", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "CODEOWNERS").write_text("")
    (tmp_path / "src").symlink_to(tmp_path / "other")
    assert listing(tmp_path) == [".github/CODEOWNERS", "docs/CODEOWNERS"]


@pytest.mark.slow
def test_hostile_files_end() -> None:
    """A file of the largest size and a wildcard on every line is read, and given up with a reason rather than never."""
    owners = parse(b"?*?*?*x\n" * 390_000)
    start = time.process_time()
    with pytest.raises(TooMuch):
        Ownerships(owners).below(f"d{at}/" + "y" * 200 for at in range(1000))
    assert time.process_time() - start < 480


def test_risk_globs() -> None:
    """A glob names what exists, folders fold what lies in them, and only `**/` goes to any depth."""
    files = [".gocdnext/prod.yaml", "db/migrations/1.sql", "db/migrations/old/migrations/0.sql", "migrations/x", "charts/a/Chart.yaml", "x/charts/y", "auditor.yaml"]
    found = hits([".gocdnext/", "**/migrations/", "charts/", "*/migrations/", "auditor.yaml", "none/", "auditor.yaml/"], files)
    assert [(hit.name, hit.patterns, hit.files) for hit in found] == [
        (".gocdnext/", [".gocdnext/"], [files[0]]),
        ("auditor.yaml", ["auditor.yaml"], ["auditor.yaml"]),
        ("charts/", ["charts/"], ["charts/a/Chart.yaml"]),
        ("db/migrations/", ["**/migrations/", "*/migrations/"], files[1:3]),
        ("migrations/", ["**/migrations/"], ["migrations/x"]),
    ]
