"""What `auditor policy check` looks at: the subset on which both engines agree, and that METADATA and code say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from auditor.errors import LintError, PolicyError
from auditor.model.control import Control
from auditor.model.evidence import KINDS, fields
from auditor.policy.annotations import suggestion
from auditor.policy.frameworks import dangling
from auditor.policy.library import Library
from auditor.policy.lint import lint
from auditor.policy.reads import Rules

INPUT = frozenset({*KINDS, "as_of", "period", "scope"})
REQUIRED_TESTS = ("test_pass_", "test_fail_", "test_unknown_")

_FACTS = re.compile(r"\bsome\s+\w+\s*,\s*(\w+)\s+in\s+input\.([a-z_]+)(?![\w.\[])|\b(\w+)\s*:=\s*input\.([a-z_]+)\[[^\]]*\](?![\w.\[])")
_NAMED = r"\bsome\s+(?:\w+\s*,\s*)?{0}\b|\b{0}\s*:=|^[\w.]+\([^)]*\b{0}\b"
_TESTS = re.compile(r"^(test_[a-z0-9_]+)\b", re.MULTILINE)


def check(library: Library, *, only_users: bool = False) -> None:
    """Raise the first finding, if there is one."""
    for finding in findings(library):
        if not only_users or finding.path not in library.ours:
            raise finding


def findings(library: Library) -> list[PolicyError]:
    """Everything that is wrong with the policies, by file and line."""
    everything = {**library.modules, **library.tests}
    declared = {control.id: frozenset(control.parameters) for control in library.controls.values()}
    found: list[PolicyError] = list(lint(everything, ours=library.ours, inputs=INPUT, parameters=declared))
    rules = Rules(library.modules)
    for control in library.controls.values():
        found += _reads(control, rules)
        found += _fields(control.path, library.modules[control.path])
        found += _defaults(control)
        found += _frameworks(control, library)
        found += _tests(control, library)
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.message))


def _reads(control: Control, rules: Rules) -> Iterable[PolicyError]:
    """Every kind that the control reads, itself or through a library, is named in its METADATA: an unnamed one would be empty in its shard."""
    named = {kind.partition(".")[0] for kind in control.kinds()}
    for kind in sorted(rules.kinds(control.id) - named):
        yield LintError(control.path, control.line, 0, "reads", f"input.{kind} is read, here or in a library, but METADATA names it nowhere")


def _code(source: str) -> Iterable[tuple[int, str]]:
    """Lines with their numbers, comments left out."""
    for number, line in enumerate(source.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            yield number, line


def _fields(path: str, source: str) -> Iterable[PolicyError]:
    """A field read of a fact is one that facts of its kind have: another would be undefined, and the control would pass everything."""
    lines = list(_code(source))
    kinds: dict[str, list[str]] = {}
    for _, line in lines:
        for name, kind, other, another in _FACTS.findall(line):
            kinds.setdefault(name or other, []).append(kind or another)
    for name, found in kinds.items():
        if not KINDS.keys() >= set(found) or sum(len(re.findall(_NAMED.format(name), line)) for _, line in lines) > len(found):
            continue  # the name also stands for something else
        known = frozenset.union(*(fields(kind) for kind in found))
        for number, line in lines:
            for field in re.findall(rf"(?<![\w.]){name}\.([a-z_]\w*)", line):
                if field not in known:
                    yield LintError(path, number, 0, "fields", f"`{found[0]}` has no field `{field}`{suggestion(field, known)}")


def _defaults(control: Control) -> Iterable[PolicyError]:
    import jsonschema

    for name, parameter in control.parameters.items():
        if not jsonschema.Draft202012Validator(parameter.schema).is_valid(parameter.default):
            yield LintError(control.path, control.line, 0, "parameters", f"the default of {name}, {json.dumps(parameter.default)}, does not fit its schema")


def _frameworks(control: Control, library: Library) -> Iterable[PolicyError]:
    """Ours name editions and clauses of the data file; a user may have frameworks of their own."""
    if control.path in library.ours:
        for trouble in dangling(control.frameworks):
            yield LintError(control.path, control.line, 0, "frameworks", trouble)


def _tests(control: Control, library: Library) -> Iterable[PolicyError]:
    path = control.path.removesuffix(".rego") + "_test.rego"
    source = library.tests.get(path)
    if source is None:
        yield LintError(control.path, control.line, 0, "tests", f"no test beside it: {path}")
        return
    names = _TESTS.findall(source)
    for prefix in REQUIRED_TESTS:
        if not any(name.startswith(prefix) for name in names):
            yield LintError(path, 1, 0, "tests", f"no rule {prefix}...")
