"""What auditor.yaml says, decoded and resolved.  `auditor.config` reads it; this is what the rest, and the evidence, carries."""

from __future__ import annotations

from typing import Any

import msgspec

from auditor.model.place import At
from auditor.model.record import ORGANIZATION, Record


class Production(Record, frozen=True, kw_only=True):
    """What counts as production.  All are names or globs; `repositories` [] = those named in sources, and of those a glob brings in, the ones with a pipeline."""

    namespaces: list[str] = msgspec.field(default_factory=lambda: ["prod", "production"])
    environments: list[str] = msgspec.field(default_factory=lambda: ["prod", "production"])
    images: list[str] = []
    clusters: list[str] = []
    repositories: list[str] = []
    branches: list[str] = []
    secrets: list[str] = msgspec.field(default_factory=lambda: ["PROD_*", "COSIGN_*"])


class Stage(Record, frozen=True, kw_only=True):
    """What counts as stage."""

    namespaces: list[str] = msgspec.field(default_factory=lambda: ["stage", "staging"])
    environments: list[str] = msgspec.field(default_factory=lambda: ["stage", "staging"])


class SignerSpec(Record, frozen=True, kw_only=True):
    """`public_key` is a path to a PEM file; or `issuer` and `identity` of a keyless signer."""

    name: str
    public_key: str = ""
    issuer: str = ""
    identity: str = ""


class Declared(Record, frozen=True, kw_only=True):
    """`scope` in auditor.yaml."""

    production: Production = msgspec.field(default_factory=Production)
    stage: Stage = msgspec.field(default_factory=Stage)
    signers: list[SignerSpec] = []
    builders: list[str] = []
    releasers: list[str] = []
    bypass_actors: list[str] = []
    hotfix_labels: list[str] = msgspec.field(default_factory=lambda: ["hotfix"])


class Scope(Declared, frozen=True, kw_only=True):
    """What the owner declared.  `places` gives the place of a declaration by its dotted name (`production.namespaces`)."""

    organization: str = ORGANIZATION
    places: dict[str, At] = {}


class Selection(Record, frozen=True, kw_only=True):
    """Which controls are asked.  All but `parameters` are globs of control ids; `advise`: reported, not enforced; `require`: unknown if not assessed."""

    select: list[str] = msgspec.field(default_factory=lambda: ["*"])
    ignore: list[str] = []
    advise: list[str] = []
    require: list[str] = []
    parameters: dict[str, dict[str, Any]] = {}


class DeclaredWaiver(Record, frozen=True, kw_only=True):
    """A waiver in auditor.yaml.  `expires` is a date, YYYY-MM-DD."""

    control: str
    subject: str = ""
    subjects: list[str] = []
    reason: str = ""
    requested_by: str = ""
    approved_by: str = ""
    expires: str = ""


class WaiverSpec(DeclaredWaiver, frozen=True, kw_only=True):
    """A waiver with its place."""

    at: At | None = None


class Resolved(Record, frozen=True, kw_only=True):
    """What evaluation needs of the configuration.  `sources` are the configured collectors' names; `read_with` the settings that decided what was read,
    so that evidence is not judged by others."""

    controls: Selection = msgspec.field(default_factory=Selection)
    waivers: list[WaiverSpec] = []
    fail_on: str = "high"
    allow_unknown: list[str] = []
    policies: list[str] = []
    read_with: dict[str, Any] = {}
    sha256: str = ""
