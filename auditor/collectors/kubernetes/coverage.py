"""Which images of a declared pattern are verified in a namespace, and what escapes: all rules together, exactly.

A rule counts if it denies every Pod of the namespace whose images do not verify.  Where evidence is missing the worst and the best case are both computed;
what they agree on is known, the rest is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.collectors.kubernetes.automata import Patterns, TooComplex, search
from auditor.collectors.kubernetes.controller import Kyverno
from auditor.collectors.kubernetes.match import OPERATIONS
from auditor.collectors.kubernetes.openings import Opening
from auditor.collectors.kubernetes.references import Form, Language, language
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import ALWAYS, SOMETIMES, Span
from auditor.collectors.kubernetes.verifying import Verifying
from auditor.model.facts.kubernetes import NearMiss
from auditor.model.place import At

FORMS: tuple[Form, Form] = ("tag", "digest")
MAX_NEAR_MISSES = 5


@dataclass
class Covered:
    """`escapes` per form: a reference, "" if there is none, None if that is not known; `doubts` say why."""

    covered_by: list[str] = field(default_factory=list)
    escapes: dict[Form, str | None] = field(default_factory=dict)
    near_misses: list[NearMiss] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _World:
    """One way in which things may be: how actions are read, whether doubtful rules count (`best`), whether doubtful openings open (`wide`)."""

    modern: bool
    best: bool
    wide: bool


class Coverage:
    """Answers for one cluster; equal questions are computed once."""

    def __init__(self, rules: list[Verifying], openings: list[Opening], kyverno: Kyverno) -> None:
        self.rules, self.openings, self.kyverno = rules, openings, kyverno
        self._spans: dict[tuple[str, str, str, bool], Span] = {}
        self._escapes: dict[tuple[str, Form, tuple[str, ...]], str] = {}
        self._fields: dict[tuple[str, ...], _Field] = {}
        self._overlapping: dict[tuple[str, str], bool] = {}
        self._lifted: dict[tuple[str, str, _World], dict[str, tuple[Opening, list[Verifying]]]] = {}
        self._past: dict[tuple[object, ...], bool] = {}

    def of(self, view: NamespaceView, pattern: str) -> Covered:
        """What is verified of a declared pattern in a namespace."""
        result = Covered()
        try:
            for form in FORMS:
                result.escapes[form] = self._known(view, pattern, form)
        except TooComplex:
            result.escapes = dict.fromkeys(FORMS)
            result.doubts.append("the image patterns are too many or too long to be compared")
            return result
        spans = [self._span(rule, view, operation, modern) for rule in self.rules for operation in OPERATIONS for modern in self.kyverno.modes()]
        result.doubts = list(dict.fromkeys(doubt for span in spans if span.high == ALWAYS for doubt in span.doubts))
        if len(self.kyverno.modes()) > 1:
            result.doubts.append("Kyverno's version is not known, and it decides which action is in force")
        counted = self._counted(view, OPERATIONS[0], self.kyverno.modes()[0], best=False)
        result.covered_by = [rule.id for rule in counted if self._overlaps(rule, pattern)]
        escape = next((e for e in result.escapes.values() if e), "")
        if any(e != "" for e in result.escapes.values()):
            result.near_misses = sorted(self._near_misses(view, escape), key=lambda miss: len(miss.reasons))[:MAX_NEAR_MISSES]
        return result

    def _known(self, view: NamespaceView, pattern: str, form: Form) -> str | None:
        worst = [self._escape(view, pattern, form, modern, best=False) for modern in self.kyverno.modes()]
        if not any(worst):
            return ""
        best = [self._escape(view, pattern, form, modern, best=True) for modern in self.kyverno.modes()]
        return best[0] if all(best) else None

    def _escape(self, view: NamespaceView, pattern: str, form: Form, modern: bool, *, best: bool) -> str:
        for operation in OPERATIONS:
            rules = self._counted(view, operation, modern, best=best)
            key = (pattern, form, tuple(rule.id for rule in rules))
            if key not in self._escapes:
                if key[2] not in self._fields:
                    self._fields[key[2]] = _Field(rules, [])
                self._escapes[key] = self._fields[key[2]].uncovered(self._language(pattern, form)) or ""
            if self._escapes[key]:
                return self._escapes[key]
        return ""

    def _language(self, pattern: str, form: Form) -> Language:
        return language(pattern, form, default_registry=self.kyverno.default_registry, adds_registry=self.kyverno.adds_registry)

    def _span(self, rule: Verifying, view: NamespaceView, operation: str, modern: bool) -> Span:
        key = (rule.id, view.name, operation, modern)
        if key not in self._spans:
            self._spans[key] = rule.covers(view, operation, modern=modern)
        return self._spans[key]

    def _counted(self, view: NamespaceView, operation: str, modern: bool, *, best: bool) -> list[Verifying]:
        spans = [(rule, self._span(rule, view, operation, modern)) for rule in self.rules]
        return [rule for rule, span in spans if (span.high if best else span.low) == ALWAYS]

    def _overlaps(self, rule: Verifying, pattern: str) -> bool:
        key = (rule.id, pattern)
        if key not in self._overlapping:
            field_ = _Field([rule], [])
            try:
                found = any(field_.find(self._language(pattern, form), field_.any_claim) is not None for form in FORMS)
            except TooComplex:
                found = True
            self._overlapping[key] = found
        return self._overlapping[key]

    def _near_misses(self, view: NamespaceView, escape: str) -> list[NearMiss]:
        found: list[NearMiss] = []
        for rule in self.rules:
            spans = [self._span(rule, view, operation, modern) for operation in OPERATIONS for modern in self.kyverno.modes()]
            span = min(spans, key=lambda s: s.low)
            if span.low == ALWAYS:
                at = rule.claims[0].at if rule.claims else rule.at
                if escape:
                    found.append(NearMiss(rule=rule.id, reasons=[f"its image patterns miss {escape}"], at=at))
                continue
            reasons = list(dict.fromkeys([why.text for why in span.why] + list(span.doubts)))
            where: At = span.why[0].at if span.why else rule.at
            found.append(NearMiss(rule=rule.id, reasons=reasons, at=where))
        return found

    def lets_past(self, opening: Opening, view: NamespaceView, pattern: str) -> bool | None:
        """Does something that the pattern names get past verification through this opening, alone or together with the others that are in force?"""
        answers = {
            self._passes(opening, view, pattern, _World(modern, best=best, wide=wide))
            for modern in self.kyverno.modes()
            for best in (False, True)
            for wide in (False, True)
        }
        return answers.pop() if len(answers) == 1 else None

    def _passes(self, opening: Opening, view: NamespaceView, pattern: str, world: _World) -> bool:
        for operation in OPERATIONS:
            lifting = self._lifting(view, operation, world)
            if opening.id not in lifting:
                continue
            rules = self._counted(view, operation, world.modern, best=world.best)
            others = [(o, r) for o, r in lifting.values() if o is not opening and (o.in_force or (world.wide and o.in_force is None))]
            lifted = [lifting[opening.id], *others]
            key = (pattern, tuple(r.id for r in rules), tuple((o.id, tuple(r.id for r in lifted_rules)) for o, lifted_rules in lifted))
            if key not in self._past:
                self._past[key] = self._any_past(rules, lifted, pattern)
            if self._past[key]:
                return True
        return False

    def _lifting(self, view: NamespaceView, operation: str, world: _World) -> dict[str, tuple[Opening, list[Verifying]]]:
        """The openings that lift some rule for some request, with those rules; `wide`: where it is not known, they do."""
        key = (view.name, operation, world)
        if key not in self._lifted:
            rules = self._counted(view, operation, world.modern, best=world.best)
            found: dict[str, tuple[Opening, list[Verifying]]] = {}
            for opening in self.openings:
                spans = ((rule, opening.takes(rule, view, operation)) for rule in rules)
                lifted = [rule for rule, span in spans if (span.high if world.wide else span.low) >= SOMETIMES]
                if lifted:
                    found[opening.id] = (opening, lifted)
            self._lifted[key] = found
        return self._lifted[key]

    def _any_past(self, rules: list[Verifying], lifted: list[tuple[Opening, list[Verifying]]], pattern: str) -> bool:
        field_ = _Field(rules, lifted)
        everything, own = range(len(lifted)), (0,)

        def past(a: int, b: int) -> bool:
            return field_.any_claim(a, b) and not field_.covered(a, b, everything) and field_.lifts(a, b, own)

        return any(field_.find(self._language(pattern, form), past) is not None for form in FORMS)


class _Field:
    """Rules and openings laid out as patterns on the two tapes."""

    def __init__(self, rules: list[Verifying], lifted: list[tuple[Opening, list[Verifying]]]) -> None:
        self.tapes = (Patterns(), Patterns())
        self.all = [0, 0]  # the bits of all references, per tape
        self.claims: list[tuple[int, int, list[int]]] = []  # tape, bits of its references, per opening the bits that lift it (-1: all)
        for rule in rules:
            tape = 1 if rule.as_written else 0
            for claim in rule.claims:
                bits = sum(self.tapes[tape].add(tokens) for tokens in claim.references)
                openings = []
                for opening, lifted_rules in lifted:
                    if all(rule is not other for other in lifted_rules) or (opening.claim is not None and opening.claim is not claim):
                        openings.append(0)
                    elif opening.claim is None:
                        openings.append(-1)
                    else:
                        openings.append(sum(self.tapes[tape].add(tokens) for tokens in claim.skips))
                self.claims.append((tape, bits, openings))
                self.all[tape] |= bits

    def find(self, named: Language, wanted: Callable[[int, int], bool]) -> str | None:
        return search(named.starts(), named.moves, named.accepting, self.tapes, wanted)

    def uncovered(self, named: Language) -> str | None:
        return self.find(named, lambda first, second: not self.any_claim(first, second))

    def any_claim(self, first: int, second: int) -> bool:
        return bool(first & self.all[0] or second & self.all[1])

    def covered(self, first: int, second: int, openings: range | tuple[int, ...]) -> bool:
        for tape, bits, lifting in self.claims:
            state = second if tape else first
            if state & bits and not any(lifting[o] == -1 or state & lifting[o] for o in openings):
                return True
        return False

    def lifts(self, first: int, second: int, openings: tuple[int, ...]) -> bool:
        for tape, bits, lifting in self.claims:
            state = second if tape else first
            if state & bits and any(lifting[o] == -1 or state & lifting[o] for o in openings):
                return True
        return False
