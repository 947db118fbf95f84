"""Tags, releases, versions, and the check of another pipeline's run."""

from __future__ import annotations

from auditor.collectors.gocdnext.steps.step import Step
from auditor.model.facts.actions import DigestCheck, RunCheck, TagCreation, Trace
from auditor.model.record import Remark

_REQUIRE = "require-digest-match"


def tag(step: Step) -> None:
    step.scene.actions.tag_creations.append(TagCreation(tool="tag", what="tag", forced=step.value("force") == "true", at=step.at))


def release(step: Step) -> None:
    step.scene.actions.tag_creations.append(TagCreation(tool="github-release", what="release", forced=False, at=step.at))


def bump(step: Step) -> None:
    """Its NEXT is the version to release."""
    for alias, output in step.scene.job.outputs.items():
        step.scene.actions.outputs[alias] = Trace(kind="other", job=step.scene.identity, text=output.env.text)
        if output.env.text == "NEXT":
            step.scene.actions.versions.add(alias)


def run_check(step: Step) -> None:
    scene = step.scene
    by = "revision" if step.has("revision") else "tag" if step.has("tag") else "none"
    statuses = [part.strip() for part in step.value("expected-status").split(",") if part.strip()]
    scene.actions.run_checks.append(
        RunCheck(pipeline=step.value("pipeline"), project=step.value("project"), by=by, statuses=statuses, fails=True, doubts=_doubts(step), at=step.at)  # type: ignore[arg-type]
    )
    matches = step.on(_REQUIRE)
    if step.has(_REQUIRE) and matches:
        honoured = scene.version == "documented"
        why = "" if honoured else "version 0.93 has no such input: the digest is not compared"
        output = next((alias for alias, found in scene.job.outputs.items() if found.env.text == "IMAGE_DIGEST"), "")
        scene.actions.digest_checks.append(
            DigestCheck(tool="check-pipeline-run", honoured=honoured, output=output if honoured else "", why=why, at=step.at_input(_REQUIRE))
        )
    known = step.plugin.known
    for alias, found in scene.job.outputs.items():
        if known is None or known.outputs is None or found.env.text not in known.outputs:
            continue
        kind = ("check" if matches else "artifact") if found.env.text == "IMAGE_DIGEST" else "other"
        scene.actions.outputs[alias] = Trace(kind=kind, job=scene.identity if kind == "check" else "", text=found.env.text)  # type: ignore[arg-type]


def _doubts(step: Step) -> list[Remark]:
    revision, project = step.value("revision"), step.value("project")
    found = []
    if step.has("revision") and revision != "${CI_COMMIT_SHA}":
        short = "SHORT" in revision or (revision and set(revision) <= set("0123456789abcdef") and len(revision) < 40)
        message = "only the first digits of the commit are compared" if short else "it does not ask for the commit of this run"
        found.append(Remark(message=message, at=step.at_input("revision")))
    if step.value("max-age") == "0":
        found.append(Remark(message='a run of any age counts (`max-age: "0"`)', at=step.at_input("max-age")))
    trusted = step.scene.trusted_projects
    if trusted and project.lower() not in trusted and "$" not in project:
        found.append(Remark(message=f"it asks about the project {project[:80]}, other checks of this repository about {', '.join(sorted(trusted))}", at=step.at_input("project")))
    return found


STEPS = {"tag": tag, "github-release": release, "semver-bump": bump, "check-pipeline-run": run_check}
