"""SARIF 2.1.0 (errata 01), full profile, for archives and security event systems: every result in every status.

What could not be decided is `kind: open` with a notification, a waived failure has a `suppression`, frameworks are taxonomies.  Code scanning is not
the reader: it ignores kinds and suppressions; see `sarif_github`.
"""

from __future__ import annotations

from auditor.model.report import Report
from auditor.reports.sarif_model import results, run, serialise

suffix = ".sarif"


def render(report: Report) -> str:
    """The log, as JSON."""
    return serialise.text(run.log(run.run(report, results.full(report), complete=True)))
