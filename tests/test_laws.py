"""The laws: replacing a fact by its gap, or making an input unreadable, adds no pass, no waived, no not_applicable and no fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.model import KINDS, Evidence, Gap
from auditor.text import files
from tests import auditing
from tests.test_traps import BASES, TRAPS, name

SETTLED = {"pass", "fail", "waived", "not_applicable"}


def rows(evidence: Evidence) -> dict[tuple[str, str, str], str]:
    return {
        (asked.control.id, asked.aspect, row.subject): "waived" if waiver is not None else row.status
        for asked in auditing.evaluation(evidence).asked
        for row, waiver in asked.rows
    }


def without(evidence: Evidence, kind: str, identity: str, replacement: Any, gap: str) -> Evidence:
    """The evidence with a fact replaced (None: gone), and the gap beside it; older gaps of that fact that the new one swallows go."""
    facts = dict(getattr(evidence, kind))
    if replacement is None:
        del facts[identity]
    else:
        facts[identity] = replacement
    gaps = [g for g in evidence.gaps if not (g.path == identity and (g.kind == gap or g.kind.startswith(gap + ".")))]
    origin = getattr(evidence, kind)[identity].origin
    return msgspec.structs.replace(evidence, **{kind: facts}, gaps=[*gaps, Gap(kind=gap, path=identity, reason="knocked out", origin=origin)])


def losses(evidence: Evidence, kinds: set[str]) -> Iterator[tuple[str, Evidence]]:
    """Every single loss: each fact of these kinds, each field of it, and each field of the records in its lists."""
    for kind in KINDS:
        if kind not in kinds or kind == "waiver":
            continue
        for identity, fact in getattr(evidence, kind).items():
            yield f"{kind} {identity}", without(evidence, kind, identity, None, kind)
            for field in fact.__struct_fields__:
                value = getattr(fact, field)
                if field in {"at", "origin"} or value is None:
                    continue
                yield f"{kind}.{field} {identity}", without(evidence, kind, identity, msgspec.structs.replace(fact, **{field: None}), f"{kind}.{field}")
                if isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
                    for inner in value[0].__struct_fields__:
                        if inner == "at" or all(getattr(item, inner) is None for item in value):
                            continue
                        lost = [msgspec.structs.replace(item, **{inner: None}) for item in value]
                        yield (
                            f"{kind}.{field}.{inner} {identity}",
                            without(evidence, kind, identity, msgspec.structs.replace(fact, **{field: lost}), f"{kind}.{field}.{inner}"),
                        )


def broken(before: dict[tuple[str, str, str], str], after: dict[tuple[str, str, str], str]) -> list[tuple[tuple[str, str, str], str | None, str]]:
    return [(row, before.get(row), status) for row, status in after.items() if status in SETTLED and before.get(row) != status]


def named_kinds() -> set[str]:
    return {kind.partition(".")[0] for control in auditing.library().controls.values() for kind in control.kinds()}


@pytest.mark.slow
@pytest.mark.parametrize("base", BASES, ids=name)
def test_losing_a_fact_settles_nothing(base, tmp_path):
    """For each fact and field that controls may read, replaced by its gap: no status turns into one that settles something."""
    evidence = auditing.collect(auditing.lay(base, None, tmp_path / "tree"))
    before = rows(evidence)
    wrong = []
    for what, lost in losses(evidence, named_kinds()):
        after = rows(lost)
        wrong += [(what, *trouble) for trouble in broken(before, after)]
        wrong += [(what, row, "", status) for row, status in after.items() if status == "error"]
    assert not wrong, "\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} in all"


def inputs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "auditor.yaml" and ".git" not in path.parts)


@pytest.mark.slow
@pytest.mark.parametrize("case", [*BASES, *TRAPS[::5]], ids=name)
@pytest.mark.parametrize("how", ["unreadable", "not text"])
def test_an_unreadable_input_greens_nothing(case, how, tmp_path, monkeypatch):
    """For each input file, made unreadable or undecodable: no pass and no not_applicable that was not there."""
    if case in BASES:
        folder = auditing.lay(case, None, tmp_path / "tree")
    else:
        base = auditing.FIXTURES / "base" / msgspec.yaml.decode((case / "trap.yaml").read_bytes())["base"]
        folder = auditing.lay(base, case, tmp_path / "tree")
    before = rows(auditing.collect(folder))
    real = files.read
    wrong = []
    for victim in inputs(folder):

        def read(path: Path, *, victim: Path = victim, **settings: Any) -> bytes:
            if Path(path).absolute() == victim.absolute():
                if how == "unreadable":
                    raise files.Unreadable("permission denied")
                return b"\xff\xfe\xff not text \xc3\x28"
            return real(path, **settings)

        monkeypatch.setattr(files, "read", read)
        after = rows(auditing.collect(folder))
        monkeypatch.setattr(files, "read", real)
        wrong += [(victim.name, *trouble) for trouble in broken(before, after) if trouble[2] in {"pass", "not_applicable"}]
    assert not wrong, "\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} in all"
