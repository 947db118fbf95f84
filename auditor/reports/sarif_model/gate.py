"""The publish gate: an upload replaces the one before it, so that whatever it does not name is closed."""

from __future__ import annotations

from auditor.errors import NothingToUpload
from auditor.model.report import Report


def complete(report: Report) -> None:
    """Raises NothingToUpload for a run that would close alerts it knows nothing about.

    That is: an enforced result is unknown or an error (a control that is required and was not assessed is unknown), whatever `allow_unknown` says of
    the exit code; the run itself failed; or nothing was in scope.  Advised controls are never uploaded, and so do not count.
    """
    undecided = [result for result in report.results if result.enforced and result.status in {"unknown", "error"}]
    if undecided:
        first = undecided[0]
        more = f" and {len(undecided) - 1} more" if len(undecided) > 1 else ""
        raise NothingToUpload(
            f"nothing to upload: the run is incomplete ({first.control} is {first.status} for {first.subject}{more}); an upload would close alerts that stand",
            "see --format text for what could not be read; --format sarif writes all results, for archives",
        )
    if report.exit_code == 2:
        raise NothingToUpload("nothing to upload: the run ended with an error", "see the message of the run")
    if all(result.status == "not_applicable" for result in report.results):
        raise NothingToUpload("nothing to upload: nothing was in scope; an upload would close every alert", "check scope and sources in auditor.yaml")
