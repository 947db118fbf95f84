"""Audits in this process, with the engines kept between tests: loading policies once is most of what an audit costs."""

from __future__ import annotations

import atexit
import functools
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from auditor import config, pipeline
from auditor.model import Evidence, Report
from auditor.policy import assemble
from auditor.policy import library as policies
from auditor.policy.engine import Policies, open_engine
from auditor.policy.evaluate import Evaluation
from auditor.policy.evaluate import evaluate as ask
from auditor.policy.library import Library
from auditor.policy.parameters import resolve

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
AS_OF = "2026-11-24T14:30:00Z"


@functools.cache
def library(*folders: Path) -> Library:
    return policies.load(folders)


@functools.cache
def _loaded(engine: str, data: bytes, folders: tuple[Path, ...]) -> Policies:
    loaded = open_engine(engine).load(library(*folders).modules, data)
    atexit.register(loaded.close)
    return loaded


def collect(folder: Path, **settings: object) -> Evidence:
    """The evidence of a folder with its auditor.yaml."""
    configuration = config.load(folder / "auditor.yaml")
    return pipeline.collect(configuration, library(*configuration.policies), as_of=AS_OF, **settings)


def evaluation(evidence: Evidence, engine: str = "embedded", folders: tuple[Path, ...] = ()) -> Evaluation:
    known = library(*folders)
    parameters = resolve(known.controls, evidence.configuration.controls.parameters)
    loaded = _loaded(engine, msgspec.json.encode({"parameters": parameters}, order="sorted"), folders)
    return ask(evidence, known.controls, loaded, parameters, jobs=1)


def judge(evidence: Evidence, engine: str = "embedded", folders: tuple[Path, ...] = ()) -> Report:
    """The report of the evidence; the engine is named `any`, so that reports of two engines can be compared byte for byte."""
    known = library(*folders)
    parameters = resolve(known.controls, evidence.configuration.controls.parameters)
    answers = evaluation(evidence, engine, folders)
    made = assemble.report(evidence, answers, known.controls, parameters, engine={"name": "any"}, policies_sha256=known.sha256)
    return assemble.settled(assemble.canonical(made))


def audit(folder: Path, engine: str = "embedded") -> Report:
    """Collect and judge a folder with its auditor.yaml."""
    return judge(collect(folder), engine)


def lay(base: Path, overlay: Path | None, target: Path) -> Path:
    """Copy `base` to `target` and lay the overlay's files over it; `X.remove` deletes X, trap.yaml is not copied."""
    shutil.copytree(base, target, symlinks=True)
    for path in sorted(overlay.rglob("*")) if overlay is not None else []:
        relative = path.relative_to(overlay)
        if path.is_dir() or relative == Path("trap.yaml"):
            continue
        place = target / relative
        if path.suffix == ".remove":
            gone = place.with_suffix("")
            if gone.is_dir():
                shutil.rmtree(gone)
            else:
                gone.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
    return target


def statuses(report: Report) -> dict[tuple[str, str, str], str]:
    """(control, aspect, subject) -> status."""
    return {(result.control, result.aspect, result.subject): result.status for result in report.results}


def controls_with(report: Report, status: str) -> set[str]:
    return {result.control for result in report.results if result.status == status}


def describe(report: Report, wanted: Iterable[str]) -> str:
    """The findings and reasons of some controls, for a failing test's message."""
    lines = []
    for result in report.results:
        if result.control in set(wanted):
            said = [finding.message for finding in result.findings] + [reason.text or report.gaps[reason.gap].reason for reason in result.reasons]
            lines.append(f"{result.status} {result.control} {result.subject}: {said}")
    return "\n".join(lines)
