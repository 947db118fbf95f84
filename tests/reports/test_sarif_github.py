from __future__ import annotations

import json

import pytest

from auditor.errors import EvidenceError, NothingToUpload
from auditor.model.place import At
from auditor.model.report import Checkout
from auditor.reports import sarif_github
from auditor.reports.sarif_model import preflight
from auditor.reports.sarif_model import run as made
from auditor.reports.sarif_model.rules import rules
from tests.reports import minimal, schema


def run(report) -> dict:
    return schema.validate(sarif_github.render(report))["runs"][0]


def test_failures_only_each_at_a_file() -> None:
    """Enforced failures are there, one for each finding, with a fingerprint and one line of a file under the root; waived, passed and advised are not."""
    advised = minimal.result("digests.deploy_by_digest", "fail", "advised", enforced=False, findings=[minimal.finding()])
    results = run(minimal.make([*minimal.FAILED, *minimal.SOUND, advised]))["results"]
    assert [one["ruleId"] for one in results] == ["signatures.admission_policy", "branches.no_bypass", "digests.plugins_pinned", "digests.plugins_pinned"]
    for one in results:
        assert one["kind"] == "fail"
        assert len(one["locations"]) == 1
        place = one["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert place["region"]["startLine"] == place["region"]["endLine"] >= 1
        assert "suppressions" not in one


@pytest.mark.parametrize("result", minimal.UNDECIDED)
def test_an_incomplete_run_uploads_nothing(result) -> None:
    """One enforced result that is unknown or an error, and there is no file: an upload would close alerts that stand."""
    with pytest.raises(NothingToUpload, match="incomplete"):
        sarif_github.render(minimal.make([*minimal.FAILED, result]))


def test_allowing_unknown_does_not_make_a_run_complete() -> None:
    """`allow_unknown` changes the exit code, not what is known: alerts would still be closed."""
    report = minimal.changed(minimal.make([*minimal.FAILED, minimal.UNDECIDED[0]]), allow_unknown=["*"], exit_code=0)
    with pytest.raises(NothingToUpload):
        sarif_github.render(report)


def test_advice_that_is_unknown_holds_nothing_back() -> None:
    """Advice is never uploaded, so that not knowing it closes nothing."""
    unknown = minimal.result("duties.gate_quorum", "unknown", enforced=False, reasons=minimal.UNDECIDED[0].reasons)
    assert len(run(minimal.make([*minimal.FAILED, unknown]))["results"]) == 4


@pytest.mark.parametrize("report", [minimal.make([]), minimal.make(minimal.SOUND[2:]), minimal.changed(minimal.complete(), exit_code=2)])
def test_a_run_of_nothing_uploads_nothing(report) -> None:
    """A run that had nothing in scope, or that broke, does not close every alert."""
    with pytest.raises(NothingToUpload):
        sarif_github.render(report)


def test_all_is_well_uploads_rules_and_no_results() -> None:
    """A complete run without failures closes alerts, and lists its rules."""
    log = run(minimal.make(minimal.SOUND))
    assert log["results"] == []
    assert len(log["tool"]["driver"]["rules"]) == len(minimal.CONTROLS)


def anchored(sources: list[str], **fields) -> dict:
    kept = {name: minimal.SOURCES[name] for name in sources}
    report = minimal.make(minimal.FAILED[:1], sources=kept, gaps=[], waivers=[], **fields)
    return run(report)["results"][0]


@pytest.mark.parametrize(
    ("sources", "uri", "line"),
    [
        (["prod", "owners", "rules", "configuration"], "auditor.yaml", 11),
        (["prod", "owners", "rules"], ".github/CODEOWNERS", 1),
        (["prod", "rules"], ".gocdnext/prod.yaml", 1),
    ],
)
def test_a_setting_is_shown_at_the_first_file_there_is(sources, uri, line) -> None:
    """A finding without a file stands at the audit's configuration, else CODEOWNERS, else a pipeline file, and says where it was seen."""
    one = anchored(sources)
    place = one["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (uri, line)
    assert "Seen at https://api.github.com" in one["message"]["text"]


def test_without_a_file_nothing_is_invented() -> None:
    """No file was read: no path is made up, and the finding is not left out either."""
    with pytest.raises(NothingToUpload, match="no file"):
        anchored(["rules", "chart", "outside"])


def test_paths_are_those_of_the_repository() -> None:
    """A configuration below the root of its repository gives paths from the root; what lies outside is no path."""
    one = anchored(["configuration", "rules"], checkout=Checkout(uri="https://github.com/my-org/mono", revision="1", path="services/app"))
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "services/app/auditor.yaml"
    outside = minimal.make([minimal.result("digests.plugins_pinned", "fail", findings=[minimal.finding(source="outside")])])
    assert run(outside)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "auditor.yaml"


def test_a_place_without_a_line_is_line_one() -> None:
    """A file as a whole is shown at its first line."""
    report = minimal.make([minimal.result("digests.plugins_pinned", "fail", findings=[minimal.finding(source="prod", line=0)])])
    region = run(report)["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}


def many(count: int):
    results = [minimal.result("digests.plugins_pinned", "fail", f"{minimal.REPOSITORY}#p/{n:05}", findings=[minimal.finding(line=n + 2)]) for n in range(count)]
    return minimal.make([*results, minimal.FAILED[2]])


def test_the_worst_five_thousand_go_and_the_rest_is_counted() -> None:
    """Over the limit the least severe are left out, and a notification says how many."""
    log = run(many(5_200))
    assert len(log["results"]) == 5_000
    assert log["results"][0]["ruleId"] == "signatures.admission_policy"
    assert "201 more failures" in log["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_category_is_stable_and_has_a_slash() -> None:
    """Everything before the last slash names tool and organisation; only the time after it changes."""
    assert run(minimal.complete())["automationDetails"]["id"] == "auditor/my-org/2026-11-24T14:30:00Z"
    odd = minimal.changed(minimal.complete(), organization=" ü/%\n")
    assert run(odd)["automationDetails"]["id"].startswith("auditor/organization/")


def test_severities_lie_in_the_middle_of_their_bands() -> None:
    """The numbers are strings, one for each severity, and never 9.0; tags are at most ten, the first `security`."""
    rules = run(minimal.complete())["tool"]["driver"]["rules"]
    assert {rule["properties"]["security-severity"] for rule in rules} == {"9.5", "8.0", "5.5", "2.0"}
    assert all(rule["properties"]["tags"][0] == "security" for rule in rules)


def test_long_texts_and_many_clauses_are_cut() -> None:
    """A control with a long title, description and many clauses still makes a rule within the limits."""
    long = minimal.control("duties.gate_quorum", title="t" * 2_000, description="d" * 2_000, frameworks={"cis-sscs-1.0": [f"1.1.{n}" for n in range(30)]})
    log = run(minimal.make(minimal.SOUND, controls=minimal.CONTROLS | {"duties.gate_quorum": long}))
    rule = next(rule for rule in log["tool"]["driver"]["rules"] if rule["id"] == "duties.gate_quorum")
    assert len(rule["fullDescription"]["text"]) == 1_024
    assert len(rule["properties"]["tags"]) == 10


def test_uploaded_files_exist() -> None:
    """Each path is one of a file that was read."""
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run(minimal.complete())["results"]}
    read = {source.uri for source in minimal.SOURCES.values() if source.kind in {"file", "configuration"}}
    text = sarif_github.render(minimal.complete())
    preflight.check(text, lambda path: path in read)
    with pytest.raises(EvidenceError, match="preflight file"):
        preflight.check(text, lambda _: False)
    assert len(uris) == 3


def test_a_folder_or_an_unread_file_is_no_anchor() -> None:
    """What was only seen, not read, has no hash, and no alert is shown there."""
    sources = minimal.SOURCES | {"folder": minimal.source("charts", sha256="", status="seen")}
    finding = minimal.Finding(message="x", at=At(source="folder"))
    log = run(minimal.make([minimal.result("digests.plugins_pinned", "fail", findings=[finding])], sources=sources))
    assert log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "auditor.yaml"
    assert json.dumps(log)


def test_what_code_scanning_would_refuse_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is checked before it is handed out: a result whose rule is not listed is refused here, not there."""
    monkeypatch.setattr(made, "rules", lambda report: rules(report)[1:])
    with pytest.raises(EvidenceError, match="preflight rule-index"):
        sarif_github.render(minimal.make(minimal.FAILED))
