"""The Kyverno controller and its settings, as far as files show them: version, flags, ConfigMap.  What no file holds has its default."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collectors.images import tag_and_digest
from auditor.collectors.kubernetes.documents import Manifests, Object
from auditor.collectors.kubernetes.installed import is_controller, is_installer
from auditor.collectors.kubernetes.references import DEFAULT_REGISTRY
from auditor.collectors.kubernetes.values import items
from auditor.model.place import At
from auditor.text.yaml import Node, TextError, parse

ASSUMED_VERSION = (1, 19)
PER_RULE_ACTIONS = (1, 19)
"""Since then each rule has its own action, and the digest switches of ImageValidatingPolicies are honoured."""
EXCEPTIONS_OFF_BY_DEFAULT = (1, 13)
SETTINGS = "kyverno"
_SWITCHES = frozenset({"forceFailurePolicyIgnore", "enablePolicyException"})

_VERSION = re.compile(r"^v?([0-9]{1,3})\.([0-9]{1,3})(?:[.+-][A-Za-z0-9.+-]{0,60})?$")
_FLAG = re.compile(r"^--?([A-Za-z][A-Za-z0-9]{0,60})(?:=(.*))?$", re.DOTALL)


@dataclass(frozen=True)
class Kyverno:
    """`version` None: not known.  `seen`: a file holds the controller; `certain`: it, or its absence, is all there is to know.
    `installer`: an object by which another tool installs it, with settings that are not read."""

    version: tuple[int, int] | None
    version_text: str | None
    seen: bool
    certain: bool
    at: At
    flags: dict[str, tuple[str, At]] = field(default_factory=dict)
    settings: Object | None = None
    installer: Object | None = None

    @property
    def assumed(self) -> bool:
        return not self.seen

    def modes(self) -> tuple[bool, ...]:
        """The ways in which actions may be read: True for 1.19 and newer.  Both where the version is not known."""
        return (True, False) if self.version is None else (self.version >= PER_RULE_ACTIONS,)

    def is_set(self, flag: str, *, default: bool = False) -> bool | None:
        """A boolean flag; None if it may be set where nobody could read."""
        if flag in self.flags and "$(" in self.flags[flag][0]:
            return None
        if flag in self.flags:
            return self.flags[flag][0].lower() in {"true", "1", "t"}
        return default if self.certain or self.seen else None

    def setting(self, key: str) -> tuple[str, Node] | None:
        """A value of the ConfigMap."""
        value = self.settings.node.get("data", key) if self.settings is not None else None
        return (value.text, value) if value is not None and value.kind == "scalar" and not value.is_null else None

    @property
    def default_registry(self) -> str:
        found = self.setting("defaultRegistry")
        return found[0] if found is not None and found[0] else DEFAULT_REGISTRY

    @property
    def adds_registry(self) -> bool:
        found = self.setting("enableDefaultRegistryMutation")
        return found is None or found[0].lower() not in {"false", "f", "0"}


def find_kyverno(manifests: Manifests, default: At) -> Kyverno:
    """`default`: the place of what is assumed."""
    deployment = next((o for o in manifests.objects if is_controller(o.group, o.kind, o.name, o.node)), None)
    settings = _settings(manifests, deployment)
    installer = next((o for o in manifests.objects if is_installer(o.group, o.kind, o.node)), None)
    if deployment is None:
        known = manifests.complete and installer is None
        text = ".".join(map(str, ASSUMED_VERSION)) if known else None
        return Kyverno(ASSUMED_VERSION if known else None, text, seen=False, certain=known, at=default, settings=settings, installer=installer)
    container = _container(deployment)
    image = container.get("image") if container is not None else None
    match = _VERSION.match(tag_and_digest(image.text)[0]) if image is not None and image.kind == "scalar" else None
    return Kyverno(
        version=(int(match[1]), int(match[2])) if match else None,
        version_text=match[0].removeprefix("v") if match else None,
        seen=True,
        certain=manifests.complete,
        at=deployment.at(image if image is not None else None),
        flags=dict(_flags(container, deployment)) if container is not None else {},
        settings=settings,
    )


def _container(deployment: Object) -> Node | None:
    containers = list(items(deployment.node, "spec", "template", "spec", "containers"))
    named = (c for c in containers if (name := c.get("name")) is not None and name.text == "kyverno")
    return next(named, containers[0] if containers else None)


def _settings(manifests: Manifests, deployment: Object | None) -> Object | None:
    """The ConfigMap that the controller reads: its environment may give it another name."""
    name, home = SETTINGS, deployment.namespace if deployment is not None else SETTINGS
    container = _container(deployment) if deployment is not None else None
    for variable in items(container, "env"):
        key, value = variable.get("name"), variable.get("value")
        if key is not None and key.text == "INIT_CONFIG" and value is not None and value.text:
            name = value.text
    named = [o for o in manifests.objects if o.is_a("", "ConfigMap") and o.name == name]
    return next((o for o in named if o.namespace == home), named[0] if named else None)


def _flags(container: Node, deployment: Object) -> Iterator[tuple[str, tuple[str, At]]]:
    words: list[Node] = []
    for key in ("command", "args"):
        listed = container.get(key)
        words.extend(w for w in (listed.children() if listed is not None else ()) if w.kind == "scalar")
    for index, word in enumerate(words):
        match = _FLAG.match(word.text)
        if match is None:
            continue
        name, said = str(match[1]), match[2]
        if said is None and name not in _SWITCHES and index + 1 < len(words):
            said = words[index + 1].text
        yield name, ("true" if said is None else str(said), deployment.at(word))


def embedded(text: str) -> Node | None:
    """JSON inside a ConfigMap's value, as a tree whose places are those within the text; None if it is none."""
    try:
        json.loads(text)
        documents = parse(text)
    except (ValueError, RecursionError, TextError):
        return None
    return documents[0] if documents else None
