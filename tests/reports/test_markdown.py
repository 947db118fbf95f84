from __future__ import annotations

import pytest

from auditor.model.report import Reason
from auditor.reports import markdown
from auditor.reports.markdown_text import code, text
from tests.reports import minimal


def test_the_page_says_verdict_failures_and_what_is_not_known() -> None:
    """Verdict, coverage and a row for each prerequisite and family come first, then failures with place and remedy, then what is unknown; the rest is folded."""
    page = markdown.render(minimal.full())
    assert page.startswith("## auditor: 💥 error\n\nmy-org, as of 2026-11-24T14:30:00Z. 5 of 6 controls assessed: 3 failed")
    order = [
        "| 1 | Signatures verified at admission | ❌ fail |", "|  | Separation of duties | 💥 error |", "### Failed (4)",
        "- `default/prod|ghcr.io/my-org/*` in `cluster/kyverno policy.yaml:7`: prod is not covered", "### Not determined (3)", "(mend it)",
        "<details><summary>Waived (1)</summary>", "OPS-7", "<details><summary>Not assessed (1)</summary>", "no server is read",
        "<details><summary>Assumed (1)</summary>", "<details><summary>Evidence (4)</summary>",
    ]  # fmt: skip
    places = [page.index(one) for one in order]
    assert places == sorted(places)
    assert page.count("<details>") == page.count("</details>") == 4
    assert page.count("How to fix: Do what digests.plugins\\_pinned says.") == 1


def test_unknown_is_never_green() -> None:
    """A family whose worst is unknown says so, however many passed."""
    results = [minimal.result("duties.gate_quorum", "pass", str(n)) for n in range(9)] + minimal.UNDECIDED[:1]
    page = markdown.render(minimal.make(results))
    assert "## auditor: ❓ unknown" in page
    assert "| Separation of duties | ❓ unknown |  | 1 |  | 9 | 1 of 2 |" in page


def test_a_family_that_was_not_assessed_has_no_verdict() -> None:
    """No result, no verdict: neither pass nor fail."""
    assert "| Branch protection | not assessed |" in markdown.render(minimal.make([]))


@pytest.mark.parametrize("length", [1, 900, 5_000])
def test_the_page_is_bounded_and_counts_what_is_left_out(length: int) -> None:
    """Ten thousand failures, long or short, and as many unknown fit in 65,000 characters, folds are closed, and the page says how much is missing."""
    failed = [minimal.result("duties.gate_quorum", "fail", f"{n}" + "x" * length, findings=[minimal.finding("y" * length)]) for n in range(10_000)]
    unknown = [minimal.result("digests.plugins_pinned", "unknown", f"{n}", reasons=[Reason(text="z" * length)]) for n in range(10_000)]
    page = markdown.render(minimal.make([*failed, *unknown]))
    assert len(page) <= 65_000
    assert len(page) > 30_000
    assert page.count("<details>") == page.count("</details>")
    assert "entries are left out" in page
    assert "more, not shown here" in page
    assert "### Failed (10000)" in page
    assert "### Not determined (10000)" in page
    assert page.count("- ❓ `digests.plugins_pinned`") >= 10


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("a | b", r"a \| b"),
        ("ask @kim", "ask @\u200bkim"),
        ("[x](https://evil.example)", "\\[x\\](https://\u200bevil.example)"),
        ("www.evil.example", "www\u200b.evil.example"),
        ("*b* _i_ ~s~ # $m$ \\", r"\*b\* \_i\_ \~s\~ \# \$m\$ \\"),
        ("set `docker: <true>` off", "set `docker: <true>` off"),
        ("one ` tick", r"one \` tick"),
        ("a\nb\x1b", r"a b\\x1b"),
    ],
)
def test_text_of_others_is_no_markup(said: str, written: str) -> None:
    """It makes no link, mentions nobody and holds no HTML; what stands between backticks is code."""
    assert text(said) == written


def test_code_is_fenced_by_more_backticks_than_it_holds() -> None:
    """A name cannot end its code span, and an empty one makes none."""
    assert code("a``b") == "```a``b```"
    assert code("`a`") == "`` `a` ``"
    assert code("\n") == ""
