"""What is known while a script is walked: variables, files it wrote, functions, and the commands seen so far.

Values are texts in which what is not known stays as a reference: `${NAME}`, `$(command)`, `${{ expression }}`.  A variable that a branch may have set has
several values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from auditor.collectors.gocdnext.shell.tree import Item
from auditor.model.place import At

MAX_VALUE = 4096
MAX_VALUES = 8
MAX_COMMANDS = 4000
MAX_LEVEL = 6


@dataclass(slots=True)
class Command:
    """A command with its words filled in.  `fails`: its failure fails the job, else `why` says what keeps it from doing so; `stops`: its success does.

    `variables` and `files` are what is known when it runs; `prefix` its own assignments; `output` what it prints, as a value; `writes` the files that
    its output goes to; `nested`: it runs inside another command's words.
    """

    words: list[str]
    at: At
    fails: bool
    why: str
    stops: bool
    conditional: bool
    variables: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]
    prefix: Mapping[str, str]
    stdin: str = ""
    output: str = ""
    writes: list[str] = field(default_factory=list)
    nested: bool = False
    place: Callable[[int], At] | None = None

    def at_of(self, word: str) -> At:
        """The place of one of its words, as far as it is known."""
        line = getattr(word, "line", None)
        return self.at if line is None or self.place is None else self.place(line)

    @property
    def name(self) -> str:
        return str(self.words[0].rsplit("/", 1)[-1]) if self.words else ""

    @property
    def weakness(self) -> str:
        """Why the job can succeed though the command failed or was never run, "" if it cannot."""
        return "" if self.fails and not self.conditional else (self.why if not self.fails else "it does not run each time")

    def variable(self, name: str) -> str:
        """The value of a variable in its environment, "" where it is not set; with several values, the reference."""
        if name in self.prefix:
            return self.prefix[name]
        values = self.variables.get(name, ())
        return values[0] if len(values) == 1 else f"${{{name}}}" if values else ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a command's failure means here.  `strict`: `set -e` acts; `status`: its status is the script's; `stops`: so is its success as a failure;
    `exits`: `exit 1` fails the job, as it does outside subshells."""

    strict: bool = True
    status: bool = True
    why: str = ""
    stops: bool = False
    conditional: bool = False
    nested: bool = False
    exits: bool = True

    def dead(self, why: str, *, stops: bool = False) -> Context:
        return replace(self, strict=False, status=False, why=why, stops=stops)

    def inside(self) -> Context:
        return replace(self, conditional=True)

    def passes(self, state: State) -> bool:
        """Does the failure of what runs here fail the job?"""
        return self.status or (self.strict and state.errexit)

    def apart(self, state: State) -> Context:
        """In a subshell."""
        return replace(self, exits=self.exits and self.passes(state))


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the repository: its text and the places of its lines (from 0)."""

    text: str
    place: Callable[[int], At]


@dataclass(slots=True)
class State:
    """`place`: line -> place; `script`: path -> a script of the repository, None where there is none; `expression`: what a `${{ }}` becomes.

    `in_files` are the scripts being walked; `ended`: after `exit` or `return` nothing runs; `may_end`: a branch may have ended with success;
    `swallows`: a trap ends the script with success.  `aliases` stand for the first word of a command."""

    place: Callable[[int], At]
    script: Callable[[str], Script | None]
    expression: Callable[[str], str]
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    functions: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    unread: list[tuple[str, At]] = field(default_factory=list)
    sourced: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    saved: dict[str, list[Command]] = field(default_factory=dict)
    last: list[Command] = field(default_factory=list)
    errexit: bool = True
    pipefail: bool = False
    level: int = 0
    in_files: list[str] = field(default_factory=list)
    ended: str = ""
    may_end: bool = False
    swallows: bool = False
    steps: int = 0
    _shared: bool = False

    def set(self, name: str, values: tuple[str, ...], *, maybe: bool) -> None:
        """Give a variable its values; `maybe`: only perhaps, the old ones stay possible."""
        self._own()
        if maybe:
            values = tuple(dict.fromkeys((*self.variables.get(name, ()), *values)))
        kept = tuple(dict.fromkeys(value if len(value) <= MAX_VALUE else f"${{{name}}}" for value in values))
        self.variables[name] = kept if len(kept) <= MAX_VALUES else (f"${{{name}}}",)

    def unset(self, name: str) -> None:
        self._own()
        self.variables.pop(name, None)

    def write(self, file: str, text: str, *, append: bool) -> None:
        self._own()
        before = self.files.get(file, "") if append else ""
        self.files[file] = (before + ("\n" if before and not before.endswith("\n") else "") + text)[: MAX_VALUE * 4]

    def _own(self) -> None:
        if self._shared:
            self.variables, self.files, self._shared = dict(self.variables), dict(self.files), False

    def share(self) -> None:
        """A command holds on to what is known: the next change makes a copy."""
        self._shared = True

    def tell(self, message: str, at: At) -> None:
        if len(self.unread) < 200:
            self.unread.append((message, at))
