"""What a pipeline declares in vain: the product takes it, and it has no effect, or not the one it seems to have."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.build import present
from auditor.collectors.gocdnext.catalogue import WORD_SPLIT
from auditor.collectors.gocdnext.expressions import references
from auditor.collectors.gocdnext.inert_references import in_references
from auditor.collectors.gocdnext.pipeline import Job, Pipeline, Remark, Version
from auditor.collectors.gocdnext.plugins import Plugin, plugin_of, plugin_of_notification
from auditor.collectors.gocdnext.walk import key_place, place
from auditor.text.yaml import Node

_RESERVED = "_compliance_"
_ZERO = re.compile(r"v?0(\.0){1,3}")
_SHELL_WORDS = ("&&", "||", ";", "|", ">", "<")
_ON_A_GATE = ("with", "rules", "when", "outputs", "test_reports", "coverage_report", "retry")


def in_file(root: Node) -> list[Remark]:
    """Top-level keys without effect, and materials that name several kinds."""
    found = []
    for key, why in (
        ("include", "nothing is ever included"),
        ("template", "it has no meaning"),
        ("version", "it is not read"),
    ):
        if present(root.get(key)) is not None:
            found.append(Remark("no-effect", f"`{key}` is accepted without effect: {why}", key_place(root, key)))
    materials = root.get("materials")
    for node in materials.children() if materials is not None else ():
        kinds = [kind for kind in ("git", "upstream", "cron", "manual") if present(node.get(kind)) is not None]
        if len(kinds) > 1:
            found.append(Remark("material-twice", f"one material cannot be {' and '.join(kinds)}: only `{kinds[0]}` counts", place(node)))
    return found


def in_pipeline(pipeline: Pipeline, version: Version) -> list[Remark]:
    """Everything inert in its jobs and notifications.  The dialect `documented` knows fewer of them."""
    found: list[Remark] = []
    seen: set[str] = set()
    for stage in pipeline.stages:
        if stage.text in seen:
            found.append(Remark("stage-twice", f'stage "{stage.text[:80]}" is listed twice: its place in the order is uncertain', stage.at))
        seen.add(stage.text)
    for job in pipeline.jobs.values():
        found += _in_job(job)
        if job.approval is not None:
            found += _in_gate(job, pipeline, version)
        plugin = plugin_of(job, version)
        if plugin is not None:
            found += _in_plugin(job, plugin, version)
        found += in_references(job, pipeline, version)
    if version == "0.93":
        found += _trigger_variables(pipeline)
        for notification in pipeline.notifications or ():
            plugin = plugin_of_notification(notification, version)
            found += [] if plugin is None else _unknown_inputs(plugin, "")
    return found


def _in_job(job: Job) -> list[Remark]:
    found = []
    gate = job.written.get("approval")
    if gate is not None and job.approval is None:
        found.append(Remark("null-approval", f'job "{job.name}": `approval` without a value is no gate', place(gate), job.name))
    keys = ("with",) if job.uses is None or not job.uses.text else ()
    for key in _ON_A_GATE if job.is_gate else keys:
        node = present(job.written.get(key))
        if node is not None and node.items != []:
            why = "a gate runs nothing" if job.is_gate else "there is no `uses`"
            found.append(Remark("no-effect", f'job "{job.name}": `{key}` has no effect: {why}', place(node), job.name))
    settings = present(job.written.get("settings"))
    if settings is not None and not job.is_gate and (job.script or (job.uses and job.uses.text) or not (job.image and job.image.text)):
        problem = f'job "{job.name}": `settings` has no effect: it needs `image`, without `script` and `uses`'
        found.append(Remark("no-effect", problem, place(settings), job.name))
    if not job.is_gate and job.timeout is not None and job.timeout.text.strip():
        found.append(Remark("no-effect", f'job "{job.name}": `timeout` is enforced on gates only', job.timeout.at, job.name))
    return found


def _in_gate(job: Job, pipeline: Pipeline, version: Version) -> list[Remark]:
    gate = job.approval
    assert gate is not None
    found = [
        Remark("blank-approver", f'job "{job.name}": an empty name in `{key}` matches nobody', name.at, job.name)
        for key, names in (("approvers", gate.approvers), ("approver_groups", gate.groups))
        for name in names
        if not name.text.strip()
    ]
    required = present(job.written["approval"].get("required")) if present(job.written.get("approval")) else None
    if required is not None and gate.required == 1 and required.text.lstrip("+-0_") == "":
        found.append(Remark("required-zero", f'job "{job.name}": `required: 0` counts as 1', place(required), job.name))
    if version == "0.93" and not any(pipeline.started_by("pull_request")):
        gate.overrides_honoured = False if pipeline.starts_known else None
    if gate.overrides and gate.overrides_honoured is False:
        problem = f'job "{job.name}": `quorum_by_label` has no effect: labels are read only in runs that a pull request starts'
        found.append(Remark("labels-inert", problem, gate.overrides[0].at, job.name))
    return found


def _in_plugin(job: Job, plugin: Plugin, version: Version) -> list[Remark]:
    found = _unknown_inputs(plugin, job.name)
    known = plugin.known
    if known is not None and known.outputs is not None:
        for output in job.outputs.values():
            if output.env.text not in known.outputs:
                problem = f'job "{job.name}": plugin {known.name} writes no {output.env.text[:80] or "such output"}: the job fails'
                found.append(Remark("output-not-written", problem, output.at, job.name))
    command = plugin.inputs.get("command")
    if version == "0.93" and command is not None and plugin.name in WORD_SPLIT:
        words = [word for word in _SHELL_WORDS if word in command.text.split()]
        if words:
            problem = f'job "{job.name}": plugin {plugin.name} runs its command without a shell: `{words[0]}` is an argument'
            found.append(Remark("command-no-shell", problem, command.at, job.name))
    return found


def _unknown_inputs(plugin: Plugin, job: str) -> list[Remark]:
    """Inputs that the plugin does not have.  In the short form the server refuses them (`on_apply`), in any other nobody does."""
    known = plugin.known
    if known is None or plugin.identity.catalogue == known.name:
        return []
    return [
        Remark("unknown-input", f"plugin {known.name} has no input `{name[:80]}`: it is ignored", value.at, job)
        for name, value in plugin.inputs.items()
        if name not in known.inputs
    ]


def _trigger_variables(pipeline: Pipeline) -> list[Remark]:
    """Variables without a value, or with the version zero, of a pipeline that only starts by hand, which its jobs use: nothing can fill them."""
    if not pipeline.starts or any(start.cause != "manual" for start in pipeline.starts):
        return []
    empty = {name: value for name, value in pipeline.variables.items() if not value.text.strip() or _ZERO.fullmatch(value.text.strip())}
    used = {
        reference.name
        for job in pipeline.jobs.values()
        if empty
        for text in (*job.script, *job.inputs.values(), *(job.settings or {}).values(), *job.variables.values())
        for reference in references(text)
    }
    return [
        Remark("trigger-variable", f"variable `{name[:80]}` is {value.text.strip()[:80] or 'empty'}: no other value can be given when the pipeline is started", value.at)
        for name, value in empty.items()
        if name in used
    ]


def on_apply(pipeline: Pipeline, version: Version) -> list[Remark]:
    """What the parser takes and the server refuses: inputs its catalogue does not know, required ones that are missing, reserved names."""
    found = []
    if pipeline.name == "_compliance":
        found.append(Remark("reserved-name", "the name `_compliance` is reserved for the server", pipeline.at))
    found += [
        Remark("reserved-name", f'stage "{stage.text[:80]}" has a name reserved for compliance policies', stage.at)
        for stage in pipeline.stages
        if stage.text.startswith(_RESERVED)
    ]
    runs = [(job.name, job.at, plugin_of(job, version)) for job in pipeline.jobs.values()]
    runs += [("", notification.at, plugin_of_notification(notification, version)) for notification in pipeline.notifications or ()]
    for name, at, plugin in runs:
        if name.startswith(_RESERVED):
            found.append(Remark("reserved-name", f'job "{name[:80]}" has a name reserved for compliance policies', at, name))
        if plugin is None or plugin.known is None or plugin.identity.catalogue != plugin.known.name:
            continue
        for key, value in plugin.inputs.items():
            if key not in plugin.known.inputs:
                found.append(Remark("unknown-input", f"plugin {plugin.name} has no input `{key[:80]}`", value.at, name))
        for key, spec in plugin.known.inputs.items():
            if spec.required and key not in plugin.inputs:
                found.append(Remark("missing-input", f"plugin {plugin.name} needs the input `{key}`", plugin.reference.at, name))
    return found
