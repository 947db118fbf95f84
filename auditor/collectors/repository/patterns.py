"""Patterns of CODEOWNERS and of risk paths, matched without regular expressions: as a set of states that reads a path folder by folder.

A state is a position in the pattern's segments; a set of them is an integer, one bit each, so that a folder's set can be kept and used for all that
lies below it.  Time is at most the product of the lengths of pattern and path.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_LENGTH = 4096
"""Longer patterns are refused: no path of that length exists on the systems that git runs on."""

_ONE, _MANY = 1, 2  # `?` and `*` within a segment; anything else in a segment is a literal character


class PatternError(Exception):
    """A pattern that no path can be matched against; `reason` is a clause."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between two slashes: `literal` if it has no wildcard; the `chunks` between its `*` if it has no `?`; else `tokens`."""

    literal: str | None = None
    chunks: tuple[str, ...] = ()
    tokens: tuple[str | int, ...] = ()

    def matches(self, name: str) -> bool:
        """Does it match the whole of one file or folder name?"""
        if self.literal is not None:
            return self.literal == name
        return _chunks(self.chunks, name) if self.chunks else _glob(self.tokens, name)

    def cost(self, name: str) -> int:
        """The steps that `matches` may take, at the worst, in units of one quick comparison."""
        return 1 + len(self.chunks) // 8 + len(self.tokens) * len(name) // 4


ANYTHING = Segment(chunks=("", ""))
DEEP = Segment()
"""`**`: any number of folders.  Compared by identity."""


def _chunks(chunks: tuple[str, ...], name: str) -> bool:
    """The first chunk at the start, the last at the end, each of the others as early as it can be."""
    first, last = chunks[0], chunks[-1]
    end = len(name) - len(last)
    if not name.startswith(first) or not name.endswith(last) or end < len(first):
        return False
    position = len(first)
    for chunk in chunks[1:-1]:
        position = name.find(chunk, position, end)
        if position < 0:
            return False
        position += len(chunk)
    return True


def _glob(tokens: tuple[str | int, ...], name: str) -> bool:
    """Greedy matching with one point to return to: the last `*`.  At most len(tokens) * len(name) steps."""
    at = star = 0
    resume = -1
    token_count, length, position = len(tokens), len(name), 0
    while position < length:
        token = tokens[at] if at < token_count else None
        if token == _MANY:
            at += 1
            star, resume = at, position
        elif token == _ONE or (token is not None and token == name[position]):
            at += 1
            position += 1
        elif resume >= 0:
            resume += 1
            at, position = star, resume
        else:
            return False
    while at < token_count and tokens[at] == _MANY:
        at += 1
    return at == token_count


def segment(text: str) -> Segment:
    """A segment of a pattern: `*` any characters, `?` one, a backslash takes the next character as it is."""
    tokens: list[str | int] = []
    escaped = False
    for character in text:
        if escaped:
            tokens.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "*":
            if not (tokens and tokens[-1] == _MANY):
                tokens.append(_MANY)
        else:
            tokens.append(_ONE if character == "?" else character)
    if escaped:
        tokens.append("\\")
    if _ONE in tokens:
        return Segment(tokens=tuple(tokens))
    chunks = [""]
    for token in tokens:
        if isinstance(token, str):
            chunks[-1] += token
        else:
            chunks.append("")
    return Segment(literal=chunks[0]) if len(chunks) == 1 else Segment(chunks=tuple(chunks))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Segments from the root on.  `below`: what matches a folder matches everything in it."""

    segments: tuple[Segment, ...]
    below: bool
    reach: tuple[int, ...]
    """Position -> the set of positions one is at when one stands there, `**` may stand for nothing."""

    @property
    def final(self) -> int:
        """The bit of the position after the last segment."""
        return 1 << len(self.segments)

    def start(self) -> int:
        """The set of positions at the root."""
        return self.reach[0]

    def step(self, state: int, name: str) -> int:
        """The set of positions after entering `name`; 0 if nothing below can match."""
        found, position, count = 0, 0, len(self.segments)
        while state:
            if state & 1:
                if position == count:
                    found |= self.final if self.below else 0
                elif self.segments[position] is DEEP:
                    found |= self.reach[position] | (self.final if position == count - 1 else 0)
                elif self.segments[position].matches(name):
                    found |= self.reach[position + 1]
            state >>= 1
            position += 1
        return found

    def matches(self, path: str) -> bool:
        """Does it match this file, given from the root and without a leading slash?"""
        state = self.start()
        for name in path.split("/"):
            state = self.step(state, name)
            if not state:
                return False
        return bool(state & self.final)


def _pattern(segments: list[Segment], *, below: bool) -> Pattern:
    """`**` directly after `**` is folded: both stand for any number of folders, zero included."""
    folded = [one for at, one in enumerate(segments) if not (at and one is DEEP and segments[at - 1] is DEEP)]
    reach = [1 << len(folded)]
    for at in range(len(folded) - 1, -1, -1):
        skips = folded[at] is DEEP and at < len(folded) - 1
        reach.append(1 << at | (reach[-1] if skips else 0))
    return Pattern(tuple(folded), below, tuple(reversed(reach)))


def _split(text: str) -> list[Segment]:
    return [DEEP if part == "**" else ANYTHING if part == "*" else segment(part) for part in text.split("/")]


def code_owners_pattern(text: str) -> Pattern:
    """A pattern as CODEOWNERS means it (GitHub Docs, "About code owners", and gitignore's rules it builds on).

    A single name counts at any depth; a slash before its end ties a pattern to the root; a trailing slash means a folder's content; `*` as the last of
    several segments means direct children only; anything else that matches a folder matches all below it; `/` matches nothing.
    """
    if len(text) > MAX_LENGTH:
        raise PatternError(f"a pattern of more than {MAX_LENGTH} characters")
    if "***" in text:
        raise PatternError("`***` is no valid pattern")
    if text in {"", "/"}:
        return Pattern((), below=False, reach=(0,))
    body = text.removeprefix("/")
    parts = _split(body)
    if not text.startswith("/") and "/" not in body.removesuffix("/") and parts[0] is not DEEP:
        parts.insert(0, DEEP)
    if body.endswith("/"):
        parts[-1] = DEEP
    return _pattern(parts, below=parts[-1] is not ANYTHING)


def tree_pattern(text: str) -> Pattern:
    """A glob that names files and folders from the root on: `charts`, `**/migrations`.  It matches the entry itself, not what is below it."""
    if len(text) > MAX_LENGTH:
        raise PatternError(f"a pattern of more than {MAX_LENGTH} characters")
    parts = _split(text.removeprefix("./").strip("/"))
    return _pattern(parts, below=False)
