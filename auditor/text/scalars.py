"""The types that YAML 1.1 gives plain scalars, as Kubernetes and Helm read them."""

from __future__ import annotations

from typing import Any

import yaml

_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_PREFIX = "tag:yaml.org,2002:"


def value(tag: str, text: str) -> Any:
    """What a scalar means; its text where its type has no value that JSON can carry."""
    if tag == "null":
        return None
    try:
        if tag == "bool":
            return text.lower() in {"yes", "true", "on"}
        if tag == "int":
            return _integer(text)
        if tag == "float":
            return _float(text)
    except (ValueError, OverflowError):
        return text
    return text


def _integer(text: str) -> int:
    value = text.replace("_", "").lower()
    sign = -1 if value.startswith("-") else 1
    value = value.lstrip("+-")
    if len(value) > 40:
        raise ValueError
    if ":" in value:
        total = 0
        for part in value.split(":"):
            total = total * 60 + int(part)
        return sign * total
    if value.startswith("0x"):
        return sign * int(value, 16)
    if value.startswith("0b"):
        return sign * int(value, 2)
    if value.startswith("0") and len(value) > 1:
        return sign * int(value, 8)
    return sign * int(value)


def _float(text: str) -> float | str:
    value = text.replace("_", "").lower()
    if value.lstrip("+-") in {".inf", ".nan"} or ":" in value:
        return text  # nothing that JSON can carry
    return float(value)


def resolve(text: str) -> str:
    """The tag YAML 1.1 gives a plain scalar: `str`, `int`, `bool`, ..."""
    for tag, pattern in _RESOLVERS.get(text[:1], []) + _RESOLVERS.get(None, []):
        if pattern.match(text):
            return str(tag).removeprefix(_PREFIX)
    return "str"
