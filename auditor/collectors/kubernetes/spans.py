"""Does something hold for the requests in question: never, for some of them, always?  Where that cannot be known, a span from the worst to the best.

A rule protects only what it *always* matches; an exemption opens what it *sometimes* matches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.place import At

NEVER, SOMETIMES, ALWAYS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Why:
    """A clause that says what narrows, and its place."""

    text: str
    at: At


@dataclass(frozen=True, slots=True)
class Span:
    """`low` and `high` are NEVER, SOMETIMES or ALWAYS; they differ where evidence is missing, and `doubts` says which.  `why`: what keeps it from ALWAYS."""

    low: int
    high: int
    why: tuple[Why, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.low == self.high


YES = Span(ALWAYS, ALWAYS)
NO = Span(NEVER, NEVER)


def never(text: str, at: At) -> Span:
    return Span(NEVER, NEVER, (Why(text, at),))


def sometimes(text: str, at: At) -> Span:
    return Span(SOMETIMES, SOMETIMES, (Why(text, at),))


def all_of(spans: Iterable[Span]) -> Span:
    """All of them hold (ALWAYS for none)."""
    result = YES
    for span in spans:
        result = Span(min(result.low, span.low), min(result.high, span.high), result.why + span.why, result.doubts + span.doubts)
    return result


def any_of(spans: Iterable[Span]) -> Span:
    """One of them holds (NEVER for none).  Two that hold sometimes are not taken to add up."""
    result = NO
    for span in spans:
        result = Span(max(result.low, span.low), max(result.high, span.high), result.why + span.why, result.doubts + span.doubts)
    if result.low == ALWAYS:
        return YES
    return result


def none_of(span: Span, text: str, at: At) -> Span:
    """It does not hold.  `text` says what it takes away."""
    low, high = ALWAYS - span.high, ALWAYS - span.low
    if low == ALWAYS:
        return YES
    return Span(low, high, (Why(text, at),), span.doubts)
