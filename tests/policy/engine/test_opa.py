"""The opa executable: found, new enough, held to what policies may do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import CompileError, EngineError
from auditor.policy.engine import Failed, Value, open_engine
from auditor.policy.engine.opa import BATCH_BYTES, batches, open_opa
from tests.policy.engine.test_embedded import PARENT, ROOT, at_work, gone
from tests.policy.engines import GREEDY, NAMED, TWO, control, engine


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An `opa` that runs this script, first on PATH."""
    program = folder / "opa"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_missing(monkeypatch, tmp_path: Path) -> None:
    """Without an executable the error says what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="no executable") as caught:
        open_engine("opa")
    assert "--engine embedded" in caught.value.hint


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo Version: 1.16.9", "too old: 1.17.0"),
        ("echo Version: 0.70.0", "too old"),
        ("echo Version: dev", "works"),
        ("exit 1", "exit code 1"),
        ("kill -9 $$", "SIGKILL"),
    ],
)
def test_unfit(monkeypatch, tmp_path: Path, script: str, message: str) -> None:
    """An executable that is too old, or none that works, is an EngineError with a hint."""
    fake(tmp_path, monkeypatch, script)
    with pytest.raises(EngineError, match=message) as caught:
        open_opa()
    assert caught.value.hint


@pytest.mark.parametrize(
    "script", ["echo '{}'; exit 1", "echo not json", "echo '[]'", "echo '{\"result\": [{}]}'", "exit 2", "kill -SEGV $$", "echo goroutine 1 secret >&2; exit 2"]
)
def test_no_answer_is_none(monkeypatch, tmp_path: Path, script: str) -> None:
    """Only exit 0 with JSON of the known form is an answer; stderr is not shown."""
    capabilities = '{"builtins": [], "features": [], "future_keywords": []}'
    fake(tmp_path, monkeypatch, f"case $1 in version) echo Version: 1.20.0;; capabilities) echo '{capabilities}';; *) cat >/dev/null; {script};; esac")
    with pytest.raises(EngineError) as caught:
        open_opa().load({"t/n.rego": NAMED})
    assert "secret" not in str(caught.value)


def test_environment_and_arguments(monkeypatch, tmp_path: Path) -> None:
    """The executable gets no environment of ours, a folder of its own, and every flag that keeps a failing builtin from being silence."""
    capabilities = '{"builtins": [], "features": [], "future_keywords": []}'
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    fake(tmp_path, monkeypatch, f"case $1 in version) echo Version: 1.20.0;; capabilities) echo '{capabilities}';; *) cat >/dev/null; env >{tmp_path}/env; echo $* >{tmp_path}/arguments; ls >{tmp_path}/files; echo '{{}}';; esac")
    open_opa().load({"t/n.rego": NAMED}).close()
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "HOME", "LC_ALL"}
    assert "eval --format json --stdin-input --strict-builtin-errors --timeout 30000ms --capabilities" in (tmp_path / "arguments").read_text()
    assert (tmp_path / "files").read_text().split() == ["data.json", "m0.rego"]


@pytest.mark.parametrize("script", ["echo junk", "echo '{}'", "exit 3"])
def test_capabilities_unknown(monkeypatch, tmp_path: Path, script: str) -> None:
    """An executable that cannot say what it can do evaluates nothing."""
    fake(tmp_path, monkeypatch, f"case $1 in version) echo Version: 1.20.0;; *) {script};; esac")
    with pytest.raises(EngineError, match="what it can do"):
        open_opa().load({})


@pytest.mark.opa
def test_version_and_identity(monkeypatch) -> None:
    """The report names version and hash of the executable."""
    opa = engine("opa", monkeypatch)
    identity = opa.identity()
    assert opa.version() == identity["version"]
    assert opa.version().startswith("opa 1.")
    assert len(identity["executable_sha256"]) == 64


@pytest.mark.opa
def test_capabilities(monkeypatch) -> None:
    """What a policy may use has no impure builtin, no network, no text templates, and still `not`."""
    known = json.loads(engine("opa", monkeypatch).capabilities)
    names = {builtin["name"] for builtin in known["builtins"]}
    assert not names & {"http.send", "time.now_ns", "opa.runtime", "rand.intn", "uuid.rfc4122", "net.lookup_ip_addr", "yaml.unmarshal", "internal.template_string"}
    assert {"plus", "eq", "walk", "internal.member_2", "sprintf"} <= names
    assert (known["allow_net"], known["features"], known["future_keywords"]) == ([], ["rego_v1"], ["not"])


@pytest.mark.opa
@pytest.mark.parametrize("expression", ["time.now_ns()", 'http.send({"method": "GET", "url": "http://127.0.0.1"})', "opa.runtime()", '$"a{1}"', "yaml.unmarshal(`a`)"])
def test_forbidden_is_refused_at_load(monkeypatch, expression: str) -> None:
    """What is forbidden is a CompileError with the module's path, reached or not."""
    with pytest.raises(CompileError) as caught:
        engine("opa", monkeypatch).load({"t/x.rego": control("x", f"failures contains x if {{\n\tfalse\n\tx := {expression}\n}}")})
    assert caught.value.path == "t/x.rego"


@pytest.mark.opa
def test_builtin_errors_are_errors(monkeypatch) -> None:
    """A builtin that fails is no silence."""
    with engine("opa", monkeypatch).load({"t/x.rego": control("x", 'failures contains 1 if to_number("x")')}) as policies:
        assert isinstance(policies.ask(["t.x"], TWO, timeout=10)["t.x"], Failed)


@pytest.mark.opa
@pytest.mark.slow
def test_memory_is_bounded(monkeypatch) -> None:
    """A policy that wants all memory is an EngineError."""
    with engine("opa", monkeypatch).load({"t/g.rego": GREEDY.replace("count(numbers.range(1, 1000000000))", "count([n | some n in numbers.range(1, 1000000000)])"), "t/n.rego": NAMED}) as policies:
        got = policies.ask(["t.greedy", "t.named"], TWO, timeout=60)
    assert isinstance(got["t.greedy"].error, EngineError)
    assert isinstance(got["t.named"], Value)


@pytest.mark.opa
def test_nothing_is_left_behind(monkeypatch, tmp_path: Path) -> None:
    """Closed policies leave no folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with engine("opa", monkeypatch).load({"t/n.rego": NAMED}) as policies:
        assert list(tmp_path.iterdir())
        policies.ask(["t.named"], TWO, timeout=10)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.opa
def test_interrupted(monkeypatch) -> None:
    """Ctrl-C amid an evaluation that never ends leaves no opa running."""
    engine("opa", monkeypatch)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, "opa", "2"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    running = at_work(parent.pid, 1)
    parent.send_signal(signal.SIGINT)
    parent.wait(5)
    parent.stdout.close()
    assert all(gone(pid) for pid in running)


def test_batches() -> None:
    """Batches are bounded by bytes and number; a document beyond is a batch by itself; nothing is lost."""
    small, large = ("s", b"{}"), ("l", b" " * (BATCH_BYTES + 1))
    assert [len(batch) for batch in batches([small] * 450)] == [200, 200, 50]
    assert [[name for name, _ in batch] for batch in batches([small, large, small, small])] == [["s"], ["l"], ["s", "s"]]
    assert list(batches([])) == []
