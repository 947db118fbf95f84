"""The run around the results: tool, invocation with what could not be read, identity, provenance, sources."""

from __future__ import annotations

import re
from typing import Any

import sarif_om

from auditor.model.place import At
from auditor.model.report import Report, Result
from auditor.reports.sarif_model import places, taxonomies
from auditor.reports.sarif_model.results import plain_text
from auditor.reports.sarif_model.rules import rules
from auditor.reports.wording import VERDICTS, coverage, gap_text, reasons, sentence
from auditor.reports.words import one_line, tally

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NOTIFICATIONS = {
    "gap": ("Something that could not be read", "What could not be read is no evidence: results that rest on it are open. The message says what to do."),
    "error": ("A control that could not be evaluated", "The policy of the control failed while it ran, or the engine did. The message says which."),
    "limit": ("Results left out of this file", "Code scanning shows 5,000 results at most; the worst are in this file, the others in the format sarif."),
}
"""Id -> title and explanation; GitHub's validator wants both of every descriptor."""


def log(run: sarif_om.Run) -> sarif_om.SarifLog:
    return sarif_om.SarifLog(schema_uri=SCHEMA, version="2.1.0", runs=[run])


def run(report: Report, results: list[sarif_om.Result], *, complete: bool, left_out: int = 0) -> sarif_om.Run:
    """One run.  `complete`: the full profile, with taxonomies, sources and notifications; `left_out` counts results over the limit."""
    described = rules(report)
    driver = _driver(report, described)
    made = sarif_om.Run(
        tool=sarif_om.Tool(driver=driver),
        results=results,
        automation_details=sarif_om.RunAutomationDetails(id=category(report)),
        column_kind="unicodeCodePoints",
        original_uri_base_ids={places.ROOT: sarif_om.ArtifactLocation(description=sarif_om.Message(text="The root of the audited repository."))},
        invocations=[_invocation(report, complete=complete, left_out=left_out)],
        version_control_provenance=_provenance(report),
        properties=_properties(report),
    )
    if complete:
        taxonomies.relate(report, described)
        driver.supported_taxonomies = taxonomies.supported(report) or None
        made.taxonomies = taxonomies.taxonomies(report) or None
        made.artifacts = _artifacts(report)
    return made


def category(report: Report) -> str:
    """`auditor/ORGANISATION/TIME`: everything before the last slash is the category under which alerts are compared from run to run."""
    name = re.sub(r"[^A-Za-z0-9._/-]+", "-", report.organization).strip("-/") or "organization"
    return f"{report.tool.get('name') or 'auditor'}/{name}/{one_line(report.as_of).replace('/', '-')}"


def _driver(report: Report, described: list[sarif_om.ReportingDescriptor]) -> sarif_om.ToolComponent:
    version = report.tool.get("version", "")
    return sarif_om.ToolComponent(
        name=report.tool.get("name") or "auditor",
        version=version or None,
        semantic_version=version if re.fullmatch(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?", version) else None,
        rules=described,
        notifications=[_described(name, title, text) for name, (title, text) in NOTIFICATIONS.items()],
    )


def _described(name: str, title: str, text: str) -> sarif_om.ReportingDescriptor:
    said = sarif_om.MultiformatMessageString(text=text)
    return sarif_om.ReportingDescriptor(id=name, short_description=sarif_om.MultiformatMessageString(text=title), full_description=said, help=said)


def _invocation(report: Report, *, complete: bool, left_out: int) -> sarif_om.Invocation:
    notes = _notifications(report) if complete else []
    if left_out:
        text = f"{left_out} more failures are not in this file: code scanning shows no more. They are in the formats sarif, json and html."
        notes.append(_notification("limit", text, "warning"))
    broken = report.exit_code == 2 or any(result.status == "error" for result in report.results)
    return sarif_om.Invocation(
        execution_successful=not broken,
        exit_code=report.exit_code,
        exit_code_description=f"{VERDICTS.get(report.exit_code, 'error')}: {tally(report.summary)}; {coverage(report)}",
        tool_execution_notifications=notes or None,
    )


def _notifications(report: Report) -> list[sarif_om.Notification]:
    """One for each gap, and one for each result that is undecided for another reason than a gap."""
    found = []
    for number, gap in enumerate(report.gaps):
        place = places.physical(report, At(source=gap.source, line=gap.line)) if gap.source else None
        found.append(_notification("gap", sentence(gap_text(report, number)), "warning", place))
    for result in report.results:
        if result.status == "error" or (result.status == "unknown" and not any(reason.gap is not None for reason in result.reasons)):
            found.append(_undecided(report, result))
    return found


def _undecided(report: Report, result: Result) -> sarif_om.Notification:
    broke = result.status == "error"
    text = f"{result.control}, {result.subject}: {'; '.join(reasons(report, result))}"
    note = _notification("error" if broke else "gap", text, "error" if broke else "warning")
    note.associated_rule = sarif_om.ReportingDescriptorReference(id=result.control, index=sorted(report.controls).index(result.control))
    return note


def _notification(kind: str, text: str, level: str, place: sarif_om.PhysicalLocation | None = None) -> sarif_om.Notification:
    return sarif_om.Notification(
        message=sarif_om.Message(text=plain_text(text) + "."),
        level=level,
        descriptor=sarif_om.ReportingDescriptorReference(id=kind, index=list(NOTIFICATIONS).index(kind)),
        locations=[sarif_om.Location(physical_location=place)] if place else None,
    )


def _provenance(report: Report) -> list[sarif_om.VersionControlDetails] | None:
    """The commit that was audited, only where all of it is known."""
    checkout = report.checkout
    if checkout is None or not checkout.revision or not re.match(r"[a-z][a-z0-9+.-]*://[^\s\"<>\\^`{|}@]+$", checkout.uri):
        return None
    root = sarif_om.ArtifactLocation(uri_base_id=places.ROOT)
    return [sarif_om.VersionControlDetails(repository_uri=checkout.uri, revision_id=checkout.revision, branch=checkout.branch or None, mapped_to=root)]


def _artifacts(report: Report) -> list[sarif_om.Artifact] | None:
    """The sources that have an address, with their hashes."""
    found = []
    for identity, source in sorted(report.sources.items()):
        location = places.artifact(report, identity)
        if location is not None:
            hashes = {"sha-256": source.sha256} if source.sha256 else None
            found.append(sarif_om.Artifact(location=location, length=source.size if hashes else -1, hashes=hashes, properties={"status": source.status}))
    return found or None


def _properties(report: Report) -> dict[str, Any]:
    return {
        "asOf": report.as_of,
        "evidenceDigest": f"sha256:{report.evidence_sha256}",
        "policiesDigest": f"sha256:{report.policies_sha256}",
        "configurationDigest": f"sha256:{report.configuration_sha256}",
        "summary": dict(report.summary),
    }
