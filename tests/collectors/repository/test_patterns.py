"""The matcher against the documented rows, and against an oracle that is slow and obviously right."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collectors.repository.codeowners import parse
from auditor.collectors.repository.ownership import Ownerships
from auditor.collectors.repository.patterns import PatternError, code_owners_pattern, tree_pattern

ROWS = [
    ("*", ["a", "a/b", ".github/x"], []),
    ("*.js", ["a.js", "x/y/a.js", "a.js/inside"], ["a.jsx", "ajs"]),
    ("/build/logs/", ["build/logs/a", "build/logs/x/y"], ["build/logs", "x/build/logs/a"]),
    ("docs/*", ["docs/getting-started.md"], ["docs/build-app/troubleshooting.md", "x/docs/a.md", "docs"]),
    ("apps/", ["apps/a", "x/apps/a", "x/apps/y/z"], ["apps", "x/apps", "xapps/a"]),
    ("/docs/", ["docs/a", "docs/x/y"], ["x/docs/a", "docs"]),
    ("**/logs", ["logs/a", "build/logs/a", "deeply/nested/logs/a", "logs"], ["xlogs/a", "logs.txt"]),
    ("/apps/github", ["apps/github", "apps/github/x"], ["apps/githubx", "x/apps/github"]),
    ("/", [], ["a", "a/b"]),
    ("/*", ["a", ".x"], ["a/b"]),
    ("/**", ["a", "a/b"], []),
    ("**", ["a", "a/b"], []),
    ("a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/c"], ["ab", "a/xb", "x/a/b"]),
    ("**/a/", ["a/x", "y/a/x"], ["a", "y/a"]),
    ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
    ("file?.c", ["file1.c", "d/fileX.c"], ["file.c", "file12.c", "file/.c"]),
    ("/a/*/c", ["a/b/c", "a/b/c/d"], ["a/c", "a/b/b/c"]),
    ("with\\ space/", ["with space/x"], ["with/x"]),
    ("A", ["A", "x/A"], ["a"]),
    ("a//b", [], ["a/b", "a//b/c"[:3]]),
]


@pytest.mark.parametrize(("pattern", "hits", "misses"), ROWS)
def test_rows(pattern: str, hits: list[str], misses: list[str]) -> None:
    """Each documented form matches what the documentation says and nothing beside it."""
    compiled = code_owners_pattern(pattern)
    assert [path for path in hits if not compiled.matches(path)] == []
    assert [path for path in misses if compiled.matches(path)] == []


def one(pattern: str, name: str) -> bool:
    """Oracle for a name: try every way."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(one(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and pattern[0] in ("?", name[0]) and one(pattern[1:], name[1:])


def many(parts: list[str], names: list[str]) -> bool:
    """Oracle for a path: `**` takes any number of names, a trailing one at least one."""
    if not parts:
        return not names
    if parts == ["**"]:
        return bool(names)
    if parts[0] == "**":
        return any(many(parts[1:], names[at:]) for at in range(len(names) + 1))
    return bool(names) and one(parts[0], names[0]) and many(parts[1:], names[1:])


def oracle(pattern: str, path: str) -> bool:
    """Oracle: rewrite to a full path pattern, then try the file and each folder above it."""
    if pattern == "/":
        return False
    body = pattern.removeprefix("/")
    inside, single = body.endswith("/"), "/" not in body.rstrip("/")
    parts = (body[:-1] if inside else body).split("/") + (["**"] if inside else [])
    if single and not pattern.startswith("/"):
        parts = ["**", *parts]
    names = path.split("/")
    tops = [len(names)] if parts[-1] == "*" else range(1, len(names) + 1)
    return any(many(parts, names[:top]) for top in tops)


NAMES = st.text(alphabet="ab.", min_size=1, max_size=4)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
PARTS = st.one_of(st.text(alphabet="ab.*?", min_size=1, max_size=5).filter(lambda text: "**" not in text), st.just("**"), st.just("*"))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    parts = draw(st.lists(PARTS, min_size=1, max_size=4).filter(lambda parts: all(pair != ("**", "**") for pair in itertools.pairwise(parts))))
    tail = "/" if parts[-1] != "**" and draw(st.booleans()) else ""
    return draw(st.sampled_from(["", "/"])) + "/".join(parts) + tail


@settings(max_examples=1000, deadline=None)
@given(patterns(), PATHS)
def test_oracle(pattern: str, path: str) -> None:
    """The matcher agrees with the oracle on every pattern and path."""
    assert code_owners_pattern(pattern).matches(path) is oracle(pattern, path)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(patterns(), st.sampled_from(["", "@a", "@b"])), max_size=12), st.lists(PATHS, max_size=25))
def test_many_files_at_once(lines: list[tuple[str, str]], paths: list[str]) -> None:
    """Asking folder by folder gives each file the same answer as asking for it alone, whatever was asked before."""
    owners = parse("\n".join(f"{pattern} {owner}" for pattern, owner in lines).encode())
    together = Ownerships(owners)
    assert [together.of(path) for path in paths] == [owners.owners(path) for path in paths]
    assert set(together.below(paths)) == {owners.owners(path) for path in paths}


@pytest.mark.parametrize("pattern", ["a*" * 2000 + "b", "a?*" * 1300 + "b", "**/a/" * 800 + "b", "*/" * 2000 + "x", "?" * 4000])
def test_hostile_patterns_stay_fast(pattern: str) -> None:
    """No pattern makes one file take noticeable time."""
    start = time.process_time()
    compiled = code_owners_pattern(pattern)
    for path in ("a" * 255, "/".join(["a"] * 1000), "/".join(["a" * 200] * 20)):
        compiled.matches(path)
    assert time.process_time() - start < 16


def test_refused_patterns() -> None:
    """`***` and a pattern longer than any path are refused."""
    for pattern in ("***", "a/***/b", "a" * 5000):
        with pytest.raises(PatternError):
            code_owners_pattern(pattern)


def test_tree_patterns_name_the_entry_itself() -> None:
    """A risk glob is tied to the root unless it says `**`, and does not match what is below."""
    assert tree_pattern("**/migrations/").matches("db/migrations")
    assert tree_pattern("**/migrations/").matches("migrations")
    assert not tree_pattern("**/migrations/").matches("db/migrations/001.sql")
    assert not tree_pattern("charts/").matches("x/charts")
    assert tree_pattern("./charts").matches("charts")


def test_a_hundred_thousand_files() -> None:
    """200 rules over 100,000 files take seconds."""
    kinds = ["/team{0}/ @t{0}", "*.x{0} @t{0}", "/a{0}/**/b @t{0}", "**/d{0}/*.py @t{0}"]
    owners = parse("\n".join(kinds[at % 4].format(at) for at in range(200)).encode())
    files = [f"team{at % 50}/d{at % 13}/s{at % 700}/file{at}.x{at % 300}" for at in range(100_000)]
    start = time.process_time()
    Ownerships(owners).below(files)
    assert time.process_time() - start < 64
