"""The embedded engine: regorus, from the wheel of gordon-to-regorus, in worker processes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditor.errors import CompileError, EngineError, EvaluationError
from auditor.policy.engine import Answers, Defined, Failed, Outcome, Undefined
from auditor.policy.engine.asking import Asker, check_loadable, refused
from auditor.policy.engine.builtins import IMPURE
from auditor.policy.engine.places import fault
from auditor.policy.engine.process import Dead, Process
from auditor.policy.engine.streaming import default_jobs, in_order

DISTRIBUTION = "gordon-to-regorus"
VERSION = "0.13.0"  # the one that pyproject.toml names: verdicts were compared with opa's under no other
LOAD_TIMEOUT = 30.0
BASE_MEMORY = 512 * 1024 * 1024
MEMORY_PER_BYTE = 32  # regorus takes 8 to 15 bytes for a byte of input; twice that is enough for honest rules
_HINT = f"Reinstall it: pip install --force-reinstall {DISTRIBUTION}=={VERSION}. Or use --engine opa."
_WHEELS = Path(__file__).with_name("wheels.json")


class Embedded:
    """regorus.  `library` is the folder it lies in."""

    name = "embedded"

    def __init__(self, library: str, number: str) -> None:
        self.library, self._number = library, number

    def version(self) -> str:
        return f"regorus {self._number}"

    def identity(self) -> dict[str, str]:
        """Name, version, the hash of the module that runs, and the wheel that is known to hold it."""
        found = sorted(path for path in Path(self.library, "regorus").iterdir() if path.suffix in {".so", ".pyd"})
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()
        wheel = json.loads(_WHEELS.read_bytes()).get(digest, {})
        known = {"wheel": wheel["wheel"], "wheel_sha256": wheel["sha256"]} if wheel else {"wheel": "unrecognised build"}
        return {"name": self.name, "version": self.version(), "module_sha256": digest, **known}

    def load(self, modules: Mapping[str, str], data: bytes = b"{}", *, coverage: bool = False) -> EmbeddedPolicies:
        """See `Engine.load`.  With `coverage` the policies count lines: see `EmbeddedPolicies.coverage`."""
        policies = EmbeddedPolicies(self, modules, data, coverage=coverage)
        try:
            policies.put_back(policies.take())
        except BaseException:
            policies.close()
            raise
        return policies

    def syntax(self, modules: Mapping[str, str], *, timeout: float = 5.0) -> dict[str, dict[str, Any] | CompileError | EngineError]:
        """The syntax tree of each module, as regorus prints it, or why there is none.  `timeout` seconds a module."""
        trees: dict[str, dict[str, Any] | CompileError | EngineError] = {}
        process: Process | None = None
        try:
            for path, source in modules.items():
                process = process if process is not None and process.alive else self.start()
                trees[path] = _syntax(process, path, source, timeout)
        finally:
            if process is not None:
                process.kill()
        return trees

    def start(self) -> Process:
        """A worker without modules.  The caller kills it."""
        return Process(self.library)


class EmbeddedPolicies:
    """Modules loaded into as many workers as are asked at a time."""

    def __init__(self, engine: Embedded, modules: Mapping[str, str], data: bytes, *, coverage: bool) -> None:
        check_loadable(modules, data)
        self._engine, self._modules, self._data, self._coverage = engine, dict(modules), data, coverage
        self._asker = Asker(modules)
        self.size = len(data) + sum(map(len, modules.values()))
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._closed = False

    def ask(self, controls: Sequence[str], document: bytes, *, timeout: float) -> Answers:
        """See `Policies.ask`."""
        if failed := refused(document):
            return dict.fromkeys(controls, failed)
        with _Conversation(self, document, timeout) as conversation:
            return self._asker.ask(controls, conversation.query)

    def ask_many(self, controls: Sequence[str], documents: Iterable[tuple[str, bytes]], *, timeout: float, jobs: int = 0) -> Iterator[tuple[str, Answers]]:
        """See `Policies.ask_many`."""

        def one(item: tuple[str, bytes]) -> tuple[str, Answers]:
            return item[0], self.ask(controls, item[1], timeout=timeout)

        return in_order(one, documents, default_jobs(jobs), self.close)

    def evaluate(self, reference: str, document: bytes, *, timeout: float) -> Outcome:
        """See `Policies.evaluate`."""
        with _Conversation(self, document, timeout) as conversation:
            return refused(document) or conversation.query(reference)

    def coverage(self) -> dict[str, tuple[list[int], list[int]]]:
        """Lines covered and not covered so far, by module.  Meaningful after questions asked one after the other."""
        process = self.take()
        reply, body = process.request({"do": "coverage"}, timeout=LOAD_TIMEOUT)
        self.put_back(process)
        if reply:
            raise EngineError("the embedded engine gave no coverage")
        files = json.loads(body)["files"]
        return {file["path"]: (sorted(file["covered"]), sorted(file["not_covered"])) for file in files}

    def take(self) -> Process:
        """A loaded worker of one's own, to be given to `put_back`.  Raises CompileError, EngineError."""
        with self._lock:
            if self._closed:
                raise EngineError("the policies are closed")
            if self._idle:
                return self._idle.pop()
            process = self._engine.start()
            self._all.add(process)
        header = {"do": "load", "modules": list(self._modules.items()), "forbidden": IMPURE, "coverage": self._coverage, "memory": memory(self.size)}
        reply, _ = process.request(header, self._data, timeout=LOAD_TIMEOUT)
        if reply:
            process.kill()
            raise fault(reply, self._modules, CompileError)
        return process

    def put_back(self, process: Process) -> None:
        with self._lock:
            if process.alive and not self._closed:
                self._idle.append(process)
            else:
                process.kill()
                self._all.discard(process)

    def failure(self, reply: Mapping[str, Any]) -> Failed:
        """The error of a reply that is one."""
        return Failed(fault(reply, self._modules, EvaluationError))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for process in self._all:
                process.kill()
            self._all.clear()
            self._idle.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Conversation:
    """Queries over one document, with a new worker wherever one was lost."""

    def __init__(self, policies: EmbeddedPolicies, document: bytes, timeout: float) -> None:
        self._policies, self._document, self._timeout = policies, document, timeout
        self._process: Process | None = None

    def query(self, query: str) -> Outcome:
        try:
            reply, body = self._ready().request({"do": "query", "query": query}, timeout=self._timeout)
            if reply:
                return self._failed(reply)
            result = json.loads(body).get("result")
        except Dead as error:
            return Failed(error)
        except (CompileError, EngineError) as error:  # of a worker that had to be loaded again
            return Failed(error)
        except (ValueError, RecursionError, AttributeError):
            return Failed(EngineError("the embedded engine's answer cannot be read"))
        return Defined(result[0]["expressions"][0]["value"]) if result else Undefined()

    def _ready(self) -> Process:
        """A worker that has the document."""
        if self._process is None or not self._process.alive:
            self._drop()
            self._process = self._policies.take()
            reply, _ = self._process.request({"do": "input", "memory": memory(self._policies.size + len(self._document))}, self._document, timeout=self._timeout)
            if reply:
                raise self._failed(reply).error
        return self._process

    def _failed(self, reply: Mapping[str, Any]) -> Failed:
        if reply["failed"] != "error" and self._process is not None:
            self._process.kill()  # after a panic or without memory nothing it says can be relied on
        return self._policies.failure(reply)

    def _drop(self) -> None:
        if self._process is not None:
            self._policies.put_back(self._process)
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()


def open_embedded() -> Embedded:
    """The embedded engine, once it has shown that it is the right one.  Raises EngineError."""
    try:
        number = importlib.metadata.version(DISTRIBUTION)
        spec = importlib.util.find_spec("regorus")
    except (importlib.metadata.PackageNotFoundError, ValueError):
        number, spec = "", None
    if not number or spec is None or not spec.origin:
        raise EngineError("the embedded Rego engine is not installed", hint=f"Install it: pip install {DISTRIBUTION}=={VERSION}. Or use --engine opa.")
    if number != VERSION:
        raise EngineError(f"{DISTRIBUTION} {number} is not the version this release was tested with, {VERSION}", hint=_HINT)
    engine = Embedded(str(Path(spec.origin).parent.parent), number)
    if (engine.library, number) not in _passed:
        if not _self_test(engine):
            raise EngineError(f"the module `regorus` is not the one of {DISTRIBUTION} {number}: another package has overwritten it", hint=_HINT)
        _passed.add((engine.library, number))
    return engine


_passed: set[tuple[str, str]] = set()  # what passed the self-test in this process: once is enough


def _self_test(engine: Embedded) -> bool:
    process = engine.start()
    try:
        reply, _ = process.request({"do": "self_test"}, timeout=LOAD_TIMEOUT)
    except Dead:
        return False
    finally:
        process.kill()
    return bool(reply.get("passed"))


def memory(size: int) -> int:
    """Bytes of address space, besides what an idle worker takes, for `size` bytes of input."""
    return BASE_MEMORY + MEMORY_PER_BYTE * size


def _syntax(process: Process, path: str, source: str, timeout: float) -> dict[str, Any] | CompileError | EngineError:
    try:
        body = source.encode()
        reply, answer = process.request({"do": "syntax", "path": path, "memory": memory(64 * len(body))}, body, timeout=timeout)
        if reply:
            error = fault(reply, {path: source}, CompileError)
            if not isinstance(error, CompileError):
                process.kill()
                return EngineError(str(error))
            return error
        tree: dict[str, Any] = json.loads(answer)[0]["ast"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return EngineError("its syntax tree cannot be read")
    except Dead as error:
        return error
    return tree
