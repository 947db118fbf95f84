"""Jobs, as facts: what each does, in the order in which one can hand something to another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from auditor.collectors.gocdnext.graph import Order, _parents_first
from auditor.collectors.gocdnext.markers import mark
from auditor.collectors.gocdnext.pipeline import Job, Pipeline, Place, Text, Version
from auditor.collectors.gocdnext.placing import UNRESOLVED, named, unplaced
from auditor.collectors.gocdnext.plugins import Plugin, plugin_of
from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scene import REGISTRY, Actions, Scene
from auditor.collectors.gocdnext.scripts import Lines, script
from auditor.collectors.gocdnext.shell.state import MAX_VALUES, Script
from auditor.collectors.gocdnext.steps import plugin as run_plugin
from auditor.model.configuration import Scope
from auditor.model.facts import pipelines as facts
from auditor.model.facts.actions import Image, Secret
from auditor.model.gap import Gap
from auditor.model.place import At
from auditor.model.record import Fact, Remark

NOTIFICATIONS = "_notifications"
_PUBLISHES = re.compile(r"push|publish|release|promote|bake|jib|docker|image", re.IGNORECASE)
MAX_CELLS = 32
ACTIONS = ("touches", "builds", "publishes", "scans", "signs", "attests", "tag_creations", "run_checks", "digest_checks", "checks")


@dataclass(slots=True)
class Setting:
    """A pipeline and where it stands: `identity` its id, `pipelines` the ids of the repository's pipelines by name, `find` a script of the repository, `file` the
    id of the file."""

    pipeline: Pipeline
    identity: str
    version: Version
    pipelines: Mapping[str, str]
    place: Callable[[Place], At]
    lines: Lines
    find: Callable[[str], Script | None]
    trusted_projects: frozenset[str] = frozenset()
    file: str = ""
    scope: Scope = field(default_factory=Scope)


def jobs(setting: Setting) -> Iterator[tuple[str, Fact] | Gap]:
    """Facts of all jobs, gates and notifications among them, and gaps of what cannot be read of them."""
    pipeline, order = setting.pipeline, Order(setting.pipeline)
    done: dict[str, Actions] = {}
    needs = {name: _handed_on(job, pipeline) for name, job in pipeline.jobs.items()}
    for name in _parents_first(needs):
        done[name] = _act(pipeline.jobs[name], setting, done)
    services = next((name for name, job in pipeline.jobs.items() if job.is_executable), "")
    for name, job in pipeline.jobs.items():
        preceding = order.preceding(name)
        if any(touch.verb == "deploy" for before in preceding for touch in done[before.name].touches):
            done[name].checks += done[name].probes
        yield from _fact(job, done[name], setting, preceding=preceding, services=name == services)
    for job in notified(pipeline):
        yield from _fact(job, _act(job, setting, {}), setting, preceding=[], services=False)


def _handed_on(job: Job, pipeline: Pipeline) -> list[str]:
    """The jobs whose outputs or artifacts may reach this one."""
    named = [need.text for need in job.needs] + [needed.from_job.text for needed in job.needs_artifacts if needed.from_job is not None]
    texts = [*job.script, *job.inputs.values(), *(job.settings or {}).values(), *job.variables.values()]
    for text in texts:
        for part in text.text.split("needs.")[1:]:
            named.append(part.split(".", 1)[0].split(" ", 1)[0])
    return [name for name in dict.fromkeys(named) if name in pipeline.jobs and name != job.name]


def notified(pipeline: Pipeline) -> list[Job]:
    """Notifications as jobs: each plugin runs after the run is over."""
    found = []
    for number, notification in enumerate(pipeline.notifications or ()):
        if notification.uses is not None and notification.uses.text.strip():
            found.append(
                Job(
                    name=f"_notify_{number}",
                    at=notification.at,
                    stage=Text(NOTIFICATIONS, notification.at),
                    uses=notification.uses,
                    inputs=notification.inputs,
                    secrets=list(notification.secrets),
                )
            )
    return found


def variables(pipeline: Pipeline, job: Job) -> dict[str, tuple[str, ...]]:
    """The job's own variables before the pipeline's; a matrix gives its dimensions several values."""
    found: dict[str, tuple[str, ...]] = {name: (value.text,) for name, value in (pipeline.variables | job.variables).items()}
    for name, values in (job.matrix or {}).items():
        several = tuple(dict.fromkeys(value.text for value in values))
        if 0 < len(several) <= MAX_VALUES:
            found[name] = several
    return found


def _act(job: Job, setting: Setting, done: Mapping[str, Actions]) -> Actions:
    scene = Scene(
        f"{setting.identity}/{job.name}",
        setting.identity,
        setting.pipelines,
        job,
        setting.pipeline,
        setting.version,
        done,
        setting.place,
        variables(setting.pipeline, job),
        setting.trusted_projects,
    )
    scene.production = {secret for secret in scene.secrets if named(setting.scope.production.secrets, secret)}
    scene.variables = {name: tuple(scene.fill(value) for value in values) for name, values in scene.variables.items()}
    found = plugin_of(job, setting.version)
    if found is not None:
        _in_each_cell(found, scene, setting.lines)
    elif job.script and not job.is_gate:
        known = {name: values for name, values in scene.variables.items() if any(values) and name not in scene.secrets}
        script(job.script, scene, setting.lines, setting.find, known)
        _undelivered(scene)
    if not job.is_gate:
        mark(scene)
    return scene.actions


def _in_each_cell(found: Plugin, scene: Scene, lines: Lines) -> None:
    """A plugin runs once for each cell of the matrix; with too many cells, what they decide stays unknown."""
    every = scene.variables
    several = {name: values for name, values in every.items() if len(values) > 1}
    cells = list(itertools.islice(itertools.product(*several.values()), MAX_CELLS + 1))
    for cell in cells if len(cells) <= MAX_CELLS else [()]:
        scene.variables = every | {name: (value,) for name, value in zip(several, cell, strict=False)}
        run_plugin(found, scene, lines)
    for name in ACTIONS:
        kept: list[Any] = []
        for action in getattr(scene.actions, name):
            if action not in kept:
                kept.append(action)
        setattr(scene.actions, name, kept)


def _undelivered(scene: Scene) -> None:
    """Outputs of a building script that it declares and does not write."""
    for alias, output in scene.job.outputs.items():
        if alias not in scene.actions.outputs and "digest" in (alias + output.env.text).lower():
            for index, build in enumerate(scene.actions.builds):
                if not build.digest_output and not build.declared_output:
                    scene.actions.builds[index] = msgspec.structs.replace(build, declared_output=alias)


def _fact(job: Job, actions: Actions, setting: Setting, *, preceding: list[Job], services: bool) -> Iterator[tuple[str, Fact] | Gap]:
    identity = f"{setting.identity}/{job.name}"
    place = setting.place
    doubts = unplaced(actions.touches, setting.scope, isolated=actions.isolated and not job.secrets and not job.id_tokens)
    lists: dict[str, Any] = {name: getattr(actions, name) for name in ACTIONS}
    lists["checks"] = _filtered(actions, setting.pipeline)
    if actions.lost:
        lists = dict.fromkeys(ACTIONS)
        at = actions.lost_at or place(job.at)
        for name in ACTIONS:
            yield Gap(kind=f"job.{name}", path=identity, reason=actions.lost, hint=actions.lost_hint, source=at.source, line=at.line)
    elif unpublished := _unpublished(job, actions):
        lists["publishes"] = None
        at = unpublished.at
        yield Gap(kind="job.publishes", path=identity, reason=unpublished.message, hint="name the images in the pipeline", source=at.source, line=at.line)
    if doubts and not actions.lost:
        at, reason = doubts[0]
        hint = "write the namespace out, or as a variable of the pipeline" if reason == UNRESOLVED else "name the `environment` of the job, and declare it under `scope`"
        yield Gap(kind="job.touches.namespace", path=identity, reason=reason, hint=hint, source=at.source, line=at.line)
    known = setting.pipeline.jobs
    found = plugin_of(job, setting.version)
    environment = (job.deploy.environment if job.deploy is not None and job.deploy.environment is not None else None) or job.environment
    yield (
        identity,
        facts.Job(
            at=place(job.at),
            pipeline=setting.identity,
            name=job.name,
            stage=job.stage.text if job.stage is not None else "",
            needs=[f"{setting.identity}/{need.text}" for need in job.needs if need.text in known],
            after=[f"{setting.identity}/{before.name}" for before in preceding],
            gates=[f"{setting.identity}/{before.name}" for before in preceding if before.is_gate],
            notification=job.stage is not None and job.stage.text == NOTIFICATIONS and job.name.startswith("_notify_"),
            plugin=found.name if found is not None else "",
            environment=environment.text.strip() if environment is not None else "",
            cluster=job.cluster.text if job.cluster is not None else "",
            docker=job.docker,
            isolated=job.profile.text if job.profile is not None else "",
            images=_images(job, found, setting, services=services),
            secrets=[Secret(name=secret.text, at=place(secret.at)) for secret in job.secrets],
            unread=actions.unread,
            **lists,
        ),
    )


def _unpublished(job: Job, actions: Actions) -> Remark | None:
    """The command that may publish an image of which nothing is known."""
    if actions.publishes or not any(REGISTRY.search(secret.text) for secret in job.secrets):
        return None
    return next((remark for remark in actions.unread if _PUBLISHES.search(remark.message)), None)


def _filtered(actions: Actions, pipeline: Pipeline) -> list[Any]:
    """Checks of a pipeline that starts only for some paths block nothing elsewhere."""
    starts = list(pipeline.started_by("pull_request")) or list(pipeline.started_by("push"))
    if not starts or not all(start.paths for start in starts):
        return actions.checks
    why = f"the pipeline starts only for changes in {', '.join(starts[0].paths)[:120]}"
    return [msgspec.structs.replace(check, blocks=False, why=check.why or why) for check in actions.checks]


def _images(job: Job, found: Plugin | None, setting: Setting, *, services: bool) -> list[Image]:
    images = []
    if found is not None:
        own = found.identity
        images.append(Image(reference=found.reference.text, name=own.name, tag=own.tag, digest=own.digest, role="plugin", at=setting.place(found.reference.at)))
    elif job.image is not None and job.image.text and not job.is_gate:
        images.append(_image(job.image, "image", setting))
    for service in setting.pipeline.services if services else ():
        if service.image is not None and service.image.text:
            images.append(_image(service.image, "service", setting))
    return images


def _image(text: Text, role: str, setting: Setting) -> Image:
    name, tag, digest = split(text.text)
    return Image(reference=text.text, name=name, tag=tag, digest=digest, role=role, at=setting.place(text.at))
