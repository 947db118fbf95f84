"""What a job does: records inside `job`."""

from __future__ import annotations

from typing import Literal

from auditor.model.place import At
from auditor.model.record import Record, Remark


class Trace(Record, frozen=True, kw_only=True):
    """Where an image reference or digest comes from.

    `kind`: `build` (a digest output of a building job that precedes), `check` (a digest output of a job that compares it with the released one),
    `promotion` (output of a job that copies an image), `artifact` (read from a file of another job or pipeline), `literal` (a digest written out),
    `tag` (a tag, which may move), `input` (a variable somebody sets), `unresolved` (a reference the product does not resolve), `other`, `none` (there is nothing to trace).
    `job` is the id of the job it comes from, "" if none; `text` the value as written.
    """

    kind: Literal["build", "check", "promotion", "artifact", "literal", "tag", "input", "unresolved", "other", "none"]
    job: str = ""
    text: str = ""


class Image(Record, frozen=True, kw_only=True):
    """A plugin or image that a job runs in, as written.  `digest` "" = by tag; `role`: `plugin`, `image` or `service`."""

    reference: str
    name: str
    tag: str
    digest: str
    role: str
    at: At


class Secret(Record, frozen=True, kw_only=True):
    """A secret that a job declares, by name."""

    name: str
    at: At


class ImageSetting(Record, frozen=True, kw_only=True):
    """How a deploy says which image runs: `form` is `tag`, `digest` or `reference` (a whole image reference with a tag or digest in it)."""

    key: str
    form: Literal["tag", "digest", "reference"]
    trace: Trace
    at: At


class Touch(Record, frozen=True, kw_only=True):
    """A job acts on something outside: `verb` is `deploy`, `rollback`, `migrate`, `observe` (changes nothing) or `change`.

    `namespace`, `environment`, `cluster` (an alias), `credential` (the name of the secret or variable with the kubeconfig or key) are "" where none is
    named; `namespace` None where it is named by something that cannot be resolved.  `tool`: helm, kubectl, argocd, `gocdnext` (the job's own
    deploy or environment marker), ...  `images` are the image settings of a deploy; `chart` the chart as written;
    `command` the verbs of a migration tool (`up`, `down`, `repair`); `settings` the switches that a deploy sets (`rollout.enabled=true`).

    `waits`: it looks until what was deployed is healthy, and fails if that does not come (`rollout`, `deployment`, `release`, `application`); "" if it
    does not wait.  `fails`: its failure fails the job; `why` says what prevents it.
    """

    verb: Literal["deploy", "rollback", "migrate", "observe", "change"]
    tool: str
    namespace: str | None
    environment: str
    cluster: str
    credential: str
    chart: str = ""
    images: list[ImageSetting] = []
    command: str = ""
    settings: list[str] = []
    waits: Literal["", "rollout", "deployment", "release", "application"] = ""
    fails: bool = True
    why: str = ""
    at: At


class Build(Record, frozen=True, kw_only=True):
    """An image is built.  `digest_output` is the alias of an output that holds its digest and that the product honours, "" if none;
    `declared_output` the alias of one that it does not honour."""

    image: str
    tags: list[str]
    pushes: bool
    digest_output: str
    declared_output: str = ""
    at: At


class Publish(Record, frozen=True, kw_only=True):
    """An image becomes visible under a tag.  `tag_kind`: `release` (a version or the release's tag variable), `candidate` (a prefixed or suffixed
    release tag), `commit`, `pull_request`, `moving` (`latest`, a branch or major version name), `other`.  `by`: `build` or `promotion`;
    `source` what is copied, of a promotion."""

    image: str
    tag: str
    tag_kind: Literal["release", "candidate", "commit", "pull_request", "moving", "other"]
    by: Literal["build", "promotion"]
    defaulted: bool
    source: Trace = Trace(kind="none")
    at: At


class Scan(Record, frozen=True, kw_only=True):
    """`subject`: `image`, `filesystem`, `repository` (secrets in its history or tree), `configuration`.  `finds`: `vulnerabilities`, `secrets`, `misconfigurations`.
    `severities` upper case, [] = all; `fails`: a finding fails the job; `ignores_unfixed`; `target` only of images.  `why` says what makes it not fail."""

    tool: str
    subject: str
    finds: str
    severities: list[str]
    fails: bool
    ignores_unfixed: bool
    target: Trace = Trace(kind="none")
    why: str = ""
    at: At


class Sign(Record, frozen=True, kw_only=True):
    """`image` is the repository, as in `build` and `publish`.  `key`: `content` (a secret handed over in memory), `file` (a file of the workspace),
    `kms`, `keyless`, `environment`.  `secret`: the name of the secret that holds the key, "" if none.  `fails`: without the signature the job fails; `why`
    says what prevents it."""

    tool: str
    image: str
    target: Trace
    key: Literal["content", "file", "kms", "keyless", "environment"]
    secret: str
    fails: bool = True
    why: str = ""
    at: At


class Attest(Record, frozen=True, kw_only=True):
    """A signed statement about an image.  `predicate_type` is what ends up in the statement (`https://cyclonedx.org/bom`), whatever short name the
    tool was given; `predicate` the file as written; `source` what it was made from (an SBOM: the image by digest, by tag), `none` where that does
    not show; `doubts` are reasons why the statement does not say what it seems to."""

    tool: str
    image: str
    target: Trace
    predicate: str
    predicate_type: str
    source: Trace = Trace(kind="none")
    doubts: list[Remark] = []
    key: Literal["content", "file", "kms", "keyless", "environment"]
    secret: str
    at: At


class TagCreation(Record, frozen=True, kw_only=True):
    """A git tag or a release is created.  `what`: `tag` or `release`."""

    tool: str
    what: Literal["tag", "release"]
    forced: bool
    at: At


class RunCheck(Record, frozen=True, kw_only=True):
    """The job fails unless a run of another pipeline has succeeded.  `by`: `revision` (this commit), `tag`, or `none`; `statuses` that satisfy it;
    `doubts` are reasons why it does not hold what it seems to."""

    pipeline: str
    project: str
    by: Literal["revision", "tag", "none"]
    statuses: list[str]
    fails: bool
    doubts: list[Remark] = []
    at: At


class DigestCheck(Record, frozen=True, kw_only=True):
    """The job compares the digest a tag has now with the released one and fails if they differ.  `honoured`: the product does it; `output`: the alias of
    its output with the digest, "" if none."""

    tool: str
    honoured: bool
    output: str
    why: str = ""
    at: At


class Check(Record, frozen=True, kw_only=True):
    """A quality check.  `of`: `lint`, `secrets`, `vulnerabilities`, `tests`, `build`.  `blocks`: its failure fails the job; `why` says what prevents it."""

    of: Literal["lint", "secrets", "vulnerabilities", "tests", "build"]
    blocks: bool
    why: str = ""
    at: At
