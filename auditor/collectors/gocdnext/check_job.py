"""What the product's parser refuses of a job beyond shapes, after `extends`."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext import scalars
from auditor.collectors.gocdnext.build import present, texts
from auditor.collectors.gocdnext.check_gate import check_gate
from auditor.collectors.gocdnext.pipeline import Job, Pipeline, Place, Remark, Text, Version
from auditor.collectors.gocdnext.walk import place
from auditor.text.yaml import Node

CLUSTER = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
ENVIRONMENT = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")
ALIAS = re.compile(r"[a-z][a-zA-Z0-9_-]*")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RECORDED = re.compile(r"needs\.[A-Za-z0-9_-]+\.outputs\.[a-z][a-zA-Z0-9_-]*|CI_[A-Z0-9_]+")
_TOKEN = re.compile(r'\{\{\s*(\w+)\s+"([^"]*)"\s*\}\}', re.ASCII)
_LITERAL = re.compile(r"[a-zA-Z0-9\-_.]*")
_RESERVED = ("CI_", "GOCDNEXT_")
_MOST_OUTPUTS, _MOST_TOKENS, _LONGEST_KEY = 64, 16, 1024
INJECTED = "PLUGIN_KUBECONFIG"


class _Check:
    """Collects the refusals of one job."""

    def __init__(self, job: Job, pipeline: Pipeline) -> None:
        self.job, self.pipeline = job, pipeline
        self.found: list[Remark] = []

    def refuse(self, code: str, message: str, at: Place | None = None) -> None:
        self.found.append(Remark(code, f'job "{self.job.name}": {message}', at or self.job.at, self.job.name))

    def key(self, name: str) -> Place:
        """Where a key of the job itself stands, else the job."""
        node = self.job.written.get(name)
        return place(node) if node is not None else self.job.at


def check(job: Job, pipeline: Pipeline, version: Version) -> list[Remark]:
    """Every such refusal of a job."""
    parts = job.parts
    held = _Check(job, pipeline)
    _cluster(held)
    _artifacts(held)
    _caches(held)
    _coverage(held, parts.get("coverage_report"))
    _outputs(held)
    _id_tokens(held)
    for artifact in job.needs_artifacts:
        if artifact.from_job is None or not artifact.from_job.text:
            held.refuse("missing-key", "`needs_artifacts` must name `from_job`", artifact.at)
    if job.approval is not None:
        return held.found + check_gate(job, version)
    _plugin(held)
    _deploy(held, parts.get("deploy"))
    _environment(held, parts.get("environment"))
    _matrix(held)
    for name, why in (("rules", "is refused: the product does not act on it"), ("when", "is refused in a job: only a pipeline has `when`")):
        node = present(parts.get(name))
        if node is not None and (name == "when" or any(not item.is_null for item in node.children())):
            held.refuse("not-implemented", f"`{name}` {why}", place(node))
    return held.found


def _cluster(held: _Check) -> None:
    job = held.job
    if job.cluster is None or not job.cluster.text:
        return
    if not CLUSTER.fullmatch(job.cluster.text):
        held.refuse("invalid-value", f'"{job.cluster.text[:80]}" is no name of a cluster', job.cluster.at)
    given = job.inputs.get("kubeconfig")
    if given is not None and given.text:
        held.refuse("conflict", "`cluster` and `with.kubeconfig` exclude each other", given.at)
    names = {*job.variables, *(secret.text for secret in job.secrets), *(token.name for token in job.id_tokens), *(job.matrix or {})}
    if INJECTED in names:
        held.refuse("conflict", f"`cluster` sets {INJECTED}, nothing else may", job.cluster.at)


def _artifacts(held: _Check) -> None:
    artifacts = held.job.artifacts
    if artifacts is not None and artifacts.when not in {"on_success", "on_failure", "always"}:
        held.refuse("invalid-value", "`artifacts.when` must be on_success, on_failure or always", artifacts.at)


def _caches(held: _Check) -> None:
    for node in held.job.cache:
        key = present(node.get("key"))
        if key is None or not key.text:
            held.refuse("missing-key", "a cache must have a `key`", place(node))
        elif not _is_cache_key(key.text):
            held.refuse("invalid-value", 'the key of a cache may hold {{ hash "GLOB" }} and no other braces', place(key))
        if not texts(node.get("paths")):
            held.refuse("missing-key", "a cache must have `paths`", place(node))


def _is_cache_key(key: str) -> bool:
    if len(key) > _LONGEST_KEY:
        return False
    tokens = list(_TOKEN.finditer(key))
    edges = [0, *(edge for token in tokens for edge in token.span()), len(key)]
    literals = [key[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if any("{{" in literal for literal in literals) or len(tokens) > 5:
        return False
    if tokens and not all(_LITERAL.fullmatch(literal) for literal in literals):
        return False
    return all(t[1] == "hash" and 0 < len(t[2]) <= 255 and ".." not in t[2] and not t[2].startswith("/") for t in tokens)


def _coverage(held: _Check, node: Node | None) -> None:
    if node is None or node.is_null:
        return
    path, form, least = (present(node.get(name)) for name in ("path", "format", "fail_under"))
    if path is None or not path.text or path.text.startswith("/") or ".." in path.text.split("/"):
        held.refuse("invalid-value", "`coverage_report.path` must be a path below the workspace", place(node))
    if form is None or form.text not in {"go-cover", "lcov", "cobertura", "jacoco"}:
        held.refuse("invalid-value", "`coverage_report.format` must be go-cover, lcov, cobertura or jacoco", place(node))
    if least is not None and not 0 <= (scalars.number(least) or 0.0) <= 100:
        held.refuse("invalid-value", "`coverage_report.fail_under` must be between 0 and 100", place(least))


def _outputs(held: _Check) -> None:
    outputs = held.job.outputs
    if len(outputs) > _MOST_OUTPUTS:
        held.refuse("too-many", f"more than {_MOST_OUTPUTS} outputs", held.key("outputs"))
    for output in outputs.values():
        if not ALIAS.fullmatch(output.alias):
            held.refuse("invalid-name", f'"{output.alias[:80]}" is no name of an output', output.at)
        if not VARIABLE.fullmatch(output.env.text):
            held.refuse("invalid-name", f'output "{output.alias[:80]}" must name the variable that holds it', output.env.at)


def _id_tokens(held: _Check) -> None:
    job = held.job
    tokens = [token for token in job.id_tokens if token.name]
    if len(tokens) > _MOST_TOKENS:
        held.refuse("too-many", f"more than {_MOST_TOKENS} id tokens", held.key("id_tokens"))
    taken = {*job.variables, *held.pipeline.variables, *(secret.text for secret in job.secrets)}
    for token in tokens:
        if not VARIABLE.fullmatch(token.name) or token.name.upper().startswith(_RESERVED):
            held.refuse("invalid-name", f'"{token.name[:80]}" is no name for an id token', token.at)
        if token.name in taken:
            held.refuse("conflict", f'id token "{token.name[:80]}" has the name of a variable or secret', token.at)
        if not token.audiences or not all(audience.text.strip() for audience in token.audiences):
            held.refuse("missing-key", f'id token "{token.name[:80]}" must have an `aud`', token.at)


def _plugin(held: _Check) -> None:
    job = held.job
    if job.uses is None or not job.uses.text:
        return
    if job.script:
        held.refuse("conflict", "`uses` and `script` exclude each other", job.uses.at)
    if job.image is not None and job.image.text:
        held.refuse("conflict", "`uses` and `image` exclude each other", job.uses.at)
    reference = job.uses.text.strip()
    base, at, suffix = reference.partition("@")
    if not reference or any(space in reference for space in " \t\n") or (at and not (base and suffix)):
        held.refuse("invalid-value", f'"{reference[:80]}" is no reference to a plugin', job.uses.at)


def _deploy(held: _Check, node: Node | None) -> None:
    deploy, job = held.job.deploy, held.job
    if deploy is None:
        return
    if not job.is_executable:
        held.refuse("not-executable", "`deploy` needs a job that runs something", deploy.at)
    environment = deploy.environment.text.strip() if deploy.environment is not None else ""
    if not ENVIRONMENT.fullmatch(environment):
        held.refuse(
            "invalid-value",
            f'"{environment[:80]}" is no name of an environment' if environment else "`deploy` has no `environment`",
            deploy.at,
        )
    for name, value in (("version", deploy.version), ("revision", deploy.revision)):
        _recorded(held, name, value)
    target = node.get("target") if node is not None else None
    if target is None:  # a null one is an empty one
        return
    given = {name: value.text.strip() for name, value in (deploy.target or {}).items()}
    if not CLUSTER.fullmatch(given.get("cluster", "")):
        held.refuse("invalid-value", "`deploy.target.cluster` must name a cluster", place(target))
    if not given.get("application"):
        held.refuse("missing-key", "`deploy.target` must name an `application`", place(target))
    if given.get("sync_mode") not in {"trigger", "observe"}:
        held.refuse("invalid-value", "`deploy.target.sync_mode` must be trigger or observe", place(target))


def _recorded(held: _Check, name: str, value: Text | None) -> None:
    """`version` and `revision` are shown to people, so no secret may reach them."""
    rest = value.text if value is not None else ""
    while value is not None and "${{" in rest:
        body, close, rest = rest.partition("${{")[2].partition("}}")
        if close and "}" not in body and not _RECORDED.fullmatch(body.strip()):
            held.refuse("invalid-value", f"`deploy.{name}` may refer only to outputs of needed jobs and CI_ variables", value.at)


def _environment(held: _Check, node: Node | None) -> None:
    if node is None:
        return
    job, kind = held.job, scalars.kind(node)
    if not job.is_executable:
        held.refuse("not-executable", "`environment` needs a job that runs something", place(node))
    if kind != "str":
        held.refuse("wrong-type", f"`environment` must be a text, not {kind}", place(node))
    elif not ENVIRONMENT.fullmatch(node.text.strip()):
        held.refuse("invalid-value", f'"{node.text.strip()[:80]}" is no name of an environment', place(node))
    elif job.deploy is not None and job.deploy.environment is not None and job.deploy.environment.text.strip() != node.text.strip():
        held.refuse("conflict", "`environment` and `deploy.environment` differ", place(node))


def _matrix(held: _Check) -> None:
    job = held.job
    if job.parallel is None or job.matrix is None:
        return
    taken = {*held.pipeline.variables, *job.variables, *(secret.text for secret in job.secrets), *(token.name for token in job.id_tokens)}
    if not job.matrix:
        held.refuse("invalid-value", "the matrix has no dimension", job.parallel)
    for dimension, values in job.matrix.items():
        spelled = [value.text for value in values]
        if not VARIABLE.fullmatch(dimension) or dimension.startswith(_RESERVED) or dimension in taken:
            held.refuse("invalid-name", f'"{dimension[:80]}" cannot be a dimension of the matrix: it becomes a variable', job.parallel)
        if not spelled or len(set(spelled)) != len(spelled):
            held.refuse("invalid-value", f'dimension "{dimension[:80]}" must have values, each once', job.parallel)
        if any("," in value or "=" in value for value in spelled):
            held.refuse("invalid-value", f'dimension "{dimension[:80]}" has a value with "," or "="', job.parallel)
