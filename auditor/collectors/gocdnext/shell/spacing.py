"""Between the words of a script: blanks, comments, line ends with their here-documents, and redirections."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.shell.tree import Piece, Redirect, ShellError, Word
from auditor.collectors.gocdnext.shell.words import Cursor, Document, quoted, word

_KEYWORD = re.compile(r"(?:[A-Za-z]+|\[\[|[{}!])(?=[\s;&|()<>]|$)")
_REDIRECT = re.compile(r"([0-9]*)(&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||>|<)(?!\()")


def keyword_at(c: Cursor) -> str:
    match = _KEYWORD.match(c.text, c.pos)
    return match[0] if match else ""


def skip_blank(c: Cursor) -> None:
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


def skip_separators(c: Cursor) -> None:
    """Past blanks, new lines and lone `;`."""
    while True:
        skip_blank(c)
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


def take_redirect(c: Cursor, redirects: list[Redirect]) -> bool:
    """Past a redirection, kept where it is of standard input or output."""
    match = _REDIRECT.match(c.text, c.pos)
    if match is None:
        return False
    c.pos = match.end()
    skip_blank(c)
    target = word(c)
    if target is None:
        raise c.fail("a redirection without a target")
    operator = match[2]
    if operator in {"<<", "<<-"}:
        found = Redirect("<<", target)
        delimiter = "".join(piece.text for piece in target.pieces)
        c.pending.append(Document(found, delimiter, operator == "<<-", any(piece.quoted for piece in target.pieces)))
        redirects.append(found)
    elif operator not in {"<&", ">&", "<>"} and match[1] in {"", "0", "1"}:
        redirects.append(Redirect(operator.replace("&", "").replace("|", ""), target))
    return True
