from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collectors.kubernetes import automata
from auditor.collectors.kubernetes.automata import Move, Patterns, TooComplex, matches, search, wildcard

PATTERN = st.text("ab*?", max_size=7)


@given(PATTERN, st.text("ab", max_size=7))
def test_a_wildcard_matches_what_its_regular_expression_matches(pattern, text):
    """`*` is any run and `?` exactly one character."""
    expression = "".join(".*" if c == "*" else "." if c == "?" else c for c in pattern)
    assert matches(pattern, text) is bool(re.fullmatch(expression, text))


def moves_of(length: int):
    def moves(at: int):
        if at < length:
            yield Move("abc"), at + 1

    return moves


@settings(max_examples=60)
@given(st.lists(PATTERN, max_size=3), st.integers(0, 4))
def test_the_search_finds_a_text_exactly_if_there_is_one(patterns, length):
    """Inclusion is decided exactly: all texts over the alphabet tried one by one say the same."""
    import itertools

    compared = Patterns()
    finals = sum(compared.add(wildcard(p)) for p in patterns)
    found = search([(0, "", "")], moves_of(length), lambda at: at == length, (Patterns(), compared), lambda _, state: not state & finals)
    every = ["".join(t) for t in itertools.product("abc", repeat=length)]
    free = [text for text in every if not any(matches(p, text) for p in patterns)]
    assert (found is None) is (not free)
    assert found is None or found in free


def test_hostile_patterns_end_in_an_error_not_in_a_hang(monkeypatch):
    """A pattern whose states double with each character is given up on."""
    monkeypatch.setattr(automata, "MAX_VISITED", 500)
    compared = Patterns()
    compared.add(wildcard("*a" + "?" * 40))
    with pytest.raises(TooComplex):
        search([(0, "", "")], moves_of(60), lambda at: at == 60, (Patterns(), compared), lambda _, state: False)


def test_too_many_positions_are_refused():
    """The size of all patterns together is bounded."""
    with pytest.raises(TooComplex):
        Patterns().add(wildcard("a" * (automata.MAX_POSITIONS + 1)))
