"""A control: what its METADATA says."""

from __future__ import annotations

from typing import Any, Literal

from auditor.model.record import Record

Aspect = Literal["design", "implementation", "operation"]
Severity = Literal["low", "medium", "high", "critical"]
Status = Literal["pass", "fail", "unknown", "not_applicable", "waived", "error"]

SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
ASPECTS: tuple[Aspect, ...] = ("design", "implementation", "operation")
STATUSES: tuple[Status, ...] = ("fail", "error", "unknown", "waived", "pass", "not_applicable")
"""Worst first: the status of several results together is the first of these that occurs."""


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
    per: Literal["repository", "cluster", "organization"]
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
