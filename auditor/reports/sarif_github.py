"""SARIF for GitHub code scanning: enforced failures only, each at a file of the repository, at most 5,000, the worst.

An upload replaces the last one of its category, and an alert that it does not name is closed.  So this format has a gate (`sarif_model.gate`): a run that
is incomplete, or had nothing in scope, raises NothingToUpload, and no file is written.  A waived failure is left out: its alert closes until the waiver
ends.  Whatever is written has passed `sarif_model.preflight`.
"""

from __future__ import annotations

from auditor.model.report import Report
from auditor.reports.sarif_model import gate, preflight, results, run, serialise

suffix = ".sarif"


def render(report: Report) -> str:
    """The log, as JSON.  Raises NothingToUpload, or EvidenceError if code scanning would refuse the file."""
    gate.complete(report)
    found = results.uploaded(report)
    kept = found[: preflight.MOST_RESULTS]
    text = serialise.text(run.log(run.run(report, kept, complete=False, left_out=len(found) - len(kept))))
    preflight.check(text)
    return text
