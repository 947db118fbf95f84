"""What a command prints, as far as its words tell."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.shell.state import State


def output(words: list[str], stdin: str, state: State) -> str:
    """What a command prints, as a value: known for `echo`, `printf` and `cat`, else a reference to the command."""
    name = words[0]
    rest = [word for word in words[1:] if not (word.startswith("-") and name in {"echo", "cat"} and len(word) < 4 and word != "-")]
    if name == "echo":
        first = next((index for index, word in enumerate(words[1:], start=1) if word not in {"-n", "-e", "-E", "-ne", "-en"}), len(words))
        return " ".join(words[first:])
    if name == "printf" and rest:
        return _printf(rest)
    if name in {"cat", "tee"} and stdin and (not rest or rest == ["-"] or name == "tee"):
        return stdin
    if name == "cat" and len(rest) == 1 and rest[0] in state.files:
        return state.files[rest[0]]
    inner = " ".join(words)
    if stdin.startswith("$(") and stdin.endswith(")"):
        inner = f"{stdin[2:-1]} | {inner}"
    elif stdin and "\n" not in stdin:
        inner = f"echo {stdin} | {inner}"
    return f"$({inner})"[:4000]


def _printf(words: list[str]) -> str:
    form, *rest = words
    found, values = "", iter(rest)
    for part in re.split(r"(%[sqbd]|\\n)", form):
        found += next(values, "") if part in {"%s", "%q", "%b", "%d"} else "\n" if part == "\\n" else part
    return found.rstrip("\n")

