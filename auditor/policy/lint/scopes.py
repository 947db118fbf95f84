"""Where names get their values: negation (S1, S4), names used twice (S20), `with` (S14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.errors import LintError
from auditor.policy.lint.tree import COMPREHENSIONS, Module, Node, children, is_node, split, uses, walk

NOT_IMPORT = "future.keywords.not"
_DOCUMENTS = frozenset({"input", "data"})


def check_scopes(module: Module, rule_names: frozenset[str]) -> Iterator[LintError]:
    """Findings of one module; `rule_names` are those of its package, over all modules."""
    yield from _imported(module)
    known = rule_names | _DOCUMENTS
    for rule in module.rules:
        _, fields = split(rule.node)
        names = {use.root for use in uses(rule.parameters)}
        if taken := names & _DOCUMENTS:
            yield module.finding(rule.start, "S20", f"take another name than `{min(taken)}` for an argument")
        bodies = fields.get("bodies", [])
        for body in bodies:
            yield from _query(module, body["query"], known | names, names)
        bound = (known | names).union(*(_bound(body["query"]) for body in bodies))
        yield from _nested(module, [fields.get("head"), fields.get("value"), [body["assign"] for body in bodies]], bound, names)


def _imported(module: Module) -> Iterator[LintError]:
    first = next((fields for kind, fields in walk(module.tree["rules"]) if kind == "NotExpr"), None)
    if first is not None and not any(import_name(module, one) == NOT_IMPORT for one in module.tree["imports"]):
        yield module.finding(first["span"]["start"], "S1", f"write `import {NOT_IMPORT}` below the package: without it the engines negate differently")


def import_name(module: Module, one: Node) -> str:
    """`future.keywords.not`, `data.lib.x as y`."""
    return " ".join(module.text(one["span"]).removeprefix("import").split())


def _query(module: Module, query: Node, known: frozenset[str] | set[str], outer: frozenset[str] | set[str]) -> Iterator[LintError]:
    """One body: `known` names have a value already, `outer` ones are local and may not be given another."""
    declared = set(outer)
    for name, start in _declared(module, query):
        if name in declared | _DOCUMENTS and name != "_":
            yield module.finding(start, "S20", f"take another name than `{name}`: it has a value already")
        declared.add(name)
    bound = set(known) | _bound(query)
    for statement in query["stmts"]:
        kind, fields = split(statement["literal"])
        if kind == "NotExpr":
            for use in uses(fields["expr"], shallow=True):
                if use.arguments is None and use.root not in bound:
                    yield module.finding(use.start, "S4", f"give `{use.root}` a value before the `not`, with `some ... in` in a rule of its own")
        if statement.get("with_mods"):
            yield from _with(module, statement["with_mods"], declared)
        yield from _nested(module, statement["literal"], bound, declared)


def _nested(module: Module, value: Any, known: set[str] | frozenset[str], outer: set[str]) -> Iterator[LintError]:
    """Comprehensions and the bodies of `every`, below a node or in it."""
    kind, fields = split(value) if is_node(value) else ("", value)
    if kind == "Every":
        names = {module.text(fields[part]) for part in ("key", "value") if fields.get(part)}
        yield from _query(module, fields["query"], set(known) | names, outer | names)
        yield from _nested(module, fields["domain"], known, outer)
        return
    if kind in COMPREHENSIONS:
        yield from _query(module, fields["query"], known, outer)
        known = set(known) | _bound(fields["query"])
        fields = {name: part for name, part in fields.items() if name != "query"}
    for node in children(fields):
        yield from _nested(module, node, known, outer)


def _declared(module: Module, query: Node) -> Iterator[tuple[str, int]]:
    """Names that `:=` and `some` introduce, with their places."""
    for statement in query["stmts"]:
        kind, fields = split(statement["literal"])
        if kind == "SomeVars":
            yield from ((module.text(span), span["start"]) for span in fields["vars"])
        elif kind == "SomeIn":
            yield from ((use.root, use.start) for part in ("key", "value") if fields[part] for use in uses(fields[part]) if not use.path)
        elif kind == "Expr":
            inner, parts = split(fields["expr"])
            if inner == "AssignExpr" and parts["op"] == "ColEq":
                yield from ((use.root, use.start) for use in uses(parts["lhs"]) if not use.path)


def _bound(query: Node) -> set[str]:
    """Names that some literal without `not` mentions; `some x` alone gives no value, and `_` is a new one each time."""
    names: set[str] = set()
    for statement in query["stmts"]:
        kind, fields = split(statement["literal"])
        if kind in {"Expr", "SomeIn", "Every"}:
            names |= {use.root for use in uses({kind: fields}, shallow=True) if use.arguments is None}
    return names - {"_"}


def _with(module: Module, modifiers: list[Node], declared: set[str]) -> Iterator[LintError]:
    for modifier in modifiers:
        start = modifier["span"]["start"]
        target = next(uses(modifier["refr"]), None)
        if not module.test:
            yield module.finding(start, "S14", "`with` is for tests only: give a function the value as an argument")
        elif target is None or not (target.name == "input" or (target.root == "data" and target.path[:1] == ("parameters",))):
            yield module.finding(start, "S14", "replace `input` or `data.parameters` only")
        elif any(use.root not in declared for use in uses(modifier["as"])) or any(kind in COMPREHENSIONS | {"Call"} for kind, _ in walk(modifier["as"])):
            yield module.finding(start, "S14", "assign the value to a variable of this body first: `doc := ...`, then `with input as doc`")
