"""`extends`: what a job takes from its template, and what of it is lost on the way.

The product starts from the parent and lets the child override only some keys.  Everything else that a child writes, its deploy marker,
cluster and outputs among them, is dropped without a word; the parent's `environment` is never inherited.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.collectors.gocdnext.pipeline import Job, Remark
from auditor.collectors.gocdnext.walk import place

DROPPED = ("deploy", "cluster", "outputs", "id_tokens", "agent", "resources", "coverage_report")
_LISTS = ("script", "needs", "secrets", "tags", "needs_artifacts", "cache", "test_reports")


def resolve(jobs: dict[str, Job]) -> tuple[dict[str, Job], list[Remark], list[Remark]]:
    """(jobs that run, in the file's order; refused; ignored).  A job whose chain is broken keeps what can be resolved of it."""
    refused: list[Remark] = []
    ignored: list[Remark] = []
    done: dict[str, Job] = {}
    for name in jobs:
        chain = _chain(name, jobs, done, refused)
        for child in chain:
            job = jobs[child]
            parent = done.get(job.extends.text) if job.extends is not None else None
            if parent is None:
                done.setdefault(child, job)
                continue
            done[child] = merge(parent, job)
            ignored += lost(parent, job)
    return {name: done[name] for name in jobs if not name.startswith(".")}, refused, ignored


def _chain(name: str, jobs: dict[str, Job], done: dict[str, Job], refused: list[Remark]) -> list[str]:
    """The jobs to resolve for `name`, parents first; iterative, because a chain may be as long as the file."""
    chain: list[str] = []
    members: set[str] = set()
    while name not in done:
        chain.append(name)
        members.add(name)
        extends = jobs[name].extends
        if extends is None or not extends.text:
            break
        if extends.text in members:
            refused.append(Remark("extends-cycle", f'job "{name}" extends itself in a circle', extends.at, name))
            break
        if extends.text not in jobs:
            refused.append(Remark("extends-unknown", f'job "{name}" extends "{extends.text}", which does not exist', extends.at, name))
            break
        name = extends.text
    return chain[::-1]


def merge(parent: Job, child: Job) -> Job:
    """The child over its resolved parent, as the product merges them."""
    out = replace(parent, name=child.name, at=child.at, extends=None, written=child.written)
    for name in ("stage", "image", "uses", "timeout"):
        own = getattr(child, name)
        if own is not None and own.text:
            setattr(out, name, own)
    out.retry = child.retry or parent.retry
    if child.docker:
        out.docker, out.docker_at = True, child.docker_at
    for name in _LISTS:
        setattr(out, name, getattr(child if _gives_list(child, name) else parent, name))
    out.inputs, out.variables = parent.inputs | child.inputs, parent.variables | child.variables
    if parent.settings is not None or child.settings is not None:
        out.settings = (parent.settings or {}) | (child.settings or {})
    out.artifacts = child.artifacts or parent.artifacts
    if child.parallel is not None:
        out.parallel, out.matrix = child.parallel, child.matrix
    out.approval = child.approval or parent.approval
    out.environment = child.environment
    out.parts = {key: node for key, node in parent.parts.items() if key != "environment"}
    out.parts |= {
        key: node
        for key, node in child.parts.items()
        if key in {"environment", "rules", "when"} and (key == "environment" or not node.is_null)
    }
    out.extra = parent.extra | child.extra
    return out


def _gives_list(job: Job, name: str) -> bool:
    node = job.written.get(name)
    return node is not None and not node.is_null


def lost(parent: Job, child: Job) -> list[Remark]:
    """What looks as if it held for the child, and does not."""
    found = []
    for key in DROPPED:
        node = child.written.get(key)
        if node is not None and not node.is_null:
            message = f"`{key}` of a job that extends another is ignored: the parent's value holds, or none"
            found.append(Remark("extends-dropped", message, place(node), child.name))
    if parent.environment is not None and child.environment is None:
        at = child.extends.at if child.extends is not None else child.at
        found.append(Remark("extends-environment", "the parent's `environment` is not inherited: the job has none", at, child.name))
    docker = child.written.get("docker")
    if docker is not None and parent.docker and not child.docker and not docker.is_null:
        found.append(Remark("extends-docker", "`docker: false` does not take back what the parent grants", place(docker), child.name))
    if parent.approval is not None and child.approval is not None:
        for key in parent.approval.written:
            if key not in child.approval.written:
                message = f"the parent's `approval.{key}` is lost: the job's own `approval` replaces it whole"
                found.append(Remark("extends-approval", message, child.approval.at, child.name))
    return found
