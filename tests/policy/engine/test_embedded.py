"""The embedded engine: that it is the right one, and that nothing it does reaches the caller."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from auditor.errors import CompileError, EngineError
from auditor.policy.engine import Value, embedded, open_engine, worker
from auditor.policy.engine.embedded import DISTRIBUTION, Embedded, open_embedded
from auditor.policy.engine.process import Dead, Process
from tests.policy.engines import ENDLESS, GREEDY, NAMED, PANICKING, SLOW, TWO

ROOT = Path(__file__).parents[3]
WHEELS = json.loads((ROOT / "auditor/policy/engine/wheels.json").read_bytes())


def children(parent: int) -> dict[int, int]:
    """Processes whose parent this is, by /proc, each with the processor time it took, in hundredths of a second."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found[int(entry.parent.name)] = int(fields[11]) + int(fields[12])
    return found


def at_work(parent: int, number: int) -> list[int]:
    """The children of a process, as soon as there are so many and each has worked for a while.  Fails where that does not come."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = children(parent)
        if len(found) == number and min(found.values()) >= 20:
            return list(found)
        time.sleep(0.02)
    raise AssertionError(f"{found} and not {number} at work")


def gone(pid: int, seconds: float = 3) -> bool:
    """Does the process end in that time?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_version_and_identity() -> None:
    """The report names the engine, its version, the module that ran and the wheel that is known to hold it, as the lock file has it."""
    engine = open_engine("embedded")
    identity = engine.identity()
    assert engine.version() == f"regorus {importlib.metadata.version(DISTRIBUTION)}" == identity["version"]
    assert identity["name"] == "embedded"
    assert WHEELS[identity["module_sha256"]] == {"wheel": identity["wheel"], "sha256": identity["wheel_sha256"]}


def test_known_wheels_are_the_locked_ones() -> None:
    """Every wheel of the committed list is in the lock file with the same hash, and none of the lock is missing."""
    package = next(p for p in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"] if p["name"] == DISTRIBUTION)
    locked = {wheel["url"].rpartition("/")[2]: wheel["hash"].removeprefix("sha256:") for wheel in package["wheels"]}
    assert {wheel["wheel"]: wheel["sha256"] for wheel in WHEELS.values()} == locked


def test_unknown_build_is_said_to_be_one(tmp_path: Path) -> None:
    """A module that is in no known wheel is never given a wheel's name."""
    (tmp_path / "regorus").mkdir()
    (tmp_path / "regorus" / "regorus.abi3.so").write_bytes(b"built at home")
    identity = Embedded(str(tmp_path), "0.13.0").identity()
    assert identity["wheel"] == "unrecognised build"
    assert "wheel_sha256" not in identity
    assert len(identity["module_sha256"]) == 64


@pytest.mark.parametrize("version", ["0.12.0", "0.13.1", "1.0", "junk"])
def test_other_versions_are_refused(monkeypatch, version: str) -> None:
    """A version that was not tested is an EngineError with the next step."""
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    with pytest.raises(EngineError) as caught:
        open_embedded()
    assert DISTRIBUTION in caught.value.hint


def test_other_distribution_is_refused(monkeypatch) -> None:
    """A module `regorus` without the distribution it should come from is not used."""

    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    with pytest.raises(EngineError, match="not installed"):
        open_embedded()


@pytest.mark.parametrize("code", ["raise ImportError", "class Engine: pass", "import os; os._exit(0)", "while True: pass"])
def test_overwritten_module_is_refused(tmp_path: Path, monkeypatch, code: str) -> None:
    """Another package's module under the same name fails the self-test, whatever it does."""
    (tmp_path / "regorus.py").write_text(code)
    monkeypatch.setattr(embedded, "LOAD_TIMEOUT", 2.0)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: importlib.machinery.ModuleSpec("regorus", None, origin=str(tmp_path / "regorus" / "__init__.py")))
    with pytest.raises(EngineError, match="overwritten"):
        open_embedded()


def test_worker_imports_next_to_nothing() -> None:
    """The worker's own imports are json, os, sys and the engine, so that it starts fast and knows nothing."""
    source = Path(worker.__file__).read_text(encoding="utf-8")
    names = {alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names}
    assert names == {"json", "os", "sys", "regorus", "resource", "fcntl"}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the environment in /proc")
def test_worker_has_no_environment(monkeypatch) -> None:
    """A worker's environment holds nothing of ours but what it needs to start."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("RUST_BACKTRACE", "full")
    process = open_embedded().start()
    process.request({"do": "self_test"}, timeout=10)
    names = {entry.partition(b"=")[0] for entry in Path(f"/proc/{process._child.pid}/environ").read_bytes().split(b"\0") if entry}
    process.kill()
    assert names == {b"PATH", b"HOME", b"LC_ALL", b"MIMALLOC_ARENA_RESERVE"}


def test_starting_is_fast() -> None:
    """A worker answers its first request within a moment, on a busy machine too."""
    engine = open_embedded()
    began = time.monotonic()
    process = engine.start()
    process.request({"do": "self_test"}, timeout=10)
    assert time.monotonic() - began < 16
    process.kill()


def test_panic_and_greed() -> None:
    """A panic of the engine and a policy that wants all memory are their own EngineErrors; the same policies go on answering."""
    with open_embedded().load({"t/p.rego": PANICKING, "t/g.rego": GREEDY, "t/n.rego": NAMED}) as policies:
        for _ in range(2):
            got = policies.ask(["t.panicking", "t.greedy", "t.named"], TWO, timeout=20)
            assert "defect of its own" in str(got["t.panicking"].error)
            assert "memory" in str(got["t.greedy"].error)
            assert isinstance(got["t.named"], Value)


def test_stderr_is_never_shown() -> None:
    """What a dying worker writes, a policy's texts say, is in no message."""
    with open_embedded().load({"t/p.rego": PANICKING}) as policies:
        error = str(policies.ask(["t.panicking"], TWO, timeout=20)["t.panicking"].error)
    assert "src/" not in error
    assert "\n" not in error


def test_prints_do_not_disturb() -> None:
    """A policy that prints megabytes still answers."""
    source = NAMED + '\n_noise if {\n\tsome n in numbers.range(1, 20000)\n\tprint("x", n, "\\n")\n\tn < 0\n}\n\nsubjects contains "c" if _noise\n'
    with open_embedded().load({"t/n.rego": source}) as policies:
        assert policies.ask(["t.named"], TWO, timeout=20)["t.named"].subjects == ["a", "b"]


def test_worker_keeps_its_modules() -> None:
    """Documents one after the other are asked in one process."""
    with open_embedded().load({"t/n.rego": NAMED}) as policies:
        policies.ask(["t.named"], TWO, timeout=10)
        before = set(children(os.getpid()))
        for _ in policies.ask_many(["t.named"], [(str(n), TWO) for n in range(50)], timeout=10, jobs=1):
            pass
        assert set(children(os.getpid())) == before


def test_closing_leaves_no_process() -> None:
    """After close there is no worker, lost ones included."""
    before = set(children(os.getpid()))  # other tests keep an engine
    with open_embedded().load({"t/n.rego": NAMED, "t/e.rego": ENDLESS}) as policies:
        list(policies.ask_many(["t.named", "t.endless"], [(str(n), TWO) for n in range(3)], timeout=0.3, jobs=2))
        policies.ask(["t.named"], TWO, timeout=10)
        assert set(children(os.getpid())) > set(before)
    assert set(children(os.getpid())) == before


PARENT = f"""
import sys
from auditor.policy.engine import open_engine
modules = {{"t/e.rego": {ENDLESS!r}}}
with open_engine(sys.argv[1]).load(modules) as policies:
    print("ready", flush=True)
    list(policies.ask_many(["t.endless"], [("a", {TWO!r}), ("b", {TWO!r})], timeout=300, jobs=int(sys.argv[2])))
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc")
@pytest.mark.parametrize(("how", "jobs"), [(signal.SIGKILL, 1), (signal.SIGKILL, 2), (signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGTERM, 2)])
def test_workers_die_with_their_parent(how: signal.Signals, jobs: int) -> None:
    """Killed, or stopped by Ctrl-C, amid an evaluation that never ends: no worker is left."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, "embedded", str(jobs)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    workers = at_work(parent.pid, jobs)
    parent.send_signal(how)
    parent.wait(5)
    parent.stdout.close()
    assert all(gone(pid) for pid in workers)


def test_requests_to_a_dead_worker() -> None:
    """A worker that was killed from outside is Dead to the next request, and so are all after it."""
    process = open_embedded().start()
    os.kill(process._child.pid, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(Dead):
            process.request({"do": "self_test"}, timeout=5)
    process.kill()


def test_a_loaded_worker_that_died_is_replaced() -> None:
    """A worker that dies between two questions costs one question at most."""
    with open_embedded().load({"t/n.rego": NAMED}) as policies:
        process = policies.take()
        policies.put_back(process)
        os.kill(process._child.pid, signal.SIGKILL)
        assert isinstance(policies.ask(["t.named"], TWO, timeout=5)["t.named"], Value)


def test_answers_are_bounded(monkeypatch) -> None:
    """A worker that announces a reply beyond all bounds is ended before it is read."""
    monkeypatch.setattr("auditor.policy.engine.process.MAX_ANSWER", 1000)
    with open_embedded().load({"t/n.rego": NAMED}) as policies:
        assert isinstance(policies.evaluate("numbers.range(1, 1000)", b"{}", timeout=5).error, EngineError)
        assert policies.evaluate("1", b"{}", timeout=5).value == 1


def test_loading_is_bounded(monkeypatch) -> None:
    """Modules whose parsing never ends are an EngineError."""
    monkeypatch.setattr(embedded, "LOAD_TIMEOUT", 1.0)
    with pytest.raises(EngineError, match="within 1 seconds"):
        open_embedded().load({"a.rego": "package a\nx := " + "[" * 30 + "]" * 30})


def test_syntax_of_many_modules() -> None:
    """One module that cannot be parsed, or not in time, is its own error; the others have their trees."""
    trees = open_embedded().syntax({"a.rego": "package a", "b.rego": "package", "c.rego": "package c\nx := " + "[" * 30 + "]" * 30, "d.rego": "package d"}, timeout=1)
    assert [type(tree) for tree in trees.values()] == [dict, CompileError, Dead, dict]


def test_columns_are_characters() -> None:
    """Places count characters, as people and the other engine do, not the engine's bytes and fours for a tab."""
    with open_embedded().load({"t/n.rego": f'package t\n\nx if {{\n\t"äöü" == "äöü"; y := to_number("€")\n\ty == {SLOW}\n}}\n'}) as policies:
        error = policies.evaluate("data.t.x", b"{}", timeout=5).error
    assert (error.path, error.line) == ("t/n.rego", 4)
    assert re.search(r'to_number\("(.)', '\t"äöü" == "äöü"; y := to_number("€")').start(1) + 1 == error.column


def test_process_without_python(monkeypatch) -> None:
    """A worker that cannot be started is an EngineError."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError, match="cannot be started"):
        Process("/nowhere")
