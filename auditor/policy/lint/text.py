"""The first pass, over the text alone: what must be known before any parser sees a module, and what parsers do not tell.

The embedded engine takes exponential time for nested literals and refuses long lines, so a module that goes beyond is not parsed at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.errors import LintError

MAX_BYTES = 256 * 1024
MAX_COLUMNS = 110
MAX_LITERALS = 8
MAX_PARENTHESES = 64
SAFE_COLUMNS = 1000  # the embedded engine stops at 1,024
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<comment>\#[^\n]*)|(?P<string>"(?:[^"\\\n]|\\[^\n])*")|(?P<raw>`[^`]*`)
      |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<other>.)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    line: int
    column: int


def tokens(source: str) -> Iterator[Token]:
    """Every token but space and comments, with its place.  A string that does not end is `other`."""
    line, start = 1, 0
    for match in _TOKEN.finditer(source):
        kind, text = match.lastgroup or "other", match[0]
        if kind not in {"space", "comment"}:
            yield Token(kind, text, line, match.start() - start + 1)
        if "\n" in text:
            line += text.count("\n")
            start = match.start() + text.rindex("\n") + 1


def check_text(path: str, source: str) -> tuple[list[LintError], bool]:
    """The findings, and whether a parser may see the module."""
    if len(source) > MAX_BYTES:
        return [LintError(path, 1, 1, "S19", f"keep a module under {MAX_BYTES // 1024} KiB")], False
    found = [LintError(path, line, MAX_COLUMNS + 1, "S19", f"break the line: {width} columns, at most {MAX_COLUMNS}") for line, width in _long(source)]
    safe = all(len(line.encode("utf-8", "replace").replace(b"\t", b"    ")) <= SAFE_COLUMNS for line in source.split("\n"))
    seen = list(tokens(source))
    deep = _depth(path, seen)
    found += deep + _syntax(path, seen) + _numbers(path, seen) + _imports(path, seen)
    return found, safe and not deep


def _long(source: str) -> Iterator[tuple[int, int]]:
    """Lines that are too long.  A comment may end in one word that is: an address cannot be broken."""
    for number, line in enumerate(source.split("\n"), 1):
        width = len(line.rstrip("\r"))
        if width > MAX_COLUMNS and not (line.lstrip().startswith("#") and " " not in line[MAX_COLUMNS // 2 :].strip() and width <= SAFE_COLUMNS):
            yield number, width


def _depth(path: str, seen: list[Token]) -> list[LintError]:
    """Brackets that nest too deep: one finding a place where the limit is first passed.  The braces of a body are not a literal."""
    found: list[LintError] = []
    stack: list[str] = []
    literals = parentheses = 0
    previous = ""
    for token in seen:
        if token.kind == "open":
            what = "(" if token.text == "(" else "body" if token.text == "{" and previous in {"if", "else"} else "["
            stack.append(what)
            literals += what == "["
            parentheses += what != "["
            if what == "[" and literals == MAX_LITERALS + 1:
                found.append(LintError(path, token.line, token.column, "S19", f"nest at most {MAX_LITERALS} brackets: name the inner value"))
            elif what != "[" and parentheses == MAX_PARENTHESES + 1:
                found.append(LintError(path, token.line, token.column, "S19", f"nest at most {MAX_PARENTHESES} parentheses"))
        elif token.kind == "close" and stack:
            what = stack.pop()
            literals -= what == "["
            parentheses -= what != "["
        previous = token.text
    return found


def _syntax(path: str, seen: list[Token]) -> list[LintError]:
    found = []
    for token, following in zip(seen, [*seen[1:], Token("end", "", 0, 0)], strict=False):
        if token.text == "$" and following.kind in {"string", "raw"}:
            found.append(LintError(path, token.line, token.column, "S20", "build the text with sprintf: only some engines know templates"))
        elif token.kind == "other" and token.text in {'"', "`"}:
            found.append(LintError(path, token.line, token.column, "S20", "end the string on its line"))
        elif token.text == "not" and following.text == "{":
            found.append(LintError(path, token.line, token.column, "S3", "name the block as a rule of its own and write `not _name`"))
    return found


def _numbers(path: str, seen: list[Token]) -> list[LintError]:
    found = []
    for token in seen:
        if token.kind == "number" and (not token.text.isdigit() or len(token.text) > 16 or int(token.text) > 2**53):
            found.append(LintError(path, token.line, token.column, "S6", "use an integer below 2^53: whole percent, whole seconds"))
    return found


def _imports(path: str, seen: list[Token]) -> list[LintError]:
    """Imports below the first rule.  A statement starts on a new line outside of brackets."""
    found = []
    depth = line = 0
    body = False
    for token in seen:
        if depth == 0 and token.line != line and token.column == 1:
            if token.text == "import" and body:
                found.append(LintError(path, token.line, token.column, "S20", "move the import directly below the package"))
            body = body or token.text not in {"package", "import"}
        depth += (token.kind == "open") - (token.kind == "close")
        line = token.line
    return found
