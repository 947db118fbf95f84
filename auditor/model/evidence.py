"""The evidence: one immutable document."""

from __future__ import annotations

from typing import Any

import msgspec

from auditor.model.configuration import Resolved, Scope
from auditor.model.facts import charts, kubernetes, organization, pipelines
from auditor.model.facts import repository as repositories
from auditor.model.gap import Gap
from auditor.model.place import Source
from auditor.model.record import Fact, Record

SCHEMA_VERSION = "1"


class Assumed(Record, frozen=True, kw_only=True):
    """Something nobody declared and that was taken as given.  `line` is what to paste into auditor.yaml to declare it."""

    what: str
    value: str
    line: str


class Period(Record, frozen=True, kw_only=True):
    """The period that operation controls look at, RFC 3339."""

    start: str
    end: str


class Checkout(Record, frozen=True, kw_only=True):
    """The commit that was audited.  `path` is the configuration's folder below the root of the repository ("" = the root); `uri` without credentials."""

    uri: str
    revision: str = ""
    branch: str = ""
    path: str = ""


class Evidence(Record, frozen=True, kw_only=True):
    """One map, keyed by id, per kind of fact.  `as_of` and `period` are RFC 3339 times.  `assessable` names, per aspect, the collectors that were
    configured or discovered, so that it is known which questions were asked; `readable` the kinds of fact they read.  `containers`: id -> `repository` or `cluster`."""

    schema_version: str = SCHEMA_VERSION
    as_of: str
    period: Period | None = None
    checkout: Checkout | None = None
    scope: Scope
    configuration: Resolved
    assumed: list[Assumed] = []
    assessable: dict[str, list[str]]
    readable: list[str]
    containers: dict[str, str]
    sources: dict[str, Source]
    gaps: list[Gap] = []

    repository: dict[str, repositories.Repository] = {}
    code_owners: dict[str, repositories.CodeOwners] = {}
    risk_path: dict[str, repositories.RiskPath] = {}
    rule_file: dict[str, repositories.RuleFile] = {}
    pipeline_file: dict[str, pipelines.PipelineFile] = {}
    pipeline: dict[str, pipelines.Pipeline] = {}
    job: dict[str, pipelines.Job] = {}
    gate: dict[str, pipelines.Gate] = {}
    quorum_override: dict[str, pipelines.QuorumOverride] = {}
    chart: dict[str, charts.Chart] = {}
    cluster: dict[str, kubernetes.Cluster] = {}
    namespace: dict[str, kubernetes.Namespace] = {}
    workload: dict[str, kubernetes.Workload] = {}
    admission_policy: dict[str, kubernetes.AdmissionPolicy] = {}
    verify_rule: dict[str, kubernetes.VerifyRule] = {}
    attestor: dict[str, kubernetes.Attestor] = {}
    exemption: dict[str, kubernetes.Exemption] = {}
    admission_coverage: dict[str, kubernetes.AdmissionCoverage] = {}
    signer: dict[str, organization.Signer] = {}
    waiver: dict[str, organization.Waiver] = {}


def _kinds() -> dict[str, type[Fact]]:
    found: dict[str, type[Fact]] = {}
    for field in msgspec.structs.fields(Evidence):
        arguments: tuple[Any, ...] = getattr(field.type, "__args__", ())
        if len(arguments) == 2 and isinstance(arguments[1], type) and issubclass(arguments[1], Fact):
            found[field.name] = arguments[1]
    return found


KINDS: dict[str, type[Fact]] = _kinds()
"""Kind of fact -> its record, in the document's order."""


def fields(kind: str) -> frozenset[str]:
    """The fields of the facts of a kind."""
    return frozenset(field.name for field in msgspec.structs.fields(KINDS[kind]))
