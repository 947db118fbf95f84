"""A child process that answers framed requests, or dies at its deadline.  The parent's half of `worker`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from auditor.errors import EngineError

MAX_ANSWER = 256 * 1024 * 1024
KEPT_STDERR = 8192
_SCRIPT = Path(__file__).with_name("worker.py")


class Dead(EngineError):
    """The process ended, or was ended, before it answered."""


class Process:
    """One worker.  Not for use by two threads at once; `kill` may come from any thread."""

    def __init__(self, library: str) -> None:
        """Start a worker that finds regorus in the folder `library`.  Its environment is built from nothing: ours holds tokens."""
        posix = os.name == "posix"
        lifeline, self._lifeline = os.pipe() if posix else (-1, -1)
        command = [sys.executable, "-I", "-S", str(_SCRIPT), library, str(lifeline)]
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**bare_environment(), "MIMALLOC_ARENA_RESERVE": "65536"},  # KiB: reserve as needed, not a gigabyte at once
                cwd=os.path.abspath(os.sep),  # noqa: PTH100
                start_new_session=posix,
                pass_fds=(lifeline,) if posix else (),
            )
        except OSError as error:
            raise EngineError(f"the embedded engine cannot be started: {error.strerror}") from None
        finally:
            if posix:
                os.close(lifeline)
        self._stderr = bytearray()
        self._drain = threading.Thread(target=self._keep_stderr, daemon=True)
        self._drain.start()
        self._expired = False
        self._ending = threading.Lock()
        self.alive = True

    def request(self, header: Mapping[str, Any], payload: bytes = b"", *, timeout: float) -> tuple[dict[str, Any], bytes]:
        """The reply to one request.  Raises Dead; then the process is gone."""
        if not self.alive:
            raise Dead("the embedded engine is not running")
        timer = threading.Timer(timeout, self._expire)
        timer.daemon = True
        timer.start()
        try:
            self._send(json.dumps(header).encode(), payload)
            reply, body = json.loads(self._receive()), self._receive()
        except (OSError, EOFError, ValueError):
            self.kill()
            raise Dead(self._cause(timeout), hint=_HINT) from None
        except BaseException:
            self.kill()
            raise
        finally:
            timer.cancel()
        if self._expired:
            self.kill()  # it answered in the moment its time was up
        return reply, body

    def kill(self) -> None:
        """End the process and whatever it started.  Safe to call twice."""
        self.alive = False
        end_group(self._child, wait=False)
        with self._ending:
            self._child.wait()
            for stream in (self._child.stdin, self._child.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError, ValueError):
                        stream.close()
            self._drain.join(1)
            if self._lifeline >= 0:
                os.close(self._lifeline)
                self._lifeline = -1

    def _send(self, *parts: bytes) -> None:
        stream = self._child.stdin
        assert stream is not None
        for part in parts:
            stream.write(len(part).to_bytes(8, "big"))
            stream.write(part)
        stream.flush()

    def _receive(self) -> bytes:
        stream = self._child.stdout
        assert stream is not None
        size = int.from_bytes(_exactly(stream, 8), "big")
        if size > MAX_ANSWER:
            raise ValueError
        return _exactly(stream, size)

    def _expire(self) -> None:
        self._expired = True
        end_group(self._child, wait=False)

    def _keep_stderr(self) -> None:
        stream = self._child.stderr
        assert stream is not None
        with contextlib.suppress(OSError, ValueError), stream:
            while chunk := os.read(stream.fileno(), 4096):
                self._stderr += chunk
                del self._stderr[:-KEPT_STDERR]

    def _cause(self, timeout: float) -> str:
        if self._expired:
            return f"the embedded engine did not answer within {timeout:g} seconds and was ended"
        if b"memory allocation" in self._stderr or b"MemoryError" in self._stderr:
            return "the embedded engine ran out of the memory it may use"
        return f"the embedded engine died ({describe_exit(self._child.returncode)})"


_HINT = "Look for a rule that joins large collections or never ends, or raise the time limit."


def bare_environment(home: str = "") -> dict[str, str]:
    """What a child may know.  Windows cannot load libraries without SYSTEMROOT."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {"PATH": os.defpath, "HOME": home or os.path.abspath(os.sep), "LC_ALL": "C", **kept}  # noqa: PTH100


def end_group(child: subprocess.Popen[bytes], *, wait: bool = True) -> None:
    """Kill a child that leads its own session, with everything it started."""
    if child.returncode is None:
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
        if wait:
            child.wait()


def describe_exit(code: int | None) -> str:
    """`signal SIGABRT`, `exit code 2`."""
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _exactly(stream: BinaryIO | Any, size: int) -> bytes:
    data: bytes = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
