from __future__ import annotations

from collections import Counter

import pytest

from auditor.model.report import Reason
from auditor.reports import sarif
from tests.reports import minimal, schema


def run(report) -> dict:
    return schema.validate(sarif.render(report))["runs"][0]


def of(log: dict, subject: str) -> dict:
    return next(one for one in log["results"] if one["properties"]["subject"] == subject)


@pytest.mark.parametrize("report", [minimal.full(), minimal.complete(), minimal.make([]), minimal.make([], controls={}, sources={}, gaps=[], waivers=[])])
def test_every_log_is_valid(report) -> None:
    """The full profile is valid by OASIS's schema in every status and with nothing at all."""
    run(report)


def test_five_thousand_results_are_valid() -> None:
    """Size is no obstacle to the full profile."""
    results = [minimal.result("digests.plugins_pinned", "fail", f"{minimal.REPOSITORY}#p/{n}", findings=[minimal.finding(line=n + 2)]) for n in range(5_000)]
    assert len(run(minimal.make(results))["results"]) == 5_000


def test_kind_and_level_say_the_status() -> None:
    """Fail and waived are failures with a level, all else has level none, unknown and error are open; nothing rests on a default."""
    found = {(one["properties"]["status"], one["kind"], one["level"]) for one in run(minimal.full())["results"]}
    assert found == {
        ("fail", "fail", "error"), ("fail", "fail", "note"), ("waived", "fail", "warning"), ("pass", "pass", "none"),
        ("not_applicable", "notApplicable", "none"), ("unknown", "open", "none"), ("error", "open", "none"),
    }  # fmt: skip


def test_round_trip_of_findings() -> None:
    """What the file says parses again into the same results and findings."""
    report = minimal.full()
    found = Counter((one["ruleId"], one["properties"]["aspect"], one["properties"]["subject"], one["properties"]["status"]) for one in run(report)["results"])
    assert found == Counter(
        (one.control, one.aspect, one.subject, one.status) for one in report.results for _ in (one.findings or [None])
    )
    place = of(run(report), "default/prod|ghcr.io/my-org/*")["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "cluster/kyverno%20policy.yaml", "uriBaseId": "%SRCROOT%"}
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (7, 3)


def test_waived_is_suppressed_and_all_results_say_so_or_not() -> None:
    """A waiver is an accepted suppression with its reason and place, spelt as errata 01 spells it; then every result has the property."""
    log = run(minimal.full())
    one = of(log, "my-org/app#prod/deploy")
    waived = next(one for one in log["results"] if one["properties"]["status"] == "waived")
    assert waived["suppressions"][0]["kind"] == "external"
    assert waived["suppressions"][0]["status"] == "accepted"
    assert "OPS-7" in waived["suppressions"][0]["justification"]
    assert waived["suppressions"][0]["location"]["physicalLocation"]["region"]["startLine"] == 31
    assert all("suppressions" in one for one in log["results"])
    assert one is not None
    assert not any("suppressions" in one for one in run(minimal.make(minimal.FAILED))["results"])


def test_unknown_has_a_notification() -> None:
    """Each gap is a notification at its place, and a result unknown for another reason has one of its own."""
    notes = run(minimal.make(minimal.UNDECIDED[:2]))["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["warning", "warning"]
    assert notes[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    assert notes[1]["associatedRule"]["id"] == "duties.gate_quorum"
    message = of(run(minimal.make(minimal.UNDECIDED[:1])), "my-org/app#prod/deploy")["message"]["text"]
    assert "not valid YAML" in message


def test_error_says_that_the_run_was_not_successful() -> None:
    """A result `error` is a notification of level error, and the invocation is not successful."""
    invocation = run(minimal.make(minimal.UNDECIDED[2:]))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    assert "error" in {note["level"] for note in invocation["toolExecutionNotifications"]}
    assert run(minimal.complete())["invocations"][0]["executionSuccessful"] is True


def test_rules_are_listed_without_results() -> None:
    """All controls are rules, also when there are no results, and each index points at its rule."""
    assert [rule["id"] for rule in run(minimal.make([]))["tool"]["driver"]["rules"]] == sorted(minimal.CONTROLS)
    log = run(minimal.full())
    assert all(log["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in log["results"])


def test_frameworks_are_taxonomies_that_rules_point_into() -> None:
    """Each relationship's indexes lead to the clause it names, and nothing claims to satisfy a clause."""
    text = sarif.render(minimal.full())
    log = schema.validate(text)["runs"][0]
    assert [one["name"] for one in log["taxonomies"]] == ["slsa-1.2", "soc2-tsc-2017-2022"]
    related = [relation for rule in log["tool"]["driver"]["rules"] for relation in rule["relationships"]]
    for relation in related:
        target = relation["target"]
        taxonomy = log["taxonomies"][target["toolComponent"]["index"]]
        assert taxonomy["name"] == target["toolComponent"]["name"]
        assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
        assert relation["properties"]["relationship"] in {"supports", "partially_supports", "evidence_for"}
    assert len(related) == 3 * len(minimal.CONTROLS)
    assert not any(word in text.lower() for word in ("satisf", "compliant", "certified"))


def test_provenance_only_where_known() -> None:
    """The commit is named if it is known whole, and never with credentials."""
    assert run(minimal.full())["versionControlProvenance"][0]["revisionId"] == "3f2a9c1b7d10"
    for checkout in (None, minimal.Checkout(uri="https://github.com/my-org/app"), minimal.Checkout(uri="https://x:y@host/a", revision="1")):
        assert "versionControlProvenance" not in run(minimal.changed(minimal.full(), checkout=checkout))


def test_places_without_a_file() -> None:
    """What was read live lies at its own address, what has none has only its subject as logical location."""
    log = run(minimal.full())
    live = of(log, "my-org/app@main")["locations"][0]
    assert live["physicalLocation"] == {"artifactLocation": {"uri": minimal.SOURCES["rules"].uri}}
    assert live["logicalLocations"] == [{"fullyQualifiedName": "my-org/app@main", "kind": "repository", "name": "main"}]
    report = minimal.make([minimal.result("digests.plugins_pinned", "fail", findings=[minimal.finding(source="chart")])])
    assert "physicalLocation" not in run(report)["results"][0]["locations"][0]


def test_hostile_names_stay_text() -> None:
    """Control characters, direction overrides, half surrogate pairs and links of others leave a valid log without them."""
    evil = "my-org/app/\x1b[31m\u202e\ud800[click](https://evil.example)"
    results = [minimal.result("digests.plugins_pinned", "fail", evil, findings=[minimal.finding(evil)]), minimal.result("duties.gate_quorum", "unknown", evil, reasons=[Reason(text=evil)])]
    text = sarif.render(minimal.make(results))
    schema.validate(text)
    text.encode()
    assert not any(sign in text for sign in ("\x1b", "\\u001b", "\u202e"))
    assert "](https" not in "".join(one["message"]["text"] for one in schema.validate(text)["runs"][0]["results"])
