"""The keys of a pipeline file, as data: what may stand where, in which shape.  `walk.check` holds a document to it.

A shape is the name of a scalar type (`text integer number boolean any`), a `ListOf`, a `MapOf`, a `Level` of named keys or an `Either` of
two of them by kind.  Null fits everywhere and means absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.collectors.gocdnext.pipeline import Version


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    value: Shape


@dataclass(frozen=True, slots=True)
class Level:
    """A mapping of known keys.  `meant` names the key somebody probably meant; `lenient` levels take the last of two equal keys."""

    title: str
    keys: Mapping[str, Shape]
    meant: Mapping[str, str] = field(default_factory=dict)
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    scalar: str | None = None
    list: ListOf | None = None
    map: Level | MapOf | None = None


Shape = str | ListOf | MapOf | Level | Either

TEXTS, TEXT_MAP = ListOf("text"), MapOf("text")

APPROVAL: dict[str, Shape] = {
    "approvers": TEXTS,
    "approver_groups": TEXTS,
    "required": "integer",
    "quorum_by_label": MapOf("integer"),
    "description": "text",
}
TARGET = Level("deploy.target", {"cluster": "text", "application": "text", "namespace": "text", "sync_mode": "text"}, lenient=True)
DEPLOY = Level(
    "deploy",
    {"environment": "text", "version": "text", "revision": "text", "target": TARGET},
    {"env": "environment"},
    lenient=True,
)
OUTPUT = Level("outputs", {"env": "text", "masked": "boolean"}, {"mask": "masked", "env_var": "env"}, lenient=True)
ID_TOKEN = Level("id_tokens", {"aud": Either(scalar="text", list=TEXTS)}, {"audience": "aud"}, lenient=True)
ARTIFACTS = Level("artifacts", {"paths": TEXTS, "optional": TEXTS, "expire_in": "text", "when": "text"})
PARALLEL = Level("parallel", {"matrix": ListOf(MapOf(TEXTS)), "count": "integer"})
AMOUNT = Level("resources", {"cpu": "text", "memory": "text"})
WHEN = Level(
    "when",
    {"status": TEXTS, "branch": TEXTS, "event": TEXTS, "paths": TEXTS},
    {"branches": "branch", "events": "event", "path": "paths"},
)

JOB: dict[str, Shape] = {
    "stage": "text",
    "image": "text",
    "extends": "text",
    "needs": TEXTS,
    "script": TEXTS,
    "settings": TEXT_MAP,
    "uses": "text",
    "with": TEXT_MAP,
    "variables": TEXT_MAP,
    "cache": ListOf(Level("cache", {"key": "text", "paths": TEXTS})),
    "artifacts": ARTIFACTS,
    "needs_artifacts": ListOf(Level("needs_artifacts", {"from_job": "text", "from_pipeline": "text", "paths": TEXTS, "dest": "text"})),
    "test_reports": TEXTS,
    "coverage_report": Level("coverage_report", {"path": "text", "format": "text", "fail_under": "number"}),
    "parallel": PARALLEL,
    "rules": ListOf(Level("rules", {"if": "text", "changes": TEXTS, "exists": TEXTS, "when": "text"})),
    "when": WHEN,
    "timeout": "text",
    "retry": "integer",
    "secrets": TEXTS,
    "tags": TEXTS,
    "agent": Level("agent", {"profile": "text", "tags": TEXTS}),
    "resources": Level("resources", {"requests": AMOUNT, "limits": AMOUNT}),
    "docker": "boolean",
    "cluster": "text",
    "outputs": MapOf(Either(scalar="text", map=OUTPUT)),
    "id_tokens": MapOf(ID_TOKEN),
    "deploy": DEPLOY,
    "environment": "any",
}
JOB_MEANT = {
    "oidc": "id_tokens",
    "strategy": "parallel",
    "matrix": "parallel",
    "env": "variables",
    "depends_on": "needs",
    "run": "script",
    "groups": "approval.approver_groups",
}
APPROVAL_MEANT = {"groups": "approver_groups", "quorum": "required", "users": "approvers"}

SERVICE = Level(
    "services",
    {
        "name": "text",
        "image": "text",
        "env": TEXT_MAP,
        "command": TEXTS,
        "node_selector": TEXT_MAP,
        "tolerations": ListOf(
            Level("tolerations", {"key": "text", "operator": "text", "value": "text", "effect": "text", "toleration_seconds": "integer"})
        ),
    },
)
MATERIAL = Level(
    "materials",
    {
        "git": Level(
            "materials.git",
            {
                "url": "text",
                "branch": "text",
                "on": TEXTS,
                "auto_register_webhook": "boolean",
                "secret_ref": "text",
                "poll_interval": "text",
            },
        ),
        "upstream": Level("materials.upstream", {"pipeline": "text", "stage": "text", "status": "text"}),
        "cron": Level("materials.cron", {"expression": "text"}),
        "manual": "boolean",
    },
)
FILE: dict[str, Shape] = {
    "version": "text",
    "name": "text",
    "include": ListOf(Level("include", {"local": "text", "remote": "text", "template": "text"})),
    "materials": ListOf(MATERIAL),
    "stages": TEXTS,
    "variables": TEXT_MAP,
    "template": "text",
    "concurrency": "text",
    "supersede": "text",
    "when": WHEN,
    "services": ListOf(SERVICE),
    "notifications": ListOf(Level("notifications", {"on": "text", "uses": "text", "with": TEXT_MAP, "secrets": TEXTS})),
}


def file_level(version: Version) -> Level:
    """The whole file's grammar in a dialect."""
    job, approval, top = dict(JOB), dict(APPROVAL), dict(FILE)
    if version == "documented":
        approval["exclude_pr_author"] = "boolean"
        job["oidc"] = Level("oidc", {"audience": "text"})
        job["strategy"] = Level("strategy", {"matrix": Either(list=ListOf(MapOf(TEXTS)), map=MapOf(TEXTS))})
        job["artifacts"] = Either(list=TEXTS, map=ARTIFACTS)
        top["services"] = Either(list=ListOf(SERVICE), map=MapOf(SERVICE))
    job["approval"] = Level("approval", approval, APPROVAL_MEANT)
    top["jobs"] = MapOf(Level("job", job, JOB_MEANT))
    return Level("pipeline", top, {"on": "when", "job": "jobs", "stage": "stages", "triggers": "when", "env": "variables"})
