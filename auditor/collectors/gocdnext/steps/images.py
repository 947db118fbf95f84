"""buildx, docker, kaniko, docker-push, image-copy."""

from __future__ import annotations

from auditor.collectors.gocdnext.publishing import publish, record_build
from auditor.collectors.gocdnext.references import split, words_of
from auditor.collectors.gocdnext.steps.step import Step
from auditor.collectors.gocdnext.traces import NOTHING, target
from auditor.model.facts.actions import Check, Trace


def _tags(step: Step) -> list[str]:
    """Tags separated by blanks, lines or commas."""
    return list(dict.fromkeys(words_of(step.value("tags").replace(",", " "))))


def _outputs(step: Step) -> tuple[str, str]:
    """(alias of an output with the digest that the plugin writes, alias of one that it does not write)."""
    known = step.plugin.known
    writes = known.outputs if known is not None and known.outputs is not None else frozenset()
    honoured = declared = ""
    for alias, output in step.scene.job.outputs.items():
        if output.env.text in writes and "DIGEST" in output.env.text:
            honoured = honoured or alias
            step.scene.actions.outputs[alias] = Trace(kind="build", job=step.scene.identity, text=output.env.text)
        elif "digest" in alias.lower() or "digest" in output.env.text.lower():
            declared = declared or alias
    return honoured, declared


def build(step: Step) -> None:
    """What the image is called stands in `image`, the tags beside it; a tag in `image` (kaniko's form) counts where no tags are given."""
    image, tag, _ = split(step.value("image"))
    honoured, declared = _outputs(step)
    defaulted = not step.has("tags") and not tag
    tags = [tag] if tag and not step.has("tags") else _tags(step) if step.plugin.name != "kaniko" else ["latest"]
    at = step.at_input("tags" if step.has("tags") else "image")
    record_build(step.scene, image, tags, at, pushes=step.value("push") == "true", defaulted=defaulted, digest=honoured, declared=declared)
    step.scene.actions.checks.append(Check(of="build", blocks=True, at=step.at))


def push(step: Step) -> None:
    image, tag, _ = split(step.value("target"))
    source = target(step.value("source"), step.scene) if step.on("pull") else NOTHING
    for name in [tag] if tag and not step.has("tags") else _tags(step):
        by = "promotion" if step.on("pull") else "build"
        publish(step.scene, image, name, step.at_input("tags"), by=by, defaulted=not step.has("tags") and not tag, source=source)


def copy(step: Step) -> None:
    image, tag, _ = split(step.value("target"))
    source = target(step.value("source"), step.scene)
    publish(step.scene, image, tag or "latest", step.at_input("target"), by="promotion", source=source)
    for name in step.value("extra-tags").splitlines():
        if name.strip():
            publish(step.scene, image, name.strip(), step.at_input("extra-tags"), by="promotion", source=source)
    for alias, output in step.scene.job.outputs.items():
        if output.env.text == "PROMOTED_DIGEST":
            step.scene.actions.outputs[alias] = Trace(kind="promotion", job=step.scene.identity, text=output.env.text)
        elif output.env.text in {"SOURCE", "TARGET", "BACKEND"}:
            step.scene.actions.outputs[alias] = Trace(kind="tag" if output.env.text == "TARGET" else "other", text=output.env.text)


STEPS = {"buildx": build, "docker": build, "kaniko": build, "docker-push": push, "image-copy": copy}
