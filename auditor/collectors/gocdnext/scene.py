"""What is known while one job is read: its place in the pipeline, its variables, and what it was seen to do so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auditor.collectors.gocdnext.pipeline import Job, Pipeline, Place, Text, Version
from auditor.collectors.gocdnext.shell.state import Command
from auditor.model.facts.actions import (
    Attest,
    Build,
    Check,
    DigestCheck,
    ImageSetting,
    Publish,
    RunCheck,
    Scan,
    Sign,
    TagCreation,
    Touch,
    Trace,
)
from auditor.model.place import At
from auditor.model.record import Remark

# In a text that the product leaves as it is: a `${{ }}` of a script in version 0.93.
UNRESOLVED = "\ue000"

_REFERENCE = re.compile(r"\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAMED = re.compile(r"\$\{?\{?\s*([A-Za-z_][A-Za-z0-9_]*)")
_KUBE = re.compile(r"KUBE", re.IGNORECASE)
_CLOUD = re.compile(r"GCP|GCLOUD|GOOGLE|AWS|AZURE|EKS|GKE|AKS|DEPLOY|SERVICE_ACCOUNT|OPENSHIFT|CLUSTER", re.IGNORECASE)
_POWER = re.compile(r"KUBE|SSH|DEPLOY|CLUSTER|ARGO|HELM|AWS|GCP|GCLOUD|GOOGLE|AZURE|ARM_|TERRAFORM|TF_|PULUMI|VAULT|SERVICE_ACCOUNT", re.IGNORECASE)
_TELLS = re.compile(r"CODECOV|COVERALLS|SONAR|SLACK|TEAMS|DISCORD|WEBHOOK|SNYK|SENTRY|SEMGREP|LICENSE", re.IGNORECASE)
REGISTRY = re.compile(r"GHCR|DOCKER|REGISTRY|QUAY|HARBOR|COSIGN", re.IGNORECASE)


@dataclass(slots=True)
class Actions:
    """What the job does, as facts; and what its later commands rest on: `local` image -> what it was tagged from, `pulled` images, `compared` digests,
    `digest_files` that hold the digest of a build (`build`) or copy (`promotion`), `made_of` SBOM -> its origin, `files` it wrote, `images` set for a later deploy, `outputs` alias -> trace,
    `context` the namespace and cluster that later commands act on, `cloned`: another repository was, `isolated`: a cluster was made for the job,
    `probes` requests and test scripts, which are smoke tests if they come after a deploy."""

    touches: list[Touch] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)
    publishes: list[Publish] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    attests: list[Attest] = field(default_factory=list)
    tag_creations: list[TagCreation] = field(default_factory=list)
    run_checks: list[RunCheck] = field(default_factory=list)
    digest_checks: list[DigestCheck] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    unread: list[Remark] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)
    pulled: set[str] = field(default_factory=set)
    git_tags: set[str] = field(default_factory=set)
    compared: set[str] = field(default_factory=set)
    digest_files: dict[str, str] = field(default_factory=dict)
    made_of: dict[str, Trace] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    images: list[ImageSetting] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)
    cloned: bool = False
    isolated: bool = False
    outputs: dict[str, Trace] = field(default_factory=dict)
    probes: list[Check] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    lost: str = ""
    lost_at: At | None = None
    lost_hint: str = ""


@dataclass(slots=True)
class Scene:
    """`identity` is the job's id, `pipeline_id` that of its pipeline, `pipelines` the ids of the repository's by name; `done` what other jobs were
    seen to do.  `place` turns a place of the file into one of the evidence.  `production` are the job's secrets that are declared as production's."""

    identity: str
    pipeline_id: str
    pipelines: Mapping[str, str]
    job: Job
    pipeline: Pipeline
    version: Version
    done: Mapping[str, Actions]
    place: Callable[[Place], At]
    variables: dict[str, tuple[str, ...]]
    trusted_projects: frozenset[str] = frozenset()
    production: set[str] = field(default_factory=set)
    actions: Actions = field(default_factory=Actions)

    @property
    def secrets(self) -> set[str]:
        return {secret.text for secret in self.job.secrets}

    @property
    def environment(self) -> str:
        """Of the job's marker, "" if it has none."""
        deploy = self.job.deploy.environment if self.job.deploy is not None else None
        own = deploy or self.job.environment
        return own.text.strip() if own is not None else ""

    def at(self, text: Text) -> At:
        return self.place(text.at)

    def fill(self, text: str) -> str:
        """`${NAME}` and `${{ NAME }}` replaced where the pipeline or job gives NAME one value; the rest stays."""
        for _ in range(3):
            filled = _REFERENCE.sub(self._value, text)
            if filled == text or len(filled) > 8192:
                break
            text = filled
        return text

    def _value(self, match: re.Match[str]) -> str:
        name = match[1] or match[2]
        values = self.variables.get(name, ())
        if name in self.secrets or len(values) != 1 or not values[0]:
            return f"${{{{ {name} }}}}" if match[1] else match[0]
        return values[0]

    def expression(self, text: str) -> str:
        """What a `${{ }}` in a script becomes: text in version 0.93, a value as the documentation has it."""
        if self.version == "0.93":
            return "${{" + UNRESOLVED + text[3:]
        return self.fill(text)

    def secrets_in(self, text: str) -> list[str]:
        """The job's secrets that a text refers to."""
        return [name for name in dict.fromkeys(_NAMED.findall(text)) if name in self.secrets]

    def kube_credentials(self, command: Command, kubeconfig: str) -> list[str]:
        """Names of the secrets that may hold the credential of a cluster command; [""] where there is none."""
        path = kubeconfig or command.variable("KUBECONFIG")
        held = [command.files[name] for name in command.files if name == path or name.endswith(".kube/config")]
        found = self.secrets_in(path) + [name for text in held for name in self.secrets_in(text)]
        named = _NAMED.findall(path) if not found and kubeconfig.startswith("${{") else []
        if found or named or self.job.cluster is not None:
            return list(dict.fromkeys(found or named)) or [""]
        return self.guess(_KUBE) or self.guess(_CLOUD) or [""]

    def guess(self, pattern: re.Pattern[str]) -> list[str]:
        """Secrets of the job whose names look like it: the environment of each of its commands holds them."""
        return [name for name in sorted(self.secrets) if pattern.search(name) and not REGISTRY.search(name)]

    def powers(self) -> list[str]:
        """What the job is handed that may let it act on production."""
        held = [name for name in sorted(self.secrets) if (_POWER.search(name) or name in self.production) and not REGISTRY.search(name)]
        return held or [token.name or "an identity token" for token in self.job.id_tokens]

    def strangers(self) -> list[str]:
        """Secrets of the job that may be for anything: neither a registry's nor of a service that only measures or tells."""
        return [name for name in sorted(self.secrets) if not REGISTRY.search(name) and not _TELLS.search(name)]

    def tell(self, message: str, at: At) -> None:
        remark = Remark(message=shown(message), at=at)
        if remark not in self.actions.unread and len(self.actions.unread) < 100:
            self.actions.unread.append(remark)


def shown(text: str) -> str:
    """As people wrote it."""
    return str(text.replace(UNRESOLVED, ""))


def settled(text: str) -> str | None:
    """A name without references, None where something in it cannot be resolved."""
    return None if "$" in text else str(text)
