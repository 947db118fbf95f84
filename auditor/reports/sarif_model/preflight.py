"""Checks a file for code scanning before anybody uploads it: its documented limits, and what it was seen to refuse whole.

Each check has a name, which the message gives.  `exists` says whether a path of the repository exists at the audited commit.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from auditor.errors import EvidenceError
from auditor.reports.sarif_model.places import ROOT
from auditor.reports.sarif_model.rules import LONGEST_NAME, LONGEST_TEXT, MOST_TAGS

MOST_BYTES = 10_000_000
MOST_RESULTS = 5_000
MOST_RULES = 25_000


def check(text: str, exists: Callable[[str], bool] | None = None) -> None:
    """Raises EvidenceError, `preflight NAME: what is wrong`, for the first thing that is."""
    for name, message in _troubles(text, exists):
        raise EvidenceError(f"preflight {name}: {message}", "the format sarif has no such limit")


def _troubles(text: str, exists: Callable[[str], bool] | None) -> Iterator[tuple[str, str]]:
    try:
        log = json.loads(text)
    except (ValueError, RecursionError):
        yield "json", "not a JSON document"
        return
    size = len(gzip.compress(text.encode("utf-8", "replace"), mtime=0))
    if size > MOST_BYTES:
        yield "size", f"{size:,} bytes after gzip, more than {MOST_BYTES:,}"
    if not isinstance(log, dict) or not log.get("$schema") or log.get("version") != "2.1.0":
        yield "version", "$schema and version 2.1.0 are required"
        return
    runs = log.get("runs")
    if not isinstance(runs, list) or len(runs) != 1 or not isinstance(runs[0], dict):
        yield "runs", "a file has one run"
        return
    yield from _run(runs[0])
    rules = _driver(runs[0]).get("rules", [])
    for number, result in enumerate(runs[0].get("results", [])):
        for name, message in _result(result, rules, exists):
            yield name, f"result {number} ({result.get('ruleId', '?')}): {message}"


def _driver(run: dict[str, Any]) -> dict[str, Any]:
    driver = run.get("tool", {}).get("driver", {})
    return driver if isinstance(driver, dict) else {}


def _run(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    driver = _driver(run)
    if not driver.get("name"):
        yield "tool", "tool.driver.name is required"
    category = run.get("automationDetails", {}).get("id", "").rpartition("/")[0]
    if not category.strip("/"):
        yield "category", "automationDetails.id has no slash, so that its category would be empty"
    if ROOT not in run.get("originalUriBaseIds", {}):
        yield "root", f"originalUriBaseIds lacks {ROOT}"
    rules, results = driver.get("rules"), run.get("results")
    if not isinstance(rules, list) or not rules:
        yield "rules", "tool.driver.rules lists no rule"
        return
    if len(rules) > MOST_RULES:
        yield "rules", f"{len(rules):,} rules, more than {MOST_RULES:,}"
    seen: set[str] = set()
    for rule in rules:
        if rule.get("id") in seen:
            yield "rule-id", f"the rule {rule.get('id')} stands twice"
        seen.add(rule.get("id"))
        yield from _rule(rule)
    if not isinstance(results, list):
        yield "results", "results is required, also when there are none"
    elif len(results) > MOST_RESULTS:
        yield "results", f"{len(results):,} results, more than {MOST_RESULTS:,}"


def _rule(rule: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = rule.get("id")
    if not name:
        yield "rule-id", "a rule has no id"
    if len(rule.get("name", "")) > LONGEST_NAME:
        yield "rule-name", f"the name of {name} has more than {LONGEST_NAME} characters"
    for key in ("shortDescription", "fullDescription"):
        text = rule.get(key, {}).get("text", "")
        if not text or len(text) > LONGEST_TEXT:
            yield "rule-text", f"{key} of {name} is empty or has more than {LONGEST_TEXT:,} characters"
    if not rule.get("help", {}).get("text"):
        yield "rule-help", f"{name} has no help.text"
    properties = rule.get("properties", {})
    if len(properties.get("tags", [])) > MOST_TAGS:
        yield "tags", f"{name} has {len(properties['tags'])} tags, more than {MOST_TAGS}"
    try:
        score = float(properties.get("security-severity", "?"))
    except ValueError:
        score = 0.0
    if not (isinstance(properties.get("security-severity"), str) and 0 < score <= 10) or score == 9.0:
        yield "security-severity", f"{name} needs a number in a string, over 0.0, to 10.0, and not 9.0, which lies in no band"


def _result(result: dict[str, Any], rules: list[dict[str, Any]], exists: Callable[[str], bool] | None) -> Iterator[tuple[str, str]]:
    index = result.get("ruleIndex", -1)
    if not isinstance(index, int) or not 0 <= index < len(rules) or rules[index].get("id") != result.get("ruleId"):
        yield "rule-index", "ruleIndex does not point at its ruleId"
    if result.get("kind", "fail") != "fail" or result.get("level") not in {"error", "warning", "note"}:
        yield "kind", "only failures, with level error, warning or note"
    if result.get("suppressions"):
        yield "suppressions", "code scanning ignores them and would open an alert"
    if not result.get("message", {}).get("text"):
        yield "message", "has no text"
    if not result.get("partialFingerprints", {}).get("primaryLocationLineHash"):
        yield "fingerprint", "has none, so that each upload would open it again"
    locations = result.get("locations")
    if not isinstance(locations, list) or not locations:
        yield "location", "has no location; the whole upload would be refused"
        return
    for location in locations:
        yield from _location(location.get("physicalLocation"), exists)


def _location(place: dict[str, Any] | None, exists: Callable[[str], bool] | None) -> Iterator[tuple[str, str]]:
    if not isinstance(place, dict) or not place.get("artifactLocation", {}).get("uri"):
        yield "location", "has no physical location; the whole upload would be refused"
        return
    uri: str = place["artifactLocation"]["uri"]
    head = uri.split("/", 1)[0]
    if uri.startswith("/") or ":" in head or ".." in uri.split("/") or place["artifactLocation"].get("uriBaseId") != ROOT:
        yield "uri", f"{uri} is not a path below {ROOT}"
    area = place.get("region", {})
    if any(not isinstance(area.get(key), int) or area[key] < 1 for key in ("startLine", "startColumn", "endLine", "endColumn")):
        yield "region", "needs startLine, startColumn, endLine and endColumn, each at least 1"
    if exists is not None and not exists(unquote(uri)):
        yield "file", f"{uri} does not exist at the audited commit"
