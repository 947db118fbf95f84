"""Both engines through the protocol."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from auditor.errors import CompileError, EngineError, EvaluationError, EvidenceError, UsageError
from auditor.policy.engine import Defined, Failed, Undefined, Value, open_engine
from tests.policy.engines import BOTH, BROKEN, ENDLESS, NAMED, TWO, control, engine

MODULES = {"t/named.rego": NAMED, "t/broken.rego": BROKEN, "t/endless.rego": ENDLESS}
ANSWER = Value(["a", "b"], [{"at": None, "message": "unnamed", "subject": "b"}])


@pytest.fixture(params=BOTH)
def rego(request, monkeypatch):
    return engine(request.param, monkeypatch)


def test_ask(rego) -> None:
    """A control answers with its subjects and failures; asked twice it answers once."""
    with rego.load(MODULES) as policies:
        assert policies.ask(["t.named", "t.named"], TWO, timeout=10) == {"t.named": ANSWER}
        assert policies.ask([], TWO, timeout=10) == {}


def test_the_guilty_one_fails_and_the_others_count(rego) -> None:
    """An error, a missing control and a name that is none are each that control's own, with its file."""
    with rego.load(MODULES) as policies:
        got = policies.ask(["t.broken", "t.named", "t.absent", "t.named; true"], TWO, timeout=10)
    assert list(got) == ["t.broken", "t.named", "t.absent", "t.named; true"]
    assert got["t.named"] == ANSWER
    broken = got["t.broken"].error
    assert isinstance(broken, EvaluationError)
    assert (broken.path, broken.line) == ("t/broken.rego", 9)
    assert got["t.absent"].error.code == "undefined"
    assert "not the id" in str(got["t.named; true"].error)


def test_undefined_is_not_an_answer(rego) -> None:
    """A control whose rule is undefined is Failed, not compliant, and so is one whose rule is no set."""
    undefined = control("undefined", "failures := x if {\n\tx := input.absent\n}")
    shape = control("shape", "failures := {}")
    single = control("single", "failures contains 1", 'subjects := "a"')
    with rego.load({"t/undefined.rego": undefined, "t/named.rego": NAMED, "t/shape.rego": shape, "t/single.rego": single}) as policies:
        got = policies.ask(["t.undefined", "t.named", "t.shape", "t.single"], TWO, timeout=10)
    assert got["t.named"] == ANSWER
    assert (got["t.undefined"].error.path, got["t.undefined"].error.code) == ("t/undefined.rego", "undefined")
    assert got["t.shape"].error.code == got["t.single"].error.code == "shape"


def test_endless_policy_costs_its_own_answer(rego) -> None:
    """A policy that never ends becomes an EngineError within the time limit, and the others answer."""
    began = time.monotonic()
    with rego.load(MODULES) as policies:
        got = policies.ask(["t.endless", "t.named"], TWO, timeout=1)
    assert time.monotonic() - began < 48
    assert got["t.named"] == ANSWER
    assert isinstance(got["t.endless"].error, EngineError)
    assert "within 1 seconds" in str(got["t.endless"].error)


def test_endless_policies_are_given_up(rego) -> None:
    """After three losses over one document nothing more is asked, and a control that was lost over three documents is not asked again."""
    endless = {f"t/e{n}.rego": ENDLESS.replace("t.endless", f"t.e{n}") for n in range(5)}
    ids = [f"t.e{n}" for n in range(5)]
    with rego.load({**endless, "t/named.rego": NAMED}) as policies:
        got = policies.ask(ids, TWO, timeout=0.3)
        assert ["was not asked" in str(got[name].error) for name in ids] == [False] * 3 + [True] * 2
        for _ in range(2):
            policies.ask(["t.e0"], TWO, timeout=0.3)
        began = time.monotonic()
        assert "not asked any more" in str(policies.ask(["t.e0", "t.named"], TWO, timeout=9)["t.e0"].error)
        assert time.monotonic() - began < 16


def test_ask_many_is_in_order_and_lazy(rego) -> None:
    """Documents come back in order under their names, two of one name too, and are not taken before they are needed."""
    taken = []

    def documents() -> Iterator[tuple[str, bytes]]:
        for n in range(700):
            taken.append(n)
            yield "twin" if n < 2 else f"d{n}", b'{"thing": {"k%d": {}}}' % n

    with rego.load(MODULES) as policies:
        stream = policies.ask_many(["t.named"], documents(), timeout=20, jobs=2)
        first = next(stream)
        assert len(taken) < 650
        got = [first, *stream]
    assert [name for name, _ in got] == ["twin", "twin"] + [f"d{n}" for n in range(2, 700)]
    assert [answers["t.named"].subjects for _, answers in got] == [[f"k{n}"] for n in range(700)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ask_many_with_a_bad_document_and_a_failing_one(rego, jobs: int) -> None:
    """One document that is none, and one over which a control fails, cost what they are, whatever batch they were in."""
    documents = [(str(n), TWO if n not in {3, 5} else b"{nope" if n == 3 else b'{"thing": {"c": {"name": "3"}}}') for n in range(8)]
    with rego.load(MODULES) as policies:
        got = dict(policies.ask_many(["t.named", "t.broken"], documents, timeout=10, jobs=jobs))
    assert [type(got[str(n)]["t.broken"]) for n in range(8)] == [Failed, Failed, Failed, Failed, Failed, Value, Failed, Failed]
    assert isinstance(got["3"]["t.named"].error, EvidenceError)
    assert all(got[str(n)]["t.named"] == ANSWER for n in (0, 1, 2, 4, 6, 7))


def test_memory_stays_with_the_largest_document(rego) -> None:
    """Sixty documents of a megabyte never lie in memory together."""

    def documents() -> Iterator[tuple[str, bytes]]:
        for n in range(60):
            yield str(n), b'{"thing": {}, "text": "' + b"x" * 1_000_000 + b'"}'

    with rego.load(MODULES) as policies:
        gc.collect()
        tracemalloc.start()
        count = sum(1 for _ in policies.ask_many(["t.named"], documents(), timeout=60, jobs=2))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 60
    assert peak < 40_000_000


def test_leaving_a_stream_ends_its_work(rego) -> None:
    """Who leaves a stream before its end does not wait for what is still being asked."""
    documents = [("quick", b'{"thing": {}}'), *((str(n), b'{"pad": "' + b"x" * 5_000_000 + b'", "thing": {"a": {}}}') for n in range(5))]
    with rego.load(MODULES) as policies:
        stream = policies.ask_many(["t.endless"], documents, timeout=30, jobs=2)
        assert next(stream)[0] == "quick"
        time.sleep(0.5)
        began = time.monotonic()
        stream.close()
        assert time.monotonic() - began < 24


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": 1e400}', "too large"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"{} {}", "not JSON"),
        (b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}", "64 levels"),
        (b"[" * 200_000, "64 levels"),
        (b"a: 1", "not JSON"),
    ],
)
def test_bad_documents_are_refused_alike(rego, document: bytes, reason: str) -> None:
    """Neither engine sees what is not one JSON object of bounded depth."""
    with rego.load(MODULES) as policies:
        error = policies.ask(["t.named"], document, timeout=10)["t.named"].error
        assert isinstance(error, EvidenceError)
        assert reason in str(error)
        assert policies.evaluate("1", document, timeout=10) == Failed(error) or reason in str(policies.evaluate("1", document, timeout=10).error)


def test_sixty_four_levels_are_read(rego) -> None:
    """The deepest document that is allowed is one that the engine takes, in a batch too."""
    document = b'{"thing": {"a": {"name": ' + b"[" * 61 + b"]" * 61 + b"}}}"
    with rego.load(MODULES) as policies:
        got = [answers["t.named"] for _, answers in policies.ask_many(["t.named"], [("a", document)] * 3, timeout=10)]
    assert got == [Value(["a"], [])] * 3


@pytest.mark.parametrize(
    ("source", "line"), [("package a\n\nx if y", 3), ("package a\nx :=", 2), ("package a\n\nx if { not f(y) }\n\nf(_) := true", 3)], ids=["unsafe", "syntax", "not"]
)
def test_compile_errors_have_a_place(rego, source: str, line: int) -> None:
    """A module that cannot be loaded is a CompileError with its own path, however odd, and line."""
    with pytest.raises(CompileError) as caught:
        rego.load({"../sm\u00f6rg/ b.rego": source})
    assert (caught.value.path, caught.value.line) == ("../sm\u00f6rg/ b.rego", line)


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"controls": {}}'])
def test_data_never_replaces_a_rule(rego, data: bytes) -> None:
    """Data that is no object, or that lies where a package is, is refused."""
    with pytest.raises(CompileError):
        rego.load(MODULES, data)


def test_text_that_is_no_unicode(rego) -> None:
    """A module with half a character is a CompileError."""
    with pytest.raises(CompileError):
        rego.load({"a.rego": 'package a\nx := "\ud800"'})


def test_data_is_seen(rego) -> None:
    """Parameters are read as `data.parameters`."""
    with rego.load({}, b'{"parameters": {"t.named": {"minimum": 2}}}') as policies:
        assert policies.evaluate('data.parameters["t.named"].minimum', b"{}", timeout=10) == Defined(2)


def test_null_and_undefined_differ(rego) -> None:
    """Null is a value; undefined is none."""
    with rego.load(MODULES) as policies:
        assert policies.evaluate("input.a", b'{"a": null}', timeout=10) == Defined(None)
        assert policies.evaluate("input.b", b'{"a": null}', timeout=10) == Undefined()


@pytest.mark.parametrize("call", ["time.now_ns()", 'http.send({"method": "GET", "url": "http://127.0.0.1:1"})', "opa.runtime()", 'rand.intn("a", 9)', 'uuid.rfc4122("a")'])
def test_impure_builtins_never_answer(rego, call: str) -> None:
    """The clock, the network, the environment and chance are refused at the latest when they are called."""
    try:
        with rego.load({"t/impure.rego": control("impure", f"failures contains x if x := {call}")}) as policies:
            outcome = policies.ask(["t.impure"], TWO, timeout=10)["t.impure"]
        assert isinstance(outcome, Failed)
        assert outcome.error.path == "t/impure.rego"
    except CompileError as error:
        assert error.path == "t/impure.rego"


def test_secrets_do_not_reach_an_engine(rego, monkeypatch) -> None:
    """What the environment holds is nothing that a policy can ask for, and flags hidden in it do nothing."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("OPA_EVAL_DATA", "/etc")
    monkeypatch.setenv("OPA_EVAL_FORMAT", "raw")
    with rego.load(MODULES) as policies:
        assert "ghp_secret" not in str(policies.evaluate("opa.runtime()", b"{}", timeout=10))
        assert policies.ask(["t.named"], TWO, timeout=10) == {"t.named": ANSWER}


def test_many_controls(rego) -> None:
    """Hundreds of controls are asked without a limit of the query being met."""
    modules = {f"t/c{n}.rego": control(f"a_rather_long_name_of_a_control_{n}", "failures contains x if some x in input.absent") for n in range(450)}
    ids = [f"t.a_rather_long_name_of_a_control_{n}" for n in range(450)]
    with rego.load(modules) as policies:
        got = dict(policies.ask_many(ids, [("a", TWO), ("b", TWO)], timeout=30, jobs=1))
    assert got["b"][ids[-1]] == Value(["a", "b"], [])
    assert len(got["a"]) == 450


def test_closed_policies_do_not_answer(rego) -> None:
    """After close every question fails; closing twice is allowed."""
    policies = rego.load(MODULES)
    policies.close()
    policies.close()
    assert isinstance(policies.ask(["t.named"], TWO, timeout=10)["t.named"].error, EngineError)


def test_unknown_engine() -> None:
    """Another name than the two is a usage error that names them."""
    with pytest.raises(UsageError) as caught:
        open_engine("regorus")
    assert "embedded, opa" in caught.value.hint
