"""The process in which the embedded engine runs, started by path: `python -I -S worker.py FOLDER_OF_REGORUS LIFELINE`.

It imports nothing of auditor and little else, so that it starts in milliseconds and knows no secret.  Requests and replies are frames: a
length of eight bytes and as many bytes, first a JSON header, then a payload.  A request is answered by one reply; the end of input ends it.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing itself costs milliseconds
    from collections.abc import Callable
    from typing import Any, BinaryIO

MOST = 1 << 40  # no frame is longer: a length beyond is a broken stream


class Worker:
    """One engine and its modules.  `ask` handles one request: header and payload in, header and payload out."""

    def __init__(self, regorus: Any) -> None:
        self.regorus = regorus
        self.idle = taken()
        self.engine: Any = None

    def ask(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        limit_memory(self.idle, header.get("memory"))
        try:
            reply: tuple[dict[str, Any], bytes] = getattr(self, "do_" + header["do"])(header, payload)
            return reply
        except MemoryError:
            return {"failed": "memory"}, b""
        except Exception as error:
            return {"failed": "error", "text": str(error)[:20000]}, b""
        except BaseException as error:
            self.engine = None
            return {"failed": "panic", "text": f"{type(error).__name__}: {error}"[:2000]}, b""

    def do_load(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        engine = self.regorus.Engine()
        if header.get("coverage"):
            engine.set_enable_coverage(True)
        for name, arguments in header["forbidden"].items():
            engine.add_extension(name, arguments, refuse(name))
        for path, source in header["modules"]:
            engine.add_policy(path, source)
        engine.add_data_json(payload.decode())
        engine.set_input_json("{}")
        engine.eval_query_as_json("true")  # finds what only a whole program shows: unsafe variables, conflicts
        self.engine = engine
        return {}, b""

    def do_input(self, _header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        self.engine.set_input_json(payload.decode())
        return {}, b""

    def do_query(self, header: dict[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        return {}, self.engine.eval_query_as_json(header["query"]).encode()

    def do_syntax(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        engine = self.regorus.Engine()
        engine.add_policy(header["path"], payload.decode())
        return {}, engine.get_ast_as_json().encode()

    def do_coverage(self, _header: dict[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        return {}, self.engine.get_coverage_report_as_json().encode()

    def do_self_test(self, _header: dict[str, Any], _payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Older and foreign builds lack the `not` import, extensions, or answer these three lines otherwise."""
        engine = self.regorus.Engine()
        engine.add_extension("auditor.refused", 0, refuse("auditor.refused"))
        engine.add_policy("self.rego", SELF_TEST)
        engine.set_input_json('{"a": {"b": 1}}')
        answer = json.loads(engine.eval_query_as_json("data.self"))["result"][0]["expressions"][0]["value"]
        return {"passed": answer == {"absent": True, "leaves": [["a", "b"]]}}, b""


SELF_TEST = """package self
import future.keywords.not
absent if not startswith(input.missing, "x")
leaves contains path if { walk(input, [path, value]); is_number(value) }
"""


def refuse(name: str) -> Callable[..., object]:
    def refused(*_: object) -> object:
        raise ValueError("a policy may not call " + name)

    return refused


def limit_memory(idle: int, most: int | None) -> None:
    """Bound the address space to what an `idle` worker takes and `most` bytes more, where the system can: the engine aborts when it wants more."""
    if most:
        try:
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (idle + most, resource.getrlimit(resource.RLIMIT_AS)[1]))
        except (ImportError, ValueError, OSError):
            pass


def taken() -> int:
    """Address space in use: the engine's allocator may have reserved a gigabyte before it needs one."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 31


def die_with_parent(lifeline: int) -> None:
    """Ask for SIGIO, which kills by default, when the other end of the pipe closes.

    Python code could not watch for it: during an evaluation the engine never lets it run.
    """
    try:
        import fcntl
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # the end of input ends an idle worker everywhere


def read_frame(stream: BinaryIO) -> bytes:
    head = stream.read(8)
    size = int.from_bytes(head, "big")
    if len(head) < 8 or size > MOST:
        raise EOFError
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return body


def main() -> None:
    if int(sys.argv[2]) >= 0:
        die_with_parent(int(sys.argv[2]))
    sys.path.append(sys.argv[1])
    requests, replies = open(0, "rb"), open(os.dup(1), "wb")  # noqa: SIM115, PTH123
    os.dup2(2, 1)  # nothing that prints can disturb the stream
    import regorus

    worker = Worker(regorus)
    while True:
        try:
            header, payload = json.loads(read_frame(requests)), read_frame(requests)
        except EOFError:
            return
        reply, body = worker.ask(header, payload)
        del payload
        for part in (json.dumps(reply).encode(), body):
            replies.write(len(part).to_bytes(8, "big"))
            replies.write(part)
        replies.flush()


if __name__ == "__main__":
    main()
