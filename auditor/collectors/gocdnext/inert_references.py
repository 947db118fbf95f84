"""References that resolve to nothing: outputs nobody declares or waits for, and expressions where none are resolved."""

from __future__ import annotations

from auditor.collectors.gocdnext.expressions import Reference, Use, references, uses
from auditor.collectors.gocdnext.pipeline import Job, Pipeline, Remark, Version


def in_references(job: Job, pipeline: Pipeline, version: Version) -> list[Remark]:
    """One remark per key and reference.  The documentation resolves expressions in scripts too, and outputs of any job of the pipeline."""
    found: list[Remark] = []
    seen: set[tuple[str, str]] = set()
    for use in uses(job):
        for reference in references(use.text):
            if reference.form == "variable" or (use.key, reference.raw) in seen:
                continue
            seen.add((use.key, reference.raw))
            code, problem = _problem(job, pipeline, version, use, reference)
            if problem:
                found.append(Remark(code, f'job "{job.name}": `{_shown(reference)}` in `{use.key}` {problem}', reference.at, job.name))
    return found


def _shown(reference: Reference) -> str:
    return " ".join(reference.raw.split())[:120]


def _problem(job: Job, pipeline: Pipeline, version: Version, use: Use, reference: Reference) -> tuple[str, str]:
    if not use.is_resolved and (version == "0.93" or use.key != "script"):
        return "not-resolved", "is left as text: expressions are not resolved there"
    if reference.form == "other":
        if use.is_resolved:
            return "no-reference", "is no reference that can be resolved: the job fails"
        return "", ""
    if reference.form != "output":
        return "", ""
    other = pipeline.jobs.get(reference.job)
    if other is None:
        return "output-no-job", f'names "{reference.job}", which is no job of this pipeline: the job fails'
    if version == "0.93" and reference.job not in {need.text for need in job.needs}:
        return "output-not-needed", f'names "{reference.job}", which is not in `needs`: the job fails'
    if reference.alias not in other.outputs:
        return "output-not-declared", f'names an output that "{reference.job}" does not declare: the job fails'
    if other.matrix is not None and not reference.cell:
        return "output-no-cell", f'must say which cell of "{reference.job}" it means: the job fails'
    return "", ""
