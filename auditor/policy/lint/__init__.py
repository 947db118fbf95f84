"""The subset of Rego on which both engines decide alike, and the shape of a control.

The rules, `S1` to `S20` and what a policy is here, are listed in policies/VOCABULARY.md.  Two passes: over the text, before any parser sees it, then over the tree that the embedded engine makes of it in a worker.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from auditor.errors import AuditorError, EngineError, LintError, PolicyError
from auditor.policy.engine import Failed
from auditor.policy.engine.embedded import Embedded, open_embedded
from auditor.policy.lint.calls import check_calls, patterns, review
from auditor.policy.lint.controls import EvidencePaths, check_evidence, check_exports, check_parameters, known_names
from auditor.policy.lint.program import Program, check_imports, check_names, check_packages, check_recursion, check_references
from auditor.policy.lint.scopes import check_scopes
from auditor.policy.lint.text import check_text
from auditor.policy.lint.tree import KNOWN, Module, parse, walk

__all__ = ["EvidencePaths", "known_names", "lint", "review_ascii"]

Ours = Collection[str] | Callable[[str], bool] | None
_UNREADABLE = "write it more plainly: its syntax tree cannot be read"


def lint(
    modules: Mapping[str, str],
    *,
    ours: Ours = None,
    inputs: Collection[str] | EvidencePaths | None = None,
    parameters: Mapping[str, Collection[str]] | None = None,
) -> list[LintError]:
    """Every finding in `path -> source`, sorted by file and place.  All modules a program consists of, ours and the user's, in one call.

    `ours`: paths, or a predicate of a path, of the modules that are shipped (None: all); the others may not touch their packages.
    `inputs`: the names at the top of the evidence, or a checker of the paths below `input`, like `known_names`.  `parameters`: control id -> names its METADATA declares.  Raises EngineError without an engine.
    """
    engine = open_embedded()
    found: list[LintError] = []
    parsed = _parsed(engine, modules, found)
    program = Program(parsed)
    is_ours = _predicate(ours)
    evidence = inputs if inputs is None or callable(inputs) else known_names(inputs)
    own = {module.package for module in parsed if is_ours(module.path)}
    for module in parsed:
        found += _guarded(module, _one(program, module, own, evidence, ours=is_ours(module.path)))
    for checks in (check_names(program), check_recursion(program), check_parameters(parsed, parameters) if parameters is not None else ()):
        found += _guarded(parsed[0], checks) if parsed else []
    found += _patterns(engine, parsed)
    return sorted(_once(found), key=_place)


def review_ascii(modules: Mapping[str, str]) -> list[LintError]:
    """Calls that are sound for ASCII text only (S11), for a reviewer; no findings."""
    found: list[LintError] = []
    return sorted((note for module in _parsed(open_embedded(), modules, found) for note in _guarded(module, review(module))), key=_place)


def _one(program: Program, module: Module, own: set[tuple[str, ...]], evidence: EvidencePaths | None, *, ours: bool) -> Iterator[LintError]:
    for kind, fields in walk(module.tree["rules"]):
        if kind not in KNOWN:
            yield module.finding(fields["span"]["start"], "S20", "write it more plainly: this lint does not know such syntax")
    yield from check_imports(module)
    yield from check_packages(module, own, ours=ours)
    yield from check_scopes(module, program.rule_names(module.package))
    yield from check_calls(module, program.functions)
    yield from check_references(program, module)
    yield from check_exports(module)
    if evidence is not None:
        yield from check_evidence(module, evidence)


def _parsed(engine: Embedded, modules: Mapping[str, str], found: list[LintError]) -> list[Module]:
    """The modules that can be parsed; for the others there is a finding."""
    safe = {}
    for path, source in modules.items():
        findings, parseable = check_text(path, source)
        found += findings
        if parseable:
            safe[path] = source
    parsed = []
    for path, tree in engine.syntax(safe).items():
        if isinstance(tree, PolicyError):
            found.append(LintError(path, tree.line, tree.column, "S20", f"write what both engines parse: {tree.message}"))
        elif isinstance(tree, EngineError):
            found.append(LintError(path, 0, 0, "S19", f"write it more plainly: {tree}"))
        else:
            try:
                parsed.append(parse(path, safe[path], tree))
            except (RecursionError, LookupError, TypeError, ValueError, AttributeError):
                found.append(LintError(path, 0, 0, "S20", _UNREADABLE))
    return parsed


def _guarded(module: Module, findings: Iterable[LintError]) -> list[LintError]:
    """Findings, and one more if the tree turns out not to be what it should be."""
    found: list[LintError] = []
    try:
        found.extend(findings)  # keeps what came before an exception
    except (RecursionError, LookupError, TypeError, ValueError, AttributeError):
        found.append(LintError(module.path, 0, 0, "S20", _UNREADABLE))
    return found


def _patterns(engine: Embedded, modules: list[Module]) -> list[LintError]:
    """S9: each literal pattern is compiled once."""
    places: dict[str, list[tuple[Module, int]]] = {}
    for module in modules:
        for pattern, start in patterns(module):
            places.setdefault(pattern, []).append((module, start))
    if not places:
        return []
    found = []
    with engine.load({}) as policies:
        for pattern, where in places.items():
            outcome = policies.evaluate("regex.match(input.pattern, input.text)", json.dumps({"pattern": pattern, "text": ""}).encode(), timeout=10)
            if isinstance(outcome, Failed):
                found += [module.finding(start, "S9", f"write a smaller pattern: {_said(outcome.error)}") for module, start in where]
    return found


def _said(error: AuditorError) -> str:
    return error.message if isinstance(error, PolicyError) else str(error)


def _predicate(ours: Ours) -> Callable[[str], bool]:
    if ours is None:
        return lambda _: True
    return ours if callable(ours) else ours.__contains__


def _once(found: Iterable[LintError]) -> list[LintError]:
    """Each finding once."""
    return list({str(finding): finding for finding in found}.values())


def _place(finding: LintError) -> tuple[str, int, int, str, str]:
    return finding.path, finding.line, finding.column, finding.code, finding.message
