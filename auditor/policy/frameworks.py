"""The editions of frameworks, from the data file beside this module, and which of their clauses controls name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from auditor.errors import UsageError
from auditor.model.framework import Clause, Framework, Relationship
from auditor.model.record import Record
from auditor.text.decode import meant, record
from auditor.text.yaml import Node, parse

FILE = Path(__file__).with_name("frameworks.yaml")


class _Clause(Record, frozen=True, kw_only=True):
    text: str
    supports: list[str] = []
    partially_supports: list[str] = []
    evidence_for: list[str] = []


class _Framework(Record, frozen=True, kw_only=True):
    title: str
    short: str
    edition: str
    url: str
    clauses: dict[str, _Clause]


@cache
def frameworks() -> dict[str, Framework]:
    """Every edition, by its id (`soc2-tsc-2017-2022`), in the file's order."""
    document: Node = parse(FILE.read_bytes())[0]
    raw: dict[str, _Framework] = record(dict[str, _Framework], document, "frameworks.yaml")
    return {key: _framework(value) for key, value in raw.items()}


def _framework(raw: _Framework) -> Framework:
    clauses = {name: Clause(text=clause.text, families=_families(clause)) for name, clause in raw.clauses.items()}
    return Framework(title=raw.title, short=raw.short, edition=raw.edition, url=raw.url, clauses=clauses)


def _families(clause: _Clause) -> dict[str, Relationship]:
    """The strongest relationship of each family: the weaker are entered first, so that the stronger replace them."""
    found: dict[str, Relationship] = {}
    found.update(dict.fromkeys(clause.evidence_for, "evidence_for"))
    found.update(dict.fromkeys(clause.partially_supports, "partially_supports"))
    found.update(dict.fromkeys(clause.supports, "supports"))
    return dict(sorted(found.items()))


def edition(name: str) -> str:
    """The id of the one edition that `name` is, or starts: `soc2` is `soc2-tsc-2017-2022`.  Raises UsageError."""
    known = frameworks()
    if name in known:
        return name
    found = [key for key in known if name and key.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"framework `{name}` may be {' or '.join(found)}", "write the whole name")
    raise UsageError(f"no framework is called `{name}`", meant(name, known) or f"known: {', '.join(known)}")


def normal(named: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """METADATA's `frameworks` with whole ids of editions, each clause once.  What is not known here (a user's own framework) stays as it is."""
    found: dict[str, list[str]] = {}
    for name, clauses in named.items():
        try:
            key = edition(name)
        except UsageError:
            key = name
        found[key] = list(dict.fromkeys([*found.get(key, []), *clauses]))
    return found


def dangling(named: Mapping[str, Iterable[str]]) -> list[str]:
    """What METADATA's `frameworks` names and the data file does not have, each as a message with what was probably meant."""
    known, found = frameworks(), []
    for name, clauses in named.items():
        try:
            key = edition(name)
        except UsageError as error:
            found.append(f"{error} ({error.hint})")
            continue
        for clause in clauses:
            if clause not in known[key].clauses:
                found.append(f"{key} has no clause `{clause}` here ({meant(clause, known[key].clauses) or f'see {known[key].url}'})")
    return found


def cited(named: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, Framework]:
    """What a report carries: the editions and clauses that its controls' (normal) `frameworks` name, and no others."""
    wanted: dict[str, set[str]] = {}
    for one in named:
        for key, clauses in one.items():
            wanted.setdefault(key, set()).update(clauses)
    return {
        key: msgspec.structs.replace(framework, clauses={name: clause for name, clause in framework.clauses.items() if name in wanted[key]})
        for key, framework in frameworks().items()
        if key in wanted
    }
