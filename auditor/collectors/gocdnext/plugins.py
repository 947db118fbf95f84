"""Which plugin a job runs, and with which inputs: `uses: X` with `with:`, or the older `image: X` with `settings:` and no script.

One plugin has many spellings (`gocdnext/cosign@v1`, `ghcr.io/klinux/gocdnext-plugin-cosign:v1`, `...@sha256:...`); its name is what they
share.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.collectors.gocdnext.catalogue import Known, known
from auditor.collectors.gocdnext.pipeline import Job, Notification, Text, Version

_PREFIX = "gocdnext-plugin-"


@dataclass(frozen=True, slots=True)
class Identity:
    """A plugin or image reference taken apart.  `tag` and `digest` are "" where not given.

    `catalogue` is the name under which the server looks it up, to check its inputs: only the short form hits.  `official` says that the
    repository is the product's own, in one of its two spellings; a mirror or another's image of that name is not.
    """

    name: str
    repository: str
    tag: str
    digest: str
    catalogue: str
    official: bool


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin run.  `inputs` are those written, `known` its manifest, None for a plugin or image we know nothing of."""

    identity: Identity
    reference: Text
    inputs: dict[str, Text]
    known: Known | None
    legacy: bool

    @property
    def name(self) -> str:
        return self.identity.name

    def value(self, name: str) -> str:
        """What the plugin gets for an input: as written, else its default, else ""."""
        if name in self.inputs:
            return self.inputs[name].text
        spec = self.known.inputs.get(name) if self.known is not None else None
        return spec.default if spec is not None else ""


def identity(reference: str) -> Identity:
    """Take a reference apart: NAME, NAME@VERSION, NAME:TAG, NAME@sha256:..., with or without a registry."""
    base, _, suffix = reference.strip().partition("@")
    digest = suffix if suffix.startswith("sha256:") else ""
    tag = "" if digest else suffix
    if base.rfind(":") > base.rfind("/"):
        base, _, own = base.rpartition(":")
        tag = tag or own
    last = base.rsplit("/", 1)[-1]
    official = base == f"gocdnext/{last}" or base == f"ghcr.io/klinux/{_PREFIX}{last.removeprefix(_PREFIX)}"
    return Identity(last.removeprefix(_PREFIX), base, tag, digest, last, official)


def plugin_of(job: Job, version: Version) -> Plugin | None:
    """The plugin a job runs, None for a script, a gate, or a job that runs nothing."""
    if job.approval is not None:
        return None
    if job.uses is not None and job.uses.text.strip():
        return _plugin(job.uses, job.inputs, version, legacy=False)
    if job.image is not None and job.image.text and job.settings is not None and not job.script:
        return _plugin(job.image, job.settings, version, legacy=True)
    return None


def plugin_of_notification(notification: Notification, version: Version) -> Plugin | None:
    """The plugin a notification runs."""
    if notification.uses is None or not notification.uses.text.strip():
        return None
    return _plugin(notification.uses, notification.inputs, version, legacy=False)


def _plugin(reference: Text, inputs: dict[str, Text], version: Version, *, legacy: bool) -> Plugin:
    found = identity(reference.text)
    return Plugin(found, reference, inputs, known(version).get(found.name), legacy)
