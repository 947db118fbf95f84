"""Locations.  A file is named by a relative URI under %SRCROOT%; what has no file in the repository is anchored at one that exists."""

from __future__ import annotations

import re
from urllib.parse import quote

import sarif_om

from auditor.model.place import At
from auditor.model.report import Finding, Report, Result
from auditor.reports.sarif_model.identity import quoted_line
from auditor.reports.wording import repository_path
from auditor.text.redact import MARK

ROOT = "%SRCROOT%"

_SAFE = "/!$&'()*+,;=@~-._"
_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_DECLARED = {
    "cluster": ("production.clusters", "production.namespaces"),
    "repository": ("production.repositories", "production.branches"),
    "organization": ("organization",),
}


def encoded(path: str) -> str:
    """A path as the relative URI reference that names it."""
    return quote(path, safe=_SAFE, errors="surrogateescape")


def artifact(report: Report, identity: str) -> sarif_om.ArtifactLocation | None:
    """Where a source lies: below the root, or at its own absolute URI (what was read over a network); None for what has no address."""
    source = report.sources.get(identity)
    path = repository_path(report, source)
    if path:
        return sarif_om.ArtifactLocation(uri=encoded(path), uri_base_id=ROOT)
    if source is not None and re.match(r"https?://", source.uri):
        return sarif_om.ArtifactLocation(uri=quote(source.uri, safe=_SAFE + ":?#[]%", errors="surrogateescape"))
    return None


def region(at: At, finding: Finding | None = None) -> sarif_om.Region:
    """One line, from the column that is pointed to until its end where the line is quoted."""
    start = max(at.line, 1)
    column = max(at.column, 1) if at.line > 0 else 1
    quoted = quoted_line(finding).rstrip() if finding else ""
    end = len(quoted) + 1 if MARK not in quoted else 0
    return sarif_om.Region(start_line=start, start_column=column, end_line=start, end_column=max(end, column + 1))


def physical(report: Report, at: At, finding: Finding | None = None) -> sarif_om.PhysicalLocation | None:
    """The place in a file, quoted where it is; None if the source has no address."""
    location = artifact(report, at.source)
    if location is None:
        return None
    context = None
    if finding and finding.excerpt and finding.excerpt_start > 0:
        snippet = sarif_om.ArtifactContent(text="\n".join(finding.excerpt))
        last = finding.excerpt_start + len(finding.excerpt) - 1
        context = sarif_om.Region(start_line=finding.excerpt_start, end_line=last, snippet=snippet)
        if not finding.excerpt_start <= at.line <= last:
            context = None
    return sarif_om.PhysicalLocation(artifact_location=location, region=region(at, finding) if at.line > 0 else None, context_region=context)


def logical(report: Report, result: Result) -> sarif_om.LogicalLocation:
    """The subject.  Its kind is the sort of its container."""
    name = re.split(r"[/#@|]", result.subject)[-1] or result.subject
    return sarif_om.LogicalLocation(name=name, fully_qualified_name=result.subject, kind=report.containers.get(result.container, "organization"))


def anchor(report: Report, result: Result) -> tuple[str, At] | None:
    """(path, place) of the file at which a result without a file of its own is shown: the audit's configuration, at the declaration of what was judged;
    else CODEOWNERS; else a pipeline file; else None."""
    paths = {identity: repository_path(report, source) for identity, source in report.sources.items()}
    files = sorted(((path.count("/"), path, identity) for identity, path in paths.items() if path), key=lambda one: one[:2])
    for _, path, identity in files:
        if report.sources[identity].kind == "configuration":
            return path, _declaration(report, result, identity)
    for wanted in _OWNERS:
        for _, path, identity in files:
            if path == wanted or path.endswith("/" + wanted):
                return path, At(source=identity, line=1, column=1)
    for _, path, identity in files:
        if report.sources[identity].collector == "gocdnext" or "/.gocdnext/" in "/" + path:
            return path, At(source=identity, line=1, column=1)
    return None


def _declaration(report: Report, result: Result, identity: str) -> At:
    for name in _DECLARED[report.containers.get(result.container, "organization")]:
        at = report.scope.places.get(name)
        if at is not None and at.source == identity and at.line > 0:
            return at
    return At(source=identity, line=1, column=1)
