"""Sets of patterns as one automaton, and a search for the shortest text that tells two sets apart.  Exact, and bounded.

All patterns of a set are laid side by side in one integer, a bit a position, so that a step costs a few operations however many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

MAX_POSITIONS = 20_000
MAX_VISITED = 40_000

STAR = "*"
"""A token: any run of characters, also none."""


@dataclass(frozen=True, slots=True)
class Chars:
    """A token: one character out of `members`, or with `negated` any other."""

    members: frozenset[str]
    negated: bool = False

    def takes(self, char: str) -> bool:
        return (char in self.members) is not self.negated


ANY = Chars(frozenset(), negated=True)
Token = str | Chars
"""STAR or one character or a Chars."""


class TooComplex(Exception):
    """The patterns are too many or too long to be compared exactly."""


def wildcard(pattern: str) -> list[Token]:
    """Kyverno's wildcards: `*` any run of characters, `/` among them, `?` exactly one."""
    return [STAR if char == "*" else ANY if char == "?" else Chars(frozenset(char)) for char in pattern]


@dataclass
class Patterns:
    """A set of patterns.  `add` gives back the bit that is set in a state when that pattern matches what was read."""

    size: int = 0
    stars: int = 0
    begin: int = 0
    tokens: list[tuple[int, Chars]] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    _masks: dict[str, int] = field(default_factory=dict)

    def add(self, tokens: list[Token]) -> int:
        if self.size + len(tokens) + 1 > MAX_POSITIONS:
            raise TooComplex
        self.begin |= 1 << self.size
        last: Token | None = None
        for token in tokens:
            if isinstance(token, Chars):
                self.tokens.append((self.size, token))
                self.letters |= token.members
                self.size += 1
            elif last != STAR:
                self.stars |= 1 << self.size
                self.size += 1
            last = token
        self.size += 1
        self._masks.clear()
        return 1 << (self.size - 1)

    def start(self) -> int:
        return self._closed(self.begin)

    def step(self, state: int, char: str) -> int:
        mask = self._masks.get(char)
        if mask is None:
            mask = sum(1 << position for position, token in self.tokens if token.takes(char))
            self._masks[char] = mask
        return self._closed(((state & mask) << 1) | (state & self.stars))

    def read(self, state: int, text: str) -> int:
        for char in text:
            state = self.step(state, char)
        return state

    def _closed(self, state: int) -> int:
        return state | ((state & self.stars) << 1)


def matches(pattern: str, text: str) -> bool:
    """Does one wildcard pattern match a text?  Linear: no backtracking."""
    patterns = Patterns()
    final = patterns.add(wildcard(pattern))
    return bool(patterns.read(patterns.start(), text) & final)


State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Move:
    """One character out of `chars`, written to the first and/or second tape."""

    chars: str
    first: bool = True
    second: bool = True


def search(
    starts: Iterable[tuple[State, str, str]],
    moves: Callable[[State], Iterator[tuple[Move, State]]],
    accepting: Callable[[State], bool],
    tapes: tuple[Patterns, Patterns],
    wanted: Callable[[int, int], bool],
) -> str | None:
    """The shortest text (second tape) of a language for which `wanted` says yes, given the states of the patterns after reading it; None if there is
    none.

    The language: `starts` are (state, what is already on the first tape, on the second); `moves` and `accepting` make its automaton.
    Raises TooComplex past MAX_VISITED.
    """
    first, second = tapes
    letters = first.letters | second.letters
    told_apart: dict[str, list[str]] = {}
    queue: deque[tuple[State, int, int, str]] = deque()
    seen: set[tuple[State, int, int]] = set()
    for state, one, two in starts:
        queue.append((state, first.read(first.start(), one), second.read(second.start(), two), two))
    while queue:
        state, one_state, two_state, text = queue.popleft()
        if (state, one_state, two_state) in seen:
            continue
        seen.add((state, one_state, two_state))
        if len(seen) > MAX_VISITED:
            raise TooComplex
        if accepting(state) and wanted(one_state, two_state):
            return text
        for move, following in moves(state):
            if move.chars not in told_apart:
                told_apart[move.chars] = list(representatives(move.chars, letters))
            for char in told_apart[move.chars]:
                one_next = first.step(one_state, char) if move.first else one_state
                two_next = second.step(two_state, char) if move.second else two_state
                if (following, one_next, two_next) not in seen:
                    queue.append((following, one_next, two_next, text + char if move.second else text))
    return None


def representatives(chars: str, letters: set[str]) -> Iterator[str]:
    """The characters that a pattern tells apart, and one for all the others."""
    other = False
    for char in chars:
        if char in letters:
            yield char
        elif not other:
            other = True
            yield char
