"""Collect, evaluate: the two halves of an audit, each from its input to its one document."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from auditor import collectors, config
from auditor import evidence as documents
from auditor.collectors.repository.checkout import checkout_of
from auditor.config import Configuration
from auditor.errors import ConfigurationError, UsageError
from auditor.model.evidence import KINDS, Assumed, Evidence
from auditor.model.gap import Gap
from auditor.model.place import Source
from auditor.model.record import ORGANIZATION, Fact, lies_in, prefixes
from auditor.model.report import Report
from auditor.places import find_places, place_at
from auditor.policy import selection
from auditor.policy.library import Library
from auditor.policy.parameters import resolve
from auditor.text.decode import Mismatch, meant, record
from auditor.text.reading import Reading

log = logging.getLogger("auditor")

RISK_PARAMETER = ("duties.code_owners_cover_risk", "paths")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Task:
    """One collector with its decoded options."""

    name: str
    module: Any
    options: Any


def known_collectors() -> list[str]:
    """The names of the collectors there are: the modules of `auditor.collectors` that have `collect`."""
    names = [info.name for info in pkgutil.iter_modules(collectors.__path__)]
    return sorted(name for name in names if name not in collectors.HELPERS)


def tasks(configuration: Configuration, only: Sequence[str] = ()) -> list[Task]:
    """The collectors to run.  Raises ConfigurationError for a source this version cannot read or options that do not fit, UsageError for `only`."""
    known = known_collectors()
    for name in only:
        if name not in {entry.collector for entry in configuration.sources}:
            raise UsageError(f"--source {name}: no such source is configured", meant(name, known))
    found: dict[str, list[Any]] = {}
    for entry in configuration.sources:
        place = config.source_place(configuration, entry.options)
        if entry.collector not in known:
            raise ConfigurationError(f"{place}: this version cannot read a source `{entry.collector}`", meant(entry.collector, known) or f"it reads {', '.join(known)}")
        module = importlib.import_module(f"auditor.collectors.{entry.collector}")
        try:
            options = record(module.Config, entry.options, f"sources.{entry.collector}")
        except Mismatch as trouble:
            raise ConfigurationError(f"{configuration.path}:{trouble.line}: {trouble.message}", trouble.hint) from None
        if not only or entry.collector in only:
            found.setdefault(entry.collector, []).append(options)
    out = []
    for name, several in found.items():
        module = importlib.import_module(f"auditor.collectors.{name}")
        merge = getattr(module, "merge", None)
        out += [Task(name, module, options) for options in (merge(several) if merge else several)]
    return out


def now() -> str:
    """The present time, RFC 3339 in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def collect(
    configuration: Configuration, library: Library, *, as_of: str, only: Sequence[str] = (), progress: Progress = lambda _: None, assumed: Sequence[Assumed] = ()
) -> Evidence:
    """Everything the configured sources say, as one document.  What cannot be read becomes gaps; only a wrong configuration raises."""
    run = tasks(configuration, only)
    check_selection(configuration, library)
    reading = _reading(configuration, run, as_of)
    risk = resolve(library.controls, configuration.resolved.controls.parameters).get(RISK_PARAMETER[0], {})
    reading.risk_paths = list(risk.get(RISK_PARAMETER[1], []))
    reading.rule_paths = _rule_paths(configuration)
    facts: dict[str, dict[str, Fact]] = {kind: {} for kind in KINDS}
    gaps: list[Gap] = []
    for task in run:
        progress(task.name)
        reading.collector = task.name
        for item in _guarded(task, reading):
            if isinstance(item, Gap):
                gaps.append(item)
            else:
                _enter(facts, *item, reading)
    gaps += _scope_gaps(configuration, assumed)
    return _document(configuration, run, reading, facts, gaps, assumed)


def _reading(configuration: Configuration, run: list[Task], as_of: str) -> Reading:
    root, organization = configuration.root.absolute(), configuration.scope.organization
    places = find_places(root, organization, [(task.module, task.options) for task in run])
    return Reading(root, as_of, configuration.scope, places, place_at(root, root, organization, named=False))


def _rule_paths(configuration: Configuration) -> dict[str, list[Path]]:
    paths: dict[str, list[Path]] = {"policies": list(configuration.policies)}
    if configuration.path is not None:
        paths["configuration"] = [configuration.path.absolute()]
    return paths


def _guarded(task: Task, reading: Reading) -> Iterator[tuple[str, Fact] | Gap]:
    """A collector's yield; should it fail in a way nobody foresaw, everything it reads is unread, and the run goes on."""
    try:
        yield from task.module.collect(task.options, reading)
    except Exception as error:
        log.debug("collector %s", task.name, exc_info=True)
        for kind in task.module.KINDS:
            reason = f"the collector {task.name} stopped on something nobody foresaw ({type(error).__name__})"
            yield Gap(kind=kind, path=ORGANIZATION, reason=reason, hint="run again with -vv and report what it prints")


def _enter(facts: dict[str, dict[str, Fact]], identity: str, fact: Fact, reading: Reading) -> None:
    kind = kind_of(fact)
    other = facts[kind].get(identity)
    if other is not None and other != fact:
        first, second = (reading.sources[at.source].uri for at in (other.at, fact.at))
        raise ConfigurationError(f"two sources claim {kind} {identity}: {first} and {second}", "name one of them, or give their clusters different names")
    facts[kind][identity] = fact
    reading.quote(documents.places(fact))


_KIND_OF = {record_type: kind for kind, record_type in KINDS.items()}


def kind_of(fact: Fact) -> str:
    """The kind of a fact: its key in the evidence."""
    return _KIND_OF[type(fact)]


def _scope_gaps(configuration: Configuration, assumed: Sequence[Assumed]) -> list[Gap]:
    reason = "nobody declares them" if configuration.path else "there is no auditor.yaml that declares them"
    gaps = []
    for name in ("signers", "builders"):
        if not getattr(configuration.scope, name):
            gaps.append(Gap(kind=f"scope.{name}", path=ORGANIZATION, reason=reason, hint=f"declare scope.{name} in auditor.yaml", origin="any"))
    if not configuration.scope.production.images and not any(entry.what == "scope.production.images" for entry in assumed):
        hint = "declare scope.production.images in auditor.yaml"
        gaps.append(Gap(kind="scope.images", path=ORGANIZATION, reason="no production image is declared or published by a pipeline", hint=hint, origin="any"))
    return gaps


def _document(
    configuration: Configuration, run: list[Task], reading: Reading, facts: dict[str, dict[str, Fact]], gaps: list[Gap], assumed: Sequence[Assumed]
) -> Evidence:
    containers = {place.name: "repository" for place in reading.places} | dict.fromkeys(facts["cluster"], "cluster")
    paths = [*(identity for found in facts.values() for identity in found), *(gap.path for gap in gaps)]
    if reading.own is not None and any(_outside(path, containers, reading.own.name) for path in paths):
        containers.setdefault(reading.own.name, "repository")
    twice = {place.name for place in reading.places} & facts["cluster"].keys()
    if twice:
        raise ConfigurationError(f"`{min(twice)}` is a repository and a cluster", "give the cluster another name (sources.kubernetes.cluster)")
    sources: dict[str, Source] = dict(reading.quoted())
    if configuration.source is not None:
        sources[configuration.source[0]] = msgspec.structs.replace(configuration.source[1], read_at=reading.as_of)
    readable = sorted({kind for task in run for kind in task.module.KINDS})
    resolved = msgspec.structs.replace(configuration.resolved, read_with=_read_with(configuration, reading))
    return Evidence(
        as_of=reading.as_of,
        checkout=checkout_of(reading.root),
        scope=configuration.scope,
        configuration=resolved,
        assumed=list(assumed),
        assessable={"design": sorted({task.name for task in run}), "implementation": [], "operation": []},
        readable=readable,
        containers=dict(sorted(containers.items())),
        sources=dict(sorted(sources.items())),
        gaps=sorted(set(gaps), key=lambda gap: (gap.kind, gap.path, gap.reason, gap.line)),
        **{kind: dict(sorted(found.items())) for kind, found in facts.items()},  # type: ignore[arg-type]
    )


def _outside(path: str, containers: dict[str, str], own: str) -> bool:
    """Does a path lie in the configuration's own folder and in no repository or cluster below it?"""
    return lies_in(path, own) and not any(prefix in containers for prefix in prefixes(path))


def _read_with(configuration: Configuration, reading: Reading) -> dict[str, Any]:
    production = configuration.scope.production
    return {
        "scope.production.namespaces": production.namespaces,
        "scope.production.images": production.images,
        "scope.production.clusters": production.clusters,
        "scope.signers": [msgspec.to_builtins(signer) for signer in configuration.scope.signers],
        ".".join(("controls.parameters", *RISK_PARAMETER)): reading.risk_paths,
    }


def check_selection(configuration: Configuration, library: Library) -> None:
    """Refuse what names controls that do not exist.  Raises ConfigurationError."""
    chosen = configuration.resolved
    selection.check(chosen.controls, library.controls)
    for pattern in chosen.allow_unknown:
        selection.known(pattern, library.controls, "allow_unknown")
    known = {*library.controls, *(alias for control in library.controls.values() for alias in control.aliases)}
    for waiver in chosen.waivers:
        if waiver.control not in known:
            line = waiver.at.line if waiver.at else 0
            raise ConfigurationError(f"{configuration.path}:{line}: no control is called `{waiver.control}`", meant(waiver.control, known))


def evaluate(
    evidence: Evidence, library: Library, *, engine: str = "embedded", timeout: float = 60.0, jobs: int = 0, progress: Progress = lambda _: None
) -> Report:
    """The report of the evidence under these policies.  Raises PolicyError, EngineError."""
    from auditor.policy import assemble
    from auditor.policy.engine import open_engine
    from auditor.policy.evaluate import evaluate as ask

    parameters = resolve(library.controls, evidence.configuration.controls.parameters)
    rego = open_engine(engine)
    data = msgspec.json.encode({"parameters": parameters}, order="sorted")
    with rego.load(library.modules, data) as policies:
        evaluation = ask(evidence, library.controls, policies, parameters, timeout=timeout, jobs=jobs, progress=progress)
    data = assemble.canonical(
        assemble.report(evidence, evaluation, library.controls, parameters, engine=rego.identity(), policies_sha256=library.sha256)
    )
    return assemble.settled(data)


def reconfigure(evidence: Evidence, configuration: Configuration) -> Evidence:
    """The evidence to be judged by another configuration.  Raises ConfigurationError if that one would have read something else."""
    fresh = Reading(configuration.root, evidence.as_of, configuration.scope)
    wanted = _read_with(configuration, fresh)
    was = evidence.configuration.read_with
    for name, value in wanted.items():
        if name in was and name.startswith("scope.") and was[name] != value:
            raise ConfigurationError(f"{configuration.path}: {name} differs from what the evidence was collected with", "collect again with this configuration")
    resolved = msgspec.structs.replace(configuration.resolved, read_with=was)
    return msgspec.structs.replace(evidence, scope=configuration.scope, configuration=resolved)


__all__ = ["check_selection", "collect", "documents", "evaluate", "known_collectors", "now", "reconfigure", "tasks"]
