"""What Bash adds and POSIX shell has not: `[[ ... ]]` and arrays."""

from __future__ import annotations

from auditor.collectors.gocdnext.shell.spacing import skip_separators
from auditor.collectors.gocdnext.shell.tree import Piece, Simple, Word
from auditor.collectors.gocdnext.shell.words import Cursor, word


def test(c: Cursor) -> Simple:
    at = c.line()
    words = [Word((Piece("text", "[["),), "[[", at)]
    while True:
        skip_separators(c)
        if c.pos >= len(c.text):
            raise c.fail("`[[` that is not closed")
        if _closes_test(c):
            c.pos += 2
            return Simple((), tuple(words), at)
        found = word(c, breaks=frozenset(" \t\n"))
        if found is None:
            raise c.fail("`[[` that is not closed")
        words.append(found)


def _closes_test(c: Cursor) -> bool:
    return c.peek(2) == "]]" and (len(c.text) == c.pos + 2 or c.text[c.pos + 2] in " \t\n;&|)")


def array(c: Cursor) -> Word:
    start, at, pieces = c.pos, c.line(), list[Piece]()
    c.pos += 1
    while True:
        skip_separators(c)
        if c.peek() == ")":
            c.pos += 1
            return Word(tuple(pieces), c.text[start : c.pos], at)
        found = word(c)
        if found is None:
            raise c.fail("an array that is not closed")
        if pieces:
            pieces.append(Piece("text", " "))
        pieces += found.pieces
