"""The catalogue of controls, rendered from METADATA: lists, explanations, and policies/README.md."""

from __future__ import annotations

import json as json_module
import textwrap
from collections.abc import Iterable, Mapping

import msgspec

from auditor.errors import UsageError
from auditor.model.control import FAMILIES, PREREQUISITES, Control, family_order
from auditor.policy.frameworks import edition, normal
from auditor.text.decode import meant

_KINDS = (
    ("population", "decides the subjects"),
    ("requires", "reads of the subject"),
    ("consults", "looks up, and what it finds counts"),
    ("seeks", "looks for, and finding none fails"),
)


def choose(controls: Mapping[str, Control], family: str | None, framework: str | None) -> list[Control]:
    """The controls of a family and with a mapping to a framework (its id or how it begins).  Raises UsageError if there is none such."""
    families = list(dict.fromkeys(control.family for control in controls.values()))
    if family is not None and family not in families:
        raise UsageError(f"--family {family}: no such family", meant(family, families) or f"there are {', '.join(families)}")
    found = [
        control
        for control in controls.values()
        if (family is None or control.family == family) and (framework is None or _clauses(control, framework))
    ]
    return sorted(found, key=lambda control: (family_order(control.family), control.id))


def _clauses(control: Control, framework: str | None) -> list[str]:
    return normal(control.frameworks).get(edition(framework), []) if framework else []


def text(controls: Iterable[Control], framework: str | None) -> str:
    """A line a control, grouped by family."""
    lines: list[str] = []
    family = ""
    for control in controls:
        if control.family != family:
            family = control.family
            lines += ["", f"{family} - {FAMILIES.get(family, 'yours')}"] if lines else [f"{family} - {FAMILIES.get(family, 'yours')}"]
        clauses = f"   evidence relevant to {', '.join(_clauses(control, framework))}" if framework else ""
        lines.append(f"  {control.id:<42} {control.severity:<9} {', '.join(control.aspects)}{clauses}")
        lines.append(f"      {control.title}")
    return "\n".join(lines) + "\n"


def json(controls: Iterable[Control], _framework: str | None) -> str:
    """The records, as JSON."""
    return json_module.dumps({control.id: msgspec.to_builtins(control) for control in controls}, indent=2, ensure_ascii=False) + "\n"


def markdown(controls: Iterable[Control], framework: str | None) -> str:
    """A table."""
    head = "| control | title | severity | aspects |" + (" evidence relevant to |" if framework else "")
    lines = [head, "|---|---|---|---|" + ("---|" if framework else "")]
    for control in controls:
        row = f"| `{control.id}` | {control.title} | {control.severity} | {', '.join(control.aspects)} |"
        lines.append(row + (f" {', '.join(_clauses(control, framework))} |" if framework else ""))
    return "\n".join(lines) + "\n"


def explain(control: Control) -> str:
    """Everything about one control, for a terminal of 100 columns."""
    prerequisite = f" · prerequisite {control.prerequisite}: {PREREQUISITES[control.prerequisite]}" if control.prerequisite else ""
    lines = [control.title, f"{control.id} · {control.severity} · {', '.join(control.aspects)}{prerequisite}", ""]
    lines += _wrapped(control.description)
    lines += ["", "How to fix it", *_wrapped(control.remediation, "  ")]
    if control.parameters:
        lines += ["", "Parameters (controls.parameters in auditor.yaml)"]
        for name, parameter in control.parameters.items():
            lines.append(f"  {name}: {json_module.dumps(parameter.default)}" + (f"   {parameter.description}" if parameter.description else ""))
    lines += ["", "Evidence it reads"]
    lines += [f"  {', '.join(getattr(control, field))}: {what}" for field, what in _KINDS if getattr(control, field)]
    if control.sources:
        lines.append(f"  asked where one of these sources is read: {', '.join(control.sources)}")
    if control.frameworks:
        lines += ["", "Evidence relevant to", *[f"  {key}: {', '.join(clauses)}" for key, clauses in control.frameworks.items()]]
    lines += ["", *[f"See {link.ref}" + (f" ({link.description})" if link.description else "") for link in control.links], f"Policy {control.path}, since {control.added_in}"]
    return "\n".join(lines) + "\n"


def _wrapped(value: str, indent: str = "") -> list[str]:
    """Paragraphs wrapped at 100 columns; indented lines (YAML to paste) stay as they are."""
    lines: list[str] = []
    for block in value.split("\n\n"):
        if any(line.startswith(("  ", "\t", "- ")) for line in block.splitlines()):
            lines += [indent + line for line in block.splitlines()]
        else:
            lines += textwrap.wrap(" ".join(block.split()), 100 - len(indent), initial_indent=indent, subsequent_indent=indent)
        lines.append("")
    return lines[:-1]


def docs(controls: Mapping[str, Control], vocabulary: str) -> str:
    """policies/README.md: the vocabulary, a table per family, a section per control."""
    chosen = choose(controls, None, None)
    lines = ["# The control catalogue", "", "Generated by `auditor policy docs` from the METADATA of the policies; do not edit.", "", vocabulary.strip(), ""]
    families = list(dict.fromkeys(control.family for control in chosen))
    for family in families:
        lines += [f"## {family}: {FAMILIES.get(family, family)}", "", markdown([c for c in chosen if c.family == family], None)]
        for control in chosen:
            if control.family == family:
                lines += _section(control)
    return "\n".join(lines).rstrip() + "\n"


def _section(control: Control) -> list[str]:
    lines = [f"### `{control.id}`", "", f"**{control.title}.** Severity {control.severity}, {', '.join(control.aspects)}.", "", control.description, "", f"*Fix:* {control.remediation}", ""]
    facts = [f"{', '.join(f'`{kind}`' for kind in getattr(control, field))} ({what})" for field, what in _KINDS if getattr(control, field)]
    lines.append(f"*Facts:* {'; '.join(facts)}. Sources: {', '.join(control.sources) or 'always asked'}; per {control.per}.")
    for name, parameter in control.parameters.items():
        lines.append(f"*Parameter* `{name}`: {json_module.dumps(parameter.default)}. {parameter.description}".rstrip())
    if control.frameworks:
        lines.append("*Evidence relevant to:* " + "; ".join(f"{key} {', '.join(clauses)}" for key, clauses in control.frameworks.items()) + ".")
    return [*lines, f"*Since* {control.added_in}, [source]({control.path.removeprefix('policies/')}).", ""]
