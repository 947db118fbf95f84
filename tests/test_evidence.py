"""The evidence document: one encoding, strict decoding."""

import json

import msgspec
import pytest

from auditor import evidence as documents
from auditor.errors import EvidenceError
from auditor.model import At, Evidence, Gap, Source
from auditor.model.configuration import Resolved, Scope
from auditor.model.facts.repository import CodeOwners, Repository
from auditor.model.record import Remark

AT = At(source="s1", line=1)


def document(**changes):
    base = {
        "as_of": "2026-11-24T14:30:00Z",
        "scope": Scope(),
        "configuration": Resolved(),
        "assessable": {"design": ["repository"]},
        "readable": ["repository"],
        "containers": {"o/a": "repository"},
        "sources": {"s1": Source(uri="x", kind="file")},
        "repository": {"o/a": Repository(at=AT, path=".")},
    }
    return Evidence(**{**base, **changes})


def refusal(data):
    with pytest.raises(EvidenceError) as caught:
        documents.decode(data if isinstance(data, bytes) else documents.encode(data))
    return str(caught.value)


def test_it_survives_its_own_encoding():
    """Decoded and encoded again, the bytes are the same."""
    data = documents.encode(document())
    assert documents.encode(documents.decode(data)) == data


def test_order_does_not_matter():
    """The same facts entered in another order give the same bytes."""
    one, two = Repository(at=AT, path="a"), Repository(at=AT, path="b")
    assert documents.encode(document(repository={"o/a": one, "o/b": two})) == documents.encode(document(repository={"o/b": two, "o/a": one}))


def test_a_null_needs_its_gap():
    """An unread field without a reason is refused, with the id and the field."""
    fact = {"o/a": Repository(at=AT, path=".", remote=None)}
    assert "repository o/a: repository.remote is null and no gap says why" in refusal(document(repository=fact))
    assert documents.decode(documents.encode(document(repository=fact, gaps=[Gap(kind="repository.remote", path="o/a", reason="r")])))


def test_a_gap_beside_a_known_value_is_refused():
    """What was read is not unread."""
    assert "stands beside a known value" in refusal(document(gaps=[Gap(kind="repository.remote", path="o/a", reason="r")]))
    assert "stands beside a known value" in refusal(document(gaps=[Gap(kind="repository", path="o/a", reason="r")]))


def test_places_must_be_in_listed_sources():
    """A fact that points nowhere is refused, in the records inside it too."""
    assert "source `s9` that is not listed" in refusal(document(repository={"o/a": Repository(at=At(source="s9"), path=".")}))
    inner = CodeOwners(at=AT, standing="in force", size=1, loaded=True, invalid=[Remark(message="m", at=At(source="s9"))])
    assert "source `s9`" in refusal(document(code_owners={"o/a/CODEOWNERS": inner}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d | {"extra": 1}, "unknown field"),
        (lambda d: d | {"schema_version": "9"}, "schema_version is '9'"),
        (lambda d: d | {"gaps": "x"}, "Expected `array`"),
        (lambda d: {key: value for key, value in d.items() if key != "schema_version"}, "schema_version is None"),
        (lambda d: [d], "not evidence of this version"),
    ],
)
def test_strangers_are_refused(change, message):
    """Unknown fields, versions and types are errors that say where."""
    assert message in refusal(json.dumps(change(msgspec.to_builtins(document()))).encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b'{"schema_version": NaN}', "not JSON"),
        (b'{"schema_version": ' + b"[" * 100_000, "too deep"),
        (b"[" * 100_000, "not evidence"),
    ],
)
def test_what_is_no_evidence_is_refused(data, message):
    """Broken, repeated, non-finite and bottomless JSON are errors, not crashes."""
    assert message in refusal(data)


def test_a_key_that_stands_twice_is_refused():
    """Of two values under one key one would be judged and the other seen, wherever it is."""
    data, once, twice = documents.encode(document()), b'{"o/a":"repository"}', b'{"o/a":"cluster","o/a":"repository"}'
    assert documents.decode(b" " + data)
    assert "`o/a` stands twice" in refusal(data.replace(once, twice))
    assert "`as_of` stands twice" in refusal(data.replace(b"{", b'{"as_of":"2020-01-01T00:00:00Z",', 1))


def test_a_gap_of_a_field_is_of_a_fact_or_a_container():
    """A field that is unread belongs to something that is there: the fold relies on it."""
    assert "neither a fact nor a container" in refusal(document(gaps=[Gap(kind="repository.remote", path="o/b", reason="r")]))
