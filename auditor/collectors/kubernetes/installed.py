"""By which objects Kyverno is installed: its own controller, or a release or application of another tool, whose settings are not read here."""

from __future__ import annotations

import re

from auditor.collectors.kubernetes.values import items
from auditor.text.yaml import Node

CONTROLLER = "kyverno-admission-controller"
_IMAGE = re.compile(r"(?:^|/)kyverno/kyverno(?:[:@]|$)")
_CHART = re.compile(r"(?:^|/)kyverno(?:\.git)?/?$")
_INSTALLERS: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): (("chart", "spec", "chart"), ("chartRef", "name")),
    ("argoproj.io", "Application"): (("source", "chart"), ("source", "repoURL")),
    ("helm.cattle.io", "HelmChart"): (("chart",),),
}
"""Objects by which other tools install a chart, and where they name it."""


def is_controller(group: str, kind: str, name: str, node: Node) -> bool:
    """The admission controller, by its name, or under any name by its image: before 1.10 it was called `kyverno`, and a chart may rename it."""
    if (group, kind) != ("apps", "Deployment"):
        return False
    containers = items(node, "spec", "template", "spec", "containers")
    return name == CONTROLLER or any((image := c.get("image")) is not None and _IMAGE.search(image.text) for c in containers)


def is_installer(group: str, kind: str, node: Node) -> bool:
    """A release or application of Kyverno's chart."""
    named = [node.get("spec", *path) for path in _INSTALLERS.get((group, kind), ())]
    if kind == "Application":
        named += [source.get(key) for source in items(node, "spec", "sources") for key in ("chart", "repoURL")]
    return any(found is not None and _CHART.search(found.text) for found in named)
