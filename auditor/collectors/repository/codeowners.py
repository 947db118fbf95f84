"""CODEOWNERS as GitHub reads it: last matching line wins, a line that cannot be read is skipped, owners may be none (explicitly unowned).

Source of the rules: GitHub Docs, "About code owners".  What they leave open is `unspecified`: such a line is kept with the widest reading that it can
have, and a file for which it decides has no certain owners.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field

from auditor.collectors.repository.patterns import MAX_LENGTH, Pattern, PatternError, code_owners_pattern

MAX_BYTES = 3 * 1024 * 1024
"""GitHub does not load a larger file ("must be under 3 MB")."""

_NAME = frozenset(string.ascii_letters + string.digits + "-_")
_TEAM = _NAME | {"."}
_LOCAL = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.")
_DOMAIN = frozenset(string.ascii_letters + string.digits + "-.")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line that counts.  `certain` false: whether, or for what, it counts is not documented."""

    line: int
    text: str
    pattern: Pattern
    owners: tuple[str, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a line, in a clause."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Match:
    """The line that decides, and its owners: none means explicitly unowned."""

    line: int
    owners: tuple[str, ...]
    certain: bool = True


@dataclass(slots=True)
class CodeOwners:
    """A parsed file: rules in the order of its lines, the lines GitHub skips, and those whose meaning is open."""

    rules: list[Rule] = field(default_factory=list)
    invalid: list[Note] = field(default_factory=list)
    unspecified: list[Note] = field(default_factory=list)

    def owners(self, path: str) -> Match | None:
        """The last line that matches a file (from the git root, no leading slash); None: no line does, which is not the same as unowned."""
        for rule in reversed(self.rules):
            if rule.pattern.matches(path):
                return Match(rule.line, rule.owners, rule.certain)
        return None


def parse(data: bytes) -> CodeOwners:
    """The rules of a file of at most MAX_BYTES.  Never raises: what cannot be read becomes a note."""
    found = CodeOwners()
    text = data.decode("utf-8-sig", errors="replace")
    for number, line in enumerate(text.split("\n"), 1):
        _line(found, number, line.rstrip("\r"))
    return found


def _line(found: CodeOwners, number: int, line: str) -> None:
    body = line.strip(" \t")
    if not body or body.startswith("#"):
        return
    column = len(line) - len(line.lstrip(" \t")) + 1
    pattern, rest, at = _split(body)
    owners, bad, glued = _owners(rest, column + at)
    reason = _bad_line(body, pattern)
    if reason or bad:
        found.invalid.append(Note(number, column, reason) if reason or not bad else Note(number, bad.column, bad.message))
        if bad or reason != _BRACKETS:
            return
    opened = "" if reason else glued or _open(pattern)
    if opened:
        found.unspecified.append(Note(number, column, opened))
    _add(found, number, pattern, owners, certain=not (reason or opened))


_BRACKETS = "CODEOWNERS has no `[ ]` ranges"


def _bad_line(body: str, pattern: str) -> str:
    """Why GitHub skips a line of this pattern, "" if it does not."""
    if "\ufffd" in body or any(ord(character) < 32 and character != "\t" for character in body):
        return "not UTF-8 text, or a control character"
    if pattern.startswith("!"):
        return "`!` does not negate in CODEOWNERS"
    if pattern.startswith("\\#"):
        return "`\\#` does not escape a `#` in CODEOWNERS"
    if "***" in pattern:
        return "`***` is no valid pattern"
    if "[" in pattern or "]" in pattern:
        return _BRACKETS
    return ""


def _open(pattern: str) -> str:
    """What GitHub's documentation leaves open about a pattern, "" if nothing."""
    if "**/**" in pattern or pattern.endswith("**/"):
        return "what `**/` matches before another `**` or at the end is not documented"
    if "#" in pattern:
        return "whether a `#` within a pattern starts a comment is not documented"
    if len(pattern) > MAX_LENGTH:
        return f"a pattern of more than {MAX_LENGTH} characters"
    return ""


def _add(found: CodeOwners, number: int, pattern: str, owners: tuple[str, ...], *, certain: bool) -> None:
    readings = [pattern]
    if "#" in pattern:
        readings.append(pattern.partition("#")[0].removesuffix("\\"))
    for reading in readings:
        try:
            compiled = code_owners_pattern(reading)
        except PatternError:
            compiled = code_owners_pattern("**")
        found.rules.append(Rule(number, pattern, compiled, owners, certain))


def _split(body: str) -> tuple[str, str, int]:
    """The pattern, what follows it, and where that starts.  A space after a backslash belongs to the pattern."""
    escaped = False
    for at, character in enumerate(body):
        if not escaped and character in " \t":
            return body[:at], body[at:], at
        escaped = character == "\\" and not escaped
    return body, "", len(body)


def _owners(rest: str, column: int) -> tuple[tuple[str, ...], Note | None, str]:
    """The owners, the first that cannot be one, and what is open about them.  A word that starts with `#` starts a comment."""
    owners: list[str] = []
    at = 0
    for word in rest.replace("\t", " ").split(" "):
        here = column + at
        at += len(word) + 1
        if word.startswith("#"):
            break
        if not word:
            continue
        if is_owner(word):
            owners.append(word)
            continue
        before, mark, _ = word.partition("#")
        if mark and is_owner(before):
            return (*owners, before), None, "whether a `#` right after an owner starts a comment is not documented"
        return (), Note(0, here, f"`{word[:60]}` is no owner: not @user, @organisation/team or an e-mail address"), ""
    return tuple(owners), None, ""


def is_owner(word: str) -> bool:
    """Is this the form of @user, @organisation/team or an e-mail address?"""
    if word.startswith("@"):
        name, slash, team = word[1:].partition("/")
        return _made_of(name, _NAME) and (not slash or _made_of(team, _TEAM))
    local, _, domain = word.rpartition("@")
    return _made_of(local, _LOCAL) and _made_of(domain, _DOMAIN) and all(domain.split(".")) and "." in domain


def _made_of(text: str, allowed: frozenset[str]) -> bool:
    return bool(text) and allowed.issuperset(text)
