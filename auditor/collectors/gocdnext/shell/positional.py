"""`$1`, `$2`, ... and `$@`."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.collectors.gocdnext.shell.state import Context, State


def hand(words: list[str], state: State) -> dict[str, tuple[str, ...] | None]:
    """Give `$1`, `$2`, ... and `$@` their values; what they were before."""
    names = [str(number) for number in range(1, 20)]
    before = {name: state.variables.get(name) for name in [*names, "@"]}
    for number, name in enumerate(names):
        if number < len(words):
            state.set(name, (words[number],), maybe=False)
        else:
            state.unset(name)
    state.set("@", (" ".join(words),), maybe=False)
    return before


def take_back(before: Mapping[str, tuple[str, ...] | None], state: State) -> None:
    """Set variables as they were before, unset those that were not."""
    for name, values in before.items():
        if values is None:
            state.unset(name)
        else:
            state.set(name, values, maybe=False)


def shift(words: list[str], context: Context, state: State) -> None:
    """`shift [N]`; in a branch nobody knows what `$1` is afterwards."""
    by = int(words[0]) if words and words[0].isdigit() and len(words[0]) < 3 else 1
    given = [state.variables.get(str(number)) for number in range(1, 20)]
    for number in range(1, 20):
        value = given[number - 1 + by] if number - 1 + by < len(given) and not context.conditional else None
        if value is not None:
            state.set(str(number), value, maybe=False)
        else:
            state.unset(str(number))
