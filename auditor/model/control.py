"""A control: what its METADATA says, and the words that its fields are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from auditor.model.record import Record

Aspect = Literal["design", "implementation", "operation"]
Container = Literal["repository", "cluster", "organization"]
Severity = Literal["low", "medium", "high", "critical"]
Status = Literal["pass", "fail", "unknown", "not_applicable", "waived", "error"]

SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
STATUSES: tuple[Status, ...] = ("fail", "error", "unknown", "waived", "pass", "not_applicable")
"""Worst first: the status of several results together is the first of these that occurs."""

FAMILIES: dict[str, str] = {
    "signatures": "Signatures verified at admission",
    "digests": "Deploy by digest",
    "migrations": "Forward-only migrations",
    "rollouts": "Progressive delivery",
    "attestations": "SBOM and provenance",
    "duties": "Separation of duties",
    "branches": "Branch protection",
    "pipelines": "Pipelines",
    "credentials": "Credentials",
    "audit": "The audit itself",
}
"""Family -> title, in the order in which they are shown.  The first five are the prerequisites, 1 to 5."""

PREREQUISITES: dict[int, str] = dict(enumerate(list(FAMILIES.values())[:5], 1))


def family_order(family: str) -> tuple[int, str]:
    """Sorts families: ours in their order, then the user's by name."""
    order = list(FAMILIES)
    return (order.index(family) if family in order else len(order), family)


def worst(statuses: Iterable[Status]) -> Status | None:
    """The worst that occurs, None of none."""
    found = set(statuses)
    return next((status for status in STATUSES if status in found), None)


class Parameter(Record, frozen=True, kw_only=True):
    """A limit of a control: `default` and the JSON Schema its value must match."""

    default: Any
    schema: dict[str, Any]
    description: str = ""


class Link(Record, frozen=True, kw_only=True):
    """A related resource."""

    ref: str
    description: str = ""


class Control(Record, frozen=True, kw_only=True):
    """One question.  The fields are those of METADATA; `path` and `line` its file.  See policies/README.md for what each names."""

    id: str
    title: str
    description: str
    severity: Severity
    aspects: list[Aspect]
    sources: list[str] = []
    population: list[str]
    requires: list[str] = []
    consults: list[str] = []
    seeks: list[str] = []
    per: Container
    prerequisite: int | None = None
    frameworks: dict[str, list[str]] = {}
    parameters: dict[str, Parameter] = {}
    remediation: str
    links: list[Link] = []
    population_how: str = ""
    effective_on: str = ""
    aliases: list[str] = []
    added_in: str
    path: str = ""
    line: int = 0

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    def kinds(self) -> list[str]:
        """All kinds and fields it names, in order, without repetition."""
        return list(dict.fromkeys([*self.population, *self.requires, *self.consults, *self.seeks]))
