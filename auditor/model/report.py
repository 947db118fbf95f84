"""A report: results, and the controls and sources that they refer to.  Everything any format shows is in here."""

from __future__ import annotations

from typing import Any

from auditor.model.configuration import Scope
from auditor.model.control import Aspect, Link, Parameter, Severity, Status
from auditor.model.evidence import Assumed, Checkout, Period
from auditor.model.framework import Framework
from auditor.model.gap import Gap
from auditor.model.place import At, SourceLine
from auditor.model.record import Record

REPORT_VERSION = "1"


class Finding(Record, frozen=True, kw_only=True):
    """What was found.  `excerpt` are lines of the source, the first of them number `excerpt_start`; both empty where there is no text to quote."""

    message: str
    at: At
    excerpt: list[str] = []
    excerpt_start: int = 0


class Reason(Record, frozen=True, kw_only=True):
    """Why a result is unknown or an error: the index of a gap, or a text."""

    gap: int | None = None
    text: str = ""


class Result(Record, frozen=True, kw_only=True):
    """One answer: control, aspect, subject.  `container` is the repository, cluster or `organization` it belongs to; `waiver` the index in the
    report's waivers, None if none; `enforced` is false for advice and for controls that are not in effect yet."""

    control: str
    aspect: Aspect
    subject: str
    container: str
    status: Status
    enforced: bool = True
    findings: list[Finding] = []
    reasons: list[Reason] = []
    waiver: int | None = None
    note: str = ""


class Population(Record, frozen=True, kw_only=True):
    """How many subjects, and how they were counted."""

    count: int
    how: str


class AskedControl(Record, frozen=True, kw_only=True):
    """A control as it was asked: its METADATA, and what came of the asking.

    `assessed` are the aspects that were asked, `reason` says of the others why not; `values` are its parameters' values; `reads` the kinds of fact it
    names; `enforced` is false if it is only advised; `file` its policy.
    """

    title: str
    description: str
    severity: Severity
    aspects: list[Aspect]
    family: str
    prerequisite: int | None = None
    per: str
    frameworks: dict[str, list[str]] = {}
    remediation: str
    links: list[Link] = []
    reads: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    parameters: dict[str, Parameter] = {}
    effective_on: str = ""
    added_in: str
    file: str
    assessed: list[Aspect] = []
    reason: dict[str, str] = {}
    population: Population
    enforced: bool = True


class WaiverLine(Record, frozen=True, kw_only=True):
    """A waiver with its state, as it is shown."""

    control: str
    subject: str
    subjects: list[str] = []
    reason: str
    requested_by: str
    approved_by: str
    expires: str
    state: str
    matched: list[str]
    at: At | None = None


class Prerequisite(Record, frozen=True, kw_only=True):
    """The verdict on one of the five.  `status` is the worst of its enforced results, None if no control is assessed."""

    status: Status | None
    title: str
    assessed: int
    controls: int
    counts: dict[str, int]


class Report(Record, frozen=True, kw_only=True):
    """`exit_code` is the verdict; `containers` id -> `repository`, `cluster` or `organization`, in order.

    `frameworks` are the editions, with the clauses, that the controls' `frameworks` name; `checkout` is None where the configuration's folder is in no
    git repository or its commit is not known.
    """

    schema_version: str = REPORT_VERSION
    tool: dict[str, str]
    engine: dict[str, str]
    as_of: str
    period: Period | None = None
    evidence_sha256: str
    policies_sha256: str
    configuration_sha256: str
    organization: str
    scope: Scope
    assumed: list[Assumed] = []
    fail_on: str = "high"
    allow_unknown: list[str] = []
    exit_code: int = 0
    containers: dict[str, str]
    controls: dict[str, AskedControl]
    sources: dict[str, SourceLine]
    gaps: list[Gap] = []
    results: list[Result] = []
    waivers: list[WaiverLine] = []
    prerequisites: dict[str, Prerequisite]
    frameworks: dict[str, Framework] = {}
    checkout: Checkout | None = None
    summary: dict[str, int]
