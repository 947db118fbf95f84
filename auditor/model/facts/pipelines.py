"""Facts about pipelines, as the declared version of gocdnext reads them.

Ids: pipeline_file NAME/PATH, pipeline NAME#PIPELINE, job and gate NAME#PIPELINE/JOB, quorum_override NAME#PIPELINE/JOB#LABEL.
A notification that runs a plugin is a job too (`_notify_0`), outside all gates.  What is declared but not honoured is recorded as not being there.
"""

from __future__ import annotations

from typing import Literal

from auditor.model.facts.actions import (
    Attest,
    Build,
    Check,
    DigestCheck,
    Image,
    Publish,
    RunCheck,
    Scan,
    Secret,
    Sign,
    TagCreation,
    Touch,
)
from auditor.model.place import At
from auditor.model.record import Fact, Record, Remark

Cause = Literal["manual", "push", "tag", "pull_request", "upstream", "schedule", "poll"]


class PipelineFile(Fact, frozen=True, kw_only=True):
    """A file in the place where the product looks for pipelines.  `refused`: why the product does not load it; `ignored`: what it accepts without effect.
    `pipeline` is the id of the pipeline in it, "" where none could be made out.  What names other files is unread where one of them is."""

    version: str
    pipeline: str
    refused: list[Remark] | None
    ignored: list[Remark] | None


class Start(Record, frozen=True, kw_only=True):
    """One way in which a pipeline can start.  `branches` [] = the default branch (push, pull_request) or not applicable; `source` of an upstream start
    is that pipeline's name."""

    cause: Cause
    branches: list[str] = []
    paths: list[str] = []
    source: str = ""
    at: At


class Notification(Record, frozen=True, kw_only=True):
    """`on`: failure, success, always, canceled.  `plugin` by its normalised name."""

    on: str
    plugin: str
    at: At


class Pipeline(Fact, frozen=True, kw_only=True):
    """`starts` None: how it can start depends on whose repository its git material is.  `notifications` None: none are declared, so the project's on the server apply."""

    name: str
    file: str
    starts: list[Start] | None
    stages: list[str]
    notifications: list[Notification] | None


class Job(Fact, frozen=True, kw_only=True):
    """`needs` and `after` are ids of jobs: what it names, and everything that must have succeeded before it starts.  `gates` are the gates among them.

    The lists of what it does hold what its plugin, its script, its legacy settings and its markers show, plugin defaults included.
    `unread` are commands whose effect cannot be told from the files (a script of the repository, a variable as a command).
    """

    pipeline: str
    name: str
    stage: str
    needs: list[str]
    after: list[str]
    gates: list[str]
    notification: bool
    plugin: str
    environment: str
    cluster: str
    docker: bool
    isolated: str
    images: list[Image]
    secrets: list[Secret]
    touches: list[Touch] | None
    builds: list[Build] | None
    publishes: list[Publish] | None
    scans: list[Scan] | None
    signs: list[Sign] | None
    attests: list[Attest] | None
    tag_creations: list[TagCreation] | None
    run_checks: list[RunCheck] | None
    digest_checks: list[DigestCheck] | None
    checks: list[Check] | None
    unread: list[Remark] = []


class Gate(Fact, frozen=True, kw_only=True):
    """An approval.  `required` is the base quorum as the product counts it.  No `approvers` and no `groups`: any maintainer passes; an empty name in
    `groups` is a group nobody is in.  `author_excluded` None: this version can say it only through its groups' members; `author_exclusion` is what
    the file declares: `""`, `honoured`, `not honoured`."""

    pipeline: str
    name: str
    required: int | None
    approvers: list[str]
    groups: list[str]
    author_excluded: bool | None
    author_exclusion: str
    timeout: str
    overrides: list[str]


class QuorumOverride(Fact, frozen=True, kw_only=True):
    """A label that changes a gate's quorum.  `label` as the product compares it; `applies`: the pipeline can start in a way in which labels are read."""

    gate: str
    label: str
    quorum: int | None
    base: int | None
    applies: bool | None
