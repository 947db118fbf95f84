"""auditor.yaml: read strictly, every mistake with its file, line and the next step."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import ConfigurationError
from auditor.model.configuration import Declared, DeclaredWaiver, Resolved, Scope, Selection, WaiverSpec
from auditor.model.control import SEVERITIES
from auditor.model.place import At, Source, source_id
from auditor.model.record import ORGANIZATION, Record
from auditor.text import files, redact
from auditor.text.decode import Mismatch, record
from auditor.text.yaml import Node, TextError, parse

NAME = "auditor.yaml"


@dataclass(frozen=True)
class SourceEntry:
    """One source to read: the collector's name and its options, not yet decoded."""

    collector: str
    options: Node


@dataclass(frozen=True)
class Configuration:
    """What auditor.yaml says.  `path` None: there is none.  `root` is its folder; `policies` the user's policy folders."""

    path: Path | None
    root: Path
    scope: Scope
    resolved: Resolved
    sources: list[SourceEntry] = field(default_factory=list)
    policies: list[Path] = field(default_factory=list)
    source: tuple[str, Source] | None = None


class _Root(Record, frozen=True, kw_only=True):
    organization: str = ORGANIZATION
    scope: Declared = msgspec.field(default_factory=Declared)
    sources: dict[str, Any] = {}
    policies: list[str] = []
    controls: Selection = msgspec.field(default_factory=Selection)
    waivers: list[DeclaredWaiver] = []
    fail_on: str = "high"
    allow_unknown: list[str] = []


def find(directory: Path, given: Path | None) -> Path | None:
    """The configuration to read: the one given, else auditor.yaml in `directory` if it exists.  Raises ConfigurationError if the given one is missing."""
    if given is not None:
        if not given.exists():
            raise ConfigurationError(f"{given}: no such file", "auditor init writes one")
        return given
    default = directory / NAME
    return default if default.exists() else None


def load(path: Path) -> Configuration:
    """Read and check a configuration.  Raises ConfigurationError whose message starts with FILE:LINE."""
    try:
        data = files.read(path, limit=1024 * 1024)
        documents = parse(data)
    except files.Unreadable as trouble:
        raise ConfigurationError(f"{path}: {trouble.reason}") from None
    except TextError as trouble:
        raise ConfigurationError(f"{path}:{trouble.line}: {trouble.message}") from None
    if not documents or documents[0].is_null:
        raise ConfigurationError(f"{path}:1: the file is empty", "auditor init writes one to start from")
    if len(documents) > 1:
        raise ConfigurationError(f"{path}:{documents[1].line}: a second document; auditor.yaml is one")
    try:
        return _configuration(path, data, documents[0])
    except Mismatch as trouble:
        raise ConfigurationError(f"{path}:{trouble.line}: {trouble.message}", trouble.hint) from None


def _configuration(path: Path, data: bytes, node: Node) -> Configuration:
    root: _Root = record(_Root, node, "the configuration")
    if not root.organization.strip():
        raise Mismatch("`organization` is empty", node.get("organization") or node)
    _check(root, node)
    folder = path.absolute().parent
    uri = path.name
    identity = source_id("configuration:" + uri)
    digest = hashlib.sha256(data).hexdigest()
    lines = redact.text(data.decode("utf-8", "replace")).splitlines()
    source = Source(uri=uri, kind="configuration", sha256=digest, size=len(data), lines={str(n): line[:400] for n, line in enumerate(lines, 1)})
    declared = msgspec.structs.asdict(root.scope) | {"hotfix_labels": [label.lower() for label in root.scope.hotfix_labels]}
    scope = Scope(**declared, organization=root.organization, places=dict(_places(node, identity)))
    resolved = Resolved(
        controls=root.controls,
        waivers=list(_waivers(root, node, identity)),
        fail_on=root.fail_on,
        allow_unknown=root.allow_unknown,
        policies=root.policies,
        sha256=digest,
    )
    policies = [folder / entry for entry in root.policies]
    _folders(policies, node)
    return Configuration(path, folder, scope, resolved, list(_sources(node)), policies, (identity, source))


def _check(root: _Root, node: Node) -> None:
    if root.fail_on not in SEVERITIES:
        raise Mismatch(f"fail_on must be one of {', '.join(SEVERITIES)}", node.get("fail_on") or node)
    for number, signer in enumerate(root.scope.signers):
        place = node.get("scope", "signers", number) or node
        if not signer.public_key and not (signer.issuer and signer.identity):
            raise Mismatch(f"signer `{signer.name}` needs public_key, or issuer and identity", place)
    for number, waiver in enumerate(root.waivers):
        place = node.get("waivers", number) or node
        if bool(waiver.subject) == bool(waiver.subjects):
            raise Mismatch("a waiver has either `subject` (exact) or `subjects` (globs)", place)
        if waiver.expires and not _is_date(waiver.expires):
            raise Mismatch(f"expires must be a date such as 2027-06-30, not `{waiver.expires}`", place)


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _places(node: Node, identity: str) -> Iterator[tuple[str, At]]:
    """The place of each key of scope, and of the organisation."""

    def at(found: Node, line: int) -> At:
        return At(source=identity, line=line, column=found.column, pointer=found.pointer)

    scope = node.get("scope")
    if scope is None or scope.entries is None:
        return
    for key, value in scope.pairs():
        yield key, at(value, scope.keys[key][0])
        for below, leaf in value.pairs():
            yield f"{key}.{below}", at(leaf, value.keys[below][0])


def _waivers(root: _Root, node: Node, identity: str) -> Iterator[WaiverSpec]:
    for number, waiver in enumerate(root.waivers):
        place = node.get("waivers", number) or node
        at = At(source=identity, line=place.line, column=place.column, pointer=place.pointer)
        yield WaiverSpec(**msgspec.structs.asdict(waiver), at=at)


def _sources(node: Node) -> Iterator[SourceEntry]:
    sources = node.get("sources")
    if sources is None or sources.entries is None:
        return
    for name, options in sources.pairs():
        if options.items is not None:
            yield from (SourceEntry(name, item) for item in options.items)
        else:
            yield SourceEntry(name, options)


def _folders(policies: list[Path], node: Node) -> None:
    for number, folder in enumerate(policies):
        if not folder.is_dir():
            raise Mismatch(f"policies: {folder.name} is not a folder", node.get("policies", number) or node)


def source_place(configuration: Configuration, node: Node) -> str:
    """FILE:LINE of a node of the configuration, for messages."""
    return f"{configuration.path or NAME}:{node.line}"
