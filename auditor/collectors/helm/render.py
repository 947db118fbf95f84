"""Renders a chart with the real Helm, in a process with limits: by the SDK wheel if it is there, else by the `helm` executable."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.collectors.helm import chart as charts
from auditor.collectors.helm import worker
from auditor.collectors.helm.chart import ChartFiles
from auditor.text import redact

SECONDS = 60
KUBERNETES = "v1.36.0"
"""What the SDK of this version takes for the cluster's version; the executable is told the same."""
ABSENT = "Helm is not there to render it"
HINT = "pip install 'auditor[helm]', or put helm on the PATH"
HINT_PROGRAM = "put helm on the PATH"

_PLACE = re.compile(r"(?P<template>[\w.+-]{1,200}(?:/[\w.+-]{1,200}){0,12}/templates/[\w./+-]{1,300}?):(?P<line>\d{1,7})\b")
_SOURCE = re.compile(r"^---\n# Source: ([^\n]{1,500})\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be rendered, and how: values files' texts in their order, then `settings` as after `--set`."""

    chart: ChartFiles
    values: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    release: str
    namespace: str
    api_versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendering:
    """`manifests`: (template as Helm names it: CHART/templates/..., text), sorted by template.  `complete`: templates that came out empty are
    among them, so that a chart in the chart of which there is none is switched off."""

    manifests: tuple[tuple[str, str], ...]
    complete: bool = False


class RenderError(Exception):
    """Helm could not, or would not.  `template` and `line` are its own, "" and 0 if it names none; `absent`: there is no Helm."""

    def __init__(self, reason: str, *, template: str = "", line: int = 0, absent: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.template, self.line, self.absent = reason, template, line, absent


def sdk() -> Path | None:
    """The folder that holds the SDK's package, None without it."""
    try:
        spec = importlib.util.find_spec("helm_python")
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return Path(places[0]).parent if places else None


def executable() -> str | None:
    """The `helm` on the PATH."""
    found = shutil.which("helm")
    return str(Path(found).absolute()) if found else None


def render(request: Request) -> Rendering:
    """Render with whatever is there: the SDK first, but not where API versions are to be told, which it cannot be.  Raises RenderError."""
    packages, program = sdk(), executable()
    if packages is not None and not request.api_versions:
        try:
            return by_sdk(request, packages)
        except RenderError as error:
            if not (error.absent and program):
                raise
    if program is not None:
        return by_executable(request, program)
    if packages is not None:
        raise RenderError("the Helm SDK cannot be told of the cluster's API versions, which this chart asks for", absent=True)
    raise RenderError(ABSENT, absent=True)


def by_sdk(request: Request, packages: Path) -> Rendering:
    """Render with the SDK's package in `packages`."""
    with tempfile.TemporaryDirectory(prefix="auditor-helm-") as name:
        folder = Path(name)
        charts.write(request.chart, folder / "chart")
        question = {"chart": str(folder / "chart"), "values": request.values, "set": request.settings}
        question |= {"release": request.release, "namespace": request.namespace}
        out = _run(["sdk", str(packages)], folder, json.dumps(question))
        try:
            answer: dict[str, Any] = json.loads(out)
        except ValueError:
            raise RenderError("Helm ended without an answer, most likely at its limit of memory") from None
        if "absent" in answer:
            raise RenderError(f"the Helm SDK does not load: {_short(str(answer['absent']), folder)}", absent=True)
        if "error" in answer:
            raise _failure(str(answer["error"]), folder)
        found = {str(path): str(text) for path, text in answer["manifests"].items() if not path.endswith("/NOTES.txt")}
        return Rendering(tuple(sorted(found.items())), complete=True)


def by_executable(request: Request, program: str) -> Rendering:
    """Render with `helm template`."""
    with tempfile.TemporaryDirectory(prefix="auditor-helm-") as name:
        folder = Path(name)
        charts.write(request.chart, folder / "chart")
        arguments = ["run", program, "template", request.release, str(folder / "chart"), "--namespace", request.namespace]
        arguments += ["--kube-version", KUBERNETES]
        for number, text in enumerate(request.values):
            (folder / f"values{number}.yaml").write_text(text, encoding="utf-8")
            arguments += ["--values", str(folder / f"values{number}.yaml")]
        for key, value in request.settings:
            arguments += ["--set", f"{key}={value}"]
        for version in request.api_versions:
            arguments += ["--api-versions", version]
        return Rendering(split(_run(arguments, folder, "")))


def split(text: str) -> tuple[tuple[str, str], ...]:
    """The manifests of `helm template`'s output, by template."""
    parts = _SOURCE.split("\n" + text)
    found: dict[str, list[str]] = {}
    for path, body in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(path.strip(), []).append(body)
    return tuple(sorted((path, "\n---\n".join(bodies)) for path, bodies in found.items()))


def _run(arguments: list[str], folder: Path, question: str) -> str:
    """Run the worker; its output.  Raises RenderError: too long, too much, failed."""
    home = folder / "home"
    home.mkdir()
    nowhere = "http://127.0.0.1:9"
    environment = {"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", "KUBECONFIG": os.devnull, "HELM_PLUGINS": str(home)}
    environment |= {"HELM_NO_PLUGINS": "1", "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": "", "GOMEMLIMIT": "1GiB", "GOMAXPROCS": "2"}
    for kind in ("CONFIG", "CACHE", "DATA"):
        environment[f"HELM_{kind}_HOME"] = str(home / kind.lower())
    command = [sys.executable, "-I", str(Path(worker.__file__)), *arguments]
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err, (folder / "in").open("w+b") as source:
        source.write(question.encode())
        source.seek(0)
        process = subprocess.Popen(command, stdin=source, stdout=out, stderr=err, env=environment, cwd=home, start_new_session=True)
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise RenderError(f"Helm took more than {SECONDS} s") from None
        finally:
            _end(process)
        out.seek(0)
        err.seek(0)
        text, trouble = out.read(worker.OUTPUT).decode("utf-8", "replace"), err.read(64 * 1024).decode("utf-8", "replace")
    if code < 0:
        raise RenderError(f"Helm was ended by signal {-code}, most likely at a limit of memory, time or output")
    if code == worker.TOO_MUCH:
        raise RenderError(f"it renders to more than {worker.OUTPUT // 1024**2} MiB")
    if code:
        raise _failure(trouble, folder)
    return text


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (OSError, AttributeError):
            process.kill()
        process.wait()


def _failure(message: str, folder: Path) -> RenderError:
    if "goroutine " in message or "Traceback" in message or "out of memory" in message or "MemoryError" in message:
        return RenderError("Helm ended without an answer, most likely at its limit of memory")
    place = None
    for place in _PLACE.finditer(message[:8000]):  # noqa: B007 - the innermost place is the last
        pass
    reason = "Helm: " + _short(message, folder)
    return RenderError(reason, template=place["template"] if place else "", line=int(place["line"]) if place else 0)


def _short(message: str, folder: Path) -> str:
    """One line of at most 300 characters, without this machine's paths and without secrets."""
    clean = redact.text(message[:8000].replace(str(folder / "chart"), "the chart").replace(str(folder), "").removeprefix("Error: "))
    line = " ".join(clean.split()).removesuffix(" Use --debug flag to render out invalid YAML")
    return line if len(line) <= 300 else line[:299] + "…"
