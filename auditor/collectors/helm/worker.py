"""The process that runs Helm: it limits itself, then renders with the SDK or becomes the `helm` executable.

A script of its own, started with `python -I`, that imports nothing of the rest: `worker.py sdk PACKAGES` reads a JSON request from stdin and answers in
JSON on stdout; `worker.py run ARGUMENTS` runs them.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

MEMORY = 3 * 1024**3
CPU_SECONDS = 60
OUTPUT = 48 * 1024**2
TOO_MUCH = 9
"""The exit code where the output was larger, or found no memory."""


def limit() -> None:
    """Address space, processor time, size of what is written, no core dumps; as far as the system has them."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, OUTPUT), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue


def merge(base: Any, over: Any, *, indexed: bool) -> Any:
    """Helm's merge of values: maps deeply, anything else replaced; with `indexed` a list is laid over the other, null meaning untouched."""
    if isinstance(base, dict) and isinstance(over, dict):
        out = dict(base)
        for key, value in over.items():
            out[key] = merge(base[key], value, indexed=indexed) if key in base else value
        return out
    if indexed and isinstance(base, list) and isinstance(over, list):
        longest = max(len(base), len(over))
        left = base + [None] * (longest - len(base))
        right = over + [None] * (longest - len(over))
        return [old if new is None else merge(old, new, indexed=True) for old, new in zip(left, right, strict=True)]
    return over


def render(request: dict[str, Any]) -> dict[str, Any]:
    """Merge values, render.  A fresh process for each: rendering removes disabled subcharts from a loaded chart for good."""
    import helm_python as helm

    values: dict[str, Any] = {}
    for text in request["values"]:
        values = merge(values, helm.values_from_yaml(text), indexed=False)
    for key, value in request["set"]:
        values = merge(values, helm.parse_set_string(f"{key}={value}"), indexed="[" in key)
    with helm.Chart.load(request["chart"]) as chart:
        return {"manifests": chart.render(values, name=request["release"], namespace=request["namespace"], is_upgrade=False)}


def main(arguments: list[str]) -> int:
    limit()
    if arguments[0] == "run":
        os.execve(arguments[1], arguments[1:], dict(os.environ))  # noqa: S606 - no shell is wanted
    sys.path.insert(0, arguments[1])
    try:
        answer = render(json.load(sys.stdin))
    except ImportError as error:
        answer = {"absent": str(error)}
    except Exception as error:
        answer = {"absent": str(error)} if type(error).__name__ == "HelmLibraryError" else {"error": str(error) or type(error).__name__}
    try:
        json.dump(answer, sys.stdout)
        sys.stdout.flush()
    except (OSError, MemoryError):
        os._exit(TOO_MUCH)  # without a second try to flush
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
