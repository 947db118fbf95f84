"""What only all modules together show: names that exist, that clash, that turn in circles (S13, S15, S16, S17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.errors import LintError
from auditor.policy.engine.builtins import TAKEN
from auditor.policy.lint.scopes import NOT_IMPORT, import_name
from auditor.policy.lint.tree import Module, Rule, uses, walk

Path = tuple[str, ...]
RESERVED = frozenset({"parameters", "system", "input", "data"})
OWN_ROOTS = frozenset({"controls", "lib"})


@dataclass
class Program:
    """All modules.  `rules` maps the full path of each rule to its definitions."""

    modules: list[Module]
    rules: dict[Path, list[tuple[Module, Rule]]] = field(default_factory=dict)
    prefixes: dict[Path, set[Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for module in self.modules:
            for rule in module.rules:
                self.rules.setdefault((*module.package, *rule.path), []).append((module, rule))
        for path in self.rules:
            for length in range(1, len(path)):
                self.prefixes.setdefault(path[:length], set()).add(path)

    @property
    def functions(self) -> set[Path]:
        return {path for path, defined in self.rules.items() if any(rule.shape == "Func" for _, rule in defined)}

    def rule_names(self, package: Path) -> frozenset[str]:
        """Names of the rules of a package."""
        return frozenset(path[len(package)] for path in self.prefixes.get(package, ()))

    def reached(self, path: tuple[str | None, ...]) -> set[Path]:
        """Rules that a reference below `data` evaluates: the one it leads into, or all below where it ends or is computed."""
        fixed: Path = ()
        for step in path:
            if step is None:
                break
            fixed = (*fixed, step)
            if fixed in self.rules:
                return {fixed}
        return self.prefixes.get(fixed, set()) if fixed else set(self.rules)


def check_imports(module: Module) -> Iterator[LintError]:
    """Nothing is imported but `future.keywords.not`."""
    for one in module.tree["imports"]:
        name = import_name(module, one)
        if name != NOT_IMPORT:
            rule = "S1" if name.startswith("future.keywords") else "S13"
            yield module.finding(one["span"]["start"], rule, f"import `{NOT_IMPORT}` and nothing else; write full paths, data.lib.x.y say")


def check_names(program: Program) -> Iterator[LintError]:
    """Rules named like builtins, and rules where a package is."""
    for path, defined in program.rules.items():
        for module, rule in defined:
            if rule.name in TAKEN:
                yield module.finding(rule.start, "S16", f"take another name than `{rule.name}`, which is a builtin's: one engine would replace it")
        module, rule = defined[0]
        if path in program.prefixes:
            yield module.finding(rule.start, "S17", f"take another name than `{rule.name}`: there is a package data.{'.'.join(path)}")


def check_packages(module: Module, own: set[Path], *, ours: bool) -> Iterator[LintError]:
    """The package of a module: its root, its path, and that it adds nothing to packages of ours, `own`."""
    package, start = module.package, module.tree["package"]["span"]["start"]
    name = ".".join(package)
    if any(step is None for step in package) or package[0] in RESERVED:
        yield module.finding(start, "S17", f"take another package than {name}: its root is reserved")
        return
    parts = module.path.replace("\\", "/").removesuffix(".rego").split("/")
    wanted = list(package) if package[0] == "lib" else list(package[1:]) if package[0] == "controls" else [package[-1]]
    if parts[-len(wanted) :] != wanted or (package[0] == "controls" and len(package) != 3) or package == ("lib",):
        yield module.finding(start, "S17", f"name package and file alike: controls.FAMILY.NAME is FAMILY/NAME.rego, not {name} in {module.path}")
    if not ours:
        families = {path[:2] for path in own if path[0] == "controls"}
        if package[0] == "lib" or package[:2] in families or any(package[: len(path)] == path or path[: len(package)] == package for path in own):
            yield module.finding(start, "S17", f"take a family or root of your own: {name} belongs to the policies that are shipped")


def check_references(program: Program, module: Module) -> Iterator[LintError]:
    """References to rules that do not exist: no engine complains, the reference is undefined and the finding lost."""
    roots = {path[0] for path in program.rules} | OWN_ROOTS
    for use in uses(module.tree):
        if use.root != "data" or use.arguments is not None:
            continue
        if use.path[:1] == ("parameters",):
            continue
        fixed = use.path[: use.path.index(None)] if None in use.path else use.path
        if not fixed:
            yield module.finding(use.start, "S13", "name the rule: all of `data` evaluates every rule there is")
        elif fixed[0] not in roots or not program.reached(use.path):
            yield module.finding(use.start, "S13", f"there is no rule `{use.name}`: write the full path of one that exists")
        elif fixed in program.prefixes:
            yield module.finding(use.start, "S13", f"name the rule: all of `{use.name}` evaluates its private rules too")


def check_recursion(program: Program) -> Iterator[LintError]:
    """One finding for each rule that can reach itself."""
    graph = {path: _reached(program, defined) for path, defined in program.rules.items()}
    for path in _on_cycles(graph):
        module, rule = program.rules[path][0]
        yield module.finding(rule.start, "S15", f"end the circle: `{'.'.join(rule.path)}` needs itself; graph.reachable follows chains")


def _reached(program: Program, defined: Iterable[tuple[Module, Rule]]) -> set[Path]:
    found: set[Path] = set()
    for module, rule in defined:
        local = _locals(module, rule)
        for use in uses(rule.node):
            if use.start == rule.start:
                continue  # its own head
            if use.root == "data":
                found |= program.reached(use.path)
            elif use.arguments is not None or use.root not in local:
                here = (*module.package, use.root)
                if here in program.rules or here in program.prefixes:
                    found |= program.reached((*here, *use.path))
    return found


def _locals(module: Module, rule: Rule) -> set[str]:
    names = {use.root for use in uses(rule.parameters)}
    for kind, fields in walk(rule.node):
        if kind == "AssignExpr" and fields["op"] == "ColEq":
            names |= {use.root for use in uses(fields["lhs"])}
        elif kind == "SomeIn":
            names |= {use.root for part in ("key", "value") if fields[part] for use in uses(fields[part])}
        elif kind == "SomeVars":
            names |= {module.text(span) for span in fields["vars"]}
        elif kind == "Every":
            names |= {module.text(fields[part]) for part in ("key", "value") if fields.get(part)}
    return names


def _on_cycles(graph: dict[Path, set[Path]]) -> list[Path]:
    """Nodes that can reach themselves.  Most fall out at once: nothing left points to them, or they point to nothing left."""
    left = graph
    while True:
        pointed = set().union(*left.values()) if left else set()
        kept = {node: targets & set(left) for node, targets in left.items() if targets & set(left) and node in pointed}
        if kept == left:
            return sorted(node for node in left if _reaches(left, node))
        left = kept


def _reaches(graph: dict[Path, set[Path]], goal: Path) -> bool:
    pending, seen = [*graph[goal]], set(graph[goal])
    while pending:
        node = pending.pop()
        if node == goal:
            return True
        new = graph.get(node, set()) - seen
        seen |= new
        pending += new
    return False
