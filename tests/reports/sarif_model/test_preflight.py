from __future__ import annotations

import copy
import json
import random

import pytest

from auditor.errors import EvidenceError
from auditor.reports import sarif_github
from auditor.reports.sarif_model import preflight
from tests.reports import minimal

GOOD = json.loads(sarif_github.render(minimal.complete()))


def rule(log: dict) -> dict:
    return log["runs"][0]["tool"]["driver"]["rules"][0]


def result(log: dict) -> dict:
    return log["runs"][0]["results"][0]


def place(log: dict) -> dict:
    return result(log)["locations"][0]["physicalLocation"]


def noise(log: dict) -> None:
    source = random.Random(1)
    log["runs"][0]["properties"]["noise"] = "".join(source.choices("0123456789abcdef", k=21_000_000))


SPOILT = {
    "version": lambda log: log.update({"$schema": ""}),
    "runs": lambda log: log["runs"].append(log["runs"][0]),
    "tool": lambda log: log["runs"][0]["tool"]["driver"].pop("name"),
    "category": lambda log: log["runs"][0]["automationDetails"].update(id="auditor-my-org"),
    "root": lambda log: log["runs"][0].pop("originalUriBaseIds"),
    "rules": lambda log: log["runs"][0]["tool"]["driver"].update(rules=[]),
    "rule-id": lambda log: log["runs"][0]["tool"]["driver"]["rules"].append(rule(log)),
    "rule-name": lambda log: rule(log).update(name="n" * 256),
    "rule-text": lambda log: rule(log)["fullDescription"].update(text="d" * 1_025),
    "rule-help": lambda log: rule(log).pop("help"),
    "tags": lambda log: rule(log)["properties"].update(tags=["security", *map(str, range(10))]),
    "security-severity": lambda log: rule(log)["properties"].update({"security-severity": "9.0"}),
    "results": lambda log: log["runs"][0].update(results=[result(log)] * 5_001),
    "rule-index": lambda log: result(log).update(ruleIndex=0),
    "kind": lambda log: result(log).update(kind="open", level="none"),
    "suppressions": lambda log: result(log).update(suppressions=[{"kind": "external"}]),
    "message": lambda log: result(log)["message"].update(text=""),
    "fingerprint": lambda log: result(log).pop("partialFingerprints"),
    "location": lambda log: result(log).update(locations=[{"logicalLocations": [{"fullyQualifiedName": "x"}]}]),
    "uri": lambda log: place(log)["artifactLocation"].update(uri="https://github.com/my-org/app"),
    "region": lambda log: place(log)["region"].update(startLine=0),
    "size": noise,
}


def test_what_is_rendered_passes() -> None:
    """The file that the format writes has nothing that code scanning refuses."""
    preflight.check(json.dumps(GOOD))


@pytest.mark.parametrize("name", SPOILT)
def test_each_trouble_is_refused_by_its_name(name: str) -> None:
    """What code scanning refuses, cuts or cannot show is refused first, and the message names the check."""
    log = copy.deepcopy(GOOD)
    SPOILT[name](log)
    with pytest.raises(EvidenceError, match=f"preflight {name}: "):
        preflight.check(json.dumps(log))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tags", lambda log: rule(log)["properties"].update(tags=[str(n) for n in range(21)])),
        ("results", lambda log: log["runs"][0].update(results=[result(log)] * 25_001)),
        ("location", lambda log: result(log).pop("locations")),
        ("uri", lambda log: place(log)["artifactLocation"].update(uri="../x")),
        ("uri", lambda log: place(log)["artifactLocation"].pop("uriBaseId")),
        ("security-severity", lambda log: rule(log)["properties"].update({"security-severity": 8.0})),
        ("category", lambda log: log["runs"][0]["automationDetails"].update(id="/x")),
    ],
)
def test_other_forms_of_the_same_trouble(name, change) -> None:
    """The hard limits and the absent forms are refused too."""
    log = copy.deepcopy(GOOD)
    change(log)
    with pytest.raises(EvidenceError, match=f"preflight {name}: "):
        preflight.check(json.dumps(log))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000])
def test_what_is_no_log_is_refused(text: str) -> None:
    """No text makes the check itself fail."""
    with pytest.raises(EvidenceError):
        preflight.check(text)
