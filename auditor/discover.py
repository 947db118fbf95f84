"""Without auditor.yaml: what there is to audit in a folder, and what is then assumed, each with the line that would declare it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec

from auditor.config import Configuration, SourceEntry
from auditor.model.configuration import Production, Resolved, Scope
from auditor.model.evidence import Assumed
from auditor.model.record import ORGANIZATION
from auditor.text import files
from auditor.text.yaml import TextError, is_template, parse

GOCDNEXT = ".gocdnext"
CHART = "Chart.yaml"
MANIFEST_MARKS = (b"kyverno.io/", b"policy.sigstore.dev/", b"argoproj.io/", b"flagger.app/", b"admissionregistration.k8s.io/")
MAX_MANIFEST = 2 * 1024 * 1024
MOST_NAMED = 5
NOT_LIVE = frozenset({"example", "examples", "sample", "samples", "test", "tests", "testdata", "fixtures"})
"""Folders of what nobody runs.  A policy there protects no cluster, a pipeline there starts nowhere: they are left out, and it is said."""


class Found:
    """What a folder holds: pipeline folders, charts, manifests (paths below it), and whether there is a CODEOWNERS.

    `left_out` are pipeline folders, charts and manifests below a folder of NOT_LIVE: collector -> paths.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pipelines: list[Path] = []
        self.charts: list[Path] = []
        self.manifests: list[Path] = []
        self.code_owners = False
        for entry in files.walk(root):
            if not isinstance(entry, tuple):
                self._take(entry)
            elif entry[0].name == GOCDNEXT:  # it cannot be listed: the collector says so
                self.pipelines.append(entry[0])
        self.manifests = [path for path in self.manifests if not any(path.is_relative_to(chart) for chart in self.charts)]
        self.left_out: dict[str, list[Path]] = {}
        for collector, paths in (("gocdnext", self.pipelines), ("kubernetes", self.manifests), ("helm", self.charts)):
            dead = sorted(path for path in paths if not NOT_LIVE.isdisjoint(path.relative_to(root).parts))
            if dead:
                self.left_out[collector] = dead
                paths[:] = [path for path in paths if path not in dead]

    def _take(self, path: Path) -> None:
        if path.name == "CODEOWNERS":
            self.code_owners = True
        elif path.parent.name == GOCDNEXT and path.suffix in {".yaml", ".yml"}:
            if path.parent not in self.pipelines:
                self.pipelines.append(path.parent)
        elif path.name == CHART:
            if not any(path.parent.is_relative_to(chart) for chart in self.charts):
                self.charts.append(path.parent)
        elif path.suffix in {".yaml", ".yml", ".json"} and _is_manifest(path, self.root):
            self.manifests.append(path)


def _is_manifest(path: Path, root: Path) -> bool:
    """A document of a policy or rollout kind, or a file that says it is one and cannot be parsed: that is evidence lost, and must show."""
    try:
        data = files.read(path, root=root, limit=MAX_MANIFEST)
    except files.Unreadable:
        return False
    if not any(mark in data for mark in MANIFEST_MARKS) or b"apiVersion" not in data:
        return False
    try:
        documents = parse(data)
    except TextError:
        return not (is_template(data) or path.suffix == ".json")
    return any(
        (version := document.get("apiVersion")) is not None and document.get("kind") is not None and any(mark in version.text.encode() for mark in MANIFEST_MARKS)
        for document in documents
    )


def sources(found: Found) -> dict[str, object]:
    """The `sources` section that reads what was found, as plain data."""

    def relative(path: Path) -> str:
        return path.relative_to(found.root).as_posix()

    out: dict[str, object] = {}
    if not (found.code_owners or found.pipelines or found.manifests or found.charts):
        return out
    repositories = sorted({relative(path.parent) for path in found.pipelines} | {"."})
    out["repository"] = {"path": "."} if repositories == ["."] else [{"path": path} for path in repositories]
    if found.pipelines:
        paths = [relative(path) for path in sorted(found.pipelines)]
        out["gocdnext"] = {"path": paths[0], "version": "0.93"} if len(paths) == 1 else [{"path": path, "version": "0.93"} for path in paths]
    if found.manifests:
        out["kubernetes"] = {"cluster": "default", "manifests": [relative(path) for path in sorted(found.manifests)]}
    if found.charts:
        out["helm"] = {"charts": [{"path": relative(path)} for path in sorted(found.charts)]}
    return out


def discover(root: Path) -> tuple[Configuration, list[Assumed]]:
    """The configuration that audits what is in `root`, and what it assumes."""
    found = Found(root)
    document = sources(found)
    node = parse(json.dumps(document))[0]
    entries = [
        SourceEntry(name, item)
        for name, options in node.pairs()
        for item in (options.items if options.items is not None else [options])
    ]
    images = _published(root, entries)
    scope = Scope(organization=ORGANIZATION, production=Production(images=images))
    configuration = Configuration(None, root.absolute(), scope, Resolved(), entries)
    return replace(configuration, scope=scope), [*assumed(scope), *_left_out(found)]


def _left_out(found: Found) -> list[Assumed]:
    """Examples and tests, which are taken as run by nobody."""
    out = []
    for collector, paths in found.left_out.items():
        relative = [path.relative_to(found.root).as_posix() for path in paths]
        value = json.dumps(relative[:MOST_NAMED])[:-1] + (f", and {len(relative) - MOST_NAMED} more]" if len(relative) > MOST_NAMED else "]")
        options = {"gocdnext": '{path: "%s"}', "kubernetes": '{manifests: ["%s"]}', "helm": '{charts: [{path: "%s"}]}'}[collector] % relative[0]
        out.append(Assumed(what=f"no source of {collector}, being examples or tests", value=value, line=f"sources: {{{collector}: {options}}}"))
    return out


def assumed(scope: Scope) -> list[Assumed]:
    """What nobody declared, with the line of auditor.yaml that would."""
    production = msgspec.to_builtins(scope.production)
    out = []
    for name in ("namespaces", "environments", "images", "secrets"):
        value = json.dumps(production[name])
        if production[name]:
            out.append(Assumed(what=f"scope.production.{name}", value=value, line=f"scope: {{production: {{{name}: {value}}}}}"))
    return out


def _published(root: Path, entries: list[SourceEntry]) -> list[str]:
    """The images that release pipelines found here publish."""
    from auditor import pipeline
    from auditor.model.facts.pipelines import Job
    from auditor.places import find_places
    from auditor.text.reading import Reading

    mine = [entry for entry in entries if entry.collector == "gocdnext"]
    if not mine:
        return []
    configuration = Configuration(None, root.absolute(), Scope(), Resolved(), mine)
    run = pipeline.tasks(configuration)
    places = find_places(root.absolute(), ORGANIZATION, [(task.module, task.options) for task in run])
    reading = Reading(root.absolute(), pipeline.now(), Scope(), places)
    images: set[str] = set()
    for task in run:
        for item in task.module.collect(task.options, reading):
            if isinstance(item, tuple) and isinstance(item[1], Job):
                images |= {publish.image for publish in item[1].publishes or [] if publish.tag_kind == "release" and publish.image and "$" not in publish.image}
    return sorted(images)
