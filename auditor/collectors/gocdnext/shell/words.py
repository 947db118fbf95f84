"""Words of a script: quotes, variables, substitutions.  Every function moves the cursor on, so reading is linear."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from auditor.collectors.gocdnext.shell.tree import Item, Piece, Redirect, ShellError, Word

MAX_DEPTH = 40
MAX_TEXT = 512 * 1024
MAX_STEPS = 20_000

BREAKS = frozenset(" \t\n;&|<>()")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATORS = (":-", ":=", ":?", ":+", "##", "%%", "//", "^^", ",,", "-", "=", "?", "+", "#", "%", "/", ":", "^", ",", "@", "[")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


@dataclass(slots=True)
class Document:
    """A here-document whose text comes after the line."""

    redirect: Redirect
    delimiter: str
    indented: bool
    literal: bool


@dataclass(slots=True)
class Cursor:
    """A place in a script.  `first` is the line of its first character."""

    text: str
    pos: int = 0
    depth: int = 0
    steps: int = 0
    first: int = 0
    pending: list[Document] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise ShellError(f"a script longer than {MAX_TEXT // 1024} KiB", 0)
        self._lines = [match.end() for match in re.finditer("\n", self.text)]

    def line(self, pos: int | None = None) -> int:
        return self.first + bisect_right(self._lines, self.pos if pos is None else pos)

    def peek(self, length: int = 1) -> str:
        return self.text[self.pos : self.pos + length]

    def fail(self, reason: str) -> ShellError:
        return ShellError(reason, self.line())

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"a script nested deeper than {MAX_DEPTH} levels")

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise self.fail(f"a script of more than {MAX_STEPS} commands")


def word(c: Cursor, *, breaks: frozenset[str] = BREAKS) -> Word | None:
    """The word at the cursor, None where there is none."""
    start, pieces, plain = c.pos, list[Piece](), list[str]()
    while c.pos < len(c.text):
        char = c.text[c.pos]
        if char in "<>" and c.peek(2)[1:] == "(" and c.pos == start and breaks is BREAKS:
            c.pos += 2
            _flush(plain, pieces)
            pieces.append(_command(c, c.pos - 2, quoted=True))
            continue
        if char in breaks:
            break
        if not _special(c, char, plain, pieces):
            plain.append(char)
            c.pos += 1
    _flush(plain, pieces)
    raw = c.text[start : c.pos]
    if not raw:
        return None
    return Word(tuple(pieces) or (Piece("text", "", quoted=True),), raw, c.line(start))


def _special(c: Cursor, char: str, plain: list[str], pieces: list[Piece]) -> bool:
    """Quotes, escapes and `$` at the cursor; False for a plain character."""
    if char == "\\":
        following = c.peek(2)[1:]
        if following != "\n":
            _flush(plain, pieces)
            pieces.append(Piece("text", following, quoted=True))
        c.pos += 2
    elif char == "'":
        end = c.text.find("'", c.pos + 1)
        if end < 0:
            raise c.fail("a quote that is not closed")
        _flush(plain, pieces)
        pieces.append(Piece("text", c.text[c.pos + 1 : end], quoted=True))
        c.pos = end + 1
    elif char == '"':
        _flush(plain, pieces)
        c.pos += 1
        found = quoted(c, '"')
        pieces.extend(found or [Piece("text", "", quoted=True)])
    elif char in "$`":
        piece = dollar(c, quoted=False) if char == "$" else _backquoted(c, quoted=False)
        if piece is None:
            return False
        _flush(plain, pieces)
        pieces.append(piece)
    else:
        return False
    return True


def _flush(plain: list[str], pieces: list[Piece], *, quoted: bool = False) -> None:
    if plain:
        pieces.append(Piece("text", "".join(plain), quoted=quoted))
        plain.clear()


def quoted(c: Cursor, close: str) -> list[Piece]:
    """What stands up to `close` (`"`, the `}` of a parameter, or "" for the end of the text), moved past it."""
    pieces, plain = list[Piece](), list[str]()
    while c.pos < len(c.text):
        char = c.text[c.pos]
        if char == close:
            c.pos += 1
            _flush(plain, pieces, quoted=True)
            return pieces
        if char == "\\" and c.peek(2)[1:] in set('$`"\\\n}'):
            plain.append(c.peek(2)[1:].strip("\n"))
            c.pos += 2
        elif close == "}" and char in "'\"":
            _flush(plain, pieces, quoted=True)
            _special(c, char, plain, pieces)
        elif char in "$`" and (piece := dollar(c, quoted=True) if char == "$" else _backquoted(c, quoted=True)) is not None:
            _flush(plain, pieces, quoted=True)
            pieces.append(piece)
        else:
            plain.append(char)
            c.pos += 1
    if close:
        raise c.fail("a quote that is not closed" if close == '"' else "a brace that is not closed")
    _flush(plain, pieces, quoted=True)
    return pieces


def dollar(c: Cursor, *, quoted: bool) -> Piece | None:
    """What `$` at the cursor begins; None where it is a plain character."""
    start = c.pos
    if c.peek(3) == "${{":
        end = c.text.find("}}", start)
        if end >= 0:
            c.pos = end + 2
            return Piece("other", c.text[start : c.pos], quoted)
    if c.peek(3) == "$((" and (end := _arithmetic(c.text, start + 3)) >= 0:
        c.pos = end
        return Piece("other", c.text[start:end], quoted)
    if c.peek(2) == "$(":
        c.pos += 2
        return _command(c, start, quoted=quoted)
    if c.peek(2) == "${":
        return _parameter(c, quoted)
    if c.peek(2) == "$'" and not quoted:
        return _ansi(c)
    name = _NAME.match(c.text, start + 1)
    if name is None:
        return None
    length = 1 if name[0][0].isdigit() else len(name[0])
    c.pos = start + 1 + length
    return Piece("variable", name[0][:length], quoted)


def _arithmetic(text: str, start: int) -> int:
    """The end of `$((`, -1 where it is not closed so."""
    level, pos = 2, start
    while pos < len(text) and pos - start < 4096:
        level += {"(": 1, ")": -1}.get(text[pos], 0)
        pos += 1
        if level == 0:
            return pos if text[pos - 2] == ")" else -1
    return -1


def _command(c: Cursor, start: int, *, quoted: bool) -> Piece:
    from auditor.collectors.gocdnext.shell.parse import items

    body = items(c, frozenset({")"}))
    if c.peek() != ")":
        raise c.fail("a substitution that is not closed")
    c.pos += 1
    return Piece("command", c.text[start : c.pos], quoted, body=tuple(body))


def _backquoted(c: Cursor, *, quoted: bool) -> Piece | None:
    from auditor.collectors.gocdnext.shell.parse import items

    end = c.pos + 1
    while end < len(c.text) and c.text[end] != "`":
        end += 2 if c.text[end] == "\\" else 1
    if end >= len(c.text):
        raise c.fail("a backquote that is not closed")
    inner = Cursor(re.sub(r"\\([`\\$])", r"\1", c.text[c.pos + 1 : end]), depth=c.depth, steps=c.steps, first=c.line())
    inner.enter()
    body: list[Item] = items(inner, frozenset())
    raw = c.text[c.pos : end + 1]
    c.pos, c.steps = end + 1, inner.steps
    return Piece("command", raw, quoted, body=tuple(body))


def _parameter(c: Cursor, quoted_: bool) -> Piece:
    start = c.pos
    c.pos += 2
    operator = {"#": "length", "!": "indirect"}.get(c.peek(), "")
    if operator and c.peek(2)[1:] not in {"}", ":", "-", ""}:
        c.pos += 1
    else:
        operator = ""
    name = _NAME.match(c.text, c.pos)
    if name is None:
        raise c.fail("`${` without a name")
    c.pos = name.end()
    own = next((o for o in _OPERATORS if c.text.startswith(o, c.pos)), "")
    c.pos += len(own)
    at = c.line()
    c.enter()
    argument = quoted(c, "}")
    c.depth -= 1
    words = Word(tuple(argument), "", at) if own else None
    if not own and argument:
        raise c.fail("`${` that is not closed")
    return Piece("variable" if operator != "length" else "other", name[0] if operator != "length" else c.text[start : c.pos], quoted_, operator or own, words)


def _ansi(c: Cursor) -> Piece:
    end = c.pos + 2
    while end < len(c.text) and c.text[end] != "'":
        end += 2 if c.text[end] == "\\" else 1
    if end >= len(c.text):
        raise c.fail("a quote that is not closed")
    text = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), c.text[c.pos + 2 : end])
    c.pos = end + 1
    return Piece("text", text, quoted=True)
