"""The report as one HTML file: nothing is fetched, everything is there without JavaScript; with it, the page can be searched and filtered.

What makes it big (thousands of findings, sources or repositories) stands in `<noscript>`: without JavaScript it is shown as it is, with it the page
stays small and takes from there what is asked for.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

import jinja2
import msgspec
from markupsafe import Markup

from auditor.model.control import STATUSES
from auditor.model.report import Report
from auditor.reports import view, wording
from auditor.reports.html import matrix, pages
from auditor.reports.words import COUNTED, NAMES, SIGNS, blocks, moment, one_line, plural, tally, visible

suffix = ".html"


def render(report: Report) -> str:
    """The page; the same report gives the same bytes."""
    style, script = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    sheets = pages.sheets(report)
    page = _environment(report).get_template("page.html.j2")
    return page.render(
        report=report,
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
        headline=view.headline(report),
        sections=view.sections(report),
        groups=pages.groups(sheets),
        worst=pages.worst(sheets),
        matrix=matrix.by_control(report) if len(report.containers) <= matrix.COLUMNS else None,
        containers=matrix.by_container(report) if len(report.containers) > matrix.COLUMNS else None,
        index=[one_line(name) for name in pages.container_index(report)],
        facets=pages.facets(report),
        sources=list(report.sources.items()),
        gaps=pages.gaps(report),
        criteria=pages.criteria(report),
        scope=pages.flat(msgspec.to_builtins(report.scope)),
        unassessed=view.unassessed(report),
        assessed=wording.assessed(report),
    )


def _environment(report: Report) -> jinja2.Environment:
    """Whatever is written into the page is escaped, and characters that would act (direction overrides and the like) are spelled out."""
    folder = files(__package__)
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )  # fmt: skip
    environment.globals.update(
        place=lambda at: wording.place(report, at), source_of=lambda at: view.source_of(report, at), family_title=view.family_title,
        outcome=view.outcome(report), looked_at=view.containers(report), ROWS=pages.ROWS, STATUSES=STATUSES,
        SIGNS=SIGNS, NAMES=NAMES, COUNTED=COUNTED,
    )  # fmt: skip
    environment.filters.update(
        moment=moment, plural=plural, tally=tally, one_line=one_line, blocks=blocks, bytes=pages.size, spaced=pages.code
    )
    return environment


def _hash(text: str) -> str:
    """The source expression by which the page's policy allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
