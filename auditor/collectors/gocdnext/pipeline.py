"""What a pipeline file says: plain records, every value with its place.

Texts keep the raw text of the scalar, because the product decodes scalars into strings: `true`, `012` and `yes` stay as written.
A record is best effort where the product refuses the file: `extra` keeps what it has no key for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from auditor.text.yaml import Node

Version = Literal["0.93", "documented"]
Cause = Literal["push", "pull_request", "tag", "manual", "schedule", "upstream", "poll"]


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column from 1 (0: unknown), RFC 6901 pointer into the first document."""

    line: int = 0
    column: int = 0
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar's raw text and where it stands."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell the file's owner.  `code` is stable (`unknown-key`); `job` is "" where the remark is about the pipeline or file."""

    code: str
    message: str
    at: Place
    job: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """A label override: `label` lower-cased as the product compares it, `votes` None where it is no number."""

    label: str
    votes: int | None
    at: Place


@dataclass(slots=True, kw_only=True)
class Approval:
    """A gate.  `required` is what is in force (absent and 0 are 1), None where what is written is no number.

    `author_excluded` is the documented flag, None where it is not written; whether it is honoured depends on the dialect.
    `overrides_honoured` is False where label overrides can never act, None where that is not known (`Pipeline.starts_known`).
    """

    at: Place
    approvers: list[Text] = field(default_factory=list)
    groups: list[Text] = field(default_factory=list)
    required: int | None = 1
    required_at: Place | None = None
    overrides: list[Quorum] = field(default_factory=list)
    overrides_honoured: bool | None = True
    description: Text | None = None
    author_excluded: bool | None = None
    author_excluded_at: Place | None = None
    author_excluded_honoured: bool = False
    written: tuple[str, ...] = ()
    extra: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """`alias`: the environment variable the job writes to its output file."""

    alias: str
    env: Text
    masked: bool
    at: Place


@dataclass(frozen=True, slots=True)
class IdToken:
    """An OIDC token the job asks for.  The documented `oidc:` block has the name "" and is honoured in the dialect `documented` only."""

    name: str
    audiences: tuple[Text, ...]
    at: Place
    honoured: bool = True


@dataclass(frozen=True, slots=True)
class Deploy:
    """The deploy marker: what the product records and governs."""

    environment: Text | None
    version: Text | None
    revision: Text | None
    target: dict[str, Text] | None
    at: Place


@dataclass(frozen=True, slots=True)
class Artifacts:
    paths: tuple[Text, ...]
    optional: tuple[Text, ...]
    when: str
    at: Place


@dataclass(frozen=True, slots=True)
class NeedsArtifact:
    from_job: Text | None
    from_pipeline: Text | None
    paths: tuple[Text, ...]
    at: Place


@dataclass(slots=True, kw_only=True)
class Job:
    """A job after `extends`.  `at` is its key.  `inputs` is `with:`; `settings` and `artifacts` are None where absent, which the product
    tells apart from empty."""

    name: str
    at: Place
    stage: Text | None = None
    image: Text | None = None
    uses: Text | None = None
    script: list[Text] = field(default_factory=list)
    inputs: dict[str, Text] = field(default_factory=dict)
    settings: dict[str, Text] | None = None
    variables: dict[str, Text] = field(default_factory=dict)
    secrets: list[Text] = field(default_factory=list)
    needs: list[Text] = field(default_factory=list)
    tags: list[Text] = field(default_factory=list)
    needs_artifacts: list[NeedsArtifact] = field(default_factory=list)
    artifacts: Artifacts | None = None
    cache: list[Node] = field(default_factory=list)
    test_reports: list[Text] = field(default_factory=list)
    matrix: dict[str, list[Text]] | None = None
    parallel: Place | None = None
    docker: bool = False
    docker_at: Place | None = None
    cluster: Text | None = None
    profile: Text | None = None
    profile_tags: list[Text] = field(default_factory=list)
    approval: Approval | None = None
    outputs: dict[str, Output] = field(default_factory=dict)
    id_tokens: list[IdToken] = field(default_factory=list)
    deploy: Deploy | None = None
    environment: Text | None = None
    timeout: Text | None = None
    retry: int = 0
    extends: Text | None = None
    extra: dict[str, Node] = field(default_factory=dict)
    parts: dict[str, Node] = field(default_factory=dict)  # what no other field holds in full, after `extends`
    written: dict[str, Node] = field(default_factory=dict)  # the job's own keys, before `extends`

    @property
    def is_gate(self) -> bool:
        """Does it wait for a human?  (`approval:` without a value does not.)"""
        return self.approval is not None

    @property
    def is_executable(self) -> bool:
        """Does it run anything?  An image alone does not."""
        if self.approval is not None:
            return False
        return bool(self.script or (self.uses and self.uses.text) or (self.image and self.image.text and self.settings is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One way the pipeline can start.  `branches` is None where branches do not matter (tag, manual, schedule, upstream), () for the
    default branch.

    Besides these, any maintainer can start any pipeline by hand, and a schedule of the project any pipeline it names; the file cannot say.
    """

    cause: Cause
    at: Place
    branches: tuple[str, ...] | None = None
    paths: tuple[str, ...] = ()
    by: Literal["default", "when", "material"] = "when"
    repository: str = ""  # another repository's normalised URL, where its events start it
    upstream: str = ""  # PIPELINE/STAGE
    expression: str = ""  # of a cron


@dataclass(frozen=True, slots=True)
class Material:
    """`kind` is git, upstream, cron or manual; `fields` its texts as written (a URL may hold credentials: never print it)."""

    kind: str
    at: Place
    fields: dict[str, Text]
    on: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """Runs after the run is over, outside every gate."""

    on: Text | None
    uses: Text | None
    inputs: dict[str, Text]
    secrets: tuple[Text, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    image: Text | None
    env: dict[str, Text]
    command: tuple[Text, ...]
    at: Place


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """`jobs` are those that run, in the file's order; `templates` the hidden ones, as written.  `notifications` is None where the
    project's are inherited.

    `starts_known` is False where it depends on something the file does not say (whose repository an explicit git material is).
    """

    name: str
    at: Place
    stages: list[Text] = field(default_factory=list)
    variables: dict[str, Text] = field(default_factory=dict)
    materials: list[Material] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    starts_known: bool = True
    notifications: list[Notification] | None = None
    services: list[Service] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    templates: dict[str, Job] = field(default_factory=dict)
    concurrency: str = "parallel"
    supersede: str = "off"
    extra: dict[str, Node] = field(default_factory=dict)

    def started_by(self, cause: Cause) -> Iterator[Start]:
        """The ways it starts by that cause."""
        return (start for start in self.starts if start.cause == cause)


@dataclass(slots=True, kw_only=True)
class PipelineFile:
    """One file as read.  `pipeline` is None where nothing could be read of it: not YAML, empty, no mapping.

    `refused`: the product's parser refuses the file.  `refused_on_apply`: its parser takes it, its server does not (plugin inputs, reserved
    names).  `ignored`: accepted, and without the effect it seems to have.  `unsure`: which of `refused` and `ignored` may hold more, for want of a file.
    """

    path: str
    version: Version
    pipeline: Pipeline | None = None
    refused: list[Remark] = field(default_factory=list)
    refused_on_apply: list[Remark] = field(default_factory=list)
    ignored: list[Remark] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)

    @property
    def is_honoured(self) -> bool:
        """Would the server load it?"""
        return not self.refused and not self.refused_on_apply
