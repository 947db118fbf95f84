"""Coverage and exemptions of one cluster as facts: what the owner declared against what the manifests say."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collectors.kubernetes.automata import TooComplex
from auditor.collectors.kubernetes.coverage import Coverage
from auditor.collectors.kubernetes.documents import Manifests
from auditor.collectors.kubernetes.openings import Opening
from auditor.collectors.kubernetes.places import declared_place
from auditor.collectors.kubernetes.references import DEFAULT_REGISTRY, has_registry
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.model.facts.kubernetes import AdmissionCoverage, Exemption
from auditor.model.gap import Gap
from auditor.model.record import Fact
from auditor.text.reading import Reading

Yielded = tuple[str, Fact] | Gap
NO_IMAGES = "no image pattern is declared or found"


class Judge:
    """`views` are the declared production namespaces of the cluster."""

    def __init__(self, cluster: str, reading: Reading, manifests: Manifests, views: list[NamespaceView], coverage: Coverage) -> None:
        self.cluster, self.reading, self.manifests, self.views, self.coverage = cluster, reading, manifests, views, coverage
        self.patterns = list(dict.fromkeys(reading.scope.production.images))

    def covered(self) -> Iterator[Yielded]:
        """One fact per declared namespace and pattern, with or without policies."""
        at = declared_place(self.reading, "production.images", "production.namespaces", "production")
        for view in self.views:
            if not self.patterns:
                hint = "declare scope.production.images"
                yield Gap(kind="admission_coverage", path=f"{self.cluster}/{view.name}", reason=NO_IMAGES, hint=hint)
            for pattern in self.patterns:
                identity = f"{self.cluster}/{view.name}|{pattern}"
                covered = self.coverage.of(view, pattern)
                escapes = dict(covered.escapes)
                if self._registry_unknown(pattern):
                    escapes = dict.fromkeys(escapes)
                    covered.doubts.insert(0, "Kyverno's ConfigMap may be in a file that could not be read, and it may name another default registry")
                for form, value in escapes.items():
                    if value is None:
                        reason = covered.doubts[0] if covered.doubts else "it depends on evidence that is missing"
                        yield Gap(kind=f"admission_coverage.{form}_escapes", path=identity, reason=reason)
                fact = AdmissionCoverage(
                    at=at,
                    cluster=self.cluster,
                    namespace=view.name,
                    pattern=pattern,
                    covered_by=covered.covered_by,
                    tag_escapes=escapes["tag"],
                    digest_escapes=escapes["digest"],
                    near_misses=covered.near_misses,
                )
                yield identity, fact

    def _registry_unknown(self, pattern: str) -> bool:
        named_without = not has_registry(pattern) or pattern.startswith((DEFAULT_REGISTRY, "*"))
        hidden = not self.manifests.complete or self.coverage.kyverno.installer is not None
        return self.coverage.kyverno.settings is None and hidden and named_without

    def exempted(self) -> Iterator[Yielded]:
        """One fact per opening."""
        for opening in self.coverage.openings:
            past, how, doubt = self._past(opening)
            if past is None:
                yield Gap(kind="exemption.lets_past", path=opening.id, reason=doubt, source=opening.at.source, line=opening.at.line)
            if opening.in_force is None:
                reason = "the controller's flags, which decide whether it works, could not be read"
                yield Gap(kind="exemption.in_force", path=opening.id, reason=reason, source=opening.at.source, line=opening.at.line)
            fact = Exemption(at=opening.at, what=opening.what, in_force=opening.in_force, dormant_reason=opening.dormant_reason, lets_past=past, how=how)
            yield opening.id, fact

    def _past(self, opening: Opening) -> tuple[list[str] | None, str, str]:
        if not self.manifests.complete:
            return None, "", "a file could not be read that may hold the policies it lifts"
        if not self.patterns:
            return None, "", NO_IMAGES
        past: list[str] = []
        for view in self.views:
            for pattern in self.patterns:
                try:
                    answer = self.coverage.lets_past(opening, view, pattern)
                except TooComplex:
                    return None, "", "the image patterns are too many or too long to be compared"
                if answer is None:
                    return None, "", f"what is verified in {view.name}, or what is left out there, is not known"
                if answer:
                    past.append(f"{self.cluster}/{view.name}|{pattern}")
        return past, opening.how if past else "", ""
