"""The report itself: the contract with other programs, and what every other format is rendered from.

The encoding is canonical: UTF-8, every field written, keys sorted, two spaces, one line feed at the end.  The same report gives the same bytes, and
`render(decode(render(report).encode()))` is `render(report)`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from auditor.errors import EvidenceError
from auditor.model.record import ORGANIZATION
from auditor.model.report import REPORT_VERSION, Report

suffix = ".json"

MAX_BYTES = 512 * 1024 * 1024

_SURROGATES = re.compile("[\ud800-\udfff]")


def render(report: Report) -> str:
    """The report as JSON.  Half a surrogate pair, as hostile names hold them, has no encoding: it becomes U+FFFD."""
    try:
        data = msgspec.json.encode(report, order="sorted")
    except UnicodeEncodeError:
        data = msgspec.json.encode(_mended(msgspec.to_builtins(report, order="sorted")), order="sorted")
    return msgspec.json.format(data, indent=2).decode() + "\n"


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def decode(data: bytes) -> Report:
    """Read a report, strictly: unknown fields, wrong types, references to nothing and counts that are not those of the results are refused.

    Raises EvidenceError, which says where.
    """
    if len(data) > MAX_BYTES:
        raise EvidenceError(f"the report has {len(data):,} bytes, more than {MAX_BYTES:,}")
    _version(data)
    try:
        report = msgspec.json.decode(data, type=Report)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"not a report of this version: {_where(str(error))}", "was it edited, or written by another version of auditor?") from None
    for trouble in _dangling(report):
        raise EvidenceError(f"the report contradicts itself: {trouble}", "was it edited? render it from the run again")
    return report


class _Versioned(msgspec.Struct):
    schema_version: str = ""


def _version(data: bytes) -> None:
    """Say what a document is that is no report, before its first unknown field does."""
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema_version
    except msgspec.ValidationError as error:
        raise EvidenceError(f"not a report: {_where(str(error))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError(f"not a JSON document: {error}", "a report is written by `auditor audit --format json=report.json`") from None
    if version != REPORT_VERSION:
        said = f"schema_version {version}" if version else "no schema_version"
        raise EvidenceError(f"not a report that this version reads: {said}, not {REPORT_VERSION}", "render it with the version of auditor that wrote it")


def _where(message: str) -> str:
    """msgspec's message with the path first."""
    what, _, path = message.partition(" - at ")
    return f"{path.strip('`').removeprefix('$').removeprefix('.')}: {what}" if path else what


def _dangling(report: Report) -> list[str]:
    found: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    for number, result in enumerate(report.results):
        where = f"results[{number}]"
        key = (result.control, result.aspect, result.subject)
        if key in seen:
            found.append(f"{where}: {result.control}, {result.aspect}, {result.subject} has a second status")
        seen.add(key)
        if result.control not in report.controls:
            found.append(f"{where}.control: there is no control {result.control}")
        if result.container != ORGANIZATION and result.container not in report.containers:
            found.append(f"{where}.container: there is no container {result.container}")
        if result.waiver is not None and not 0 <= result.waiver < len(report.waivers):
            found.append(f"{where}.waiver: there is no waiver {result.waiver}")
        found += [f"{where}.findings: there is no source {one.at.source}" for one in result.findings if one.at.source not in report.sources]
        found += [f"{where}.reasons: there is no gap {one.gap}" for one in result.reasons if one.gap is not None and not 0 <= one.gap < len(report.gaps)]
    found += [f"gaps[{number}].source: there is no source {gap.source}" for number, gap in enumerate(report.gaps) if gap.source and gap.source not in report.sources]
    for number, waiver in enumerate(report.waivers):
        if waiver.at is not None and waiver.at.source not in report.sources:
            found.append(f"waivers[{number}].at: there is no source {waiver.at.source}")
    return found + _miscounted(report)


def _miscounted(report: Report) -> list[str]:
    """A summary that says other than the results is a lie, whoever wrote it."""
    found = []
    for status in ("pass", "fail", "unknown", "not_applicable", "waived", "error"):
        count = sum(result.status == status for result in report.results)
        if report.summary.get(status, 0) != count:
            found.append(f"summary.{status} is {report.summary.get(status, 0)}, but {count} results are {status}")
    return found
