"""From YAML nodes to records, strictly: unknown keys and wrong types are errors with a place and, for a misspelt key, what was probably meant."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from auditor.text.yaml import Node


class Mismatch(Exception):
    """A value that does not fit.  `line` and `column` are its place, `hint` the next step or ""."""

    def __init__(self, message: str, node: Node, hint: str = "", *, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.line, self.column = place or (node.line, node.column)


def meant(word: str, known: Iterable[str]) -> str:
    """ "did you mean `x`?" for the known word that is closest, else ""."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def record(kind: Any, node: Node, where: str = "") -> Any:
    """Decode a node as `kind`: a msgspec Struct, list, dict, union, Literal or scalar.  Text fields take any scalar's raw text.  Raises Mismatch."""
    return _convert(kind, node, where or "the document")


def _convert(kind: Any, node: Node, where: str) -> Any:
    if kind is Any or kind is object:
        return node.plain()
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        return _union(typing.get_args(kind), node, where)
    if origin is typing.Literal:
        choices = typing.get_args(kind)
        if node.kind != "scalar" or node.text not in choices:
            raise Mismatch(f"{where} must be one of {', '.join(choices)}", node, meant(node.text, choices))
        return node.text
    if origin is list:
        return _list(typing.get_args(kind)[0], node, where)
    if origin is dict:
        if node.entries is None:
            raise Mismatch(f"{where} must be a mapping, not {_what(node)}", node)
        _unrepeated(node, where)
        return {key: _convert(typing.get_args(kind)[1], value, f"{where}.{key}") for key, value in node.entries.items()}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, node, where)
    return _scalar(kind, node, where)


def _union(kinds: tuple[Any, ...], node: Node, where: str) -> Any:
    if node.is_null:
        if type(None) in kinds:
            return None
        raise Mismatch(f"{where} is empty", node)
    for kind in kinds:
        if _fits(kind, node):
            return _convert(kind, node, where)
    return _convert(next(kind for kind in kinds if kind is not type(None)), node, where)


def _fits(kind: Any, node: Node) -> bool:
    origin = typing.get_origin(kind)
    if origin is list:
        return node.items is not None
    if origin is dict or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return node.entries is not None
    return node.kind == "scalar" and {bool: "bool", int: "int"}.get(kind, node.tag) == node.tag and kind is not type(None)


def _list(kind: Any, node: Node, where: str) -> list[Any]:
    if node.items is None:
        raise Mismatch(f"{where} must be a list, not {_what(node)}", node, f"write [{node.text}]" if node.kind == "scalar" and node.text else "")
    return [_convert(kind, item, f"{where}[{number}]") for number, item in enumerate(node.items)]


def _struct(kind: type[msgspec.Struct], node: Node, where: str) -> Any:
    if node.entries is None:
        raise Mismatch(f"{where} must be a mapping, not {_what(node)}", node)
    _unrepeated(node, where)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in node.entries:
        if key not in fields:
            known = ", ".join(fields)
            raise Mismatch(f"unknown key `{key}` in {where}", node, meant(key, fields) or f"known keys: {known}", place=node.keys[key])
    values = {}
    for name, field in fields.items():
        value = node.entries.get(name)
        if value is not None and not (value.is_null and not field.required):
            values[field.name] = _convert(field.type, value, name if _is_root(where) else f"{where}.{name}")
        elif field.required:
            raise Mismatch(f"{where} lacks `{name}`", node)
    return kind(**values)


def _is_root(where: str) -> bool:
    """A document's own name ("the configuration", "METADATA") is no prefix of its keys."""
    return where.startswith("the ") or where.isupper()


def _unrepeated(node: Node, where: str) -> None:
    if node.duplicates:
        key, line, column = node.duplicates[0]
        raise Mismatch(f"`{key}` stands twice in {where}", node, place=(line, column))


_SCALARS: dict[Any, tuple[str, Callable[[Node], bool]]] = {
    bool: ("true or false", lambda node: node.tag == "bool"),
    int: ("a whole number", lambda node: node.tag == "int"),
    float: ("a number", lambda node: node.tag in {"int", "float"}),
}


def _scalar(kind: Any, node: Node, where: str) -> Any:
    if node.kind != "scalar" or node.is_null:
        raise Mismatch(f"{where} must be {'text' if kind is str else _SCALARS.get(kind, ('a value',))[0]}, not {_what(node)}", node)
    if kind is str:
        return node.text
    what, fits = _SCALARS[kind]
    if not fits(node):
        raise Mismatch(f"{where} must be {what}, not `{node.text}`", node)
    return node.plain()


def _what(node: Node) -> str:
    return {"map": "a mapping", "list": "a list"}.get(node.kind, "empty" if node.is_null else f"`{node.text[:40]}`")
