"""Everything that a declared image pattern can name, as an automaton over two tapes.

The same image can be written in four ways, and engines see different strings.  Tape one is what a ClusterPolicy is matched against: registry added,
the tag dropped beside a digest, `latest` where there is no tag.  Tape two is the reference as written, which an ImageValidatingPolicy is matched against.
Only valid references count: `*` in a declared pattern stands for what a registry and a repository may be called.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from auditor.collectors.kubernetes.automata import Move, matches

Form = Literal["tag", "digest"]

DEFAULT_REGISTRY = "docker.io"

_ALNUM = string.ascii_lowercase + string.digits
_HEX = "0abcdef123456789"
_WORD = string.ascii_lowercase + string.digits + string.ascii_uppercase + "_"
_TAG = _WORD + ".-"
_DIGEST_LENGTH = 64
_LATEST = "latest"
_BOTH, _FIRST, _SECOND = (True, True), (True, False), (False, True)

State = tuple[str, int, str]
"""(phase, position, state of the grammar): phases `name` (position in the pattern), `latest`, `tag`, `ignored tag`, `algorithm`, `hex` (characters read)."""

# registry and path, character by character: state -> [(characters, next state)]
_GRAMMAR: dict[str, list[tuple[str, str]]] = {
    "host": [(_ALNUM, "label")],
    "label": [(_ALNUM + "-", "label"), (".", "dot"), (":", "colon")],
    "dot": [(_ALNUM, "dotted")],
    "dotted": [(_ALNUM + "-", "dotted"), (".", "dot"), (":", "colon"), ("/", "component")],
    "colon": [(string.digits, "port")],
    "port": [(string.digits, "port"), ("/", "component")],
    "component": [(_ALNUM, "path")],
    "path": [(_ALNUM, "path"), (".", "component"), ("_", "underscore"), ("-", "dash"), ("/", "component")],
    "underscore": [(_ALNUM, "path"), ("_", "component")],
    "dash": [(_ALNUM, "path"), ("-", "dash")],
}


@dataclass(frozen=True)
class Language:
    """What `pattern` names in one form.  `pattern` is split into `spellings`: (pattern from there on, its grammar state, tape one so far, tape two so far)."""

    pattern: str
    form: Form
    spellings: tuple[tuple[str, str, str, str], ...]

    def starts(self) -> Iterator[tuple[tuple[int, State], str, str]]:
        for index, (_, grammar, first, second) in enumerate(self.spellings):
            yield (index, ("name", 0, grammar)), first, second

    def accepting(self, state: tuple[int, State]) -> bool:
        phase, position, _ = state[1]
        return (phase, position) in {("latest", len(_LATEST)), ("hex", _DIGEST_LENGTH)} or (phase == "tag" and position > 0)

    def moves(self, state: tuple[int, State]) -> Iterator[tuple[Move, tuple[int, State]]]:
        index, (phase, position, grammar) = state
        if phase == "name":
            pattern = self.spellings[index][0]
            for move, following in _name(pattern, position, grammar):
                yield move, (index, following)
            if grammar == "path" and not pattern[position:].strip("*"):
                for move, following in _ends(self.form):
                    yield move, (index, following)
        else:
            for move, following in _suffix(phase, position):
                yield move, (index, following)


def _name(pattern: str, position: int, grammar: str) -> Iterator[tuple[Move, State]]:
    while True:
        if position >= len(pattern):
            return
        wild = pattern[position] == "*"
        for chars, following in _GRAMMAR[grammar]:
            if wild:
                yield Move(chars), ("name", position, following)
            elif pattern[position] == "?":
                yield Move(chars), ("name", position + 1, following)
            elif pattern[position] in chars or (grammar in {"host", "label", "dot", "dotted"} and pattern[position].lower() in chars):
                yield Move(pattern[position]), ("name", position + 1, following)
        if not wild:
            return
        position += 1  # the run is empty or over


def _ends(form: Form) -> Iterator[tuple[Move, State]]:
    if form == "tag":
        yield Move(":", *_BOTH), ("tag", 0, "")
        yield Move(":", *_FIRST), ("latest", 0, "")
    else:
        yield Move("@", *_BOTH), ("algorithm", 0, "")
        yield Move(":", *_SECOND), ("ignored tag", 0, "")


def _suffix(phase: str, position: int) -> Iterator[tuple[Move, State]]:
    if phase == "tag":
        yield Move(_TAG if position else _WORD), ("tag", 1, "")
    elif phase == "latest" and position < len(_LATEST):
        yield Move(_LATEST[position], *_FIRST), ("latest", position + 1, "")
    elif phase == "ignored tag":
        yield Move(_TAG if position else _WORD, *_SECOND), ("ignored tag", 1, "")
        if position:
            yield Move("@", *_BOTH), ("algorithm", 0, "")
    elif phase == "algorithm":
        text = "sha256:"
        yield Move(text[position]), ("hex", 0, "") if position == len(text) - 1 else ("algorithm", position + 1, "")
    elif phase == "hex" and position < _DIGEST_LENGTH:
        yield Move(_HEX), ("hex", position + 1, "")


def language(pattern: str, form: Form, *, default_registry: str = DEFAULT_REGISTRY, adds_registry: bool = True) -> Language:
    """What a declared pattern names by tag or by digest.

    Images of Docker Hub are named without their registry too, and those of its `library` also without that; `default_registry` and `adds_registry` are
    Kyverno's settings for them.
    """
    pattern = _without_tag(pattern)
    added = default_registry + "/" if adds_registry else ""
    full = DEFAULT_REGISTRY + "/"
    head, slash, rest = pattern.partition("/")
    if "*" in head and matches(head, DEFAULT_REGISTRY):
        return Language(pattern, form, ((pattern, "host", "", ""), (rest if slash else pattern, "component", added, "")))
    rest = pattern.removeprefix(full) if pattern.startswith(full) else "" if has_registry(pattern) else pattern
    if not rest:
        return Language(pattern, form, ((pattern, "host", "", ""),))
    names = [rest]
    if rest.startswith("library/"):
        names.append(rest.removeprefix("library/"))
    elif "/" not in rest and "*" not in rest:
        names.append("library/" + rest)
    return Language(pattern, form, tuple(spelling for name in names for spelling in ((name, "component", full, full), (name, "component", added, ""))))


def has_registry(pattern: str) -> bool:
    """Does a declared pattern begin with a registry, as Kyverno tells one from a repository?  A first component with a wildcard may be one."""
    head, slash, _ = pattern.partition("/")
    return "*" in head or (bool(slash) and ("." in head or ":" in head or head == "localhost" or head != head.lower()))


def _without_tag(pattern: str) -> str:
    name = pattern.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    return head + slash + tail.partition(":")[0]
