"""Results of both profiles.  A failure gives one for each finding, every other status one for each subject."""

from __future__ import annotations

import sarif_om

from auditor.errors import NothingToUpload
from auditor.model.place import At
from auditor.model.report import Finding, Report, Result
from auditor.reports.sarif_model import places
from auditor.reports.sarif_model.identity import Fingerprints
from auditor.reports.wording import LEVELS, cut, findings, reasons, repository_path, severity, waiver, waiver_of, worst_first
from auditor.reports.words import one_line

KINDS = {"fail": "fail", "waived": "fail", "pass": "pass", "not_applicable": "notApplicable", "unknown": "open", "error": "open"}
LONGEST_MESSAGE = 4_000


def full(report: Report) -> list[sarif_om.Result]:
    """Every result of the report in every status, worst first."""
    prints = Fingerprints(report)
    numbers = {name: index for index, name in enumerate(sorted(report.controls))}
    waived = any(result.status == "waived" for result in report.results)
    found = []
    for result in worst_first(report):
        fails = KINDS[result.status] == "fail"
        for finding in findings(result) if fails else [None]:
            one = _result(report, result, finding, numbers, prints)
            one.locations = [_location(report, result, finding or (result.findings[0] if result.findings else None))]
            one.properties = {
                "aspect": result.aspect,
                "container": result.container,
                "enforced": result.enforced,
                "status": result.status,
                "subject": result.subject,
                "note": result.note or None,
            }
            if waived:  # SARIF 2.1.0, 3.27.23: either all results of a run have suppressions, or none
                one.suppressions = [_suppression(report, result)] if result.status == "waived" else []
            found.append(one)
    return found


def uploaded(report: Report) -> list[sarif_om.Result]:
    """What code scanning is shown: enforced failures without waiver, each at a file of the repository, worst first.

    Raises NothingToUpload if there is no file that a failure could be shown at: leaving it out would close its alert.
    """
    prints = Fingerprints(report)
    numbers = {name: index for index, name in enumerate(sorted(report.controls))}
    found = []
    for result in worst_first(report):
        if result.status != "fail" or not result.enforced:
            continue
        for finding in findings(result):
            one = _result(report, result, finding, numbers, prints)
            _anchor(report, result, finding, one)
            found.append(one)
    return found


def _result(
    report: Report, result: Result, finding: Finding | None, numbers: dict[str, int], prints: Fingerprints
) -> sarif_om.Result:
    kind = KINDS[result.status]
    return sarif_om.Result(
        rule_id=result.control,
        rule_index=numbers.get(result.control, -1),
        kind=kind,
        level=LEVELS[severity(report, result)] if kind == "fail" else "none",
        message=sarif_om.Message(text=_message(report, result, finding)),
        partial_fingerprints=prints.of(result, finding),
    )


def _message(report: Report, result: Result, finding: Finding | None) -> str:
    """The subject and what is said of it; the first sentence is the title of an alert."""
    title = report.controls[result.control].title
    if result.status in {"unknown", "error"}:
        why = "; ".join([*reasons(report, result), *(one.message for one in result.findings)])
        said = f"not determined: {why}"
    elif result.status == "pass":
        said = f"holds: {title}"
    elif result.status == "not_applicable":
        said = f"nothing to judge: {title}"
    else:
        said = finding.message if finding else f"does not hold: {title}"
        said += f". Waived: {waiver(report, result)}" if result.status == "waived" else ""
    text = f"{result.subject}: {said}" if result.subject != "*" else said
    return plain_text(text) + "."


def plain_text(text: str) -> str:
    """One line that a reader of SARIF takes for text: no [text](link) of somebody else's making, no full stop at the end."""
    return cut(one_line(text).replace("](", "] (").rstrip("."), LONGEST_MESSAGE)


def _location(report: Report, result: Result, finding: Finding | None) -> sarif_om.Location:
    """Where it is, physically where that is known, and the subject as logical location."""
    at = finding.at if finding else next((report.gaps[reason.gap] for reason in result.reasons if reason.gap is not None), None)
    place = None
    if finding is not None:
        place = places.physical(report, finding.at, finding)
    elif at is not None and at.source:
        place = places.physical(report, At(source=at.source, line=at.line))
    return sarif_om.Location(physical_location=place, logical_locations=[places.logical(report, result)])


def _anchor(report: Report, result: Result, finding: Finding | None, one: sarif_om.Result) -> None:
    """Give a result its one location in a file that was read."""
    source = report.sources.get(finding.at.source) if finding else None
    path = repository_path(report, source)
    if path and finding:
        area = places.region(finding.at, finding)
    else:
        found = places.anchor(report, result)
        if found is None:
            raise NothingToUpload(
                f"{result.control} fails for {result.subject}, and no file of the repository was read at which the alert could be shown",
                "commit an auditor.yaml, or use --format sarif, which needs no file",
            )
        path, area = found[0], places.region(found[1])
        if source is not None:
            one.message.text += f" Seen at {plain_text(source.uri)}."
    location = sarif_om.ArtifactLocation(uri=places.encoded(path), uri_base_id=places.ROOT)
    one.locations = [sarif_om.Location(physical_location=sarif_om.PhysicalLocation(artifact_location=location, region=area))]


def _suppression(report: Report, result: Result) -> sarif_om.Suppression:
    """The waiver; `state` is written as `status`."""
    line = waiver_of(report, result)
    place = places.physical(report, line.at) if line is not None and line.at else None
    return sarif_om.Suppression(
        kind="external",
        state="accepted",
        justification=waiver(report, result) or "waived",
        location=sarif_om.Location(physical_location=place) if place else None,
    )
