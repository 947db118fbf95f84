from __future__ import annotations

import json as plain

import pytest

from auditor.errors import EvidenceError
from auditor.reports import json
from tests.reports import minimal


def test_round_trip_gives_the_same_bytes() -> None:
    """A report that was decoded renders byte for byte as the file it came from."""
    text = json.render(minimal.full())
    assert json.decode(text.encode()) == minimal.full()
    assert json.render(json.decode(text.encode())) == text


def test_encoding_is_canonical() -> None:
    """Keys are sorted, the indent is two spaces, one line feed ends the file, and the order of dictionaries does not matter."""
    report = minimal.full()
    text = json.render(report)
    assert text == plain.dumps(plain.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    turned = minimal.changed(report, sources=dict(reversed(report.sources.items())), controls=dict(reversed(report.controls.items())))
    assert json.render(turned) == text


def test_half_a_surrogate_pair_is_written_as_replacement() -> None:
    """A name that no encoding can write does not end in a traceback."""
    text = json.render(minimal.make([minimal.result("duties.gate_quorum", "pass", "my-org/app/\udce9")]))
    assert json.decode(text.encode()).results[0].subject == "my-org/app/�"


def spoilt(*path: str | int, value: object) -> bytes:
    data = plain.loads(json.render(minimal.full()))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return plain.dumps(data).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "not a JSON document"),
        (b"\xff\xfe", "not a JSON document"),
        (b"[" * 100_000, "not a "),
        (b"[]", "not a report"),
        (b"{}", "no schema_version"),
        (spoilt("schema_version", value="9"), "schema_version 9, not 1"),
        (spoilt("nonsense", value=1), "nonsense"),
        (spoilt("results", 0, "status", value="green"), "results[0].status"),
        (spoilt("results", 0, "extra", value="x"), "results[0]"),
        (spoilt("results", 0, "control", value="no.such"), "results[0].control: there is no control no.such"),
        (spoilt("results", 0, "container", value="no"), "results[0].container"),
        (spoilt("results", 0, "waiver", value=7), "results[0].waiver: there is no waiver 7"),
        (spoilt("results", 0, "findings", 0, "at", "source", value="no"), "results[0].findings: there is no source no"),
        (spoilt("results", 6, "reasons", 0, "gap", value=-1), "results[6].reasons: there is no gap -1"),
        (spoilt("gaps", 0, "source", value="no"), "gaps[0].source"),
        (spoilt("waivers", 0, "at", "source", value="no"), "waivers[0].at"),
        (spoilt("results", 0, "status", value="pass"), "summary.pass is 1, but 2 results are pass"),
    ],
)
def test_a_document_that_is_no_report_is_refused_with_the_place(data: bytes, said: str) -> None:
    """What is malformed, unknown, dangling or miscounted is refused, and the message says where."""
    with pytest.raises(EvidenceError) as caught:
        json.decode(data)
    assert said in str(caught.value)


def test_a_second_status_for_a_subject_is_refused() -> None:
    """Each subject of an aspect has exactly one status, also in a file that somebody edited."""
    twice = [minimal.result("duties.gate_quorum", "fail"), minimal.result("duties.gate_quorum", "pass")]
    with pytest.raises(EvidenceError, match="second status"):
        json.decode(json.render(minimal.make(twice)).encode())
