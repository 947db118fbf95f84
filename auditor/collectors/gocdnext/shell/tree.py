"""What a script is made of.  Lines count from 0."""

from __future__ import annotations

from dataclasses import dataclass


class ShellError(Exception):
    """A script that cannot be read: not shell, or beyond our limits.  `line` counts from 0."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word: `text`, `variable` (with `operator` and `argument` of `${NAME:-argument}`), `command` (a substitution), or `other`,
    which stays as written (an expression of the product, arithmetic)."""

    kind: str
    text: str
    quoted: bool = False
    operator: str = ""
    argument: Word | None = None
    body: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    pieces: tuple[Piece, ...]
    raw: str
    line: int

    def raw_text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Redirect:
    """`operator` is `>`, `>>`, `<`, `<<` (a here-document, `target` its text, known once its line ends) or `<<<`."""

    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    assigns: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    line: int


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[tuple[Item, ...], tuple[Item, ...]], ...]
    otherwise: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`variable` is "" for `while` and `until`, whose condition is `condition`."""

    variable: str
    words: tuple[Word, ...]
    condition: tuple[Item, ...]
    body: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`patterns` are those of each arm."""

    word: Word
    arms: tuple[tuple[Item, ...], ...]
    patterns: tuple[tuple[Word, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    body: tuple[Item, ...]
    subshell: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: tuple[Item, ...]


Node = Simple | If | Loop | Case | Group | Function


@dataclass(frozen=True, slots=True)
class Part:
    """One command of a pipe, with its redirections."""

    node: Node
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipe:
    parts: tuple[Part, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Pipes joined by `&&` and `||`; `operators` stand between them."""

    pipes: tuple[Pipe, ...]
    operators: tuple[str, ...] = ()
    background: bool = False
