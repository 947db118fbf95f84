"""Words filled in with what is known."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Callable, Mapping

from auditor.collectors.gocdnext.references import words_of
from auditor.collectors.gocdnext.shell.state import MAX_VALUE, MAX_VALUES, State
from auditor.collectors.gocdnext.shell.tree import Piece, Word

Substitute = Callable[[Piece], str]


class Field(str):
    """An argument that knows its line."""

    __slots__ = ("line",)
    line: int


def field(text: str, line: int) -> Field:
    """An argument from that line."""
    found = Field(text)
    found.line = line
    return found


def vectors(words: tuple[Word, ...], state: State, substitute: Substitute) -> list[list[str]]:
    """The argument lists that the words may become, one for each combination of the values of the variables in them."""
    return [
        [field(found, word.line) for word in words for found in fields(word, chosen, state, substitute)]
        for chosen in choices(words, state)
    ]


def values(word: Word, state: State, substitute: Substitute) -> tuple[str, ...]:
    """The texts that one word may become, not split."""
    return tuple(dict.fromkeys(text(word, chosen, state, substitute) for chosen in choices((word,), state)))


def choices(words: tuple[Word, ...], state: State) -> list[dict[str, str]]:
    """One value for each variable with several; where there are too many, none is chosen and the reference stays."""
    names = sorted({name for word in words for name in _names(word, 0) if len(state.variables.get(name, ())) > 1})
    count = 1
    for name in names:
        count *= len(state.variables[name])
    if count > MAX_VALUES:
        return [{name: f"${{{name}}}" for name in names}]
    return [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*(state.variables[name] for name in names))]


def _names(word: Word, depth: int) -> set[str]:
    found = set()
    for piece in word.pieces:
        if piece.kind == "variable":
            found.add(piece.text)
            if piece.argument is not None and depth < 10:
                found |= _names(piece.argument, depth + 1)
    return found


def text(word: Word, chosen: Mapping[str, str], state: State, substitute: Substitute, depth: int = 0) -> str:
    """A word as one text."""
    return "".join(_piece(piece, chosen, state, substitute, depth) for piece in word.pieces)[: MAX_VALUE * 2]


def fields(word: Word, chosen: Mapping[str, str], state: State, substitute: Substitute) -> list[str]:
    """A word as fields: what stands unquoted and is known is split at blanks."""
    found = [""]
    quoted = False
    for piece in word.pieces:
        value = _piece(piece, chosen, state, substitute, 0)
        if piece.kind == "variable" and (piece.text == "@" or (piece.operator == "[" and piece.argument is not None and piece.argument.raw_text() == "@]")):
            parts = words_of(value)
            found[-1:] = [found[-1] + part for part in parts[:1]] + parts[1:] if parts else found[-1:]
            continue
        quoted = quoted or piece.quoted or piece.kind == "text"
        if piece.kind != "variable" or piece.quoted or not (set(value) & set(" \t\n")) or "$(" in value or "${{" in value:
            found[-1] += value
            continue
        parts = value.split()
        if value[:1].isspace() and found[-1]:
            found.append("")
        for index, part in enumerate(parts):
            if index:
                found.append("")
            found[-1] += part
    return found if found != [""] or quoted or not word.pieces else []


def _piece(piece: Piece, chosen: Mapping[str, str], state: State, substitute: Substitute, depth: int) -> str:
    if piece.kind == "text":
        return piece.text
    if piece.kind == "command":
        return substitute(piece)
    if piece.kind == "other":
        return state.expression(piece.text) if piece.text.startswith("${{") else piece.text
    return _variable(piece, chosen, state, substitute, depth)


def _variable(piece: Piece, chosen: Mapping[str, str], state: State, substitute: Substitute, depth: int) -> str:
    name = piece.text
    known = state.variables.get(name, ())
    value = chosen.get(name) or (known[0] if len(known) == 1 else "")
    is_set = bool(known)
    argument = text(piece.argument, chosen, state, substitute, depth + 1) if piece.argument is not None and depth < 10 else ""
    if piece.operator in {":-", "-", ":=", "="}:
        return value or argument
    if piece.operator in {":+", "+"}:
        return argument
    if not is_set or (not value and name not in chosen and len(known) != 1):
        return f"${{{name}}}"
    if piece.operator in {"#", "##", "%", "%%"}:
        return _trimmed(value, piece.operator, argument)
    return value


def _trimmed(value: str, operator: str, pattern: str) -> str:
    """`${NAME#pattern}` and its like, of a known text; what holds references stays whole."""
    if "$" in value or len(value) > 256 or len(pattern) > 64:
        return value
    ends = range(len(value) + 1)
    if operator == "#":
        return next((value[end:] for end in ends if fnmatch.fnmatchcase(value[:end], pattern)), value)
    if operator == "##":
        return next((value[end:] for end in reversed(ends) if fnmatch.fnmatchcase(value[:end], pattern)), value)
    if operator == "%":
        return next((value[:end] for end in reversed(ends) if fnmatch.fnmatchcase(value[end:], pattern)), value)
    return next((value[:end] for end in ends if fnmatch.fnmatchcase(value[end:], pattern)), value)
