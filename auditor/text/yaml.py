"""YAML as a tree of `Node`s, each with its place.  Hostile input is bounded: depth, nodes (aliases counted as expanded), no tags run.

The tree keeps the raw text of scalars beside their resolved tag, because products differ: gocdnext decodes into strings, Kubernetes into types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from auditor.text import scalars

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover - PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = 64
MAX_NODES = 400_000

_ACTION = re.compile(rb"^[ \t]*(?:-[ \t]+)*(?:[^\s:#]+:[ \t]+)?\{\{", re.MULTILINE)
_PREFIX = "tag:yaml.org,2002:"


class TextError(Exception):
    """Text that cannot be parsed.  `line` and `column` count from 1 (0: unknown).

    `limit` is true where it may be sound and we stopped: an encoding we do not read, or a bound of ours.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0, *, limit: bool = False) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.limit = message, line, column, limit


@dataclass(slots=True)
class Node:
    """One value.  A mapping has `entries`, a sequence `items`, a scalar neither but `text` and a resolved `tag`
    (`str int float bool null timestamp merge value binary`, or a custom tag in full).  Lines and columns count from 1; `pointer` is RFC 6901."""

    line: int
    column: int
    pointer: str
    tag: str
    text: str = ""
    entries: dict[str, Node] | None = None
    items: list[Node] | None = None
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    duplicates: list[tuple[str, int, int]] = field(default_factory=list)
    quoted: bool = False

    @property
    def kind(self) -> str:
        """`map`, `list` or `scalar`."""
        return "map" if self.entries is not None else "list" if self.items is not None else "scalar"

    @property
    def is_null(self) -> bool:
        return self.tag == "null"

    def get(self, *path: str | int) -> Node | None:
        """The node at a path of keys and indexes, None where there is none (a null value is a node)."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.items[step] if node.items is not None and -len(node.items) <= step < len(node.items) else None
            else:
                node = node.entries.get(step) if node.entries is not None else None
        return node

    def children(self) -> Iterator[Node]:
        """The items of a list, nothing for anything else."""
        return iter(self.items or ())

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping, nothing for anything else."""
        return iter((self.entries or {}).items())

    def plain(self) -> Any:
        """Plain data by YAML 1.1's types, as Kubernetes and Helm read it.  Timestamps stay text.  Raises TextError past MAX_NODES values."""
        return _plain(self, [MAX_NODES])


def _plain(node: Node, budget: list[int]) -> Any:
    budget[0] -= 1
    if budget[0] < 0:
        raise TextError(f"more than {MAX_NODES} values once its aliases are expanded", node.line, node.column, limit=True)
    if node.entries is not None:
        return {key: _plain(value, budget) for key, value in node.entries.items()}
    if node.items is not None:
        return [_plain(value, budget) for value in node.items]
    return scalars.value(node.tag, node.text)


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8, with or without a byte order mark, or UTF-16 with one.  Raises TextError with the line of the first bad byte."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextError("not UTF-8", data.count(b"\n", 0, error.start) + 1, limit=True) from None


def parse(data: bytes | str, *, documents: int | None = None) -> list[Node]:
    """The documents of a YAML stream, at most the first `documents`.  Merge keys are resolved.

    Raises TextError: bad encoding or syntax, deeper than MAX_DEPTH, more than MAX_NODES nodes, an alias to itself.
    """
    text = decode(data) if isinstance(data, bytes) else data
    try:
        return _documents(text, documents)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "not YAML"
        raise TextError(what, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 0
        raise TextError(f"a character that YAML does not allow: {error.reason}", line) from None
    except yaml.YAMLError as error:
        raise TextError(str(error).splitlines()[0]) from None


def is_template(data: bytes) -> bool:
    """Does text that is no YAML look like a template?  An action stands where a line or a value begins; in quotes it is text, as policies have it."""
    return _ACTION.search(data) is not None


def _documents(text: str, most: int | None) -> list[Node]:
    found: list[Node] = []
    builder: _Builder | None = None
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            if most is not None and len(found) >= most:
                break
            builder = _Builder()
        elif isinstance(event, yaml.DocumentEndEvent) and builder is not None:
            if builder.root is not None:
                found.append(builder.root)
            builder = None
        elif builder is not None:
            builder.take(event)
    return found


class _Builder:
    """Builds one document from parser events, without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.pending: list[Node | None] = []  # per open mapping: the key that waits for its value
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, int] = {}  # values below a finished node, aliases expanded
        self.counts: list[int] = []
        self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        if isinstance(event, yaml.AliasEvent):
            target = self.anchors.get(event.anchor or "")
            if target is None:
                raise TextError(f"unknown alias *{event.anchor}", line, column)
            if any(open_ is target for open_ in self.stack):
                raise TextError(f"alias *{event.anchor} refers to itself", line, column)
            self._place(target, self.sizes.get(id(target), 1), line, column)
        elif isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, line, column)
            if event.anchor:
                self.anchors[event.anchor] = node
            self._place(node, 1, line, column)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, line, column)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> Node:
        if event.tag:
            tag = event.tag.removeprefix(_PREFIX)
        elif event.implicit[0]:
            tag = scalars.resolve(event.value)
        else:
            tag = "str"
        return Node(line, column, "", tag, text=event.value, quoted=event.style in {"'", '"', "|", ">"})

    def _open(self, event: yaml.CollectionStartEvent, line: int, column: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise TextError(f"nested deeper than {MAX_DEPTH} levels", line, column, limit=True)
        mapping = isinstance(event, yaml.MappingStartEvent)
        tag = event.tag.removeprefix(_PREFIX) if event.tag else ("map" if mapping else "seq")
        node = Node(line, column, self._pointer(), tag, entries={} if mapping else None, items=None if mapping else [])
        if event.anchor:
            self.anchors[event.anchor] = node
        self.stack.append(node)
        self.pending.append(None)
        self.counts.append(1)

    def _pointer(self) -> str:
        if not self.stack:
            return ""
        parent, key = self.stack[-1], self.pending[-1]
        if parent.items is not None:
            return f"{parent.pointer}/{len(parent.items)}"
        return f"{parent.pointer}/{_escape(key.text)}" if key is not None else parent.pointer

    def _close(self) -> None:
        node, size = self.stack.pop(), self.counts.pop()
        self.pending.pop()
        if node.entries and "<<" in node.entries:
            _merge(node)
        self.sizes[id(node)] = size
        self._place(node, size, node.line, node.column)

    def _place(self, node: Node, size: int, line: int, column: int) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise TextError(f"more than {MAX_NODES} values once its aliases are expanded", line, column, limit=True)
        if not self.stack:
            self.root = node
            return
        self.counts[-1] += size
        parent, key = self.stack[-1], self.pending[-1]
        if parent.items is not None:
            node.pointer = node.pointer or f"{parent.pointer}/{len(parent.items)}"
            parent.items.append(node)
        elif key is None:
            if node.kind != "scalar":
                raise TextError("a mapping key that is not a scalar", line, column)
            self.pending[-1] = node
        else:
            self._enter(parent, key, node)

    def _enter(self, parent: Node, key: Node, node: Node) -> None:
        assert parent.entries is not None
        node.pointer = node.pointer or f"{parent.pointer}/{_escape(key.text)}"
        if key.text in parent.entries:
            parent.duplicates.append((key.text, key.line, key.column))
        parent.entries[key.text] = node
        parent.keys[key.text] = (key.line, key.column)
        self.pending[-1] = None


def _merge(node: Node) -> None:
    """Resolve `<<`: own keys win, then the first merged mapping that has the key (YAML 1.1's merge type)."""
    assert node.entries is not None
    source = node.entries["<<"]
    parts = source.items if source.items is not None else [source]
    if any(part.entries is None for part in parts):
        return  # not a merge: an ordinary key of that name
    del node.entries["<<"]
    for part in parts:
        for key, value in part.pairs():
            if key not in node.entries:
                node.entries[key] = value
                node.keys[key] = part.keys[key]


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
