"""The dialect of patterns that Go's and Rust's regular expressions share (S8, S9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_REPEATS = 1000  # Go's; Rust's is the compiled size, which only compiling shows
_FLAGS = re.compile(r"\(\?([A-Za-z-]+)[:)]")
_REPEATS = re.compile(r"\{([0-9]{1,9})(?:,([0-9]{0,9}))?\}")
_UNICODE = frozenset("wWdDsSbBpP")


def complaints(pattern: str) -> Iterator[tuple[str, str]]:
    """Rule and what to write instead, for each thing that one engine reads otherwise than the other."""
    bare, classes = _split(pattern)
    escapes = set(re.findall(r"\\(.)", pattern, re.DOTALL))
    if unicode := sorted(f"\\{letter}" for letter in escapes & _UNICODE):
        yield "S8", f"write ASCII classes, [0-9A-Za-z_] say, instead of {', '.join(unicode)}"
    if other := sorted(f"\\{letter}" for letter in escapes - _UNICODE if (letter.isascii() and letter.isalnum() and letter not in "nrtfvAzx") or letter in "<>"):
        yield "S9", f"do without {', '.join(other)}: only one engine knows it"
    if "(?=" in bare or "(?!" in bare or "(?<=" in bare or "(?<!" in bare:
        yield "S9", "do without look-around: no engine knows it"
    if any(set(flags) - set("imsU-") for flags in _FLAGS.findall(bare)):
        yield "S9", "use the flags i, m, s and U only"
    if any(int(number or 0) > MAX_REPEATS for pair in _REPEATS.findall(bare) for number in pair):
        yield "S9", f"repeat at most {MAX_REPEATS} times"
    if any("[" in re.sub(r"\[:\^?[a-z]+:\]", "", inner) or re.search(r"&&|--|~~", inner) for inner in classes):
        yield "S9", r"write \[ in a class, and no &&, -- or ~~: one engine nests and combines classes"


def _split(pattern: str) -> tuple[str, list[str]]:
    """The pattern without escapes and classes, and what stands in its classes, escapes left out."""
    plain = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
    bare: list[str] = []
    classes: list[str] = []
    position = 0
    while (start := plain.find("[", position)) >= 0:
        bare.append(plain[position:start])
        first = start + 1 + plain.startswith("^", start + 1)
        end = first + plain.startswith("]", first)  # a bracket that closes comes first: it is meant
        while end < len(plain) and plain[end] != "]":
            named = re.compile(r"\[:\^?[a-z]+:\]").match(plain, end)
            end = named.end() if named else end + 1
        classes.append(plain[first:end])
        position = end + 1
    return "".join([*bare, plain[position:]]), classes
