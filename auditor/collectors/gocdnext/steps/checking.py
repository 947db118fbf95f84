"""Linters, test runners and build tools."""

from __future__ import annotations

from auditor.collectors.gocdnext.commands import tell_apart
from auditor.collectors.gocdnext.pipeline import Text
from auditor.collectors.gocdnext.scripts import script
from auditor.collectors.gocdnext.steps.step import Step
from auditor.model.facts.actions import Check

# Plugins whose command a shell runs -> the program that stands in front of it, "" for none.
_NAMES = {"go": "go", "buf": "buf", "maven": "mvn", "gradle": "gradle", "rust": "cargo", "dotnet": "dotnet"}


def golangci(step: Step) -> None:
    why = "a finding passes (`--issues-exit-code=0`)" if "--issues-exit-code=0" in step.value("args") else ""
    step.scene.actions.checks.append(Check(of="lint", blocks=not why, why=why, at=step.at))


def program(step: Step) -> None:
    """`PROGRAM ${PLUGIN_COMMAND}`, split into words."""
    tell_apart(step.split(_NAMES[step.plugin.name], []), step.scene)


def shell(step: Step) -> None:
    """A command that the plugin hands to a shell."""
    text = step.plugin.inputs.get("command")
    if text is not None and text.text.strip():
        filled = Text(step.scene.fill(text.text), text.at)
        script([filled], step.scene, step.lines, lambda _: None, {})


def sonar(step: Step) -> None:
    why = "" if step.on("wait-for-quality-gate") else "it does not wait for the quality gate (`wait-for-quality-gate` is false by default)"
    step.scene.actions.checks.append(Check(of="lint", blocks=not why, why=why, at=step.at_input("wait-for-quality-gate")))


def playwright(step: Step) -> None:
    step.scene.actions.checks.append(Check(of="tests", blocks=True, at=step.at))


STEPS = {
    "golangci-lint": golangci,
    "sonar": sonar,
    "playwright": playwright,
    **dict.fromkeys(_NAMES, program),
    **dict.fromkeys(("node", "python", "php", "ruby"), shell),
}
