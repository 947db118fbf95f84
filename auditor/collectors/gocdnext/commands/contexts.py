"""Which cluster and namespace later commands act on."""

from __future__ import annotations

from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command


def switch(cluster: list[str], namespace: list[str], scene: Scene) -> None:
    """What later commands act on."""
    for name, values in (("cluster", cluster), ("namespace", namespace)):
        if values and values[-1] not in {"-", ""}:
            scene.actions.context[name] = values[-1]


def switcher(command: Command, scene: Scene) -> None:
    """kubectx and kubens."""
    plain = [word for word in command.words[1:] if not word.startswith("-")]
    switch([] if command.name == "kubens" else plain, plain if command.name == "kubens" else [], scene)


def own(command: Command, scene: Scene) -> None:
    """kind, k3d, minikube: a cluster that lasts as long as the job."""
    scene.actions.isolated = scene.actions.isolated or bool({"create", "start"} & set(command.words[1:3]))
