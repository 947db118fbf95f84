"""The smallest report in which every status occurs, with the places and texts that formats must handle; and the means to change it."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from auditor.model.configuration import Scope
from auditor.model.control import STATUSES, Aspect, Link, Severity, Status
from auditor.model.evidence import Assumed
from auditor.model.gap import Gap
from auditor.model.place import At, SourceLine
from auditor.model.report import AskedControl, Checkout, Finding, Population, Prerequisite, Reason, Report, Result, WaiverLine
from auditor.policy.frameworks import cited

REPOSITORY, CLUSTER, ORGANIZATION = "my-org/app", "default", "organization"
TITLES = {1: "Signatures verified at admission", 2: "Deploy by digest"}


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def source(uri: str, kind: str = "file", **fields: Any) -> SourceLine:
    return SourceLine(uri=uri, kind=kind, **({"sha256": sha(uri), "size": 100, "read_at": "2026-11-24T14:30:00Z"} | fields))


def control(name: str, severity: Severity = "high", **fields: Any) -> AskedControl:
    family = name.partition(".")[0]
    values: dict[str, Any] = {
        "title": f"What {name} says holds",
        "description": f"Why {name} matters.",
        "severity": severity,
        "aspects": ["design"],
        "family": family,
        "prerequisite": {"signatures": 1, "digests": 2}.get(family),
        "per": "repository",
        "frameworks": {"soc2-tsc-2017-2022": ["CC8.1", "CC6.8"], "slsa-1.2": ["threat-G"]},
        "remediation": f"Do what {name} says.",
        "links": [Link(ref="https://example.com/why", description="Why")],
        "added_in": "0.1.0",
        "file": f"policies/controls/{name.replace('.', '/')}.rego",
        "assessed": ["design"],
        "population": Population(count=1, how="counted"),
    }
    return AskedControl(**(values | fields))


def finding(message: str = "does not hold", source: str = "kyverno", line: int = 7, **fields: Any) -> Finding:
    quoted = {"excerpt": [f"line {n} of {source}" for n in range(line - 1, line + 2)], "excerpt_start": line - 1} if line > 1 else {}
    at = At(source=source, line=line, column=fields.pop("column", 3 if line else 0), pointer=fields.pop("pointer", f"/spec/rules/{line}/match" if line else ""))
    return Finding(message=message, at=at, **(quoted | fields))


def result(name: str, status: Status, subject: str = REPOSITORY, **fields: Any) -> Result:
    aspect: Aspect = fields.pop("aspect", "design")
    return Result(control=name, aspect=aspect, subject=subject, container=fields.pop("container", REPOSITORY), status=status, **fields)


SOURCES = {
    "kyverno": source("cluster/kyverno policy.yaml", collector="kubernetes"),
    "prod": source(".gocdnext/prod.yaml", collector="gocdnext"),
    "owners": source(".github/CODEOWNERS", collector="repository"),
    "configuration": source("auditor.yaml", "configuration"),
    "rules": source("https://api.github.com/repos/my-org/app/rules/branches/main", "live", collector="github"),
    "chart": source("charts/app (rendered)", "rendered", collector="helm"),
    "outside": source("../elsewhere/x.yaml"),
}

CONTROLS = {
    "branches.no_bypass": control("branches.no_bypass", "high", aspects=["implementation"], assessed=["implementation"]),
    "digests.deploy_by_digest": control("digests.deploy_by_digest", "medium"),
    "digests.plugins_pinned": control("digests.plugins_pinned", "low"),
    "duties.approvers_staffed": control(
        "duties.approvers_staffed", aspects=["implementation"], assessed=[], reason={"implementation": "no server is read: sources.gocdnext.url"}
    ),
    "duties.gate_quorum": control("duties.gate_quorum", "critical"),
    "signatures.admission_policy": control("signatures.admission_policy", "critical", per="cluster"),
}

GAPS = [Gap(kind="gate.votes", path="my-org/app#prod/approve", reason="the file is not valid YAML", source="prod", line=4, hint="mend it")]

WAIVERS = [
    WaiverLine(
        control="digests.deploy_by_digest", subject="my-org/app#prod/deploy", reason="moving, OPS-7", requested_by="kim", approved_by="robin",
        expires="2027-01-31", state="in force", matched=["my-org/app#prod/deploy"], at=At(source="configuration", line=31, column=5),
    )
]  # fmt: skip

FAILED = [
    result("branches.no_bypass", "fail", f"{REPOSITORY}@main", aspect="implementation", findings=[finding("team ops may bypass", "rules", 0)]),
    result("digests.plugins_pinned", "fail", f"{REPOSITORY}#prod/lint", findings=[finding("by tag", "prod", 12), finding("by tag", "prod", 19)]),
    result("signatures.admission_policy", "fail", "default/prod|ghcr.io/my-org/*", container=CLUSTER, findings=[finding("prod is not covered")]),
]
SOUND = [
    result("digests.deploy_by_digest", "waived", "my-org/app#prod/deploy", waiver=0, findings=[finding("image set by tag", "prod", 9)]),
    result("digests.deploy_by_digest", "pass", "my-org/app#release/stage"),
    result("signatures.admission_policy", "not_applicable", "*", container=ORGANIZATION),
]
UNDECIDED = [
    result("duties.gate_quorum", "unknown", "my-org/app#prod/deploy", reasons=[Reason(gap=0)]),
    result("duties.gate_quorum", "unknown", "my-org/app#prod/two", reasons=[Reason(text="required by controls.require, but nothing is read")]),
    result("duties.gate_quorum", "error", "my-org/app#prod/three", reasons=[Reason(text="the policy ran out of time")]),
]


def make(results: list[Result], **fields: Any) -> Report:
    """A report of these results, its counts theirs."""
    controls = fields.get("controls", CONTROLS)
    summary: dict[str, int] = {status: sum(one.status == status for one in results) for status in STATUSES}
    summary |= {"assessed": sum(bool(one.assessed) for one in controls.values()), "controls": len(controls)}
    codes = {"error": 2, "fail": 1, "unknown": 3}
    values: dict[str, Any] = {
        "tool": {"name": "auditor", "version": "0.1.0"},
        "engine": {"name": "embedded", "version": "0.13.0"},
        "as_of": "2026-11-24T14:30:00Z",
        "evidence_sha256": sha("evidence"),
        "policies_sha256": sha("policies"),
        "configuration_sha256": sha("configuration"),
        "organization": "my-org",
        "scope": Scope(organization="my-org", places={"production.repositories": At(source="configuration", line=11, column=5)}),
        "assumed": [Assumed(what="production namespaces", value="prod, production", line="scope: {production: {namespaces: [prod]}}")],
        "exit_code": next((code for status, code in codes.items() if summary[status]), 0),
        "containers": {REPOSITORY: "repository", CLUSTER: "cluster", ORGANIZATION: "organization"},
        "controls": controls,
        "sources": SOURCES,
        "gaps": GAPS,
        "results": results,
        "waivers": WAIVERS,
        "prerequisites": {str(n): _prerequisite(title, n, results, controls) for n, title in TITLES.items()},
        "frameworks": cited(one.frameworks for one in controls.values()),
        "checkout": Checkout(uri="https://github.com/my-org/app", revision="3f2a9c1b7d10", branch="main"),
        "summary": summary,
    }
    return Report(**(values | fields))


def _prerequisite(title: str, number: int, results: list[Result], controls: dict[str, AskedControl]) -> Prerequisite:
    mine = [name for name, one in controls.items() if one.prerequisite == number]
    statuses = [one.status for one in results if one.control in mine]
    counts: dict[str, int] = {status: statuses.count(status) for status in STATUSES}
    worst = next((status for status in STATUSES if status in statuses), None)
    return Prerequisite(status=worst, title=title, assessed=sum(bool(controls[name].assessed) for name in mine), controls=len(mine), counts=counts)


def full() -> Report:
    """Every status."""
    return make([*FAILED, *SOUND, *UNDECIDED])


def complete() -> Report:
    """Failures, and nothing undecided."""
    return make([*FAILED, *SOUND])


def changed(report: Report, **fields: Any) -> Report:
    return msgspec.structs.replace(report, **fields)
