"""Small objects for tests: policies from YAML text."""

from __future__ import annotations

from auditor.collectors.kubernetes.documents import Object, objects
from auditor.collectors.kubernetes.policies import Policy, read_policy
from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.model.place import At
from auditor.text.reading import Document
from auditor.text.yaml import Node, parse

PROD = NamespaceView("prod", labels={"stage": "production"}, complete=True)
UNSHOWN = NamespaceView("prod")


def node(text: str) -> Node:
    return parse(text)[0]


def place(_: Node) -> At:
    return At(source="s")


def objects_of(text: str) -> list[Object]:
    document = Document("s", "file.yaml", text.encode())
    return [found for one in parse(text) for found in objects(one, document)]


def policy(spec: str, kind: str = "ClusterPolicy") -> Policy:
    """A policy with the given spec in flow or block style, indented by two."""
    return read_policy(objects_of(f"apiVersion: kyverno.io/v1\nkind: {kind}\nmetadata: {{name: p}}\nspec:\n{spec}")[0], "c/ClusterPolicy/p")
