"""Attestations, as facts: shared by plugins and commands."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scene import Scene, shown
from auditor.collectors.gocdnext.traces import NOTHING
from auditor.model.facts.actions import Attest, Trace
from auditor.model.place import At
from auditor.model.record import Remark

# The short names of cosign's --type -> what it writes into the statement (cosign, pkg/cosign/attestation and cmd/cosign/cli/options/predicate.go).
_TYPES = {
    "": "https://cosign.sigstore.dev/attestation/v1",
    "custom": "https://cosign.sigstore.dev/attestation/v1",
    "slsaprovenance": "https://slsa.dev/provenance/v0.2",
    "slsaprovenance02": "https://slsa.dev/provenance/v0.2",
    "slsaprovenance1": "https://slsa.dev/provenance/v1",
    "spdx": "https://spdx.dev/Document",
    "spdxjson": "https://spdx.dev/Document",
    "cyclonedx": "https://cyclonedx.org/bom",
    "link": "https://in-toto.io/Link/v1",
    "vuln": "https://cosign.sigstore.dev/attestation/vuln/v1",
    "openvex": "https://openvex.dev/ns",
}


def predicate_uri(name: str) -> str:
    """The predicate type that ends up in the statement."""
    return _TYPES.get(name, shown(name))


def attest(
    scene: Scene, tool: str, image: str, trace: Trace, predicate: str, predicate_type: str, key: str, secret: str, at: At, files: Mapping[str, str]
) -> None:
    """One attestation; its predicate is looked up in this job, and in the jobs whose artifacts it takes."""
    source, content = _predicate(predicate, scene, files)
    if not predicate:
        source = trace
    doubts = []
    if '"predicateType"' in content or '"_type"' in content:
        doubts.append(Remark(message="the predicate is a whole statement: its content ends up one level too deep, and no condition finds it", at=at))
    scene.actions.attests.append(
        Attest(
            tool=tool,
            image=shown(split(image)[0]),
            target=trace,
            predicate=shown(predicate),
            predicate_type=predicate_type,
            source=source,
            doubts=doubts,
            key=key,  # type: ignore[arg-type]
            secret=secret,
            at=at,
        )
    )


def _predicate(path: str, scene: Scene, files: Mapping[str, str]) -> tuple[Trace, str]:
    """(what it was made from, what is known of its content)."""
    made, content = scene.actions.made_of.get(path), files.get(path, "")
    if made is not None or content:
        return made or NOTHING, content
    for needed in scene.job.needs_artifacts:
        job = needed.from_job.text if needed.from_job is not None and needed.from_pipeline is None else ""
        done = scene.done.get(job)
        if done is not None and (path in done.made_of or path in done.files):
            return done.made_of.get(path, NOTHING), done.files.get(path, "")
    return NOTHING, ""
