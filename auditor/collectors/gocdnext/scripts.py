"""A job's script: run through, each command told apart, its outputs traced."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from auditor.collectors.gocdnext.commands import tell_apart
from auditor.collectors.gocdnext.pipeline import Place, Text
from auditor.collectors.gocdnext.scene import UNRESOLVED, Scene
from auditor.collectors.gocdnext.shell.run import run
from auditor.collectors.gocdnext.shell.state import Script, State
from auditor.collectors.gocdnext.shell.tree import ShellError
from auditor.collectors.gocdnext.traces import NOTHING, of_file, origin
from auditor.model.facts.actions import Trace
from auditor.model.place import At
from auditor.text.files import Unreadable

OUTPUT_FILE = "${GOCDNEXT_OUTPUT_FILE}"
Lines = Callable[[Text], Callable[[int], Place]]


def script(texts: list[Text], scene: Scene, lines: Lines, find: Callable[[str], Script | None], known: Mapping[str, tuple[str, ...]]) -> None:
    """Read a script.  The product joins its entries and runs them in one shell with `set -e` (parser of version 0.93: `parse_job.go`).

    What cannot be read of it makes the job's actions unread: `scene.actions.lost`.
    `known` are the variables in its environment.
    """
    places: list[At] = []
    for text in texts:
        of_line = lines(text)
        places += [scene.place(of_line(number)) for number in range(text.text.count("\n") + 1)]
    whole = "\n".join(text.text for text in texts)

    def place(line: int) -> At:
        return places[min(line, len(places) - 1)]

    state = State(place=place, script=find, expression=scene.expression, variables=dict(known))
    try:
        run(whole, state)
    except ShellError as error:
        _lose(scene, f"the script cannot be read: {error.reason}", place(error.line))
    except Unreadable as error:
        _lose(scene, error.reason, places[0])
    finish(state, scene)


def _lose(scene: Scene, reason: str, at: At) -> None:
    scene.actions.lost, scene.actions.lost_at = reason, at


def finish(state: State, scene: Scene) -> None:
    """Tell the commands apart, then look at what the script hands on."""
    for message, at in state.unread:
        scene.tell(message, at)
    if state.sourced:
        found = next((trace for path in state.sourced if (trace := of_file(path, scene, state.files)) is not None), None)
        scene.actions.made_of["(sourced)"] = found or Trace(kind="other", text=state.sourced[0])
    for command in state.commands:
        tell_apart(command, scene)
    scene.actions.files = state.files
    written = dict(_assignments(state.files.get(OUTPUT_FILE, "")))
    for alias, output in scene.job.outputs.items():
        if output.env.text in written:
            scene.actions.outputs[alias] = _output(written[output.env.text], alias, scene, state.files)


def _assignments(text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            found.append((name.strip().removeprefix("export "), value.strip().strip("'\"")))
    return found


def _output(value: str, alias: str, scene: Scene, files: Mapping[str, str]) -> Trace:
    """The origin of an output; a digest that was compared, or that this job built, is noted at the comparison or the build."""
    actions = scene.actions
    if value in actions.compared:
        for index, check in enumerate(actions.digest_checks):
            if check.honoured and not check.output:
                actions.digest_checks[index] = msgspec.structs.replace(check, output=alias)
        return Trace(kind="check", job=scene.identity, text=value.replace(UNRESOLVED, "")[:300])
    trace = origin(value, scene, files) if value else NOTHING
    if trace.kind == "build" and trace.job == scene.identity:
        for index, build in enumerate(actions.builds):
            if not build.digest_output:
                actions.builds[index] = msgspec.structs.replace(build, digest_output=alias)
    return trace
