"""Gates and their overrides, as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from auditor.collectors.gocdnext.pipeline import Approval, Job, Pipeline, Place, Version
from auditor.model.facts.pipelines import Gate, QuorumOverride
from auditor.model.gap import Gap
from auditor.model.place import At
from auditor.model.record import Fact

_GROUPS = (
    "version 0.93 cannot say in a file that the author may not approve: whether one can is decided by who is in the approver groups on the server"
)


def gate(
    job: Job, identity: str, pipeline_id: str, pipeline: Pipeline, version: Version, place: Callable[[Place], At]
) -> Iterator[tuple[str, Fact] | Gap]:
    """The facts of an approval, with the gaps of what it leaves open."""
    approval = job.approval
    assert approval is not None
    source = place(approval.at).source
    if approval.required is None:
        where = approval.required_at or approval.at
        yield Gap(kind="gate.required", path=identity, reason="what `required` says is no number", source=source, line=where.line, hint="write a whole number")
    excluded, exclusion = _author(approval, version)
    if excluded is None:
        at = approval.author_excluded_at or approval.at
        reason = _GROUPS if version == "0.93" else "what `exclude_pr_author` says is neither true nor false"
        hint = "keep authors out of the approver groups; only the server knows their members, and this version does not read it" if version == "0.93" else "write true"
        yield Gap(kind="gate.author_excluded", path=identity, reason=reason, source=source, line=at.line, hint=hint)
    overrides = {f"{identity}#{override.label}": override for override in approval.overrides}
    yield (
        identity,
        Gate(
            at=place(approval.at),
            pipeline=pipeline_id,
            name=job.name,
            required=approval.required,
            approvers=[name.text for name in approval.approvers],
            groups=[name.text.strip() for name in approval.groups],
            author_excluded=excluded,
            author_exclusion=exclusion,
            timeout=job.timeout.text.strip() if job.timeout is not None else "",
            overrides=list(overrides),
        ),
    )
    applies = _applies(approval, pipeline, version)
    for name, override in overrides.items():
        if override.votes is None:
            yield Gap(kind="quorum_override.quorum", path=name, reason="the number of votes is no number", source=source, line=override.at.line)
        if approval.required is None:
            yield Gap(kind="quorum_override.base", path=name, reason="the gate's base quorum is no number", source=source, line=approval.at.line)
        if applies is None:
            reason = "how the pipeline can start depends on whose repository its git material is"
            yield Gap(kind="quorum_override.applies", path=name, reason=reason, source=source, line=pipeline.at.line)
        yield (
            name,
            QuorumOverride(
                at=place(override.at), gate=identity, label=override.label, quorum=override.votes, base=approval.required, applies=applies
            ),
        )


def _author(approval: Approval, version: Version) -> tuple[bool | None, str]:
    """(is the author excluded, what the file declares)."""
    written = approval.author_excluded_at is not None
    if version == "documented":
        if not written:
            return False, ""
        return approval.author_excluded, "honoured" if approval.author_excluded else ""
    if not written:
        return None, ""
    return False, "" if approval.author_excluded is False else "not honoured"


def _applies(approval: Approval, pipeline: Pipeline, version: Version) -> bool | None:
    """Are labels read in runs of this pipeline?  Version 0.93 reads them only in runs that a pull request starts."""
    if version == "documented":
        return True
    if any(pipeline.started_by("pull_request")):
        return True
    return False if pipeline.starts_known else None
