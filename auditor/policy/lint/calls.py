"""What is called, and with what: S5, S6, S8, S9, S10, S18."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from auditor.errors import LintError
from auditor.policy.engine.builtins import ALLOWED, why_not
from auditor.policy.lint.dialect import complaints
from auditor.policy.lint.tree import Module, Use, children, split, uses

PATTERN_ARGUMENT = {
    "regex.match": 0,
    "regex.find_n": 0,
    "regex.find_all_string_submatch_n": 0,
    "regex.split": 0,
    "regex.is_valid": 0,
    "regex.replace": 1,
    "regex.template_match": 0,
    "regex.globs_match": 0,
}
_REVIEWED = frozenset({"upper", "substring", "strings.reverse"})
_VERB = re.compile(r"%(.?)", re.DOTALL)
_CONSTANTS = frozenset({"String", "RawString", "Number", "Bool", "Null", "Array", "Object", "Set", "ArrayCompr", "ObjectCompr", "SetCompr"})
_ROUNDING = frozenset({"round", "floor", "ceil"})


def check_calls(module: Module, functions: AbstractSet[tuple[str, ...]]) -> Iterator[LintError]:
    """Findings of one module.  `functions` are the paths of all functions of all modules."""
    for use in uses(module.tree["rules"]):
        if use.arguments is None:
            continue
        yield from _allowed(module, use, functions)
        if use.name == "walk" and len(use.arguments) != 2:
            yield module.finding(use.start, "S5", "write `walk(x, [path, value])`: with one argument one engine finds nothing")
        if use.name == "sprintf":
            yield from _sprintf(module, use)
        if use.name in PATTERN_ARGUMENT:
            yield from _pattern(module, use)
    yield from _division(module, module.tree["rules"], rounded=False)


def review(module: Module) -> Iterator[LintError]:
    """Calls that are sound for ASCII only (S11): to be looked at, not forbidden."""
    for use in uses(module.tree["rules"]):
        if use.arguments is not None and use.name in _REVIEWED:
            yield module.finding(use.start, "S11", f"is what `{use.name}` gets always ASCII? If not, let the collector do it")


def patterns(module: Module) -> Iterator[tuple[str, int]]:
    """Every literal pattern with its place."""
    for use in uses(module.tree["rules"]):
        if use.arguments is not None and use.name in PATTERN_ARGUMENT and len(use.arguments) > PATTERN_ARGUMENT[use.name]:
            kind, fields = split(use.arguments[PATTERN_ARGUMENT[use.name]])
            if kind in {"String", "RawString"}:
                yield fields["value"], use.start


def _allowed(module: Module, use: Use, functions: AbstractSet[tuple[str, ...]]) -> Iterator[LintError]:
    path = tuple(step or "_" for step in use.path)
    if use.root == "data":
        if path not in functions:
            yield module.finding(use.start, "S18", f"there is no function `{use.name}`: write the full path of one that exists")
    elif (*module.package, use.root, *path) not in functions and use.name not in ALLOWED:
        yield module.finding(use.start, "S18", f"do without `{use.name}`: {why_not(use.name)}")


def _sprintf(module: Module, use: Use) -> Iterator[LintError]:
    arguments = use.arguments or []
    kinds = [split(argument) for argument in arguments]
    if len(kinds) != 2 or kinds[0][0] not in {"String", "RawString"} or kinds[1][0] != "Array":
        yield module.finding(use.start, "S10", "give sprintf a literal format and an array of its arguments")
        return
    verbs = _VERB.findall(kinds[0][1]["value"])
    if other := sorted({f"%{verb}" for verb in verbs if verb not in {"v", "s", "d", "%"}}):
        yield module.finding(use.start, "S10", f"use %v, %s for text, %d for integers or %% instead of {', '.join(other)}")
    verbs = [verb for verb in verbs if verb != "%"]
    items = [split(item)[0] for item in kinds[1][1]["items"]]
    if len(verbs) != len(items):
        yield module.finding(use.start, "S10", f"give one argument a verb: the format has {len(verbs)}, the array {len(items)}")
    for verb, kind in zip(verbs, items, strict=False):
        if (verb, kind) not in {("s", "String"), ("s", "RawString"), ("d", "Number")} and verb in "sd" and kind in _CONSTANTS:
            yield module.finding(use.start, "S10", f"use %v: %{verb} of this argument differs between engines")


def _pattern(module: Module, use: Use) -> Iterator[LintError]:
    arguments, index = use.arguments or [], PATTERN_ARGUMENT[use.name]
    kind, fields = split(arguments[index]) if len(arguments) > index else ("", {})
    if kind not in {"String", "RawString"}:
        yield module.finding(use.start, "S8", "write the pattern as a literal, so that it can be checked")
        return
    text = module.text(fields["span"])
    if kind == "String" and "\\" in text:
        yield module.finding(use.start, "S8", "write the pattern between backquotes")
    for rule, message in complaints(text):
        yield module.finding(use.start, rule, message)


def _division(module: Module, value: Any, *, rounded: bool) -> Iterator[LintError]:
    """Divisions whose result is not rounded at once."""
    for node in children(value):
        kind, fields = split(node)
        if kind == "ArithExpr" and fields["op"] == "Div" and not rounded:
            yield module.finding(fields["span"]["start"], "S6", "multiply instead, or round the quotient: fractions differ between engines")
        inside = kind == "Call" and next((use.name for use in uses(node)), "") in _ROUNDING
        yield from _division(module, fields, rounded=rounded or inside)
