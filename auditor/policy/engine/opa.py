"""The reference engine: the `opa` executable, a process for each question or batch of documents."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditor.errors import AuditorError, CompileError, EngineError, EvaluationError, PolicyError
from auditor.policy.engine import Answers, Defined, Failed, Outcome, Undefined
from auditor.policy.engine.asking import Asker, check_loadable, question, refused
from auditor.policy.engine.builtins import ALLOWED, OPERATORS
from auditor.policy.engine.places import one_line
from auditor.policy.engine.process import describe_exit
from auditor.policy.engine.run import Finished, Runs, run
from auditor.policy.engine.streaming import default_jobs, in_order

OLDEST = (1, 17, 0)
LOAD_TIMEOUT = 30.0
BASE_MEMORY = 2048 * 1024 * 1024
MEMORY_PER_BYTE = 140  # opa takes 35 to 70 bytes for a byte of input
BATCH_BYTES = 4 * 1024 * 1024
BATCH_DOCUMENTS = 200
BATCH_CONTROLS = 400  # Linux allows 128 KiB in one argument
_HINT = "Install it from https://www.openpolicyagent.org/docs/#running-opa and put it on PATH, or use --engine embedded."
_VERSION = re.compile(r"^Version: v?(\d+)\.(\d+)\.(\d+)", re.MULTILINE)

Named = tuple[str, bytes]


class Opa:
    """The executable at `path`."""

    name = "opa"

    def __init__(self, path: Path, number: str) -> None:
        self.path, self._number = path, number

    def version(self) -> str:
        return f"opa {self._number}"

    def identity(self) -> dict[str, str]:
        """Name, version and the hash of the executable."""
        try:
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise EngineError(f"{self.path} cannot be read: {error.strerror}", hint=_HINT) from None
        return {"name": self.name, "version": self.version(), "executable_sha256": digest}

    def load(self, modules: Mapping[str, str], data: bytes = b"{}") -> OpaPolicies:
        """See `Engine.load`."""
        policies = OpaPolicies(self, modules, data)
        try:
            outcome = policies.query("true", b"{}", LOAD_TIMEOUT)
            if isinstance(outcome, Failed):
                raise _compile_error(outcome.error)
        except BaseException:
            policies.close()
            raise
        return policies

    @functools.cached_property
    def capabilities(self) -> bytes:
        """What a policy may use: the allowed builtins, the operators, no network, none of the newer syntax that the embedded engine lacks."""
        finished = run([str(self.path), "capabilities", "--current"], timeout=LOAD_TIMEOUT, memory=BASE_MEMORY)
        try:
            known = json.loads(finished.stdout)
            kept = [builtin for builtin in known["builtins"] if _kept(builtin)]
        except (ValueError, LookupError, TypeError):
            raise EngineError(f"{self.path} did not say what it can do ({describe_exit(finished.code)})", hint=_HINT) from None
        words = [word for word in known.get("future_keywords", []) if word == "not"]
        return json.dumps({"builtins": kept, "features": ["rego_v1"], "future_keywords": words, "allow_net": []}).encode()


class OpaPolicies:
    """Modules in a folder of their own, under names of ours."""

    def __init__(self, engine: Opa, modules: Mapping[str, str], data: bytes) -> None:
        check_loadable(modules, data)
        self._engine = engine
        self._asker = Asker(modules)
        self._runs = Runs()
        self._paths = {f"m{number}.rego": path for number, path in enumerate(modules)}
        self._size = len(data) + sum(map(len, modules.values()))
        self._temporary = tempfile.TemporaryDirectory(prefix="auditor-opa-")
        root = Path(self._temporary.name)
        self._folder, self._home, self._capabilities = root / "modules", root / "home", root / "capabilities.json"
        try:
            self._folder.mkdir()
            self._home.mkdir()
            self._capabilities.write_bytes(engine.capabilities)
            (self._folder / "data.json").write_bytes(data)
            for name, path in self._paths.items():
                (self._folder / name).write_bytes(modules[path].encode())
        except BaseException:
            self.close()
            raise

    def ask(self, controls: Sequence[str], document: bytes, *, timeout: float) -> Answers:
        """See `Policies.ask`."""
        if failed := refused(document):
            return dict.fromkeys(controls, failed)
        return self._asker.ask(controls, lambda query: self.query(query, document, timeout))

    def ask_many(self, controls: Sequence[str], documents: Iterable[Named], *, timeout: float, jobs: int = 0) -> Iterator[tuple[str, Answers]]:
        """See `Policies.ask_many`: a process serves a batch of documents, `timeout` bounds the process."""

        once = list(dict.fromkeys(controls))

        def work(batch: list[Named]) -> list[tuple[str, Answers]]:
            answers = self._batch(once, [document for _, document in batch], timeout)
            return [(name, answer) for (name, _), answer in zip(batch, answers, strict=True)]

        for answers in in_order(work, batches(documents), default_jobs(jobs), self.close):
            yield from answers

    def evaluate(self, reference: str, document: bytes, *, timeout: float) -> Outcome:
        """See `Policies.evaluate`."""
        return refused(document) or self.query(reference, document, timeout)

    def query(self, query: str, document: bytes, timeout: float) -> Outcome:
        """The value of a query over a document that was checked."""
        command = [str(self._engine.path), "eval", "--format", "json", "--stdin-input", "--strict-builtin-errors"]
        command += ["--timeout", f"{max(1, round(timeout * 1000))}ms", "--capabilities", str(self._capabilities), "--data", ".", query]
        size = len(document) + self._size
        try:
            finished = self._runs.run(command, document, timeout=timeout, memory=BASE_MEMORY + MEMORY_PER_BYTE * size, folder=self._folder, home=self._home)
        except EngineError as error:
            return Failed(error)
        return self._outcome(finished, timeout)

    def _outcome(self, finished: Finished, timeout: float) -> Outcome:
        """Only exit 0 with JSON and without errors is an answer."""
        try:
            answer = json.loads(finished.stdout)
            if errors := answer.get("errors"):
                return Failed(self._error(errors[0], timeout))
            if finished.code == 0:
                return Defined(answer["result"][0]["expressions"][0]["value"]) if answer.get("result") else Undefined()
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
            pass
        return Failed(_no_answer(finished))

    def _error(self, error: Mapping[str, Any], timeout: float) -> AuditorError:
        code, message = str(error.get("code", "")), one_line(str(error.get("message", "")))
        if code == "eval_cancel_error":
            return EngineError(f"opa did not answer within {timeout:g} seconds and was ended")
        place = error.get("location") or {}
        path = self._paths.get(str(place.get("file", "")), "")
        line, column = (int(place.get("row", 0)), int(place.get("col", 0))) if path else (0, 0)
        return EvaluationError(path, line, column, code, message.removeprefix(f"{code}: "))

    def _batch(self, controls: Sequence[str], batch: Sequence[bytes], timeout: float) -> list[Answers]:
        """Answers to some documents: by one process, by two over halves if that fails, and each by itself in the end."""
        if len(batch) == 1 or len(controls) > BATCH_CONTROLS:
            return [self.ask(controls, document, timeout=timeout) for document in batch]
        if not any(map(refused, batch)) and (found := self._together(controls, batch, timeout)) is not None:
            return found
        half = len(batch) // 2
        return self._batch(controls, batch[:half], timeout) + self._batch(controls, batch[half:], timeout)

    def _together(self, controls: Sequence[str], batch: Sequence[bytes], timeout: float) -> list[Answers] | None:
        query = f"{{i: r | some i, d in input.docs; r := {question(controls)} with input as d}}"
        outcome = self.query(query, b'{"docs":[' + b",".join(batch) + b"]}", timeout)
        if not isinstance(outcome, Defined) or not isinstance(outcome.value, dict):
            return None
        found = []
        for index in range(len(batch)):
            answers = self._asker.split(controls, Defined(outcome.value.get(str(index))))
            if answers is None:
                return None
            found.append(answers)
        return found

    def close(self) -> None:
        self._runs.stop()
        with contextlib.suppress(OSError):
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def batches(documents: Iterable[Named]) -> Iterator[list[Named]]:
    """Documents by the batch, bounded by bytes and number; a large one is a batch by itself."""
    batch: list[Named] = []
    size = 0
    for name, document in documents:
        if batch and (size + len(document) > BATCH_BYTES or len(batch) >= BATCH_DOCUMENTS):
            yield batch
            batch, size = [], 0
        batch.append((name, document))
        size += len(document)
    if batch:
        yield batch


def open_opa() -> Opa:
    """The executable on PATH.  Raises EngineError if there is none or it is too old."""
    found = shutil.which("opa")
    if found is None:
        raise EngineError("there is no executable `opa` on PATH", hint=_HINT)
    path = Path(found).resolve()
    finished = run([str(path), "version"], timeout=LOAD_TIMEOUT, memory=BASE_MEMORY)
    number = _VERSION.search(finished.stdout.decode("utf-8", "replace"))
    if finished.code != 0 or number is None:
        raise EngineError(f"{path} is not an opa that works ({describe_exit(finished.code)})", hint=_HINT)
    if tuple(map(int, number.groups())) < OLDEST:
        raise EngineError(
            f"opa {'.'.join(number.groups())} is too old: {'.'.join(map(str, OLDEST))} is the first with `future.keywords.not`, on which every policy rests",
            hint=_HINT,
        )
    return Opa(path, ".".join(number.groups()))


def _kept(builtin: Mapping[str, Any]) -> bool:
    """Operators are builtins too; without `internal.print` a removed `print` would be a crash."""
    name = str(builtin["name"])
    return name in ALLOWED or name in OPERATORS or bool(builtin.get("infix")) or name in {"internal.print", "print"}


def _compile_error(error: AuditorError) -> AuditorError:
    if isinstance(error, PolicyError):
        return CompileError(error.path or "policies", error.line, error.column, error.code, error.message)
    return error


def _no_answer(finished: Finished) -> EngineError:
    if b"out of memory" in finished.stderr or b"cannot allocate memory" in finished.stderr:
        return EngineError("opa ran out of the memory it may use", hint="Look for a rule that joins large collections.")
    return EngineError(f"opa gave no answer ({describe_exit(finished.code)})")
