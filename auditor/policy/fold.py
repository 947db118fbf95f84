"""The fold: one status for each subject of a control, from what the policy answered and what could not be read.

The laws it keeps, for every evidence and every control: each subject gets exactly one status, and replacing facts by gaps adds no pass, no waived,
no not_applicable and no fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.model.control import Control, Status
from auditor.model.gap import Gap, names
from auditor.model.place import At
from auditor.model.record import ORGANIZATION, prefixes


@dataclass(frozen=True)
class Failure:
    """What a policy found wrong with a subject.  `absent`: the kinds of which it found nothing, where the failure rests on that."""

    subject: str
    message: str
    at: At
    absent: tuple[str, ...] = ()


@dataclass
class Answer:
    """What the policy of a control answered over all shards.  `errors`: container -> message of the engine."""

    subjects: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """The status of one subject.  `failures` are those that stand, `doubted` those that do not; `gaps` index the evidence's gaps."""

    subject: str
    container: str
    status: Status
    failures: tuple[Failure, ...] = ()
    doubted: tuple[Failure, ...] = ()
    gaps: tuple[int, ...] = ()
    error: str = ""


class World:
    """What the fold needs of the evidence: containers, gaps by kind, and the kinds that some configured source reads."""

    def __init__(self, containers: dict[str, str], gaps: Iterable[tuple[int, Gap]], readable: Iterable[str]) -> None:
        self.containers = containers
        self.readable = frozenset(readable)
        self._container: dict[str, str] = {}  # what was asked before: each subject is, once a control
        self.gaps: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, gap in gaps:
            self.gaps[gap.kind].append((number, gap.path))

    def container(self, path: str) -> str:
        """The container a path lies in, the longest first; the organisation if it lies in none."""
        found = self._container.get(path)
        if found is None:
            found = self._container[path] = next((prefix for prefix in prefixes(path) if prefix in self.containers), ORGANIZATION)
        return found

    def sort(self, container: str) -> str:
        return self.containers.get(container, ORGANIZATION)


class _Taints:
    """Which gaps may have mattered to which subjects: kept by subject, by container, or for all."""

    def __init__(self) -> None:
        self.own: dict[str, dict[int, str]] = defaultdict(dict)
        self.within: dict[str, dict[int, str]] = defaultdict(dict)
        self.everywhere: dict[int, str] = {}

    def of(self, subject: str, container: str) -> dict[int, str]:
        found = dict(self.everywhere)
        found.update(self.within.get(container, {}))
        found.update(self.own.get(subject, {}))
        return found


def fold(control: Control, answer: Answer, world: World) -> list[Row]:
    """The rows of one control and aspect, sorted by subject."""
    unread = {path: number for kind, gaps in world.gaps.items() if names(control.population, kind) for number, path in gaps if path not in answer.subjects}
    rows = {path: Row(path, world.container(path), "unknown", gaps=(number,)) for path, number in unread.items()}
    taints = _taint(control, answer.subjects, rows, world)
    failures: dict[str, list[Failure]] = defaultdict(list)
    for failure in answer.failures:
        failures[failure.subject].append(failure)
    for subject in answer.subjects | failures.keys():
        rows[subject] = _row(control, subject, failures[subject], taints, world)
    for container, message in answer.errors.items():
        row = rows.get(container)
        if row is None or row.status != "fail":
            rows[container] = Row(container, container, "error", error=message)
    if not rows:
        return [Row("*", ORGANIZATION, "not_applicable")]
    return [rows[subject] for subject in sorted(rows)]


def _taint(control: Control, subjects: set[str], rows: dict[str, Row], world: World) -> _Taints:
    taints = _Taints()
    mine = {place for path in (*subjects, *rows) for place in prefixes(path)}
    for kind, gaps in world.gaps.items():
        required = names(control.requires, kind)
        sought = names(control.consults, kind) or names(control.seeks, kind)
        if not required and not sought:
            continue
        for number, path in gaps:
            inside = [place for place in prefixes(path) if place in subjects or place in rows] if required else []
            for place in inside:
                taints.own[place][number] = kind
            # A field of a fact that is no subject and holds none: what is required of subjects is not lost with it.
            elsewhere = "." in kind and path not in mine
            if sought or not (inside or elsewhere):
                where = world.container(path)
                if world.sort(where) != control.per:
                    taints.everywhere[number] = kind
                else:
                    taints.within[where][number] = kind
    return taints


def _row(control: Control, subject: str, failures: list[Failure], taints: _Taints, world: World) -> Row:
    container = world.container(subject)
    mine = taints.of(subject, container)
    kinds = set(mine.values())
    stands: list[Failure] = []
    doubted: list[Failure] = []
    for failure in failures:
        unreadable = any(kind.partition(".")[0] not in world.readable for kind in failure.absent)
        shaken = unreadable or any(names(failure.absent, kind) for kind in kinds)
        (doubted if shaken else stands).append(failure)
    if stands:
        return Row(subject, container, "fail", failures=tuple(stands))
    heavy = {number for number, kind in mine.items() if names([*control.consults, *control.requires], kind)}
    if doubted:
        heavy |= {number for number, kind in mine.items() if any(names(failure.absent, kind) for failure in doubted)}
    if doubted or heavy:
        return Row(subject, container, "unknown", doubted=tuple(doubted), gaps=tuple(sorted(heavy)))
    return Row(subject, container, "pass")
