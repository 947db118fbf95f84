"""Scans, as facts, with the quality check that each is: shared by plugins and commands."""

from __future__ import annotations

from auditor.collectors.gocdnext.scene import Scene
from auditor.model.facts.actions import Check, Scan, Trace
from auditor.model.place import At

_CHECKS = {"vulnerabilities": "vulnerabilities", "secrets": "secrets", "misconfigurations": "lint"}


def scan(
    scene: Scene, tool: str, subject: str, finds: str, severities: list[str], trace: Trace, why: str, at: At, *, ignores_unfixed: bool = False
) -> None:
    """`why` says what keeps a finding from failing the job, "" if nothing does."""
    scene.actions.scans.append(
        Scan(
            tool=tool,
            subject=subject,
            finds=finds,
            severities=severities,
            fails=not why,
            ignores_unfixed=ignores_unfixed,
            target=trace,
            why=why,
            at=at,
        )
    )
    scene.actions.checks.append(Check(of=_CHECKS[finds], blocks=not why, why=why, at=at))  # type: ignore[arg-type]
