from __future__ import annotations

import re

import pytest

from auditor.errors import UsageError
from auditor.policy.frameworks import FILE, cited, dangling, edition, frameworks, normal
from tests import auditing

FAMILIES = {"signatures", "digests", "migrations", "rollouts", "attestations", "duties", "branches", "pipelines", "credentials", "audit"}


def test_every_edition_is_there_and_pinned() -> None:
    """The ids carry the edition, and each has title, edition and address."""
    assert list(frameworks()) == [
        "soc2-tsc-2017-2022", "slsa-1.2", "ssdf-1.1", "cis-sscs-1.0", "cis-github-1.2.0", "pci-4.0.1", "osps-baseline", "nist-800-53-r5",
    ]  # fmt: skip
    for framework in frameworks().values():
        assert framework.title
        assert framework.edition
        assert framework.url.startswith("https://")


def test_every_clause_has_words_and_a_family() -> None:
    """No clause without a text of ours or without a family of controls that speaks to it; families are those of the catalogue."""
    for framework in frameworks().values():
        for clause in framework.clauses.values():
            assert len(clause.text) > 10
            assert clause.families
            assert set(clause.families) <= FAMILIES


def test_a_family_stands_once_in_a_clause() -> None:
    """One relationship for each family and clause in the file, so that none hides another."""
    for block in re.findall(r"(?:^ {4}\S+:.*\n(?:^ {6}.*\n)*)", FILE.read_text(), re.MULTILINE):
        named = re.findall(r"(?:supports|evidence_for): \[([^\]]*)\]", block)
        families = [family.strip() for one in named for family in one.split(",")]
        assert len(families) == len(set(families)), block


def test_nothing_claims_compliance() -> None:
    """No text says that a clause is met: that is the assessor's to say."""
    text = re.sub(r"(?m)^#.*$", "", FILE.read_text()).lower()
    assert not re.search(r"satisf|compliant|complies|certif", text)


def test_two_person_review_is_named_not_numbered() -> None:
    """SLSA's requirements go by name, since the numbers of its levels changed meaning."""
    assert "two-party-review" in frameworks()["slsa-1.2"].clauses
    assert not any(re.search(r"\bl\d\b", name, re.IGNORECASE) for name in frameworks()["slsa-1.2"].clauses)


@pytest.mark.parametrize(("name", "key"), [("soc2", "soc2-tsc-2017-2022"), ("slsa-1.2", "slsa-1.2"), ("nist", "nist-800-53-r5"), ("cis-g", "cis-github-1.2.0")])
def test_a_beginning_names_an_edition(name: str, key: str) -> None:
    """`--framework soc2` means the one that starts so."""
    assert edition(name) == key


@pytest.mark.parametrize("name", ["", "cis", "iso27001", "S"])
def test_what_names_none_or_two_is_refused(name: str) -> None:
    """No guess between two editions."""
    with pytest.raises(UsageError):
        edition(name)


def test_metadata_is_made_whole() -> None:
    """Short keys become editions and are joined; a user's own framework stays as it is."""
    assert normal({"soc2": ["CC8.1"], "soc2-tsc-2017-2022": ["CC8.1", "CC6.3"], "house": ["H1"]}) == {
        "soc2-tsc-2017-2022": ["CC8.1", "CC6.3"], "house": ["H1"],
    }  # fmt: skip


def test_dangling_names_are_told() -> None:
    """An unknown edition or clause is named, with what was meant."""
    assert dangling({"soc2": ["CC8.1"]}) == []
    assert "CC8.1" in dangling({"soc2": ["CC81"]})[0]
    assert "slsa-1.2" in dangling({"slsa-1.1": ["two-party-review"]})[0]


def test_a_report_carries_only_what_is_cited() -> None:
    """The editions and clauses that controls name, in the file's order."""
    found = cited([{"slsa-1.2": ["threat-G"]}, {"soc2-tsc-2017-2022": ["CC8.1"], "house": ["H1"]}])
    assert {key: list(framework.clauses) for key, framework in found.items()} == {"soc2-tsc-2017-2022": ["CC8.1"], "slsa-1.2": ["threat-G"]}


def test_every_control_names_clauses_that_are_there_and_say_how_it_relates() -> None:
    """No control of ours names an edition or clause that the data file lacks, or one that says nothing of its family."""
    for name, control in auditing.library().controls.items():
        assert dangling(control.frameworks) == [], name
        assert control.frameworks, name
        for key, clauses in normal(control.frameworks).items():
            for clause in clauses:
                assert control.family in frameworks()[key].clauses[clause].families, (name, key, clause)
