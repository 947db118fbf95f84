"""Builds and publications, as facts: shared by plugins and commands."""

from __future__ import annotations

from auditor.collectors.gocdnext import tags
from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scene import Scene, shown
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.traces import NOTHING, mine, target
from auditor.model.facts.actions import Build, Check, Publish, Trace
from auditor.model.place import At


def build(command: Command, names: list[str], scene: Scene, *, pushes: bool) -> None:
    """`docker build -t NAME...` and its like."""
    images: dict[str, list[str]] = {}
    for name in names or [""]:
        image, tag, _ = split(name)
        images.setdefault(image, []).append(tag or ("latest" if image else ""))
        scene.actions.local[name] = "(built)"
    for image, found in images.items():
        record_build(scene, image, [tag for tag in found if tag], command.at, pushes=pushes, defaulted=False, digest="")
    scene.actions.checks.append(Check(of="build", blocks=command.fails, why=command.why, at=command.at))


def record_build(scene: Scene, image: str, found: list[str], at: At, *, pushes: bool, defaulted: bool, digest: str, declared: str = "") -> None:
    """A build with its tags, and what it publishes."""
    shown_tags = [shown(tag) for tag in found]
    scene.actions.builds.append(
        Build(image=shown(image), tags=shown_tags, pushes=pushes, digest_output=digest, declared_output=declared, at=at)
    )
    if pushes:
        for tag in found:
            publish(scene, image, tag, at, by="build", defaulted=defaulted)


def publish(scene: Scene, image: str, tag: str, at: At, *, by: str, defaulted: bool = False, source: Trace = NOTHING) -> None:
    found = Publish(
        image=shown(image), tag=shown(tag), tag_kind=tags.kind(tag, scene), by=by, defaulted=defaulted, source=source, at=at  # type: ignore[arg-type]
    )
    if found not in scene.actions.publishes:
        scene.actions.publishes.append(found)


def pushed(command: Command, reference: str, scene: Scene) -> None:
    """`docker push`: of what this job built, or of what it pulled and tagged anew, which is a copy."""
    name, tag, _ = split(reference)
    origin = scene.actions.local.get(reference, "")
    built = origin == "(built)" or scene.actions.local.get(origin) == "(built)" or mine(name, tag or "latest", scene) is not None
    if not built and origin:
        publish(scene, name, tag or "latest", command.at, by="promotion", defaulted=not tag, source=target(origin, scene, command.files))
        return
    for index, found in enumerate(scene.actions.builds):
        if found.image == shown(name) and not found.pushes:
            record = Build(image=found.image, tags=found.tags, pushes=True, digest_output=found.digest_output, declared_output=found.declared_output, at=found.at)
            scene.actions.builds[index] = record
    publish(scene, name, tag or "latest", command.at, by="build", defaulted=not tag)


def copied(command: Command, source: str, reference: str, scene: Scene) -> None:
    """A copy inside registries."""
    name, tag, digest = split(reference)
    if digest and not tag:
        return
    publish(scene, name, tag or "latest", command.at, by="promotion", defaulted=not tag, source=target(source, scene, command.files))
