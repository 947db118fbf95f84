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

from auditor.model.report import Report, Result
from auditor.reports.wording import coverage, reasons, severity, unassessed, waiver, where, worst_first
from auditor.reports.words import FAMILIES, one_line

suffix = ".xml"

Case = tuple[str, str, str]
"""Class (the control), name, and the element inside: `failure`, `error`, `skipped` or nothing."""


def render(report: Report) -> str:
    """The XML document."""
    families: dict[str, list[tuple[str, Case]]] = {}
    for result in worst_first(report):
        kind, body = _outcome(report, result)
        name = f"{result.subject} ({result.aspect})"
        families.setdefault(_family(report, result.control), []).append((kind, (result.control, name, body)))
    for control, aspect, reason in unassessed(report):
        case = (control, f"* ({aspect})", f"<skipped message={_quoted(f'not assessed: {reason}')}/>")
        families.setdefault(_family(report, control), []).append(("skipped", case))
    order = [*FAMILIES, *sorted(set(families) - set(FAMILIES))]
    suites = [_suite(report, family, families[family]) for family in order if family in families]
    kinds = [kind for cases in families.values() for kind, _ in cases]
    head = (
        f"<testsuites name={_quoted(f'auditor {report.organization}: {coverage(report)}')} tests={_quoted(str(len(kinds)))}"
        f" failures={_quoted(str(kinds.count('failure')))} errors={_quoted(str(kinds.count('error')))}>"
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def _family(report: Report, control: str) -> str:
    return report.controls[control].family if control in report.controls else control.partition(".")[0]


def _suite(report: Report, family: str, cases: list[tuple[str, Case]]) -> str:
    kinds = [kind for kind, _ in cases]
    numbers = " ".join(f"{name}={_quoted(str(kinds.count(kind)))}" for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")))
    stamp = _quoted(report.as_of.removesuffix("Z"))
    lines = [f"  <testsuite name={_quoted(FAMILIES.get(family, family))} tests={_quoted(str(len(cases)))} {numbers} timestamp={stamp}>"]
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
    message = said if result.status == "fail" else why or said
    message = message or f"{result.status}: no reason was given"
    if not result.enforced:
        return "skipped", f"<skipped message={_quoted(f'advised, not enforced: {result.status}: {message}')}/>"
    tag, kind = ("failure", severity(report, result)) if result.status == "fail" else ("error", result.status)
    return tag, f"<{tag} message={_quoted(message)} type={_quoted(kind)}>{escape(_details(report, result, why), quote=False)}</{tag}>"


def _details(report: Report, result: Result, why: str) -> str:
    lines = [" ".join(filter(None, [where(report, finding.at), one_line(finding.message)])) for finding in result.findings]
    lines += [why] if why else []
    control = report.controls.get(result.control)
    if control is not None and result.status == "fail":
        lines.append(f"How to fix: {one_line(control.remediation)}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + escape(one_line(text), quote=True) + '"'
