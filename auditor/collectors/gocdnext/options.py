"""A command's words as options and positional arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Options:
    """`given` option -> its values in order ("" for a flag); `rest` the positional arguments."""

    given: dict[str, list[str]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    same: Mapping[str, str] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        self.given.setdefault(self.same.get(name, name), []).append(value)

    def last(self, *names: str) -> str:
        """The value that counts: the last one given under any of the names.  (Names given in different ways: the later name wins.)"""
        found = ""
        for name in names:
            for value in self.given.get(name, ()):
                found = value
        return found

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.given.get(name, ())]

    def has(self, *names: str) -> bool:
        return any(name in self.given for name in names)

    def on(self, *names: str) -> bool:
        """Is a flag set, and not to false?"""
        return any(value.lower() not in {"false", "0", "none"} for name in names for value in self.given.get(name, ()))


def read(words: Iterable[str], valued: frozenset[str], *, single_dash: bool = False, same: Mapping[str, str] | None = None) -> Options:
    """`valued` are the options that take the next word; a value after `=`, or right after a short option of these, is read too.  `same` are other
    names of an option.

    `single_dash`: long options begin with one dash (Go's flag package, Terraform).
    """
    found = Options(same=same or {})
    pending = ""
    literal = False
    for word in words:
        if pending:
            found.add(pending, word)
            pending = ""
        elif literal or not word.startswith("-") or word == "-":
            found.rest.append(word)
        elif word == "--":
            literal = True
        else:
            pending = _option(word, valued, found, single_dash=single_dash)
    return found


def _option(word: str, valued: frozenset[str], found: Options, *, single_dash: bool) -> str:
    """Take an option in; returns it if its value is the next word."""
    name, equals, value = word.partition("=")
    if equals:
        found.add(name, _like(word, value))
        return ""
    if name in valued:
        return name
    if not word.startswith("--") and not single_dash and len(word) > 2:
        if word[:2] in valued:
            found.add(word[:2], _like(word, word[2:]))
        else:
            for index, letter in enumerate(word[1:], start=1):
                if "-" + letter in valued:
                    if word[index + 1 :]:
                        found.add("-" + letter, _like(word, word[index + 1 :]))
                        return ""
                    return "-" + letter
                found.add("-" + letter, "")
        return ""
    found.add(name, "")
    return ""


def _like(word: str, part: str) -> str:
    """A part of a word, of the same line."""
    from auditor.collectors.gocdnext.shell.expand import field as on_line

    line = getattr(word, "line", None)
    return part if line is None else on_line(part, line)
