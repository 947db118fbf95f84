"""From a script to its tree: POSIX shell, and of Bash what scripts of pipelines use (`[[`, arrays, `$'...'`, process substitution)."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.collectors.gocdnext.shell.bash import array, test
from auditor.collectors.gocdnext.shell.spacing import keyword_at, skip_blank, skip_separators, take_redirect
from auditor.collectors.gocdnext.shell.tree import (
    Case,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Part,
    Piece,
    Pipe,
    Redirect,
    ShellError,
    Simple,
    Word,
)
from auditor.collectors.gocdnext.shell.words import Cursor, word

_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_ASSIGN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]{0,200}\])?\+?=")
_NOTHING: frozenset[str] = frozenset()


def parse(text: str) -> tuple[Item, ...]:
    """A script's tree.  Raises ShellError."""
    c = Cursor(text.replace("\r\n", "\n"))
    try:
        found = items(c, _NOTHING)
    except RecursionError:
        raise ShellError("a script nested too deep", c.line()) from None
    return tuple(found)


def items(c: Cursor, until: frozenset[str]) -> list[Item]:
    """Commands up to the end or one of `until` (keywords, `)`, `;;`), which is not passed."""
    c.enter()
    found = []
    while True:
        skip_separators(c)
        if c.pos >= len(c.text):
            break
        closing = _closing(c)
        if closing:
            if closing not in until:
                raise c.fail(f"`{closing}` where nothing is open")
            break
        found.append(_item(c))
    c.depth -= 1
    return found


def _closing(c: Cursor) -> str:
    if c.peek() == ")":
        return ")"
    if c.peek(2) in {";;", ";&"}:
        return ";;"
    found = keyword_at(c)
    return found if found in _CLOSING else ""


def _item(c: Cursor) -> Item:
    pipes, operators = [_pipe(c)], []
    background = False
    while True:
        skip_blank(c)
        if c.peek(2) in {"&&", "||"}:
            operators.append(c.peek(2))
            c.pos += 2
            skip_separators(c)
            pipes.append(_pipe(c))
            continue
        if c.peek() == "&":
            background = True
            c.pos += 1
        elif c.peek() not in {"", "\n", ";", ")"}:
            raise c.fail(f"`{c.peek()}` where a command should end")
        return Item(tuple(pipes), tuple(operators), background)


def _pipe(c: Cursor) -> Pipe:
    negated = False
    while (keyword := keyword_at(c)) in {"!", "time"}:
        negated ^= keyword == "!"
        c.pos += len(keyword)
        skip_blank(c)
    parts = [_part(c)]
    while True:
        skip_blank(c)
        if c.peek() != "|" or c.peek(2) == "||":
            return Pipe(tuple(parts), negated)
        c.pos += 2 if c.peek(2) == "|&" else 1
        skip_separators(c)
        parts.append(_part(c))


def _part(c: Cursor) -> Part:
    c.step()
    c.enter()
    redirects: list[Redirect] = []
    node = _compound(c)
    if node is None:
        node = _simple(c, redirects)
    else:
        while True:
            skip_blank(c)
            if not take_redirect(c, redirects):
                break
    c.depth -= 1
    return Part(node, tuple(redirects))


def _compound(c: Cursor) -> Node | None:
    keyword = keyword_at(c)
    if c.peek(2) == "((" and (end := c.text.find("))", c.pos)) >= 0:
        at = c.line()
        c.pos = end + 2
        return Simple((), (Word((Piece("text", "(("),), "((", at),), at)
    if c.peek() == "(" or keyword == "{":
        c.pos += 1
        body = items(c, frozenset({")" if keyword != "{" else "}"}))
        _expect(c, ")" if keyword != "{" else "}")
        return Group(tuple(body), subshell=keyword != "{")
    if keyword in _CLOSING:
        raise c.fail(f"`{keyword}` where nothing is open")
    readers: dict[str, Callable[[Cursor], Node]] = {"if": _if, "while": _while, "until": _while, "for": _for, "select": _for, "case": _case, "[[": test, "function": _function}
    reader = readers.get(keyword)
    if reader is None:
        return None
    c.pos += len(keyword)
    return reader(c)


def _expect(c: Cursor, keyword: str) -> None:
    skip_separators(c)
    if not (c.peek() == keyword or keyword_at(c) == keyword):
        raise c.fail(f"`{keyword}` is missing")
    c.pos += len(keyword)


def _if(c: Cursor) -> If:
    branches = []
    while True:
        condition = items(c, frozenset({"then"}))
        _expect(c, "then")
        body = items(c, frozenset({"elif", "else", "fi"}))
        branches.append((tuple(condition), tuple(body)))
        keyword = keyword_at(c)
        if keyword not in {"elif", "else"}:
            _expect(c, "fi")
            return If(tuple(branches), ())
        c.pos += len(keyword)
        if keyword == "else":
            otherwise = items(c, frozenset({"fi"}))
            _expect(c, "fi")
            return If(tuple(branches), tuple(otherwise))


def _while(c: Cursor) -> Loop:
    condition = items(c, frozenset({"do"}))
    return Loop("", (), tuple(condition), _do(c))


def _do(c: Cursor) -> tuple[Item, ...]:
    skip_separators(c)
    close = "}" if keyword_at(c) == "{" else "done"
    _expect(c, "{" if close == "}" else "do")
    body = items(c, frozenset({close}))
    _expect(c, close)
    return tuple(body)


def _for(c: Cursor) -> Loop:
    skip_blank(c)
    if c.peek(2) == "((":
        end = c.text.find("))", c.pos)
        if end < 0:
            raise c.fail("`((` that is not closed")
        c.pos = end + 2
        return Loop("", (), (), _do(c))
    name = word(c)
    if name is None:
        raise c.fail("`for` without a name")
    words: list[Word] = []
    skip_separators(c)
    if keyword_at(c) == "in":
        c.pos += 2
        while True:
            skip_blank(c)
            found = word(c)
            if found is None:
                break
            words.append(found)
    return Loop(name.raw, tuple(words), (), _do(c))


def _case(c: Cursor) -> Case:
    skip_blank(c)
    subject = word(c)
    skip_separators(c)
    if subject is None or keyword_at(c) != "in":
        raise c.fail("`case` without `in`")
    c.pos += 2
    arms, patterns = list[tuple[Item, ...]](), list[tuple[Word, ...]]()
    while True:
        skip_separators(c)
        if keyword_at(c) == "esac":
            c.pos += 4
            return Case(subject, tuple(arms), tuple(patterns))
        patterns.append(_pattern(c))
        arms.append(tuple(items(c, frozenset({";;", "esac"}))))
        if c.peek(2) in {";;", ";&"}:
            c.pos += 3 if c.peek(3) == ";;&" else 2


def _pattern(c: Cursor) -> tuple[Word, ...]:
    found = list[Word]()
    if c.peek() == "(":
        c.pos += 1
    while True:
        skip_blank(c)
        if c.peek() == ")":
            c.pos += 1
            return tuple(found)
        if c.peek() == "|":
            c.pos += 1
            continue
        pattern = word(c)
        if pattern is None:
            raise c.fail("a `case` that is not closed")
        found.append(pattern)


def _function(c: Cursor) -> Function:
    skip_blank(c)
    name = word(c)
    skip_blank(c)
    if c.peek() == "(":
        c.pos += 1
        _expect(c, ")")
    return _body(c, name.raw if name is not None else "")


def _body(c: Cursor, name: str) -> Function:
    skip_separators(c)
    node = _compound(c)
    if node is None:
        raise c.fail("a function without a body")
    return Function(name, node.body if isinstance(node, Group) else (Item((Pipe((Part(node),)),)),))


def _appended(name: str, value: Word) -> Word:
    """`NAME+=value`; members of an array stand apart."""
    apart = (Piece("text", " "),) if value.raw.startswith("(") else ()
    return Word((Piece("variable", name, quoted=True), *apart, *value.pieces), value.raw, value.line)


def _simple(c: Cursor, redirects: list[Redirect]) -> Node:
    at, assigns, words = c.line(), list[tuple[str, Word]](), list[Word]()
    while True:
        skip_blank(c)
        if take_redirect(c, redirects):
            continue
        if c.peek() == "(" and len(words) == 1 and not assigns:
            c.pos += 1
            _expect(c, ")")
            return _body(c, words[0].raw)
        assign = None if words else _ASSIGN.match(c.text, c.pos)
        if assign is not None:
            c.pos = assign.end()
            value = array(c) if c.peek() == "(" else word(c) or Word((), "", at)
            assigns.append((assign[1], _appended(assign[1], value) if assign[0].endswith("+=") else value))
            continue
        found = word(c)
        if found is None:
            break
        words.append(found)
    if not (assigns or words or redirects):
        raise c.fail(f"`{c.peek()}` where a command should begin" if c.peek() else "a command is missing")
    return Simple(tuple(assigns), tuple(words), at)
