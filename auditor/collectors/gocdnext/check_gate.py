"""What the product's parser refuses of an approval gate."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext import scalars
from auditor.collectors.gocdnext.pipeline import Job, Place, Remark, Version

_LABEL = {"0.93": re.compile(r"[a-z0-9][a-z0-9._/-]*"), "documented": re.compile(r"[a-z0-9][a-z0-9._/:-]*")}
_MOST_LABELS = 16
_LEAST_WAIT, _MOST_WAIT = 60.0, 2160 * 3600.0


def check_gate(job: Job, version: Version) -> list[Remark]:
    """Every such refusal.  The documentation counts the members of a group, version 0.93 the entries of the two lists."""
    gate = job.approval
    assert gate is not None
    found: list[Remark] = []

    def refuse(code: str, message: str, at: Place | None = None) -> None:
        found.append(Remark(code, f'job "{job.name}": {message}', at or gate.at, job.name))

    runs = _what_it_runs(job)
    if runs:
        refuse("gate-runs", f"an approval gate cannot have {', '.join(f'`{name}`' for name in runs)}")
    entries = len(gate.approvers) + len(gate.groups)
    if gate.required is not None and gate.required < 0:
        refuse("invalid-value", "`approval.required` must be 1 or more", gate.required_at)
    if version == "0.93" and gate.required is not None and 0 < entries < gate.required:
        problem = f"`approval.required` is {gate.required}, more than the {entries} entries of `approvers` and `approver_groups`"
        refuse("quorum-over-entries", problem, gate.required_at)
    if len(gate.overrides) > _MOST_LABELS:
        refuse("too-many", f"more than {_MOST_LABELS} labels in `approval.quorum_by_label`")
    seen: set[str] = set()
    for override in gate.overrides:
        if not _LABEL[version].fullmatch(override.label):
            refuse("invalid-name", f'"{override.label[:80]}" is no label that `quorum_by_label` takes', override.at)
        if override.label in seen:
            refuse("duplicate-label", f'the label "{override.label[:80]}" stands twice in `quorum_by_label`', override.at)
        seen.add(override.label)
        if override.votes is None or override.votes < 1:
            refuse("invalid-value", f'the quorum of label "{override.label[:80]}" must be 1 or more', override.at)
        elif version == "0.93" and 0 < entries < override.votes:
            problem = f'the quorum of label "{override.label[:80]}" is {override.votes}, more than the {entries} entries of the two lists'
            refuse("quorum-over-entries", problem, override.at)
    if job.timeout is not None and not _is_wait(job.timeout.text.strip()):
        refuse("invalid-value", "the `timeout` of a gate must be between 1m and 2160h, without days, or never", job.timeout.at)
    return found


def _what_it_runs(job: Job) -> list[str]:
    held = {
        "script": bool(job.script),
        "uses": bool(job.uses and job.uses.text),
        "image": bool(job.image and job.image.text),
        "settings": job.settings is not None,
        "artifacts": job.artifacts is not None,
        "needs_artifacts": bool(job.needs_artifacts),
        "cache": bool(job.cache),
        "docker": job.docker,
        "id_tokens": any(token.name for token in job.id_tokens),
        "deploy": job.deploy is not None,
        "cluster": bool(job.cluster and job.cluster.text),
        "environment": "environment" in job.written,
        "parallel": job.parallel is not None,
    }
    return [name for name, present in held.items() if present]


def _is_wait(text: str) -> bool:
    if not text or text.lower() in {"never", "off"}:
        return True
    seconds = scalars.duration(text)
    return seconds is not None and _LEAST_WAIT <= seconds <= _MOST_WAIT
