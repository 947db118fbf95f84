"""Containers of rendered manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.text.yaml import Node

_ROLES = (("containers", "container"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral"))
_PODS: tuple[tuple[str, ...], ...] = (
    ("spec", "template", "spec"),  # Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, Rollout, and kinds built like them
    ("spec", "jobTemplate", "spec", "template", "spec"),  # CronJob
    ("spec", "jobTargetRef", "template", "spec"),  # ScaledJob
)
_TESTS = frozenset({"test", "test-success", "test-failure"})


@dataclass(frozen=True, slots=True)
class Container:
    """`object` is KIND/NAME; `role` is `container`, `init` or `ephemeral`; `image` as written, "" without one; `line` counts in the rendered text."""

    object: str
    name: str
    role: str
    image: str
    line: int


def containers(documents: list[Node]) -> Iterator[Container]:
    """The containers of every workload, of whatever kind: Pods, and all that holds a Pod's template where the known kinds hold it.

    Helm's test hooks are left out: only `helm test` runs them, no deployment does.
    """
    pending = [(document, "") for document in reversed(documents)]
    while pending:
        document, of = pending.pop()
        kind, items = _text(document, "kind") or of, document.get("items")
        if kind.endswith("List") and items is not None and items.items is not None:
            pending.extend((item, kind.removesuffix("List")) for item in reversed(items.items))  # a PodList's items need not say that they are Pods
            continue
        if not kind or _is_test(document):
            continue
        name = f"{kind}/{_text(document, 'metadata', 'name') or _text(document, 'metadata', 'generateName')}"
        for path in [("spec",)] if kind == "Pod" else [("template", "spec")] if kind == "PodTemplate" else _PODS:
            spec = document.get(*path)
            if spec is not None and spec.entries is not None:
                yield from _of(spec, name)
        yield from _steps(document, name)


def _steps(document: Node, name: str) -> Iterator[Container]:
    """The templates of Argo's workflows: each runs one container, or a script in one."""
    for path in (("spec",), ("spec", "workflowSpec")):
        templates = document.get(*path, "templates")
        for template in templates.children() if templates is not None else ():
            for key in ("container", "script"):
                one = template.get(key)
                if one is not None and one.entries is not None and one.get("image") is not None:
                    yield Container(name, _text(template, "name"), "container", _text(one, "image"), (one.get("image") or one).line)
            yield from _of(template, name)


def _of(spec: Node, name: str) -> Iterator[Container]:
    for key, role in _ROLES:
        found = spec.get(key)
        for container in found.children() if found is not None else ():
            if container.entries is not None:
                image = container.get("image")
                line = image.line if image is not None else container.line
                yield Container(name, _text(container, "name"), role, _text(container, "image"), line)


def _text(node: Node, *path: str) -> str:
    found = node.get(*path)
    return found.text if found is not None and found.kind == "scalar" and not found.is_null else ""


def _is_test(document: Node) -> bool:
    hooks = {hook.strip() for hook in _text(document, "metadata", "annotations", "helm.sh/hook").split(",")}
    return hooks <= _TESTS
