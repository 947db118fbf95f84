"""What the product's parser refuses of a pipeline beyond shapes: names, events, materials, services, notifications, order."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext import scalars
from auditor.collectors.gocdnext.build import material, present, service, texts
from auditor.collectors.gocdnext.graph import Order
from auditor.collectors.gocdnext.pipeline import Pipeline, Place, Remark, Text
from auditor.collectors.gocdnext.walk import place
from auditor.text.yaml import Node

EVENTS = ("push", "pull_request", "tag", "manual", "cron", "upstream")
GIT_EVENTS = ("push", "pull_request", "tag")
MOMENTS = ("failure", "success", "always", "canceled")
_LABEL_KEY = re.compile(r"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
_POLL_LEAST, _POLL_MOST = 60.0, 86_400.0
_MOST_SELECTORS = 20


def check(pipeline: Pipeline, root: Node) -> list[Remark]:
    """Every such refusal."""
    return [
        *_names(pipeline),
        *_when(root.get("when")),
        *_materials(root, pipeline),
        *_services(root.get("services")),
        *_notifications(pipeline),
        *_order(pipeline),
    ]


def _names(pipeline: Pipeline) -> list[Remark]:
    found = []
    if ":" in pipeline.name:
        found.append(Remark("invalid-name", f'the name "{pipeline.name}" holds a ":"', pipeline.at))
    for field, value, allowed in (
        ("concurrency", pipeline.concurrency, ("parallel", "serial")),
        ("supersede", pipeline.supersede, ("off", "branch", "pipeline")),
    ):
        if value not in allowed:
            found.append(Remark("invalid-value", f"`{field}` must be one of {', '.join(allowed)}", pipeline.at))
    found += [_value(stage, "is reserved for the server", "reserved-name") for stage in pipeline.stages if stage.text == "_notifications"]
    return found


def _value(text: Text, problem: str, code: str = "invalid-value") -> Remark:
    return Remark(code, f'"{text.text[:80]}" {problem}', text.at)


def _when(when: Node | None) -> list[Remark]:
    if when is None:
        return []
    found = [_value(event, f"is no event: {', '.join(EVENTS)}") for event in texts(when.get("event")) if event.text not in EVENTS]
    status = when.get("status")
    if texts(status) and status is not None:
        found.append(Remark("not-implemented", "`when.status` is refused: the product does not act on it", place(status)))
    for glob in texts(when.get("paths")):
        problem = _glob(glob.text)
        if problem:
            found.append(_value(glob, f"is no path pattern: {problem}"))
    return found


def _glob(pattern: str) -> str:
    if not pattern:
        return "it is empty"
    if pattern.startswith("/"):
        return "it is absolute"
    if ".." in pattern.split("/"):
        return "it leaves the repository"
    depth, closed, index = 0, True, 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
            if index == len(pattern):
                return "it ends in a backslash"
        elif not closed:
            closed = character == "]"
        elif character == "[":
            closed = False
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth < 0:
                return "a brace is not opened"
        index += 1
    return "" if closed and not depth else "a bracket is not closed"


def _materials(root: Node, pipeline: Pipeline) -> list[Remark]:
    found = []
    materials = root.get("materials")
    for node in materials.children() if materials is not None else ():
        if not node.is_null and material(node) is None:
            found.append(Remark("invalid-material", "a material must be one of git, upstream, cron, manual", place(node)))
    for declared in pipeline.materials:
        found += [
            _value(event, f"is no event of a git material: {', '.join(GIT_EVENTS)}")
            for event in declared.on
            if event.text not in GIT_EVENTS
        ]
        interval = declared.fields.get("poll_interval")
        if interval is not None and interval.text.strip():
            seconds = scalars.duration(interval.text.strip())
            if seconds is None or not _POLL_LEAST <= seconds <= _POLL_MOST:
                found.append(_value(interval, "is no interval between 1m and 24h"))
    return found


def _services(services: Node | None) -> list[Remark]:
    found = []
    nodes = [node for node in services.children() if not node.is_null] if services is not None else []
    for node in nodes:
        image = node.get("image")
        if image is None or not image.text.strip():
            found.append(Remark("missing-key", "a service must have an `image`", place(node)))
        elif not service(node).name:
            found.append(Remark("missing-key", "a service of that image must have a `name`", place(node)))
        selectors, tolerations = node.get("node_selector"), node.get("tolerations")
        pairs = list(selectors.pairs()) if selectors is not None else []
        if len(pairs) > _MOST_SELECTORS and selectors is not None:
            found.append(Remark("too-many", f"more than {_MOST_SELECTORS} node selectors", place(selectors)))
        for key, value in pairs:
            if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value.text):
                found.append(Remark("invalid-value", f'"{key[:80]}" is no node selector', place(value)))
        entries = [item for item in tolerations.children() if not item.is_null] if tolerations is not None else []
        if len(entries) > _MOST_SELECTORS and tolerations is not None:
            found.append(Remark("too-many", f"more than {_MOST_SELECTORS} tolerations", place(tolerations)))
        found += [Remark("invalid-value", problem, place(entry)) for entry in entries if (problem := _toleration(entry))]
    return found


def _toleration(node: Node) -> str:
    def part(name: str) -> str:
        value = present(node.get(name))
        return value.text if value is not None else ""

    key, operator, value, effect = part("key"), part("operator"), part("value"), part("effect")
    if operator not in {"", "Equal", "Exists"} or effect not in {"", "NoSchedule", "PreferNoSchedule", "NoExecute"}:
        return "a toleration has an unknown operator or effect"
    if operator == "Exists" and value:
        return "a toleration with Exists takes no value"
    if (not key and operator != "Exists") or (key and not _LABEL_KEY.fullmatch(key)) or not _LABEL_VALUE.fullmatch(value):
        return "a toleration has no valid key or value"
    seconds = present(node.get("toleration_seconds"))
    if seconds is not None and (effect != "NoExecute" or (scalars.lenient_integer(seconds) or 0) < 0):
        return "`toleration_seconds` needs the effect NoExecute and must not be negative"
    return ""


def _notifications(pipeline: Pipeline) -> list[Remark]:
    found = []
    for notification in pipeline.notifications or ():
        moment = notification.on
        if moment is None or moment.text.strip().lower() not in MOMENTS:
            at = moment.at if moment is not None else notification.at
            found.append(Remark("invalid-value", f"`on` of a notification must be one of {', '.join(MOMENTS)}", at))
        if notification.uses is None or not notification.uses.text.strip():
            found.append(Remark("missing-key", "a notification must have `uses`", notification.at))
    return found


def _order(pipeline: Pipeline) -> list[Remark]:
    """Stages and needs: undeclared, unknown, of itself, forward, in a circle."""
    found = []
    position = {stage.text: index for index, stage in enumerate(pipeline.stages)}
    for job in pipeline.jobs.values():
        own = job.stage.text if job.stage is not None else ""
        if own not in position:
            at: Place = job.stage.at if job.stage is not None else job.at
            problem = f'the stage "{own[:80]}" of job "{job.name}" is not declared' if own else f'job "{job.name}" has no stage'
            found.append(Remark("unknown-stage", problem, at, job.name))
        for need in job.needs:
            other = pipeline.jobs.get(need.text)
            if need.text == job.name:
                found.append(Remark("needs-itself", f'job "{job.name}" needs itself', need.at, job.name))
            elif other is None:
                found.append(
                    Remark(
                        "needs-unknown", f'job "{job.name}" needs "{need.text[:80]}", which is no job of this pipeline', need.at, job.name
                    )
                )
            elif own in position and other.stage is not None and position.get(other.stage.text, -1) > position[own]:
                found.append(Remark("needs-later", f'job "{job.name}" needs "{need.text}", which is in a later stage', need.at, job.name))
    circle = [name for name in Order(pipeline).cycle() if name not in {need.text for need in pipeline.jobs[name].needs}]
    found += [Remark("needs-cycle", f'job "{name}" needs itself through others', pipeline.jobs[name].at, name) for name in circle]
    return found
