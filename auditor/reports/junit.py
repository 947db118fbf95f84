"""JUnit XML for test reports of CI systems: a suite for each family of controls, a case for each result and each aspect that was not assessed.

    fail             failure
    unknown, error   error: not decided is never green
    waived           skipped, with the waiver
    not applicable   skipped
    not assessed     skipped, with the reason
    advised          skipped where it is not passed, since it does not count
"""

from __future__ import annotations

from html import escape

from auditor.model.control import family_order
from auditor.model.report import Report, Result
from auditor.reports import view
from auditor.reports.wording import coverage, place, reasons, severity, unassessed, waiver, worst_first
from auditor.reports.words import one_line

suffix = ".xml"

Case = tuple[str, str, str]
"""Class (the control), name, and the element inside: `failure`, `error`, `skipped` or nothing."""


def render(report: Report) -> str:
    """The XML document."""
    families: dict[str, list[tuple[str, Case]]] = {}
    for result in worst_first(report):
        kind, body = _outcome(report, result)
        name = f"{result.subject} ({result.aspect})"
        families.setdefault(report.controls[result.control].family, []).append((kind, (result.control, name, body)))
    for control, aspect, reason in unassessed(report):
        case = (control, f"* ({aspect})", f"<skipped message={_quoted(f'not assessed: {reason}')}/>")
        families.setdefault(report.controls[control].family, []).append(("skipped", case))
    suites = [_suite(report, family, families[family]) for family in sorted(families, key=family_order)]
    kinds = [kind for cases in families.values() for kind, _ in cases]
    head = (
        f"<testsuites name={_quoted(f'auditor {report.organization}: {coverage(report)}')} tests={_quoted(str(len(kinds)))}"
        f" failures={_quoted(str(kinds.count('failure')))} errors={_quoted(str(kinds.count('error')))}>"
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def _suite(report: Report, family: str, cases: list[tuple[str, Case]]) -> str:
    kinds = [kind for kind, _ in cases]
    numbers = " ".join(f"{name}={_quoted(str(kinds.count(kind)))}" for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")))
    stamp = _quoted(report.as_of.removesuffix("Z"))
    lines = [f"  <testsuite name={_quoted(view.family_title(family))} tests={_quoted(str(len(cases)))} {numbers} timestamp={stamp}>"]
    for _, (control, name, body) in cases:
        start = f"    <testcase classname={_quoted(control)} name={_quoted(name)}"
        lines.append(f"{start}>{body}</testcase>" if body else f"{start}/>")
    return "\n".join([*lines, "  </testsuite>"])


def _outcome(report: Report, result: Result) -> tuple[str, str]:
    """The kind of element and its text."""
    why = "; ".join(reasons(report, result))
    if result.status == "pass":
        return "", ""
    if result.status == "not_applicable":
        return "skipped", f"<skipped message={_quoted('not applicable')}/>"
    if result.status == "waived":
        return "skipped", f"<skipped message={_quoted('waived: ' + waiver(report, result))}/>"
    said = "; ".join(one_line(finding.message) for finding in result.findings)
    message = (said if result.status == "fail" else why) or result.status
    if not result.enforced:
        return "skipped", f"<skipped message={_quoted(f'advised, not enforced: {result.status}: {message}')}/>"
    tag, kind = ("failure", severity(report, result)) if result.status == "fail" else ("error", result.status)
    return tag, f"<{tag} message={_quoted(message)} type={_quoted(kind)}>{escape(_details(report, result, why), quote=False)}</{tag}>"


def _details(report: Report, result: Result, why: str) -> str:
    lines = [f"{place(report, finding.at)} {one_line(finding.message)}" for finding in result.findings]
    lines += [why] if why else []
    if result.status == "fail":
        lines.append(f"How to fix: {one_line(report.controls[result.control].remediation)}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + escape(one_line(text), quote=True) + '"'
