"""From a script to its tree: POSIX shell, and of Bash what scripts of pipelines use (`[[`, arrays, `$'...'`, process substitution)."""

from __future__ import annotations

import re
from collections.abc import Callable

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
from auditor.collectors.gocdnext.shell.words import Cursor, Document, quoted, word

_KEYWORD = re.compile(r"(?:[A-Za-z]+|\[\[|[{}!])(?=[\s;&|()<>]|$)")
_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_REDIRECT = re.compile(r"([0-9]*)(&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||>|<)(?!\()")
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
        _separators(c)
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
    found = _keyword(c)
    return found if found in _CLOSING else ""


def _keyword(c: Cursor) -> str:
    match = _KEYWORD.match(c.text, c.pos)
    return match[0] if match else ""


def _blank(c: Cursor) -> None:
    """Past blanks, continued lines and a comment."""
    text = c.text
    while c.pos < len(text):
        if text[c.pos] in " \t":
            c.pos += 1
        elif text.startswith("\\\n", c.pos):
            c.pos += 2
        elif text[c.pos] == "#":
            end = text.find("\n", c.pos)
            c.pos = len(text) if end < 0 else end
        else:
            return


def _separators(c: Cursor) -> None:
    """Past blanks, new lines and lone `;`."""
    while True:
        _blank(c)
        if c.peek() == "\n":
            _newline(c)
        elif c.peek() == ";" and c.peek(2) not in {";;", ";&"}:
            c.pos += 1
        else:
            return


def _newline(c: Cursor) -> None:
    """Past the end of a line, and the here-documents that begin after it."""
    c.pos += 1
    pending, c.pending = c.pending, []
    for document in pending:
        first, lines = c.line(), []
        while c.pos < len(c.text):
            end = c.text.find("\n", c.pos)
            line = c.text[c.pos :] if end < 0 else c.text[c.pos : end]
            c.pos = len(c.text) if end < 0 else end + 1
            line = line.lstrip("\t") if document.indented else line
            if line == document.delimiter:
                break
            lines.append(line)
        body = "".join(line + "\n" for line in lines)
        document.redirect.target = _document(body, first, c, literal=document.literal)


def _document(body: str, first: int, c: Cursor, *, literal: bool) -> Word:
    if not literal:
        try:
            return Word(tuple(quoted(Cursor(body, depth=c.depth + 1, first=first), "")), body, first)
        except ShellError:
            pass
    return Word((Piece("text", body, quoted=True),), body, first)


def _item(c: Cursor) -> Item:
    pipes, operators = [_pipe(c)], []
    background = False
    while True:
        _blank(c)
        if c.peek(2) in {"&&", "||"}:
            operators.append(c.peek(2))
            c.pos += 2
            _separators(c)
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
    while (keyword := _keyword(c)) in {"!", "time"}:
        negated ^= keyword == "!"
        c.pos += len(keyword)
        _blank(c)
    parts = [_part(c)]
    while True:
        _blank(c)
        if c.peek() != "|" or c.peek(2) == "||":
            return Pipe(tuple(parts), negated)
        c.pos += 2 if c.peek(2) == "|&" else 1
        _separators(c)
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
            _blank(c)
            if not _redirect(c, redirects):
                break
    c.depth -= 1
    return Part(node, tuple(redirects))


def _compound(c: Cursor) -> Node | None:
    keyword = _keyword(c)
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
    readers: dict[str, Callable[[Cursor], Node]] = {"if": _if, "while": _while, "until": _while, "for": _for, "select": _for, "case": _case, "[[": _test, "function": _function}
    reader = readers.get(keyword)
    if reader is None:
        return None
    c.pos += len(keyword)
    return reader(c)


def _expect(c: Cursor, keyword: str) -> None:
    _separators(c)
    if not (c.peek() == keyword or _keyword(c) == keyword):
        raise c.fail(f"`{keyword}` is missing")
    c.pos += len(keyword)


def _if(c: Cursor) -> If:
    branches = []
    while True:
        condition = items(c, frozenset({"then"}))
        _expect(c, "then")
        body = items(c, frozenset({"elif", "else", "fi"}))
        branches.append((tuple(condition), tuple(body)))
        keyword = _keyword(c)
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
    _separators(c)
    close = "}" if _keyword(c) == "{" else "done"
    _expect(c, "{" if close == "}" else "do")
    body = items(c, frozenset({close}))
    _expect(c, close)
    return tuple(body)


def _for(c: Cursor) -> Loop:
    _blank(c)
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
    _separators(c)
    if _keyword(c) == "in":
        c.pos += 2
        while True:
            _blank(c)
            found = word(c)
            if found is None:
                break
            words.append(found)
    return Loop(name.raw, tuple(words), (), _do(c))


def _case(c: Cursor) -> Case:
    _blank(c)
    subject = word(c)
    _separators(c)
    if subject is None or _keyword(c) != "in":
        raise c.fail("`case` without `in`")
    c.pos += 2
    arms: list[tuple[Item, ...]] = []
    while True:
        _separators(c)
        if _keyword(c) == "esac":
            c.pos += 4
            return Case(subject, tuple(arms))
        _pattern(c)
        arms.append(tuple(items(c, frozenset({";;", "esac"}))))
        if c.peek(2) in {";;", ";&"}:
            c.pos += 3 if c.peek(3) == ";;&" else 2


def _pattern(c: Cursor) -> None:
    if c.peek() == "(":
        c.pos += 1
    while True:
        _blank(c)
        if c.peek() == ")":
            c.pos += 1
            return
        if c.peek() == "|":
            c.pos += 1
        elif word(c) is None:
            raise c.fail("a `case` that is not closed")


def _test(c: Cursor) -> Simple:
    at = c.line()
    words = [Word((Piece("text", "[["),), "[[", at)]
    while True:
        _separators(c)
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


def _function(c: Cursor) -> Function:
    _blank(c)
    name = word(c)
    _blank(c)
    if c.peek() == "(":
        c.pos += 1
        _expect(c, ")")
    return _body(c, name.raw if name is not None else "")


def _body(c: Cursor, name: str) -> Function:
    _separators(c)
    node = _compound(c)
    if node is None:
        raise c.fail("a function without a body")
    return Function(name, node.body if isinstance(node, Group) else (Item((Pipe((Part(node),)),)),))


def _simple(c: Cursor, redirects: list[Redirect]) -> Node:
    at, assigns, words = c.line(), list[tuple[str, Word]](), list[Word]()
    while True:
        _blank(c)
        if _redirect(c, redirects):
            continue
        if c.peek() == "(" and len(words) == 1 and not assigns:
            c.pos += 1
            _expect(c, ")")
            return _body(c, words[0].raw)
        assign = None if words else _ASSIGN.match(c.text, c.pos)
        if assign is not None:
            c.pos = assign.end()
            assigns.append((assign[1], _array(c) if c.peek() == "(" else word(c) or Word((), "", at)))
            continue
        found = word(c)
        if found is None:
            break
        words.append(found)
    if not (assigns or words or redirects):
        raise c.fail(f"`{c.peek()}` where a command should begin" if c.peek() else "a command is missing")
    return Simple(tuple(assigns), tuple(words), at)


def _array(c: Cursor) -> Word:
    start, at, pieces = c.pos, c.line(), list[Piece]()
    c.pos += 1
    while True:
        _separators(c)
        if c.peek() == ")":
            c.pos += 1
            return Word(tuple(pieces), c.text[start : c.pos], at)
        found = word(c)
        if found is None:
            raise c.fail("an array that is not closed")
        if pieces:
            pieces.append(Piece("text", " "))
        pieces += found.pieces


def _redirect(c: Cursor, redirects: list[Redirect]) -> bool:
    """Past a redirection, kept where it is of standard input or output."""
    match = _REDIRECT.match(c.text, c.pos)
    if match is None:
        return False
    c.pos = match.end()
    _blank(c)
    target = word(c)
    if target is None:
        raise c.fail("a redirection without a target")
    operator = match[2]
    if operator in {"<<", "<<-"}:
        redirect = Redirect("<<", target)
        delimiter = "".join(piece.text for piece in target.pieces)
        c.pending.append(Document(redirect, delimiter, operator == "<<-", any(piece.quoted for piece in target.pieces)))
        redirects.append(redirect)
    elif operator not in {"<&", ">&", "<>"} and match[1] in {"", "0", "1"}:
        redirects.append(Redirect(operator.replace("&", "").replace("|", ""), target))
    return True
