"""Namespaces as requests see them: names or declared globs, labels as far as a manifest shows them; label selectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.collectors.kubernetes.automata import STAR, Chars, Move, Patterns, Token, matches, search, wildcard
from auditor.collectors.kubernetes.spans import ALWAYS, NEVER, SOMETIMES, YES, Span
from auditor.text.yaml import Node

NAME_LABEL = "kubernetes.io/metadata.name"
_LABEL_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"


@dataclass(frozen=True)
class NamespaceView:
    """A declared production namespace.  With `glob`, `name` is a glob no known namespace matches, and stands for everything it may name.
    `complete`: a manifest shows all its labels; without one only the label that every namespace carries is known."""

    name: str
    glob: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False

    def label(self, key: str) -> str | None:
        if key == NAME_LABEL and not self.glob:
            return self.name
        return self.labels.get(key)

    def knows(self, key: str) -> bool:
        return (key == NAME_LABEL and not self.glob) or self.complete


def named_by(patterns: Iterable[str], view: NamespaceView) -> int:
    """Do these names and wildcards take in the namespace: NEVER, SOMETIMES (part of a glob), ALWAYS?"""
    if not view.glob:
        return ALWAYS if any(matches(pattern, view.name) for pattern in patterns) else NEVER
    compared, finals = Patterns(), 0
    for pattern in patterns:
        finals |= compared.add(wildcard(pattern))
    tokens = wildcard(view.name)

    def run(wanted: bool) -> bool:
        found = search([(0, "", "")], lambda at: _moves(tokens, at), lambda at: at >= _end(tokens), (compared, Patterns()), lambda s, _: bool(s & finals) is wanted)
        return found is not None

    if not run(wanted=False):
        return ALWAYS
    return SOMETIMES if run(wanted=True) else NEVER


def _moves(tokens: list[Token], at: int) -> Iterator[tuple[Move, int]]:
    while at < len(tokens):
        token = tokens[at]
        if token == STAR:
            yield Move(_LABEL_CHARS), at
            at += 1
        elif isinstance(token, Chars):
            yield Move("".join(token.members) or _LABEL_CHARS), at + 1
            return


def _end(tokens: list[Token]) -> int:
    end = len(tokens)
    while end and tokens[end - 1] == STAR:
        end -= 1
    return end


def selected(selector: Node, view: NamespaceView) -> Span:
    """Does a label selector take in the namespace?  A label that no manifest shows leaves it open."""
    low, high, doubts = ALWAYS, ALWAYS, []
    for key, operator, values in requirements(selector):
        if "*" in key or "?" in key:
            known = view.complete
            holds = any(matches(key, k) and _holds(operator, v, values) for k, v in view.labels.items())
        else:
            known = view.knows(key)
            holds = _holds(operator, view.label(key), values)
        if known:
            low, high = (low, high) if holds else (NEVER, NEVER)
        else:
            low = NEVER
            doubts.append(f"no manifest shows the labels of namespace {view.name}, and a selector asks for {key}")
    if high == NEVER:
        return Span(NEVER, NEVER)
    return Span(low, high, (), tuple(doubts)) if doubts else YES


def requirements(selector: Node) -> Iterator[tuple[str, str, list[str]]]:
    """(key, operator, values) of a label selector; matchLabels as `In`."""
    labels = selector.get("matchLabels")
    for key, value in labels.pairs() if labels is not None else ():
        yield key, "In", [value.text]
    expressions = selector.get("matchExpressions")
    for expression in expressions.children() if expressions is not None else ():
        name, operator, values = expression.get("key"), expression.get("operator"), expression.get("values")
        yield name.text if name else "", operator.text if operator else "", [v.text for v in values.children()] if values is not None else []


def is_empty(selector: Node) -> bool:
    """An empty selector takes in everything."""
    return next(requirements(selector), None) is None


def _holds(operator: str, value: str | None, values: list[str]) -> bool:
    if operator == "In":
        return value is not None and any(matches(wanted, value) if "*" in wanted or "?" in wanted else wanted == value for wanted in values)
    if operator == "NotIn":
        return value is None or value not in values
    if operator == "Exists":
        return value is not None
    return operator == "DoesNotExist" and value is None
