"""Typed reading of values.  What has the wrong type is a defect: the API server refuses the object."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.record import Remark
from auditor.text.reading import Document
from auditor.text.yaml import Node


class Reader:
    """Reads one object and collects its defects."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.defects: list[Remark] = []

    def defect(self, message: str, node: Node) -> None:
        self.defects.append(Remark(message=message, at=self.document.at(node)))

    def text(self, node: Node | None, default: str = "") -> str:
        if node is None or node.is_null:
            return default
        if node.kind != "scalar" or node.tag not in {"str", "timestamp", "value", "merge", "binary"}:
            self.defect(f"`{_shown(node)}` is no text", node)
            return node.text if node.kind == "scalar" else default
        return node.text

    def boolean(self, node: Node | None, default: bool) -> bool:
        if node is None or node.is_null:
            return default
        if node.tag != "bool":
            self.defect(f"`{_shown(node)}` is neither true nor false", node)
            return default
        return node.text.lower() in {"yes", "true", "on", "y"}

    def integer(self, node: Node | None, default: int) -> int:
        if node is None or node.is_null:
            return default
        value = node.plain() if node.tag == "int" else None
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31:
            self.defect(f"`{_shown(node)}` is no whole number", node)
            return default
        return value

    def choice(self, node: Node | None, allowed: tuple[str, ...], default: str = "") -> str:
        """One of `allowed`; anything else is a defect and counts as not written."""
        value = self.text(node)
        if node is not None and value and value not in allowed:
            self.defect(f"`{value}` is none of {', '.join(allowed)}", node)
            return default
        return value or default

    def texts(self, node: Node | None) -> list[str]:
        if node is None or node.is_null:
            return []
        if node.items is None:
            self.defect(f"`{_shown(node)}` is no list", node)
            return []
        return [self.text(item) for item in node.children()]


def items(node: Node | None, *path: str) -> Iterator[Node]:
    """The mappings in the list at a path; nothing if there is none."""
    found = node.get(*path) if node is not None else None
    return (item for item in (found.children() if found is not None else ()) if item.kind == "map")


def repeated_keys(node: Node, budget: int = 20_000) -> Iterator[tuple[str, int, int]]:
    """Keys that stand twice in one mapping: (key, line, column)."""
    pending = [node]
    while pending and budget > 0:
        budget -= 1
        current = pending.pop()
        yield from current.duplicates
        pending.extend((current.entries or {}).values())
        pending.extend(current.items or ())


def _shown(node: Node) -> str:
    return node.text[:40] if node.kind == "scalar" else "a mapping" if node.entries is not None else "a list"
