"""Rego engines behind one small protocol: `with open_engine(name).load(modules, data) as policies: policies.ask(...)`.

Nothing outside this package imports a Rego implementation or starts one.  JSON bytes go in, plain data comes out, on every engine alike,
and every load and evaluation happens in a process that can be killed: a hostile policy costs its own answer, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from auditor.errors import AuditorError, UsageError

NAMES = ("embedded", "opa")


@dataclass(frozen=True, slots=True)
class Value:
    """What a control answered: the ids of its population, and its failures as the policy wrote them."""

    subjects: list[Any]
    failures: list[Any]


@dataclass(frozen=True, slots=True)
class Defined:
    """The value of one reference.  None is JSON's null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Undefined:
    """The reference has no value, or there is no such rule."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer.  `error` is a PolicyError where a policy is at fault, an EngineError for a timeout or a death, an EvidenceError for the document."""

    error: AuditorError


Outcome = Defined | Undefined | Failed
Answers = dict[str, Value | Failed]


class Policies(Protocol):
    """Loaded modules, unchangeable.  Owns its processes; use as a context manager."""

    def ask(self, controls: Sequence[str], document: bytes, *, timeout: float) -> Answers:
        """`subjects` and `failures` of each control (`FAMILY.NAME`) over one evidence document.  Never raises for what a policy or the document did.

        All are asked at once; if that fails, one by one, so that the guilty one is Failed and the others count.  `timeout` in seconds bounds each
        of these questions, and at most three of them may end an engine: then the rest is Failed unasked.
        """

    def ask_many(self, controls: Sequence[str], documents: Iterable[tuple[str, bytes]], *, timeout: float, jobs: int = 0) -> Iterator[tuple[str, Answers]]:
        """`ask` for each (name, document), in order, `jobs` at a time (0: two, or one on a single processor).  Documents are taken as they are needed."""

    def evaluate(self, reference: str, document: bytes, *, timeout: float) -> Outcome:
        """The value of one query, for tests and probes."""

    def close(self) -> None:
        """Ends every process.  Safe to call twice."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Engine(Protocol):
    """A Rego implementation."""

    name: str

    def version(self) -> str:
        """`regorus 0.13.0`, `opa 1.22.2`: stored in the report."""

    def identity(self) -> dict[str, str]:
        """`name`, `version` and what exactly runs: `executable_sha256` of opa, `module_sha256` and `wheel`, `wheel_sha256` of the embedded engine."""

    def load(self, modules: Mapping[str, str], data: bytes = b"{}") -> Policies:
        """Compile `path -> source` beside the data document.  Raises CompileError at the first fault, EngineError if the engine gave no answer."""


def open_engine(name: str) -> Engine:
    """The engine called `embedded` or `opa`, checked to be the one it should be.  Raises EngineError with the next step, UsageError for another name."""
    if name == "embedded":
        from auditor.policy.engine.embedded import open_embedded

        return open_embedded()
    if name == "opa":
        from auditor.policy.engine.opa import open_opa

        return open_opa()
    raise UsageError(f"there is no engine {name!r}", hint=f"Use one of: {', '.join(NAMES)}.")
