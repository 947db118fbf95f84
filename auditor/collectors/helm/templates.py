"""Go templates, read only as far as it takes to say what a rendering without a cluster cannot know.

Helm offline answers `lookup` with nothing and knows the kinds of Kubernetes alone.  A template that asks may come out differently in the cluster.  That
is a doubt, unless the template that asks (itself or through what it includes) cannot hold a workload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_TEXT = 1024 * 1024

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.){0,128}"|`[^`]{0,128}`|[A-Za-z_][A-Za-z0-9_]*|\S')
_OPENS = frozenset({"if", "range", "with", "define", "block"})
_INCLUDES = frozenset({"include", "template", "block"})
_KIND = re.compile(r"^[ \t-]*[\"']?kind[\"']?:([^\n#]*)", re.MULTILINE)
_BARE = re.compile(r"^\{\{-? *(?:include|template|tpl)\b", re.MULTILINE)
_BUILT_IN = frozenset(
    ["apps", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "node.k8s.io", "resource.k8s.io", "scheduling.k8s.io"]
)
_HARMLESS = frozenset(
    ["ConfigMap", "Secret", "Service", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Ingress", "IngressClass", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "ServiceMonitor", "PodMonitor", "PrometheusRule", "Certificate", "Issuer", "ClusterIssuer", "ExternalSecret", "SealedSecret", "VirtualService", "DestinationRule", "Gateway", "HTTPRoute", "GRPCRoute", "LimitRange", "ResourceQuota", "PriorityClass", "Namespace", "Endpoints", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CustomResourceDefinition", "ScaledObject", "VerticalPodAutoscaler", "GrafanaDashboard"]
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """`template` is a path in the chart; `reason` a clause."""

    template: str
    line: int
    reason: str


@dataclass(slots=True)
class _Body:
    """What the actions of a file outside its definitions, or of one definition, ask and include.  `any`: includes something by a computed name;
    `values`: renders text from the values."""

    asks: list[tuple[int, str]] = field(default_factory=list)
    includes: set[str] = field(default_factory=set)
    any: bool = False
    values: bool = False


def actions(text: str) -> Iterator[tuple[int, list[str]]]:
    """(offset, tokens) of every `{{ }}` that is no comment; string tokens keep their quotes."""
    at = 0
    while (start := text.find("{{", at)) >= 0:
        position = start + (3 if text.startswith("{{-", start) else 2)
        while text[position : position + 1].isspace():
            position += 1
        if text.startswith("/*", position):
            end = text.find("*/", position)
            at = len(text) if end < 0 else end + 2
            continue
        words: list[str] = []
        while position < len(text) and not text.startswith("}}", position):
            match = _TOKEN.match(text, position)
            if match is not None:
                words.append(match[0])
            position = match.end() if match is not None else position + 1
        yield start, [word for word in words if word != "-"]
        at = position + 2


def doubts(templates: dict[str, str], known: frozenset[str]) -> list[Doubt]:
    """The doubts of a chart's templates (path -> text), values that `tpl` may render among them; `known`: API versions the cluster is declared to have.

    Sorted by template and line, one for each template that may hold a workload.
    """
    defined: dict[str, _Body] = {}
    bodies = {path: _read(text[:MAX_TEXT], defined, known) for path, text in templates.items()}
    found = []
    for path, text in sorted(templates.items()):
        name = path.rpartition("/")[2]
        if not is_template(path) or name.startswith("_") or name == "NOTES.txt":
            continue
        if len(text) > MAX_TEXT:
            found.append(Doubt(path, 1, "a template too large to be read"))
            continue
        asks = _reached(bodies[path], defined, bodies)
        if asks and not _harmless(text):
            line, reason = min(bodies[path].asks, default=(1, asks[0][1]))
            found.append(Doubt(path, line, reason))
    return found


def is_template(path: str) -> bool:
    """Does Helm render this file of a chart, or of a chart in it?"""
    return "/templates/" in "/" + path.replace("!", "/")


def _read(text: str, defined: dict[str, _Body], known: frozenset[str]) -> _Body:
    whole = _Body()
    stack = [whole]
    line, counted = 1, 0
    for offset, words in actions(text):
        if not words:
            continue
        if words[0] == "end":
            del stack[max(1, len(stack) - 1) :]
            continue
        body = stack[-1]
        if words[0] in _OPENS:
            if words[0] in {"define", "block"} and len(words) > 1:
                body = defined.setdefault(words[1].strip('"`'), _Body())
            stack.append(body)
        line += text.count("\n", counted, offset)
        counted = offset
        line_start = text.rfind("\n", 0, offset) + 1
        if "sha256sum" in words and "image" not in text[line_start:offset]:
            continue  # a checksum in an annotation changes no image
        _note(body, words, line, known)
    return whole


def _note(body: _Body, words: list[str], line: int, known: frozenset[str]) -> None:
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        before = words[at - 1] if at else ""
        if word in _INCLUDES and before != ".":
            if after[:1] in {'"', "`"}:
                body.includes.add(after.strip('"`'))
            else:
                body.any = True
        elif word == "tpl":
            body.values = True
            body.any = body.any or "Files" in words
        elif word == "lookup" and before not in {".", "$"}:
            body.asks.append((line, "it uses `lookup`, which finds nothing without a cluster"))
        elif word in {"IsInstall", "IsUpgrade"} and before == ".":
            body.asks.append((line, f"it asks `.{word}`: it may differ between the first installation, which is rendered, and an upgrade"))
        elif word == "APIVersions":
            literal = words[at + 1 : at + 3] == [".", "Has"] and words[at + 3 : at + 4] and words[at + 3][:1] in {'"', "`"}
            asked = words[at + 3].strip('"`') if literal else ""
            group = asked.partition("/")[0] if "/" in asked else ""
            sure = asked in known or (asked and (not group or group in _BUILT_IN))
            if not sure:
                what = f"`{asked}`" if asked else "a computed kind"
                body.asks.append((line, f"it asks `.Capabilities.APIVersions` for {what}, which is not known without the cluster"))


def _reached(start: _Body, defined: dict[str, _Body], bodies: dict[str, _Body]) -> list[tuple[int, str]]:
    """What a template asks, itself or through what it includes."""
    asks: list[tuple[int, str]] = []
    seen: set[int] = set()
    pending = [start]
    while pending:
        body = pending.pop()
        if id(body) in seen:
            continue
        seen.add(id(body))
        asks.extend(body.asks)
        pending.extend([*defined.values(), *bodies.values()] if body.any else [defined[name] for name in body.includes if name in defined])
        if body.values:
            pending.extend(other for path, other in bodies.items() if not is_template(path))
    return asks


def _harmless(text: str) -> bool:
    """Can this template hold nothing but kinds that run no container?  Only if it says so in plain text."""
    kinds = [kind.strip(" \t\r\"'") for kind in _KIND.findall(text)]
    return bool(kinds) and not _BARE.search(text) and _HARMLESS.issuperset(kinds)
