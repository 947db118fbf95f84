"""The pass over the text."""

from __future__ import annotations

from auditor.policy.lint.text import check_text, tokens


def codes(source: str) -> list[tuple[str, int, int]]:
    return [(finding.code, finding.line, finding.column) for finding in check_text("a.rego", source)[0]]


def test_tokens_have_places() -> None:
    """Comments and space are skipped, strings of both kinds are one token, lines and columns count from one."""
    source = 'a := "x#\\"y" # no\n\n\tb := `raw\n{` + 1'
    assert [(token.text, token.line, token.column) for token in tokens(source) if token.kind in {"string", "raw", "number"}] == [
        ('"x#\\"y"', 1, 6),
        ("`raw\n{`", 3, 7),
        ("1", 4, 6),
    ]


def test_strings_and_comments_count_for_nothing() -> None:
    """Brackets, numbers and keywords in strings and comments are text."""
    assert codes('package a\n\n# [[[[[[[[[[ 1.5 not {\nx := "[[[[[[[[[[ 1.5 not { $"\n\ny := `\nimport [[[[[[[[[[ 0.5`\n') == []


def test_long_lines() -> None:
    """A line has at most 110 columns; an address in a comment may not be broken."""
    assert codes("x := 1 # " + "a" * 101) == []
    assert codes("x := 1 # " + "a" * 102) == [("S19", 1, 111)]
    assert codes("#     ref: https://example.com/" + "a" * 200) == []
    assert codes("# " + "word " * 30) == [("S19", 1, 111)]
    assert codes("#" + "a" * 5000) == [("S19", 1, 111)]


def test_depth_of_literals() -> None:
    """Eight brackets may nest, the braces of a body and closed ones aside."""
    assert codes("x := " + "[" * 8 + "]" * 8 + "\ny := [[]]") == []
    assert codes("x := " + "[" * 9 + "]" * 9) == [("S19", 1, 14)]
    assert codes("x if {\n\ty := " + "[" * 8 + "]" * 8 + "\n} else := 1 if {\n\ty := [{1}]\n}") == []
    assert codes("]" * 50) == []


def test_parsers_are_kept_from_it() -> None:
    """What an engine would take exponential time for, or refuse without a place, is not parsed at all."""
    assert check_text("a.rego", "x := 1")[1]
    for source in ("[" * 9, "(" * 70, "x" * 1001, "\t" * 260, "x\n" * 200_000):
        assert not check_text("a.rego", source)[1]


def test_imports_come_first() -> None:
    """An import below a rule is found, one inside brackets or below another import is not."""
    assert codes("package a\nimport b\nimport c\n") == []
    assert codes("package a\nx := 1\nimport b\n") == [("S20", 3, 1)]
    assert codes("package a\nx := [\nimport\n]\n") == []
