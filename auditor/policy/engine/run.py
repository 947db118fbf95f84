"""One run of an executable, from nothing but its arguments and input, to its end or its deadline."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import EngineError
from auditor.policy.engine.process import bare_environment, end_group

KEPT_STDERR = 8192


@dataclass(frozen=True, slots=True)
class Finished:
    """How it ended.  `stderr` is for recognising causes, never for showing: a Go stack holds addresses and arguments."""

    code: int
    stdout: bytes
    stderr: bytes


class Runs:
    """Runs that can be stopped together, from another thread.  After `stop` there are no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, command: list[str], stdin: bytes, *, timeout: float, memory: int, folder: Path | None = None, home: Path | None = None) -> Finished:
        """Run in its own session with `memory` bytes of address space; at the deadline the whole group is killed.  Raises EngineError."""
        with self._lock:
            if self._stopped:
                raise EngineError("the policies are closed")
            child = _start(command, folder, home)
            self._children.add(child)
        try:
            _limit(child.pid, memory, timeout)
            stdout, stderr = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise EngineError(f"{Path(command[0]).name} did not answer within {timeout:g} seconds and was ended") from None
        except (OSError, ValueError) as error:
            raise EngineError(f"{Path(command[0]).name} could not be asked: {error}") from None
        finally:
            with self._lock:
                self._children.discard(child)
            _end(child)
        return Finished(child.returncode, stdout, stderr[:KEPT_STDERR])

    def stop(self) -> None:
        """Kill what runs."""
        with self._lock:
            self._stopped = True
            for child in self._children:
                end_group(child, wait=False)


def run(command: list[str], *, timeout: float, memory: int) -> Finished:
    """One run without input.  Raises EngineError."""
    return Runs().run(command, b"", timeout=timeout, memory=memory)


def _start(command: list[str], folder: Path | None, home: Path | None) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=bare_environment(str(home) if home else ""),
            cwd=folder or os.path.abspath(os.sep),  # noqa: PTH100
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started: {error.strerror}") from None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill it if it still runs, and let go of its pipes."""
    end_group(child)
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _limit(pid: int, memory: int, timeout: float) -> None:
    """Bound address space, core files and processor time of a child, before it has its input.  Only Linux can do this from outside."""
    try:
        import resource

        seconds = int(timeout * (os.cpu_count() or 1)) + 10  # should the parent be gone: every core may be busy until the deadline
        for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds)):
            resource.prlimit(pid, limit, (most, most))
    except (ImportError, AttributeError, ValueError, OSError):
        pass
