"""The syntax tree of a module as the embedded engine prints it.

A node is a mapping of one key, its kind, to its fields; `span` in them gives places as byte offsets.  The format has no version: every
kind read here is listed, another is a finding, and a test pins each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.errors import LintError

Node = Mapping[str, Any]

EXPRESSIONS = frozenset(
    """
    String RawString Number Bool Null Var Array Set Object ArrayCompr SetCompr ObjectCompr Call UnaryExpr RefDot RefBrack BinExpr BoolExpr
    ArithExpr AssignExpr Membership
    """.split()  # noqa: SIM905
)
LITERALS = frozenset({"Expr", "NotExpr", "SomeIn", "SomeVars", "Every"})
RULES = frozenset({"Spec", "Default"})
HEADS = frozenset({"Compr", "Set", "Func"})
COMPREHENSIONS = frozenset({"ArrayCompr", "SetCompr", "ObjectCompr"})
KNOWN = EXPRESSIONS | LITERALS | RULES | HEADS


@dataclass(frozen=True, slots=True)
class Use:
    """A name with what follows it, `data.lib.x[y]` say: `path` holds text where the tree does and None where it is computed.

    `arguments` is None unless it is called.  `start` is a byte offset, `holders` the functions called around it.
    """

    root: str
    path: tuple[str | None, ...]
    arguments: list[Node] | None
    start: int
    holders: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return ".".join([self.root, *(step or "_" for step in self.path)])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule or function.  `shape` is Compr, Set, Func or Default; `path` below its package, as far as it is text; `start` is where its name is."""

    path: tuple[str, ...]
    shape: str
    node: Node
    start: int
    parameters: list[Node]

    @property
    def name(self) -> str:
        return self.path[0]


@dataclass(slots=True)
class Module:
    """One parsed module."""

    path: str
    source: bytes
    tree: Node
    package: tuple[str, ...] = ()
    rules: list[Rule] = field(default_factory=list)

    @property
    def test(self) -> bool:
        """Tests may say `with`, and export what they like."""
        return self.path.endswith("_test.rego")

    def finding(self, start: int, rule: str, message: str) -> LintError:
        """A finding at a byte offset."""
        before = self.source[:start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        return LintError(self.path, before.count(b"\n") + 1, column, rule, message)

    def text(self, span: Node) -> str:
        return self.source[span["start"] : span["end"]].decode("utf-8", "replace")


def parse(path: str, source: str, tree: Node) -> Module:
    """A module of a syntax tree.  Raises LookupError, TypeError or ValueError for a tree that is not as described above."""
    module = Module(path, source.encode(), tree)
    _, module.package = _steps(tree["package"]["refr"])  # type: ignore[assignment]
    module.rules = [_rule(node) for node in tree["rules"]]
    return module


def _rule(node: Node) -> Rule:
    kind, fields = split(node)
    if kind == "Default":
        shape, head, parameters = "Default", fields, fields["args"]
    elif kind == "Spec":
        shape, head = split(fields["head"])
        parameters = head.get("args", [])
    else:
        raise ValueError(kind)
    path: list[str] = []
    root, steps = _steps(head["refr"])
    for step in steps:
        if step is None:
            break
        path.append(step)
    return Rule(tuple(path), shape, node, root["span"]["start"], parameters)


def split(node: Node) -> tuple[str, Any]:
    """Kind and fields."""
    ((kind, fields),) = node.items()
    return kind, fields


def is_node(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value))[:1].isupper()


def children(value: Any) -> Iterator[Node]:
    """The nodes directly below the fields of a node, a query, a list."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if is_node(part):
            yield part
        else:
            yield from children(part)


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Kind and fields of every node below, depth first."""
    for node in [value] if is_node(value) else children(value):
        kind, fields = split(node)
        yield kind, fields
        yield from walk(fields)


def uses(value: Any, holders: tuple[str, ...] = (), *, shallow: bool = False) -> Iterator[Use]:
    """Every name used below, each chain of references once.  `shallow` leaves out comprehensions and the bodies of `every`: scopes of their own."""
    for node in [value] if is_node(value) else children(value):
        kind, fields = split(node)
        if shallow and kind in COMPREHENSIONS:
            continue
        if kind in {"Var", "RefDot", "RefBrack"}:
            yield from _chain(node, holders, shallow=shallow)
        elif kind == "Call":
            called = list(_chain(fields["fcn"], holders, shallow=shallow))
            root, path = _steps(fields["fcn"])
            name = ".".join(step or "_" for step in path)
            if root is not None:
                yield Use(str(path[0]), path[1:], fields["params"], called[0].start, holders)
            yield from called[1:] if root is not None else called
            yield from uses(fields["params"], (*holders, name), shallow=shallow)
        elif kind == "Every" and shallow:
            yield from uses(fields["domain"], holders, shallow=True)
        else:
            yield from uses(fields, holders, shallow=shallow)


def _chain(node: Node, holders: tuple[str, ...], *, shallow: bool) -> Iterator[Use]:
    root, path = _steps(node)
    if root is not None:
        yield Use(str(path[0]), path[1:], None, root["span"]["start"], holders)
    kind, fields = split(node)
    while kind in {"RefDot", "RefBrack"}:
        if kind == "RefBrack":
            yield from uses(fields["index"], holders, shallow=shallow)
        kind, fields = split(fields["refr"])
    if kind != "Var":
        yield from uses({kind: fields}, holders, shallow=shallow)


def _steps(node: Node) -> tuple[Any, tuple[str | None, ...]]:
    """The variable a chain starts with (None: something else), and its steps, the variable's name first."""
    steps: list[str | None] = []
    kind, fields = split(node)
    while kind in {"RefDot", "RefBrack"}:
        if kind == "RefDot":
            steps.append(fields["field"][1])
        else:
            inner, index = split(fields["index"])
            steps.append(index["value"] if inner in {"String", "RawString"} else None)
        kind, fields = split(fields["refr"])
    if not all(step is None or isinstance(step, str) for step in steps):
        raise TypeError("a step that is not text")
    if kind != "Var":
        return None, tuple(reversed(steps))
    if not isinstance(fields["value"], str):
        raise TypeError("a name that is not text")
    return fields, (fields["value"], *reversed(steps))
