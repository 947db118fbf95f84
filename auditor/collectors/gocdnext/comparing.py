"""Comparisons of the digest that a tag has now with the released one."""

from __future__ import annotations

from auditor.collectors.gocdnext.references import split, words_of
from auditor.collectors.gocdnext.scene import UNRESOLVED, Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.traces import origin, reads_registry
from auditor.model.facts.actions import DigestCheck

_WRONG = {
    "tag": "both sides are what a tag points to now",
    "input": "it compares with a variable that somebody sets",
    "unresolved": "it compares with a reference that the product does not resolve",
    "none": "it compares with nothing",
}


def compare(command: Command, scene: Scene) -> bool:
    """Record a comparison of digests; False for a command that compares none."""
    sides = _sides(command)
    if sides is None:
        return False
    left, right, equal = sides
    now, released = (left, right) if _is_lookup(left) else (right, left)
    if not _is_lookup(now):
        return False
    stops = command.fails if equal else command.stops
    kind = "tag" if _is_lookup(released) else origin(_digest(released), scene, command.files).kind
    why = _WRONG.get(kind, "") or ("it compares with a text that is no digest" if kind == "other" and "$" not in released else "")
    if not why and {"-o", "||"} & set(command.words):
        why = "another condition satisfies it too"
    if not why and not stops:
        why = command.why if equal and command.why else "a difference does not fail the job"
    if not why and command.conditional:
        why = "it does not run each time"
    tool = words_of(now[2:-1])[0].rsplit("/", 1)[-1]
    scene.actions.digest_checks.append(DigestCheck(tool=tool, honoured=not why, output="", why=why, at=command.at))
    if not why:
        scene.actions.compared.update({left, right})
    return True


def _sides(command: Command) -> tuple[str, str, bool] | None:
    """(left, right, must they be equal)."""
    words = command.words
    if command.name in {"[", "[[", "test"}:
        for operator, equal in (("=", True), ("==", True), ("!=", False)):
            if operator in words[1:-1]:
                at = words.index(operator, 1)
                negated = "!" in words[1:at]
                return words[at - 1], words[at + 1], equal != negated
        return None
    plain = [word for word in words[1:] if not word.startswith("-")]
    if command.name in {"cmp", "diff"} and len(plain) == 2:
        return _content(plain[0], command), _content(plain[1], command), True
    if command.name in {"grep", "fgrep", "egrep"} and plain:
        other = _content(plain[1], command) if len(plain) > 1 else command.stdin
        return (plain[0], other, True) if other else None
    return None


def _content(file: str, command: Command) -> str:
    return file if file.startswith("$(") else command.files.get(file, f"$(cat {file})")


def _digest(text: str) -> str:
    """The digest of a reference, else the text."""
    return split(text)[2] or text if UNRESOLVED not in text else text


def _is_lookup(text: str) -> bool:
    """Is it what a registry says of a reference by tag?"""
    value = _digest(text.strip().strip("'\""))
    if not value.startswith("$("):
        return False
    words = words_of(value[2:].rstrip(")").split(" | ", 1)[0])
    return reads_registry(words) and not any(split(word.strip("'\""))[2] for word in words[1:])
