"""What makes a module a control: its two exported rules, the parameters it reads, the evidence it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from auditor.errors import LintError
from auditor.policy.lint.tree import Module, Rule, split, uses

EXPORTED = frozenset({"subjects", "failures"})
FAILURE_KEYS = frozenset({"subject", "message", "at", "absent"})
EvidencePaths = Callable[[tuple[str, ...]], str]


def is_control(module: Module) -> bool:
    return module.package[:1] == ("controls",) and not module.test


def check_exports(module: Module) -> Iterator[LintError]:
    """Exactly `subjects` and `failures`, both `contains` rules, are exported."""
    if not is_control(module):
        return
    exported = {rule.name for rule in module.rules if not rule.name.startswith("_")}
    for name in sorted(EXPORTED - exported):
        yield module.finding(module.tree["package"]["span"]["start"], "control", f"write the rule `{name} contains ...`")
    for rule in module.rules:
        if rule.name in EXPORTED:
            if rule.shape != "Set" or len(rule.path) != 1:
                yield module.finding(rule.start, "control", f"write `{rule.name} contains ...`: another rule can be undefined")
            elif rule.name == "failures":
                yield from _failure(module, rule)
        elif not rule.name.startswith("_"):
            yield module.finding(rule.start, "control", f"begin the private name with `_`, or move it to a library: `_{rule.name}`")


def _failure(module: Module, rule: Rule) -> Iterator[LintError]:
    """The keys of a failure, where its head spells them out."""
    _, head = split(split(rule.node)[1]["head"])
    kind, fields = split(head["key"])
    if kind != "Object":
        return
    keys = set()
    for _, key, _ in fields["fields"]:
        inner, text = split(key)
        keys.add(text["value"] if inner in {"String", "RawString"} else "?")
    if missing := sorted(FAILURE_KEYS - keys - {"absent"}):
        yield module.finding(rule.start, "control", f"give the failure {' and '.join(f'`{key}`' for key in missing)}")
    if other := sorted(keys - FAILURE_KEYS):
        yield module.finding(rule.start, "control", f"a failure has no {', '.join(f'`{key}`' for key in other)}: only {', '.join(sorted(FAILURE_KEYS))}")


def known_names(names: Collection[str]) -> EvidencePaths:
    """A checker of input paths that knows the names at the top of the evidence: `` or what to say about the path."""

    def check(path: tuple[str, ...]) -> str:
        if not path:
            return "name what it reads: `input.KIND`"
        return "" if path[0] in names else f"evidence has no `{path[0]}`: it has {', '.join(sorted(names))}"

    return check


def check_evidence(module: Module, evidence: EvidencePaths) -> Iterator[LintError]:
    """Every path below `input`, as far as it is text, is one the checker knows.  Tests make documents of their own."""
    if module.test:
        return
    for use in uses(module.tree["rules"]):
        if use.root == "input":
            fixed: list[str] = []
            for step in use.path:
                if step is None:
                    break
                fixed.append(step)
            if message := evidence(tuple(fixed)):
                yield module.finding(use.start, "evidence", message)


def check_parameters(modules: Collection[Module], declared: Mapping[str, Collection[str]]) -> Iterator[LintError]:
    """Every parameter read is declared by the control it is read from, every declared one is read.  `declared`: control id -> names."""
    read: set[tuple[str, str]] = set()
    for module in modules:
        for use in uses(module.tree["rules"]):
            if use.root != "data" or use.path[:1] != ("parameters",):
                continue
            control, name = (*use.path[1:3], None, None)[:2]
            if control is None or name is None:
                if not module.test:
                    yield module.finding(use.start, "parameters", 'name control and parameter: data.parameters["FAMILY.NAME"].parameter')
                continue
            if not module.test:
                read.add((control, name))
            if name not in declared.get(control, ()):
                yield module.finding(use.start, "parameters", f"declare `{name}` in METADATA of {control}: custom.parameters")
    for module in filter(is_control, modules):
        control = ".".join(module.package[1:])
        for name in sorted(declared.get(control, ())):
            if (control, name) not in read:
                yield module.finding(module.tree["package"]["span"]["start"], "parameters", f"read the parameter `{name}` or do not declare it")
