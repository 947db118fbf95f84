"""From a document to records, leniently: a wrong shape is read as what its writer meant, an unknown key is kept in `extra`."""

from __future__ import annotations

from auditor.collectors.gocdnext import scalars
from auditor.collectors.gocdnext.grammar import APPROVAL, JOB
from auditor.collectors.gocdnext.pipeline import (
    Approval,
    Artifacts,
    Deploy,
    IdToken,
    Job,
    Material,
    NeedsArtifact,
    Notification,
    Output,
    Place,
    Quorum,
    Service,
    Text,
    Version,
)
from auditor.collectors.gocdnext.walk import key_place, place
from auditor.text.yaml import Node

PARTS = frozenset({"deploy", "coverage_report", "environment", "resources", "rules", "when"})


def text(node: Node | None) -> Text | None:
    """The raw text of a scalar; None where it is absent, null or no scalar."""
    return Text(node.text, place(node)) if node is not None and node.kind == "scalar" and not node.is_null else None


def raw(node: Node | None) -> Text | None:
    """Like `text`, but a written null is its raw text: some keys are decoded that way."""
    return Text(node.text, place(node)) if node is not None and node.kind == "scalar" else None


def texts(node: Node | None) -> list[Text]:
    """The texts of a list, empty items dropped; a single value stands for a list of one."""
    if node is None or node.is_null:
        return []
    items = node.items if node.items is not None else [node] if node.kind == "scalar" else []
    return [found for found in map(text, items) if found is not None]


def text_map(node: Node | None) -> dict[str, Text]:
    """A mapping of texts; a null value is an empty text."""
    if node is None:
        return {}
    return {key: Text("" if value.is_null else value.text, place(value)) for key, value in node.pairs() if value.kind == "scalar"}


def present(node: Node | None) -> Node | None:
    """The node, None where it is null."""
    return None if node is None or node.is_null else node


def job(name: str, at: Place, node: Node, version: Version) -> Job:
    """One job as written, before `extends`."""
    settings, artifacts = present(node.get("settings")), present(node.get("artifacts"))
    docker = node.get("docker")
    retry = node.get("retry")
    parallel = node.get("parallel")
    result = Job(
        name=name,
        at=at,
        stage=text(node.get("stage")),
        image=text(node.get("image")),
        uses=text(node.get("uses")),
        script=texts(node.get("script")),
        inputs=text_map(node.get("with")),
        settings=None if settings is None else text_map(settings),
        variables=text_map(node.get("variables")),
        secrets=_names(node.get("secrets")),
        needs=texts(node.get("needs")),
        tags=texts(node.get("tags")),
        needs_artifacts=[_needs_artifact(item) for item in _items(node.get("needs_artifacts"))],
        artifacts=None if artifacts is None else _artifacts(artifacts),
        cache=_items(node.get("cache")),
        test_reports=texts(node.get("test_reports")),
        matrix=_matrix(node.get("parallel", "matrix")),
        parallel=None if parallel is None or parallel.is_null else place(parallel),
        docker=bool(docker is not None and (scalars.boolean(docker) or scalars.lenient_boolean(docker))),
        docker_at=place(docker) if docker is not None else None,
        cluster=text(node.get("cluster")),
        profile=text(node.get("agent", "profile")),
        profile_tags=texts(node.get("agent", "tags")),
        outputs=_outputs(node.get("outputs")),
        id_tokens=_id_tokens(node, version),
        timeout=text(node.get("timeout")),
        retry=(scalars.lenient_integer(retry) or 0) if retry is not None else 0,
        extends=text(node.get("extends")),
        environment=_environment(node.get("environment")),
        extra={key: value for key, value in node.pairs() if key not in JOB and key != "approval"},
        parts={key: value for key, value in node.pairs() if key in PARTS},
        written=dict(node.pairs()),
    )
    gate, marker = present(node.get("approval")), present(node.get("deploy"))
    if gate is not None:
        result.approval = approval(gate, key_place(node, "approval"), version)
    if marker is not None:
        result.deploy = _deploy(marker, key_place(node, "deploy"))
    strategy = node.get("strategy", "matrix")
    if version == "documented" and result.matrix is None and strategy is not None:
        result.matrix, result.parallel = _matrix(strategy), place(strategy)
    return result


def approval(node: Node, at: Place, version: Version) -> Approval:
    """A gate as written; a value that is no mapping still makes one."""
    required = present(node.get("required"))
    flag = present(node.get("exclude_pr_author"))
    found = Approval(
        at=at,
        approvers=texts(node.get("approvers")),
        groups=texts(node.get("approver_groups")),
        description=text(node.get("description")),
        written=tuple(key for key, value in node.pairs() if not value.is_null),
        extra={key: value for key, value in node.pairs() if key not in APPROVAL and key != "exclude_pr_author"},
    )
    if required is not None:
        votes = scalars.lenient_integer(required)
        found.required, found.required_at = (1 if votes == 0 else votes), place(required)
    labels = node.get("quorum_by_label")
    for label, value in labels.pairs() if labels is not None else ():
        found.overrides.append(Quorum(label.lower(), scalars.lenient_integer(value), place(value)))
    if flag is not None:
        found.author_excluded = scalars.lenient_boolean(flag)
        found.author_excluded_at = place(flag)
        found.author_excluded_honoured = version == "documented"
    return found


def _items(node: Node | None) -> list[Node]:
    return [item for item in node.children() if not item.is_null] if node is not None else []


def _names(node: Node | None) -> list[Text]:
    """Names of secrets; the refused mapping form names them by its keys."""
    if node is not None and node.entries is not None:
        return [Text(key, key_place(node, key)) for key in node.entries]
    return texts(node)


def _needs_artifact(node: Node) -> NeedsArtifact:
    return NeedsArtifact(text(node.get("from_job")), text(node.get("from_pipeline")), tuple(texts(node.get("paths"))), place(node))


def _artifacts(node: Node) -> Artifacts:
    if node.items is not None:
        return Artifacts(tuple(texts(node)), (), "on_success", place(node))
    when = text(node.get("when"))
    moment = when.text.strip() if when is not None else ""
    return Artifacts(tuple(texts(node.get("paths"))), tuple(texts(node.get("optional"))), moment or "on_success", place(node))


def _matrix(node: Node | None) -> dict[str, list[Text]] | None:
    """Dimensions and values, all entries folded together as the product does; None where there is no matrix."""
    entries = node.items if node is not None and node.items is not None else [node] if node is not None and node.entries else []
    folded: dict[str, list[Text]] = {}
    for entry in entries:
        for dimension, values in entry.pairs():
            folded.setdefault(dimension, []).extend(texts(values))
    return folded if entries else None


def _outputs(node: Node | None) -> dict[str, Output]:
    found: dict[str, Output] = {}
    for alias, value in node.pairs() if node is not None else ():
        env = text(value if value.kind == "scalar" else value.get("env"))
        masked = value.get("masked")
        hidden = bool(masked is not None and scalars.lenient_boolean(masked))
        assert node is not None
        found[alias] = Output(alias, env or Text("", place(value)), hidden, key_place(node, alias))
    for name in texts(node) if node is not None and node.items is not None else ():  # a refused list of aliases
        found[name.text] = Output(name.text, Text("", name.at), masked=False, at=name.at)
    return found


def _id_tokens(node: Node, version: Version) -> list[IdToken]:
    found = []
    tokens = node.get("id_tokens")
    if tokens is not None:
        found += [IdToken(name, _audiences(value.get("aud")), key_place(tokens, name)) for name, value in tokens.pairs()]
    oidc = present(node.get("oidc"))
    if oidc is not None:
        found.append(IdToken("", tuple(texts(oidc.get("audience"))), key_place(node, "oidc"), honoured=version == "documented"))
    return found


def _audiences(node: Node | None) -> tuple[Text, ...]:
    one = raw(node)
    return (one,) if one is not None else tuple(texts(node))


def _deploy(node: Node, at: Place) -> Deploy:
    target = node.get("target")
    short = text(node)  # `deploy: production` is refused, and clear
    environment = raw(node.get("environment")) or short
    return Deploy(environment, raw(node.get("version")), raw(node.get("revision")), None if target is None else text_map(target), at)


def _environment(node: Node | None) -> Text | None:
    if node is not None and node.entries is not None:
        return text(node.get("name"))  # a refused mapping form
    return text(node)


def material(node: Node) -> Material | None:
    """The one kind a material has; of several the product takes the first of git, upstream, cron, manual."""
    for kind in ("git", "upstream", "cron"):
        part = present(node.get(kind))
        if part is not None:
            fields = {key: Text(value.text, place(value)) for key, value in part.pairs() if value.kind == "scalar" and not value.is_null}
            return Material(kind, place(node), fields, tuple(texts(part.get("on"))))
    manual = node.get("manual")
    return Material("manual", place(node), {}) if manual is not None and scalars.lenient_boolean(manual) else None


def notification(node: Node) -> Notification:
    return Notification(
        text(node.get("on")), text(node.get("uses")), text_map(node.get("with")), tuple(_names(node.get("secrets"))), place(node)
    )


def service(node: Node, name: str = "") -> Service:
    """A sidecar; unnamed it is called after its image."""
    image, written = text(node.get("image")), text(node.get("name"))
    label = (written.text.strip() if written is not None else "") or name
    if not label and image is not None:
        last = image.text.rsplit("/", 1)[-1]
        label = last.split(":", 1)[0].strip()
    return Service(label, image, text_map(node.get("env")), tuple(texts(node.get("command"))), place(node))
