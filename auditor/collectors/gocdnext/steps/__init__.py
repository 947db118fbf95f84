"""What a plugin does, by its name, inputs and defaults (manifests and entry points of version 0.93.0); one module a family."""

from __future__ import annotations

from auditor.collectors.gocdnext.catalogue import WORD_SPLIT
from auditor.collectors.gocdnext.plugins import Plugin
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.scripts import Lines
from auditor.collectors.gocdnext.steps import checking, deploying, images, releasing, security
from auditor.collectors.gocdnext.steps.step import Step

STEPS = {
    **images.STEPS,
    **security.STEPS,
    **checking.STEPS,
    **deploying.STEPS,
    **releasing.STEPS,
}
# They tell people, upload reports or packages; nothing that a control asks about.
QUIET = frozenset(
    {"slack", "teams", "discord", "email", "matrix", "deploy-marker", "pr-comment", "codecov", "coveralls", "release-notes", "sentry-release", "ai-review"}
    | {"lighthouse-ci", "artifactory", "nexus", "npm-publish", "pypi-publish", "crates-publish", "maven-central-publish", "helm-push", "s3", "release-pr"}
)
_MARKS = ("namespace", "kubeconfig", "cluster", "environment")


def plugin(found: Plugin, scene: Scene, lines: Lines) -> None:
    """Record what a plugin run does."""
    step = Step(found, scene, lines)
    handler = STEPS.get(found.name)
    if handler is not None and not (found.name in WORD_SPLIT and "command" not in found.inputs):
        handler(step)
    elif found.name not in QUIET:
        _unknown(step)


def _unknown(step: Step) -> None:
    """A plugin nobody knows: where its inputs name a cluster or namespace, it acts there."""
    step.scene.tell(f"what the plugin {step.plugin.reference.text[:120]} does cannot be told", step.at)
    if any(name in step.plugin.inputs for name in _MARKS):
        deploying.unknown(step)


__all__ = ["Step", "plugin"]
