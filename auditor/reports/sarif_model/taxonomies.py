"""Frameworks as taxonomies, and how rules relate to their clauses.  The relationship is always `relevant`: there is no "satisfies"."""

from __future__ import annotations

import sarif_om

from auditor.model.framework import Framework
from auditor.model.report import Report


def taxonomies(report: Report) -> list[sarif_om.ToolComponent]:
    """One for each edition that the report cites, sorted by id."""
    return [_taxonomy(key, framework) for key, framework in sorted(report.frameworks.items())]


def _taxonomy(key: str, framework: Framework) -> sarif_om.ToolComponent:
    return sarif_om.ToolComponent(
        name=key,
        full_name=framework.title,
        version=framework.edition,
        information_uri=framework.url,
        short_description=sarif_om.MultiformatMessageString(text=f"{framework.title}, {framework.edition}: clauses in the words of this tool"),
        taxa=[
            sarif_om.ReportingDescriptor(id=name, short_description=sarif_om.MultiformatMessageString(text=clause.text))
            for name, clause in framework.clauses.items()
        ],
    )


def supported(report: Report) -> list[sarif_om.ToolComponentReference]:
    return [sarif_om.ToolComponentReference(name=key, index=index) for index, key in enumerate(sorted(report.frameworks))]


def relate(report: Report, rules: list[sarif_om.ReportingDescriptor]) -> None:
    """Give each rule its relationships to clauses that the report describes."""
    numbers = {key: index for index, key in enumerate(sorted(report.frameworks))}
    for rule in rules:
        control = report.controls[rule.id]
        found = []
        for key, names in control.frameworks.items():
            if key not in numbers:
                continue
            clauses = report.frameworks[key].clauses
            component = sarif_om.ToolComponentReference(name=key, index=numbers[key])
            for name in (name for name in names if name in clauses):
                how = clauses[name].families.get(control.family, "evidence_for")
                found.append(_relationship(name, list(clauses).index(name), component, how))
        rule.relationships = found or None


def _relationship(clause: str, index: int, component: sarif_om.ToolComponentReference, how: str) -> sarif_om.ReportingDescriptorRelationship:
    return sarif_om.ReportingDescriptorRelationship(
        target=sarif_om.ReportingDescriptorReference(id=clause, index=index, tool_component=component),
        kinds=["relevant"],
        description=sarif_om.Message(text=f"evidence relevant to {clause} ({how.replace('_', ' ')})"),
        properties={"relationship": how},
    )
