"""Cluster manifests: what the admission policies in them would enforce, as written.

Judged: Kyverno's ClusterPolicy, Policy, (Namespaced)ImageValidatingPolicy, its exceptions, settings and controller.  Policies of other engines are named in a
gap.  Nothing is asked of a cluster here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from auditor.collectors.kubernetes import attestors, ivpol, ivpol_attestors, policies, verifying
from auditor.collectors.kubernetes.automata import matches
from auditor.collectors.kubernetes.controller import Kyverno, find_kyverno
from auditor.collectors.kubernetes.coverage import Coverage
from auditor.collectors.kubernetes.documents import Manifests, Object, read_manifests
from auditor.collectors.kubernetes.exceptions import is_exception, policy_exception
from auditor.collectors.kubernetes.facts import attestor_fact, image_rule_fact, policy_fact, rule_fact
from auditor.collectors.kubernetes.filters import WEBHOOKS, of_settings, of_webhooks
from auditor.collectors.kubernetes.judge import Judge
from auditor.collectors.kubernetes.namespaces import namespaces, production_views
from auditor.collectors.kubernetes.openings import Opening, distinct, skip_lists
from auditor.collectors.kubernetes.places import default_place
from auditor.collectors.kubernetes.refusals import refusals
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.signers import signers
from auditor.collectors.kubernetes.spans import any_of
from auditor.collectors.kubernetes.verifying import Verifying
from auditor.collectors.kubernetes.workloads import is_workload, workload
from auditor.model.facts.kubernetes import Cluster
from auditor.model.gap import Gap
from auditor.model.record import Fact, Record
from auditor.text.reading import Reading

Yielded = tuple[str, Fact] | Gap
KINDS = ("cluster", "namespace", "workload", "admission_policy", "verify_rule", "attestor", "exemption", "admission_coverage", "signer")
POLICY_KINDS = ("namespace", "workload", "admission_policy", "verify_rule", "attestor", "exemption", "admission_coverage")
"""What an object that nobody could read may have been."""


_RENDER = "name the rendered manifests of the controller and its ConfigMap under sources.kubernetes.manifests"


class Config(Record, frozen=True, kw_only=True):
    """`cluster`: the name under which manifests and a live cluster are one.  `manifests`: paths and globs below the configuration's folder."""

    cluster: str = "default"
    manifests: list[str] = []


def merge(configs: list[Config]) -> list[Config]:
    """Entries with one cluster name are one cluster."""
    manifests: dict[str, dict[str, None]] = {}
    for config in configs:
        manifests.setdefault(config.cluster, {}).update(dict.fromkeys(config.manifests))
    return [Config(cluster=name, manifests=list(paths)) for name, paths in manifests.items()]


def collect(config: Config, reading: Reading) -> Iterator[Yielded]:
    """Facts and gaps of one cluster's manifests.  All entries of one cluster are to be given together."""
    if not config.manifests:
        for kind in KINDS:
            yield Gap(kind=kind, path=config.cluster, reason="no manifests are named", hint="name them under sources.kubernetes.manifests")
        return
    manifests = read_manifests(config.manifests, reading)
    kyverno = find_kyverno(manifests, default_place(reading))
    yield from _troubles(config.cluster, manifests, kyverno)
    yield config.cluster, Cluster(at=kyverno.at, engine="kyverno", version=kyverno.version_text, assumed=kyverno.assumed, whole=manifests.complete or None)
    yield from namespaces(config.cluster, manifests)
    identities = _identities(config.cluster, manifests)
    for obj in manifests.objects:
        if is_workload(obj):
            yield identities[id(obj)], workload(obj)
    declared = reading.scope.production.clusters
    if not declared or any(matches(pattern, config.cluster) for pattern in declared):
        yield from signers(reading)
        yield from _Cluster(config.cluster, reading, manifests, kyverno, identities).facts()


def _troubles(cluster: str, manifests: Manifests, kyverno: Kyverno) -> Iterator[Gap]:
    for trouble in manifests.unread:
        for kind in ("workload",) if trouble.workloads_only else POLICY_KINDS:
            yield Gap(kind=kind, path=cluster, reason=trouble.reason, source=trouble.source, line=trouble.line, hint=trouble.hint)
    if not manifests.complete:
        first = next(trouble for trouble in manifests.unread if not trouble.workloads_only)
        reason = f"something that may replace or change a policy was not read: {first.reason}"
        yield Gap(kind="cluster.whole", path=cluster, reason=reason, source=first.source, line=first.line, hint=first.hint)
    if kyverno.version_text is None:
        reason = "the controller's image has no version in its tag" if kyverno.seen else "the controller may be in a file that could not be read"
        if (installer := kyverno.installer) is not None:
            reason = f"{installer.kind} {installer.name} installs Kyverno, and what it sets is not read"
            yield Gap(kind="exemption", path=cluster, reason=reason, source=installer.document.source, line=installer.node.line, hint=_RENDER)
        yield Gap(kind="cluster.version", path=cluster, reason=reason, source=kyverno.at.source, line=kyverno.at.line)


def _identities(cluster: str, manifests: Manifests) -> dict[int, str]:
    """id(object) -> CLUSTER/[NAMESPACE/]KIND/NAME; two of one name get their file's name as well."""
    found: dict[str, list[Object]] = {}
    for obj in manifests.objects:
        namespace = obj.namespace or ("default" if obj.kind in {"Policy", "PolicyException", ivpol.KINDS[1]} or is_workload(obj) else "")
        middle = f"{namespace}/" if namespace and obj.kind not in {"ClusterPolicy", ivpol.KINDS[0], "Namespace"} else ""
        found.setdefault(f"{cluster}/{middle}{obj.kind}/{obj.name}", []).append(obj)
    names: dict[int, str] = {}
    for base, objects in found.items():
        used: set[str] = set()
        for obj in objects:
            name = base if len(objects) == 1 else f"{base} ({PurePosixPath(obj.document.uri)})"
            while name in used:
                name += " again"
            used.add(name)
            names[id(obj)] = name
    return names


class _Cluster:
    """The policies of a production cluster."""

    def __init__(self, cluster: str, reading: Reading, manifests: Manifests, kyverno: Kyverno, identities: dict[int, str]) -> None:
        self.cluster, self.reading, self.manifests, self.kyverno, self.identities = cluster, reading, manifests, kyverno, identities
        self.views: list[NamespaceView] = production_views(reading.scope.production.namespaces, manifests)
        self.lookup = attestors.Lookup(manifests.objects)
        self.rules: list[Verifying] = []

    def facts(self) -> Iterator[Yielded]:
        openings: list[Opening] = []
        for obj in self.manifests.objects:
            identity = self.identities[id(obj)]
            if obj.is_a(policies.GROUP, "ClusterPolicy", "Policy"):
                yield from self._policy(obj, identity)
            elif obj.is_a(ivpol.GROUP, *ivpol.KINDS):
                yield from self._image_policy(obj, identity)
            elif is_exception(obj):
                openings.append(policy_exception(obj, identity, self.kyverno))
            elif obj.group == "admissionregistration.k8s.io" and obj.name in WEBHOOKS:
                openings.extend(of_webhooks(obj, identity))
            elif (engine := _other_engine(obj)) is not None:
                reason = f"policies of {engine} are not judged yet"
                yield Gap(kind="admission_policy", path=identity, reason=reason, source=obj.document.source, line=obj.node.line)
        if self.kyverno.settings is not None:
            openings.extend(of_settings(self.identities[id(self.kyverno.settings)], self.kyverno))
        openings.extend(skip_lists(self.rules))
        coverage = Coverage(self.rules, distinct(openings), self.kyverno)
        judge = Judge(self.cluster, self.reading, self.manifests, self.views, coverage)
        yield from judge.covered()
        yield from judge.exempted()

    def _policy(self, obj: Object, identity: str) -> Iterator[Yielded]:
        policy = policies.read_policy(obj, identity)
        refused = refusals(policy)
        spans = []
        named: set[str] = set()
        for rule in policy.rules:
            if not rule.entries:
                continue
            part = f"{identity}#{rule.name}"
            while part in named:
                part += " again"
            named.add(part)
            one = self._add(verifying.of_policy(policy, rule, part, refused), identity)
            spans.append(one.reaches(self.views))
            yield from rule_fact(policy, rule, part, spans[-1], self.kyverno)
            for trusted in attestors.of_rule(rule, self.lookup):
                yield from attestor_fact(policy, part, trusted)
        yield from policy_fact(policy, verifies=bool(spans), reaches=any_of(spans), defects=refused, kyverno=self.kyverno)

    def _image_policy(self, obj: Object, identity: str) -> Iterator[Yielded]:
        policy = ivpol.read_image_policy(obj, identity)
        part = f"{identity}#validations"
        span = self._add(ivpol.verifying(policy, part, self.kyverno), identity).reaches(self.views)
        yield from image_rule_fact(policy, part, span, self.kyverno)
        for trusted in ivpol_attestors.trusted(policy, self.lookup):
            yield from attestor_fact(policy, part, trusted)
        yield from policy_fact(policy, verifies=True, reaches=span, defects=policy.defects, kyverno=self.kyverno)

    def _add(self, rule: Verifying, identity: str) -> Verifying:
        if identity.endswith((")", " again")):
            rule.doubts.append("another file has a policy of this name, and which of them the cluster gets is not known")
        self.rules.append(rule)
        return rule


def _other_engine(obj: Object) -> str | None:
    if obj.group == "policy.sigstore.dev":
        return "policy-controller"
    if obj.kind == "ConfigMap" and "connaisseur" in obj.name.lower():
        return "Connaisseur"
    if obj.kind == "MutatingWebhookConfiguration" and "connaisseur" in obj.name.lower():
        return "Connaisseur"
    return None


__all__ = ["KINDS", "POLICY_KINDS", "Config", "collect", "merge"]
