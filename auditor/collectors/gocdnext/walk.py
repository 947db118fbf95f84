"""Hold a document to the grammar, strictly: every unknown key, duplicate and wrong shape is one remark.

Values that are wrong are still read by `build`, as far as they can be: a remark here never hides a value there.
"""

from __future__ import annotations

from auditor.collectors.gocdnext import scalars
from auditor.collectors.gocdnext.grammar import Either, Level, ListOf, MapOf, Shape
from auditor.collectors.gocdnext.pipeline import Place, Remark
from auditor.text.scalars import resolve
from auditor.text.yaml import Node

_WORDS = {
    "text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "map": "a mapping",
    "scalar": "a single value",
}
_TYPED = {"integer": scalars.integer, "number": scalars.number, "boolean": scalars.boolean}


def place(node: Node) -> Place:
    """Where a node stands."""
    return Place(node.line, node.column, node.pointer)


def key_place(node: Node, key: str) -> Place:
    """Where a key of a mapping stands."""
    line, column = node.keys.get(key, (node.line, node.column))
    return Place(line, column, f"{node.pointer}/{key.replace('~', '~0').replace('/', '~1')}")


def check(root: Node, level: Level) -> tuple[list[Remark], list[Remark]]:
    """(refused, ignored): what the decoder refuses of a document, and what it silently drops."""
    walker = _Walker()
    walker.value(root, level, "", "")
    return walker.refused, walker.ignored


class _Walker:
    def __init__(self) -> None:
        self.refused: list[Remark] = []
        self.ignored: list[Remark] = []
        self.seen: set[tuple[int, int]] = set()

    def value(self, node: Node, shape: Shape, what: str, job: str) -> None:
        """`what` is the path of the value, "" for a job or the file; `job` is the job it lies in, if any."""
        if (id(node), id(shape)) in self.seen:
            return  # an anchored value, seen before
        if node.kind != "scalar":
            self.seen.add((id(node), id(shape)))
        if isinstance(shape, Either):
            chosen = {"scalar": shape.scalar, "list": shape.list, "map": shape.map}[node.kind]
            if chosen is None and not node.is_null:
                allowed = " or ".join(_WORDS[name] for name in ("scalar", "list", "map") if getattr(shape, name) is not None)
                self.refuse("wrong-shape", what, f"must be {allowed}, not {_WORDS[node.kind]}", node, job)
            elif chosen is not None:
                self.value(node, chosen, what, job)
        elif isinstance(shape, Level):
            self.level(node, shape, what, job)
        elif isinstance(shape, MapOf):
            self.mapping(node, shape, what, job)
        elif isinstance(shape, ListOf):
            self.sequence(node, shape, what, job)
        else:
            self.scalar(node, shape, what, job)

    def scalar(self, node: Node, shape: str, what: str, job: str) -> None:
        if shape == "any" or node.is_null:
            return
        if node.kind != "scalar":
            self.refuse("wrong-shape", what, f"must be {_WORDS[shape]}, not {_WORDS[node.kind]}", node, job)
        elif not node.quoted and node.tag in {"int", "float", "bool"} and resolve(node.text) == "str":
            self.refuse("wrong-type", what, f"is tagged as {node.tag}, and is none", node, job)
        elif shape in _TYPED and _TYPED[shape](node) is None:
            self.refuse("wrong-type", what, f"must be {_WORDS[shape]}{', unquoted' if node.quoted else ''}", node, job)

    def sequence(self, node: Node, shape: ListOf, what: str, job: str) -> None:
        if node.is_null:
            return
        if node.items is None:
            self.refuse("wrong-shape", what, f"must be a list, not {_WORDS[node.kind]}", node, job)
            return
        for index, item in enumerate(node.items):
            if item.is_null:
                self.ignored.append(Remark("empty-item", _say(job, f"an empty item of `{what}` is dropped"), place(item), job))
            else:
                self.value(item, shape.item, f"{what}[{index}]", job)

    def mapping(self, node: Node, shape: MapOf, what: str, job: str) -> None:
        if not self.is_map(node, what, job):
            return
        self.duplicates(node, what, job, lenient=False)
        jobs = what == "jobs" and not job
        for key, value in node.pairs():
            if key == "<<":
                self.refuse("bad-merge", what, "has a `<<` that merges no mapping", value, job)
            elif jobs:
                self.value(value, shape.value, "", key)
            else:
                self.value(value, shape.value, f"{what}.{key}", job)

    def level(self, node: Node, shape: Level, what: str, job: str) -> None:
        if not self.is_map(node, what, job):
            return
        self.duplicates(node, what, job, lenient=shape.lenient)
        for key, value in node.pairs():
            if key not in shape.keys:
                meant = f"; the key is `{shape.meant[key]}`" if key in shape.meant else ""
                message = f"`{key[:80]}` is no key of {_named(what, job)}{meant}"
                self.refused.append(Remark("unknown-key", _say(job, message), key_place(node, key), job))
            else:
                self.value(value, shape.keys[key], f"{what}.{key}" if what else key, job)

    def is_map(self, node: Node, what: str, job: str) -> bool:
        if node.entries is None and not node.is_null:
            self.refuse("wrong-shape", what, f"must be a mapping, not {_WORDS[node.kind]}", node, job)
        return node.entries is not None

    def duplicates(self, node: Node, what: str, job: str, *, lenient: bool) -> None:
        for key, line, column in node.duplicates:
            at = Place(line, column, key_place(node, key).pointer)
            if lenient:
                message = f"`{key[:80]}` stands twice in {_named(what, job)}: the last one counts"
                self.ignored.append(Remark("duplicate-key", _say(job, message), at, job))
            else:
                self.refused.append(Remark("duplicate-key", _say(job, f"`{key[:80]}` stands twice in {_named(what, job)}"), at, job))

    def refuse(self, code: str, what: str, problem: str, node: Node, job: str) -> None:
        self.refused.append(Remark(code, _say(job, f"{_named(what, job)} {problem}"), place(node), job))


def _named(what: str, job: str) -> str:
    return f"`{what}`" if what else "a job" if job else "a pipeline"


def _say(job: str, message: str) -> str:
    return f'job "{job}": {message}' if job else message
