"""From rows to a report: findings with their excerpts, reasons, verdicts, counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from auditor import __version__
from auditor.model.configuration import WaiverSpec
from auditor.model.control import SEVERITIES, STATUSES, Control
from auditor.model.evidence import Evidence
from auditor.model.place import At, Source, SourceLine
from auditor.model.record import ORGANIZATION
from auditor.model.report import AskedControl, Finding, Population, Reason, Report, Result, WaiverLine
from auditor.policy import frameworks, selection, verdict
from auditor.policy.evaluate import Asked, Evaluation
from auditor.policy.fold import Failure, Row
from auditor.text.reading import CONTEXT


def canonical(value: Any) -> bytes:
    """The one encoding of a record: JSON, keys sorted, no spaces."""
    return msgspec.json.encode(value, order="sorted")


def settled(data: bytes) -> Report:
    """A report from its canonical bytes: in their order, so that it renders the same when it is read again."""
    return msgspec.json.decode(data, type=Report)


def report(
    evidence: Evidence,
    evaluation: Evaluation,
    controls: Mapping[str, Control],
    parameters: Mapping[str, Mapping[str, Any]],
    *,
    engine: dict[str, str],
    policies_sha256: str,
) -> Report:
    """The report of an evaluation."""
    chosen = evidence.configuration
    asked = {identity: _asked(control, evaluation, evidence, parameters.get(identity, {})) for identity, control in controls.items()}
    results = _sorted(_results(evidence, evaluation, asked), asked)
    summary: dict[str, int] = verdict.counts(results)
    summary["assessed"] = sum(bool(control.assessed) for control in asked.values())
    summary["controls"] = len(asked)
    return Report(
        tool={"name": "auditor", "version": __version__},
        engine=engine,
        as_of=evidence.as_of,
        period=evidence.period,
        checkout=evidence.checkout,
        evidence_sha256=hashlib.sha256(canonical(evidence)).hexdigest(),
        policies_sha256=policies_sha256,
        configuration_sha256=hashlib.sha256(canonical((evidence.scope, chosen))).hexdigest(),
        organization=evidence.scope.organization,
        scope=evidence.scope,
        assumed=evidence.assumed,
        fail_on=chosen.fail_on,
        allow_unknown=chosen.allow_unknown,
        exit_code=verdict.exit_code(results, asked, chosen.fail_on, chosen.allow_unknown),
        containers={**dict(sorted(evidence.containers.items())), ORGANIZATION: ORGANIZATION},
        controls=asked,
        sources={identity: _line(source) for identity, source in sorted(evidence.sources.items())},
        gaps=[*evidence.gaps, *evaluation.gaps],
        results=results,
        waivers=[_waiver(*judged) for judged in evaluation.waivers],
        prerequisites=verdict.prerequisites(results, asked),
        frameworks=frameworks.cited(control.frameworks for control in asked.values()),
        summary=summary,
    )


def _waiver(waiver: WaiverSpec, state: str, matched: list[str]) -> WaiverLine:
    return WaiverLine(**msgspec.structs.asdict(waiver), state=state, matched=matched)


def _asked(control: Control, evaluation: Evaluation, evidence: Evidence, values: Mapping[str, Any]) -> AskedControl:
    skipped = evaluation.skipped.get(control.id, {})
    count = max((entry.population for entry in evaluation.asked if entry.control.id == control.id), default=0)
    kinds = {name: getattr(control, name) for name in ("population", "requires", "consults", "seeks") if getattr(control, name)}
    how = control.population_how or f"every {' and '.join(dict.fromkeys(kind.partition('.')[0] for kind in control.population))} in the evidence that the title speaks of"
    return AskedControl(
        title=control.title,
        description=control.description,
        severity=control.severity,
        aspects=control.aspects,
        family=control.family,
        prerequisite=control.prerequisite,
        per=control.per,
        frameworks=frameworks.normal(control.frameworks),
        remediation=control.remediation,
        links=control.links,
        reads=kinds,
        values=dict(values),
        parameters=control.parameters,
        effective_on=control.effective_on,
        added_in=control.added_in,
        file=control.path,
        assessed=[aspect for aspect in control.aspects if aspect not in skipped],
        reason=skipped,
        population=Population(count=count, how=how),
        enforced=selection.enforced(control, evidence.configuration.controls, evidence.as_of),
    )


def _results(evidence: Evidence, evaluation: Evaluation, asked: Mapping[str, AskedControl]) -> list[Result]:
    results = [_result(evidence, entry, row, waiver, asked) for entry in evaluation.asked for row, waiver in entry.rows]
    required = evidence.configuration.controls.require
    for identity, skipped in evaluation.skipped.items():
        if selection.named(identity, required):
            for aspect, why in skipped.items():
                if not any(entry.control.id == identity for entry in evaluation.asked):
                    reasons = [Reason(text=f"required by controls.require, but {why}")]
                    results.append(
                        Result(control=identity, aspect=aspect, subject="*", container=ORGANIZATION, status="unknown", reasons=reasons)  # type: ignore[arg-type]
                    )
    return results


def _result(evidence: Evidence, entry: Asked, row: Row, waiver: int | None, asked: Mapping[str, AskedControl]) -> Result:
    reasons = [Reason(gap=number) for number in row.gaps]
    reasons += [Reason(text=f"{failure.message} - as far as could be read") for failure in row.doubted]
    if row.error:
        reasons.append(Reason(text=row.error))
    return Result(
        control=entry.control.id,
        aspect=entry.aspect,
        subject=row.subject,
        container=row.container,
        status="waived" if waiver is not None else row.status,
        enforced=asked[entry.control.id].enforced,
        findings=[_finding(failure, evidence.sources) for failure in sorted(row.failures, key=_by_place)],
        reasons=reasons,
        waiver=waiver,
    )


def _by_place(failure: Failure) -> tuple[str, str, int, int]:
    return failure.message, failure.at.source, failure.at.line, failure.at.column


def _finding(failure: Failure, sources: Mapping[str, Source]) -> Finding:
    lines, start = excerpt(failure.at, sources)
    return Finding(message=failure.message, at=failure.at, excerpt=lines, excerpt_start=start)


def excerpt(at: At, sources: Mapping[str, Source]) -> tuple[list[str], int]:
    """The lines around a place as far as they are recorded without a break, and the number of the first; ([], 0) if there are none."""
    source = sources.get(at.source)
    if source is None or str(at.line) not in source.lines:
        return [], 0
    first = at.line
    while first > at.line - CONTEXT and str(first - 1) in source.lines:
        first -= 1
    last = at.line
    while last < at.line + CONTEXT and str(last + 1) in source.lines:
        last += 1
    return [source.lines[str(number)] for number in range(first, last + 1)], first


def _line(source: Source) -> SourceLine:
    fields = msgspec.structs.asdict(source)
    fields.pop("lines")
    return SourceLine(**fields)


def _sorted(results: list[Result], asked: Mapping[str, AskedControl]) -> list[Result]:
    """Worst first: status, then severity, then names."""
    return sorted(
        results,
        key=lambda result: (
            STATUSES.index(result.status),
            -SEVERITIES.index(asked[result.control].severity),
            result.control,
            result.aspect,
            result.subject,
        ),
    )
