"""Pods and what makes Pods, with the images that manifests declare."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collectors.images import tag_and_digest
from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.values import items
from auditor.model.facts.kubernetes import Workload, WorkloadContainer
from auditor.text.yaml import Node

_TEMPLATES: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): ("spec",),
    ("", "ReplicationController"): ("spec", "template", "spec"),
    ("apps", "Deployment"): ("spec", "template", "spec"),
    ("apps", "StatefulSet"): ("spec", "template", "spec"),
    ("apps", "DaemonSet"): ("spec", "template", "spec"),
    ("apps", "ReplicaSet"): ("spec", "template", "spec"),
    ("batch", "Job"): ("spec", "template", "spec"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template", "spec"),
    ("argoproj.io", "Rollout"): ("spec", "template", "spec"),
}
_ROLES = {"initContainers": "init", "containers": "container", "ephemeralContainers": "ephemeral"}


def is_workload(obj: Object) -> bool:
    return (obj.group, obj.kind) in _TEMPLATES


def workload(obj: Object) -> Workload:
    """The fact; an object without a namespace belongs to `default`."""
    spec = obj.node.get(*_TEMPLATES[obj.group, obj.kind])
    return Workload(at=obj.at(), namespace=obj.namespace or "default", kind=obj.kind, name=obj.name, containers=list(_containers(spec, obj)))


def _containers(spec: Node | None, obj: Object) -> Iterator[WorkloadContainer]:
    for key, role in _ROLES.items():
        for node in items(spec, key):
            name, image = node.get("name"), node.get("image")
            text = image.text if image is not None and image.kind == "scalar" and not image.is_null else ""
            tag, digest = tag_and_digest(text)
            yield WorkloadContainer(
                name=name.text if name is not None else "", role=role, image=text, tag=tag, digest=digest, at=obj.at(image if image is not None else node)
            )
