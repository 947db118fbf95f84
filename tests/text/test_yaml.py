"""YAML with places, and what hostile input gets."""

import pytest
import yaml as reference
from hypothesis import given
from hypothesis import strategies as st

from auditor.text.yaml import MAX_DEPTH, TextError, is_template, parse


def test_each_value_has_its_line_and_pointer():
    """Lines and columns count from 1; pointers are RFC 6901."""
    node = parse(b"a:\n  b/c: [x, {d~: y}]\n")[0].get("a", "b/c", 1, "d~")
    assert (node.line, node.column, node.pointer) == (2, 17, "/a/b~1c/1/d~0")


def test_scalars_keep_their_text_beside_their_type():
    """Products differ in what they make of `yes` and `012`: both views are there."""
    root = parse("a: yes\nb: 012\nc: 1_000\nd: ~\ne: '1'\nf: 2026-01-01\n")[0]
    assert [node.text for _, node in root.pairs()] == ["yes", "012", "1_000", "~", "1", "2026-01-01"]
    assert root.plain() == {"a": True, "b": 10, "c": 1000, "d": None, "e": "1", "f": "2026-01-01"}


def test_merge_keys_are_resolved_and_own_keys_win():
    """`<<` takes over what the mapping does not say itself, first source first."""
    root = parse("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n")[0]
    assert root.get("z").plain() == {"a": 0, "b": 1, "c": 2}


def test_duplicate_keys_are_remembered():
    """The last wins, as in most readers, and the place of the repetition is known."""
    root = parse("a: 1\nb: 2\na: 3\n")[0]
    assert root.plain() == {"a": 3, "b": 2}
    assert root.duplicates == [("a", 3, 1)]


BOMB = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"b{i}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n" for i in range(12))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (BOMB, 6),
        ("[" * 10_000, 1),
        ("a:\n" + "".join("  " * i + "- \n" for i in range(1, MAX_DEPTH + 5)), None),
        ("a: &a [*a]", 1),
        ("a: *b", 1),
        ("a: b: c", 1),
        ("a: [1\nb: 2", 2),
        (b"a: 1\nb: \xff\n", 2),
        ("a: \x00", 1),
        ("? [a]\n: b", 1),
        ("keys: { publicKeys: |-\n  x\n}", 1),
    ],
    ids=["bomb", "deep flow", "deep block", "itself", "unknown alias", "syntax", "open", "not utf-8", "control character", "list as key", "block in flow"],
)
def test_what_cannot_be_read_says_where(text, line):
    """Bombs, depth, loops, bad encodings and bad syntax are errors with a line, at once."""
    with pytest.raises(TextError) as caught:
        parse(text)
    assert line is None or caught.value.line == line


def test_tags_run_nothing():
    """A tag that other loaders would act on is only a tag."""
    root = parse("a: !!python/object/apply:os.system [echo]\n")[0]
    assert root.get("a").plain() == ["echo"]


def test_only_the_first_documents_if_asked():
    """What follows the documents asked for is not even parsed."""
    assert len(parse("a: 1\n---\nb: 2\n---\n[", documents=2)) == 2


json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(json_like)
def test_it_reads_what_the_reference_reads(value):
    """Plain data survives the way through YAML as PyYAML's own loader reads it."""
    text = reference.safe_dump(value, allow_unicode=True)
    assert parse(text)[0].plain() == reference.safe_load(text)


def test_a_template_is_told_by_where_its_actions_stand():
    """An action at the start of a line or of a value makes a template; in quotes, or in a comment, it is text."""
    assert all(is_template(text) for text in (b"a: 1\n{{- if .x }}\n", b"  image: {{ .x }}", b"- {{ .x }}", b"- - name: {{ .x }}\n"))
    assert not any(is_template(text) for text in (b'key: "{{ runDetails.builder.id }}"\nx: {y: |- ... }', b"# {{ .x }}", b"a: b {{ c }}"))
