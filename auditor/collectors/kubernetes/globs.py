"""The globs of `matchImageReferences`: no separators, so `*` crosses `/`; classes, alternatives and escapes as in gobwas/glob."""

from __future__ import annotations

from auditor.collectors.kubernetes.automata import ANY, STAR, Chars, Token, TooComplex

MAX_ALTERNATIVES = 256


def expand(pattern: str) -> list[list[Token]]:
    """The token lists that a glob stands for, one for each choice of its alternatives.  Raises TooComplex, ValueError for a glob that does not compile."""
    done: list[list[Token]] = [[]]
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "{":
            end = _closing(pattern, position)
            choices = [tokens for part in _parts(pattern[position + 1 : end]) for tokens in expand(part)]
            done = [head + tail for head in done for tail in choices]
            position = end + 1
        else:
            token, position = _token(pattern, position)
            for tokens in done:
                tokens.append(token)
        if len(done) > MAX_ALTERNATIVES:
            raise TooComplex
    return done


def _token(pattern: str, position: int) -> tuple[Token, int]:
    char = pattern[position]
    if char == "*":
        return STAR, position + 1
    if char == "?":
        return ANY, position + 1
    if char == "\\":
        if position + 1 >= len(pattern):
            raise ValueError
        return Chars(frozenset(pattern[position + 1])), position + 2
    if char == "[":
        end = pattern.index("]", position)
        return _class(pattern[position + 1 : end]), end + 1
    if char in "]}":
        raise ValueError
    return Chars(frozenset(char)), position + 1


def _class(text: str) -> Chars:
    negated = text.startswith(("!", "^"))
    text = text[1:] if negated else text
    if len(text) == 3 and text[1] == "-" and text[0] <= text[2]:
        text = "".join(chr(c) for c in range(ord(text[0]), min(ord(text[2]), ord(text[0]) + 512) + 1))
    if not text:
        raise ValueError
    return Chars(frozenset(text), negated)


def _closing(pattern: str, start: int) -> int:
    depth, position = 0, start
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 1
        elif pattern[position] == "{":
            depth += 1
        elif pattern[position] == "}":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    raise ValueError


def _parts(text: str) -> list[str]:
    parts, depth, begin = [], 0, 0
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "{":
            depth += 1
            if depth > 20:
                raise TooComplex
        elif text[position] == "}":
            depth -= 1
        elif text[position] == "," and depth == 0:
            parts.append(text[begin:position])
            begin = position + 1
        position += 1
    return [*parts, text[begin:]]
