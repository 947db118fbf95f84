"""The page, without a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from auditor.reports import html, view
from auditor.reports.html import matrix, pages
from tests.reports import sample

VOID = {"meta", "input", "br", "rect"}


class Reader(HTMLParser):
    """Which elements there are, with their attributes; fails if one is not closed by its own end tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("make", [sample.report, sample.hostile, lambda: sample.many(40)])
def test_it_is_well_formed_and_alone(make: object) -> None:
    """Every element is closed, nothing is loaded from anywhere, no attribute holds code or style, links lead into the page or are http."""
    found = Reader(html.render(make())).found  # type: ignore[operator]
    assert not {tag for tag, _ in found} & {"link", "img", "iframe", "object", "embed", "base"}
    for _, attributes in found:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "action")]
        assert re.match(r"#|https?://", attributes.get("href") or "#")


def test_names_are_harmless() -> None:
    """A name that is HTML, closes our elements or turns the direction of text is shown as the text it is."""
    page = html.render(sample.hostile())
    assert page.count("<script") == 2
    assert "<img" not in page
    assert not set(page) & set("\x1b\x07\x00\u202e\u2066")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\u202egnp.exe" in page


def test_only_its_own_script_and_style_run() -> None:
    """The page's policy allows nothing but the two texts with these hashes."""
    page = html.render(sample.report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;;")
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert text
        assert base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode() in policy[1]


def test_the_same_report_gives_the_same_page() -> None:
    """Rendering twice gives the same bytes."""
    assert html.render(sample.report()) == html.render(sample.report())


def test_everything_is_in_it() -> None:
    """Every result, gap, source with its hash, waiver, assumption and control is in the page, and what the run rests on."""
    report = sample.report()
    page = html.render(report)
    for result in report.results:
        assert result.subject in page.replace("&#39;", "'") or result.subject == "*"
        if result.status not in pages.NAMED:
            assert f'id="{pages.anchor(result)}"' in page
    for source in report.sources.values():
        assert source.sha256 in page
    for text in (*(g.reason for g in report.gaps), *(w.reason for w in report.waivers), *report.controls, *(a.what.split("'")[0] for a in report.assumed),
                 report.evidence_sha256, report.policies_sha256, report.configuration_sha256, report.engine["wheel_sha256"], report.as_of):  # fmt: skip
        assert text in page


def test_no_claim_of_compliance() -> None:
    """A mapping is worded as evidence relevant to a criterion, never as compliance with it."""
    page = html.render(sample.report())
    assert 'Evidence relevant to</dt><dd><span class="fw">SOC 2' in page
    assert not re.search(r"complian|certif|satisf", page, re.IGNORECASE)


def test_criteria_lead_to_controls() -> None:
    """Each clause lists the controls whose evidence is relevant to it, how they relate and came out, in the order people count."""
    report = sample.report()
    by_title = {title: clauses for title, _, _, clauses in pages.criteria(report)}
    clauses = {clause.id: clause for clause in by_title["SOC 2, Trust Services Criteria"]}
    assert ("duties.gate_quorum", "supports", "fail") in clauses["CC6.3"].controls
    assert ("duties.changes_reviewed", "supports", None) in clauses["CC6.3"].controls
    assert [c.id for c in by_title["CIS Software Supply Chain Security Guide"]] == ["1.1.3", "4.3.1", "5.1.7", "5.2.3"]
    assert "slsa-1.2" in by_title


def test_two_overviews() -> None:
    """Few containers are columns; many are rows, worst first, those in order apart."""
    few = matrix.by_control(sample.report())
    assert few.columns == [sample.SHOP, sample.PAY, sample.CLUSTER, "organization"]
    assert sum(len(rows) for _, rows in few.groups) == 33
    report = sample.many(60)
    many = matrix.by_container(report)
    assert len(many.lines) + len(many.clean) == 60
    assert [line.critical for line in many.lines] == sorted((line.critical for line in many.lines), reverse=True)
    assert sum(line.failed for line in many.lines) == report.summary["fail"]


def test_whose_names_are_whose() -> None:
    """The runs beside a list of names count exactly its lines."""
    for page in pages.sheets(sample.many(30)):
        for names in page.names:
            lengths = [int(run.partition("x")[2] or 1) for run in names.runs.split()]
            assert sum(lengths) == names.count == len(names.text.split("\n"))


def test_links_to_results_last() -> None:
    """The anchor of a result depends on control, aspect and subject alone."""
    one, two = sample.report().results[0], sample.report().results[0]
    assert pages.anchor(one) == pages.anchor(two)
    assert len({pages.anchor(r) for r in sample.many(30).results}) == len(sample.many(30).results)


@pytest.mark.slow
def test_a_thousand_repositories() -> None:
    """The page of a thousand repositories with 33 controls each stays below 6 MB, and holds every failure and unknown."""
    report = sample.many(1000)
    page = html.render(report)
    assert len(page.encode()) < 6_000_000
    assert page.count('<li class="item ') == sum(r.status not in pages.NAMED for r in report.results)
    assert view.headline(report)[1] == "Not yet"
