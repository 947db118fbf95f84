"""Scalars as the product's decoder (Go, yaml.v3) reads them into its types, which is neither YAML 1.1 nor PyYAML.

A text takes the raw text of any scalar.  A number must be plain: a quoted one is a string and is refused.
"""

from __future__ import annotations

import re

from auditor.text.scalars import resolve
from auditor.text.yaml import Node

_INTEGER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|0o?[0-7]+|0b[01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,4})?")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_YES, _NO = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"}, {"n", "N", "no", "No", "NO", "off", "Off", "OFF"}
_LONGEST = 64  # of a number or duration that means anything


def is_string(node: Node) -> bool:
    """Quoted, or tagged `!!str`: no number, whatever it looks like."""
    return node.quoted or (node.tag == "str" and resolve(node.text) != "str")


def kind(node: Node) -> str:
    """What the value is to the product: `map list null bool int float timestamp str`, or a tag of the writer's own."""
    if node.kind != "scalar":
        return node.kind
    if node.tag.startswith("!"):
        return node.tag
    if is_string(node):
        return "str"
    if node.is_null or node.tag == "timestamp":
        return node.tag
    if node.text in _TRUE | _FALSE:
        return "bool"
    if integer(node) is not None and _INTEGER.fullmatch(node.text.replace("_", "")):
        return "int"
    return "float" if number(node) is not None else "str"


def integer(node: Node) -> int | None:
    """A whole number, a float cut off as Go does; None where the product refuses it."""
    text = node.text.replace("_", "")
    if node.kind != "scalar" or is_string(node) or len(text) > _LONGEST:
        return None
    if _INTEGER.fullmatch(text):
        return _whole(text)
    value = number(node)
    return int(value) if value is not None and abs(value) < 2**63 else None


def lenient_integer(node: Node) -> int | None:
    """The number somebody meant, quotes or not."""
    text = node.text.strip().replace("_", "")
    if node.kind != "scalar" or len(text) > _LONGEST:
        return None
    return _whole(text) if _INTEGER.fullmatch(text) else integer(node)


def _whole(text: str) -> int:
    sign, digits = (-1 if text[0] == "-" else 1), text.lstrip("+-").lower()
    for prefix, base in (("0x", 16), ("0o", 8), ("0b", 2)):
        if digits.startswith(prefix):
            return sign * int(digits[2:], base)
    return sign * int(digits, 8 if digits.startswith("0") and len(digits) > 1 else 10)


def number(node: Node) -> float | None:
    """A finite decimal number; None where the product refuses it."""
    text = node.text.replace("_", "")
    if node.kind != "scalar" or is_string(node) or len(text) > _LONGEST:
        return None
    if _INTEGER.fullmatch(text):
        return float(_whole(text))
    return float(text) if _FLOAT.fullmatch(text) else None


def boolean(node: Node) -> bool | None:
    """True or false; the words of YAML 1.1 count even in quotes, `"true"` in quotes does not.  None where the product refuses it."""
    if node.kind != "scalar":
        return None
    if not is_string(node) and node.text in _TRUE | _FALSE:
        return node.text in _TRUE
    if node.text in _YES | _NO:
        return node.text in _YES
    return None


def lenient_boolean(node: Node) -> bool | None:
    """The truth value somebody meant, quotes or not."""
    text = node.text.strip().lower()
    return True if text in {"true", "yes", "on", "y"} else False if text in {"false", "no", "off", "n"} else None


def duration(text: str) -> float | None:
    """Seconds of a Go duration (`90m`, `1h30m`; there is no `d`), None where it is none."""
    sign = -1.0 if text[:1] == "-" else 1.0
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0.0
    if not rest or len(rest) > _LONGEST:
        return None
    total, at = 0.0, 0
    while at < len(rest):
        part = _DURATION.match(rest, at)
        if part is None:
            return None
        total += float(part[1]) * _SECONDS[part[2]]
        at = part.end()
    return sign * total
