"""Editions of frameworks, and the clauses that controls speak to.

A mapping labels a verdict and never changes one.  What it says is always "evidence relevant to", never "compliant": an opinion on a clause is the
assessor's.  There is no relationship `satisfies`.
"""

from __future__ import annotations

from typing import Literal

from auditor.model.record import Record

Relationship = Literal["supports", "partially_supports", "evidence_for"]


class Clause(Record, frozen=True, kw_only=True):
    """A clause in our own words.  `families`: family of controls -> how its controls relate to the clause."""

    text: str
    families: dict[str, Relationship]


class Framework(Record, frozen=True, kw_only=True):
    """One edition of a framework.  `short` is how a column or a tag names it, `url` where its publisher keeps it; `clauses` by the publisher's id."""

    title: str
    short: str
    edition: str
    url: str
    clauses: dict[str, Clause]
