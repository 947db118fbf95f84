"""From evidence and policies to rows: shards are asked, answers folded, waivers applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from auditor.model.configuration import WaiverSpec
from auditor.model.control import Aspect, Control
from auditor.model.evidence import Evidence
from auditor.model.facts.organization import Waiver
from auditor.model.gap import Gap
from auditor.model.place import At
from auditor.policy import selection, waive
from auditor.policy.engine import Failed, Policies, Value
from auditor.policy.fold import Answer, Failure, Row, World, fold
from auditor.policy.shards import origin_for, shards

WAIVER_CONTROL = "audit.waivers_sound"
DEFAULT_MAXIMUM_DAYS = 365
TIMEOUT = 60.0


@dataclass(frozen=True)
class Asked:
    """One control and aspect that was asked: its rows, each with the index of the waiver that covers it, and how many subjects there were."""

    control: Control
    aspect: Aspect
    rows: list[tuple[Row, int | None]]
    population: int


@dataclass(frozen=True)
class Evaluation:
    """`skipped`: control id -> aspect -> why it was not assessed; `waivers` in the configuration's order, with their states; `gaps` follow the evidence's."""

    asked: list[Asked]
    skipped: dict[str, dict[str, str]]
    waivers: list[tuple[WaiverSpec, str, list[str]]]
    gaps: list[Gap] = field(default_factory=list)


def evaluate(
    evidence: Evidence,
    controls: Mapping[str, Control],
    policies: Policies,
    parameters: Mapping[str, Mapping[str, Any]],
    *,
    timeout: float = TIMEOUT,
    jobs: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Ask every selected control about the evidence.  Raises EngineError only if no engine can be had; a policy's own fault is an `error` row."""
    chosen: list[tuple[Control, Aspect]] = []
    skipped: dict[str, dict[str, str]] = defaultdict(dict)
    for control in controls.values():
        for aspect in control.aspects:
            why = selection.not_assessed(control, aspect, evidence.configuration.controls, evidence.assessable)
            if why:
                skipped[control.id][aspect] = why
            else:
                chosen.append((control, aspect))
    first = [pair for pair in chosen if not _reads_waivers(pair[0])]
    rows = _ask(evidence, first, policies, timeout, jobs, progress)
    waivers = _judge_waivers(evidence, controls, rows, parameters)
    last = [pair for pair in chosen if _reads_waivers(pair[0])]
    judged = _with_waivers(evidence, waivers)
    rows.update(_ask(judged, last, policies, timeout, jobs, progress))
    asked = [Asked(control, aspect, _waived(control, rows[control.id, aspect][0], waivers), rows[control.id, aspect][1]) for control, aspect in chosen]
    return Evaluation(asked, dict(skipped), waivers, judged.gaps[len(evidence.gaps) :])


def _reads_waivers(control: Control) -> bool:
    return any(kind.partition(".")[0] == "waiver" for kind in control.kinds())


_Rows = dict[tuple[str, Aspect], tuple[list[Row], int]]


def _ask(
    evidence: Evidence, chosen: list[tuple[Control, Aspect]], policies: Policies, timeout: float, jobs: int, progress: Callable[[str], None]
) -> _Rows:
    """Rows and number of subjects of each control and aspect, all questions of one shard asked at once."""
    answers: dict[tuple[str, Aspect], Answer] = {(control.id, aspect): Answer() for control, aspect in chosen}
    uniform = all(getattr(fact, "origin", "file") == "file" for kind in msgspec.structs.fields(Evidence) for fact in _facts(evidence, kind.name))
    groups: dict[tuple[str, str], list[tuple[Control, Aspect]]] = defaultdict(list)
    for control, aspect in chosen:
        origin = origin_for(control, aspect)
        groups[control.per, "" if uniform and origin in {"", "file"} else origin].append((control, aspect))
    worlds = {origin: _world(evidence, origin) for origin in {"", *(origin_for(*pair) for pair in chosen)}}
    for (per, origin), pairs in groups.items():
        asked = [control for control, _ in pairs]
        documents = shards(evidence, asked, per, origin, worlds[""])
        for container, got in policies.ask_many([control.id for control in asked], documents, timeout=timeout, jobs=jobs):
            progress(container)
            for control, aspect in pairs:
                _collect(answers[control.id, aspect], container, got[control.id])
    return {
        (control.id, aspect): (fold(control, answers[control.id, aspect], worlds[origin_for(control, aspect)]), len(answers[control.id, aspect].subjects))
        for control, aspect in chosen
    }


def _facts(evidence: Evidence, kind: str) -> Iterable[Any]:
    value = getattr(evidence, kind)
    return value.values() if isinstance(value, dict) and kind not in {"assessable", "containers", "sources"} else ()


def _world(evidence: Evidence, origin: str) -> World:
    gaps = [(number, gap) for number, gap in enumerate(evidence.gaps) if not origin or gap.origin in {origin, "any"}]
    return World(evidence.containers, gaps, evidence.readable)


def _collect(answer: Answer, container: str, got: Value | Failed) -> None:
    if isinstance(got, Failed):
        answer.errors[container] = str(got.error)
        return
    try:
        subjects = {_text(subject) for subject in got.subjects}
        failures = [_failure(item) for item in got.failures]
    except (TypeError, KeyError, ValueError, msgspec.ValidationError) as error:
        answer.errors[container] = f"the policy answered in a form that is not of this contract: {error}"
        return
    stray = next((failure.subject for failure in failures if failure.subject not in subjects), None)
    if stray is not None:
        answer.errors[container] = f"the policy accuses `{stray}`, which is not among its subjects"
        return
    answer.subjects |= subjects
    answer.failures += failures


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a subject is not text")
    return value


def _failure(item: Any) -> Failure:
    at = msgspec.convert(item["at"], At)
    absent = item.get("absent", [])
    if not isinstance(item["message"], str) or not all(isinstance(kind, str) for kind in absent) or set(item) - {"subject", "message", "at", "absent"}:
        raise TypeError("a failure is {subject, message, at} with or without absent")
    return Failure(_text(item["subject"]), item["message"], at, tuple(absent))


def _judge_waivers(
    evidence: Evidence, controls: Mapping[str, Control], rows: _Rows, parameters: Mapping[str, Mapping[str, Any]]
) -> list[tuple[WaiverSpec, str, list[str]]]:
    as_of = date.fromisoformat(evidence.as_of[:10])
    days = int(parameters.get(WAIVER_CONTROL, {}).get("maximum_days", DEFAULT_MAXIMUM_DAYS))
    old = {alias: control.id for control in controls.values() for alias in control.aliases}
    judged = []
    for waiver in evidence.configuration.waivers:
        identity = old.get(waiver.control, waiver.control)
        found = [got for (control, _), (got, _) in rows.items() if control == identity]
        mine = [row for got in found for row in got] if found else None
        judged.append((waiver, waive.state(waiver, mine, as_of, days), waive.matched(waiver, mine or [])))
    return judged


def _with_waivers(evidence: Evidence, waivers: list[tuple[WaiverSpec, str, list[str]]]) -> Evidence:
    facts = {
        f"organization/waiver/{waive.name(waiver)}": Waiver(
            at=waiver.at or At(source=""),
            control=waiver.control,
            subjects=waiver.subjects or [waiver.subject],
            reason=waiver.reason,
            requested_by=waiver.requested_by,
            approved_by=waiver.approved_by,
            expires=waiver.expires,
            state=state,
            matched=None if state == "not judged" else matched,
        )
        for waiver, state, matched in waivers
    }
    unjudged = [
        Gap(kind="waiver.matched", path=identity, reason=f"{fact.control} was not assessed, or not for all of its subjects", origin="any")
        for identity, fact in facts.items()
        if fact.matched is None
    ]
    return msgspec.structs.replace(evidence, waiver=facts, readable=[*evidence.readable, "waiver"], gaps=[*evidence.gaps, *unjudged])


def _waived(
    control: Control, rows: list[Row], waivers: list[tuple[WaiverSpec, str, list[str]]]
) -> list[tuple[Row, int | None]]:
    sound = {
        number: waiver
        for number, (waiver, state, _) in enumerate(waivers)
        if state in waive.SOUND and waiver.control in {control.id, *control.aliases}
    }
    return waive.apply(rows, sound)
