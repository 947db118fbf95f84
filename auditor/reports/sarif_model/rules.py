"""Rules: every control of the report, asked or not, so that a tool's status page is right also when there are no results."""

from __future__ import annotations

import re

import sarif_om

from auditor.model.report import AskedControl, Report
from auditor.reports.wording import LEVELS, cut
from auditor.reports.words import one_line

PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
# The middle of each of code scanning's bands; exactly 9.0 lies in none of them.
SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}

MOST_TAGS = 10
LONGEST_TEXT = 1024
LONGEST_NAME = 255


def rules(report: Report) -> list[sarif_om.ReportingDescriptor]:
    """One for each control, sorted by id."""
    return [_rule(report, name, control) for name, control in sorted(report.controls.items())]


def _rule(report: Report, name: str, control: AskedControl) -> sarif_om.ReportingDescriptor:
    level = LEVELS[control.severity]
    plain, markdown = _help(report, control)
    return sarif_om.ReportingDescriptor(
        id=name,
        name=cut("".join(part.capitalize() for part in re.split(r"[._-]", name)), LONGEST_NAME),
        short_description=_text(control.title),
        full_description=_text(control.description or control.title),
        help=sarif_om.MultiformatMessageString(text=plain, markdown=markdown),
        help_uri=next((link.ref for link in control.links if re.match(r"https?://[^\s\"<>{}|\\^`]+$", link.ref)), None),
        default_configuration=sarif_om.ReportingConfiguration(level=level),
        properties={
            "tags": tags(control),
            "precision": "high",
            "problem.severity": PROBLEM[level],
            "security-severity": SECURITY_SEVERITY[control.severity],
        },
    )


def _text(text: str) -> sarif_om.MultiformatMessageString:
    return sarif_om.MultiformatMessageString(text=cut(one_line(text), LONGEST_TEXT))


def tags(control: AskedControl) -> list[str]:
    """`security`, the family, the prerequisite, then clauses, ten at most."""
    found = ["security", control.family]
    if control.prerequisite:
        found.append(f"prerequisite-{control.prerequisite}")
    found += [f"external/{key}/{clause.lower()}" for key, clauses in control.frameworks.items() for clause in clauses]
    return list(dict.fromkeys(found))[:MOST_TAGS]


def _help(report: Report, control: AskedControl) -> tuple[str, str]:
    """Why and how to fix, as text and as markdown."""
    why, fix = control.description.strip() or control.title, control.remediation.strip()
    cited = [f"{report.frameworks[key].short if key in report.frameworks else key}: {', '.join(clauses)}" for key, clauses in control.frameworks.items()]
    plain = [why, f"How to fix: {fix}"]
    marked = [why, f"### How to fix\n\n{fix}"]
    if cited:
        plain.append("Evidence relevant to " + "; ".join(cited))
        marked.append("### Evidence relevant to\n\n" + "\n".join(f"- {one}" for one in cited))
    if control.links:
        marked.append("### See also\n\n" + "\n".join(f"- [{link.description or link.ref}]({link.ref})" for link in control.links))
    return "\n\n".join(plain), "\n\n".join(marked)
