"""`python -m tests.bench [SIZES...]`: what an audit costs, as ratios in one run, written to reports/bench.md.

Services are copies of a compliant base under other names, all in one configuration.  The comparison gives the same documents and policies to one `opa`
process per service, and to `conftest` where it is there; both are measured on a sample and scaled, which the table says.
"""

from __future__ import annotations

import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from auditor import config, pipeline
from auditor.policy.fold import World
from auditor.policy.parameters import resolve
from auditor.policy.shards import shards
from tests import auditing, real

BASE = auditing.FIXTURES / "base/gocdnext-0.93"
SIZES = (1, 100, 1000)
SAMPLE = 20
AUDITOR = [sys.executable, "-m", "auditor"]


@dataclass
class Cost:
    """Seconds of wall and processor time, and the largest resident size of any process in MB."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str], folder: Path, codes: tuple[int, ...] = (0, 1, 3)) -> Cost:
    """Run a command and say what it and its children took."""
    script = (
        "import resource, subprocess, sys, time; t = time.perf_counter(); r = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(r, time.perf_counter() - t, u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)"
    )
    out = subprocess.run([sys.executable, "-c", script, *command], cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    assert int(out[0]) in codes, f"{command} ended with {out[0]}"
    return Cost(float(out[1]), float(out[2]), float(out[3]))


def median(command: list[str], folder: Path, times: int = 5) -> Cost:
    costs = [run(command, folder) for _ in range(times)]
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak")))


def services(folder: Path, count: int) -> Path:
    """A configuration with `count` services below `folder`."""
    for number in range(count):
        shutil.copytree(BASE, folder / f"services/s{number:04}", ignore=shutil.ignore_patterns("auditor.yaml"))
    text = (
        "organization: my-org\nscope: {production: {images: ['ghcr.io/my-org/*']}}\n"
        "sources:\n  repository: {path: services/*}\n  gocdnext: {path: services/*/.gocdnext}\n"
    )
    (folder / "auditor.yaml").write_text(text)
    return folder


def documents(folder: Path) -> tuple[list[tuple[str, bytes]], int]:
    """The shards of an audit, and the size of its evidence."""
    configuration = config.load(folder / "auditor.yaml")
    library = auditing.library()
    evidence = pipeline.collect(configuration, library, as_of=auditing.AS_OF)
    world = World(evidence.containers, [], evidence.readable)
    asked = [control for control in library.controls.values() if control.per == "repository"]
    return list(shards(evidence, asked, "repository", "", world)), len(pipeline.documents.encode(evidence))


def query() -> str:
    """All rules of all controls that are asked per repository."""
    asked = [control.id for control in auditing.library().controls.values() if control.per == "repository"]
    return "{" + ",\n".join(f'"{c}": {{"s": data.controls.{c}.subjects, "f": data.controls.{c}.failures}}' for c in asked) + "}"


def policies(folder: Path) -> Path:
    """Modules and parameters in a folder, for opa and conftest."""
    library = auditing.library()
    for path, source in library.modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source)
    (folder / "data.json").write_bytes(msgspec.json.encode({"parameters": resolve(library.controls, {})}))
    asked = [control.id for control in library.controls.values() if control.per == "repository"]
    rules = "\n".join(f"deny contains failure.message if some failure in data.controls.{c}.failures" for c in asked)
    (folder / "main.rego").write_text(f"package main\n\n{rules}\n")
    return folder


def opa_per_service(docs: list[tuple[str, bytes]], folder: Path) -> float | None:
    """Seconds per document with a process each."""
    program = found("opa")
    if program is None:
        return None
    start = time.perf_counter()
    for _, document in docs[:SAMPLE]:
        command = [program, "eval", "--format", "json", "--stdin-input", "--strict-builtin-errors", "--data", ".", query()]
        subprocess.run(command, cwd=folder, input=document, capture_output=True, check=True)
    return (time.perf_counter() - start) / min(SAMPLE, len(docs))


def conftest_per_service(docs: list[tuple[str, bytes]], folder: Path) -> float | None:
    program = found("conftest")
    if program is None:
        return None
    start = time.perf_counter()
    for number, (_, document) in enumerate(docs[:SAMPLE]):
        file = folder.parent / f"input-{number}.json"
        file.write_bytes(document)
        subprocess.run([program, "test", "--policy", str(folder), "--data", str(folder / "data.json"), str(file)], capture_output=True, check=False)
    return (time.perf_counter() - start) / min(SAMPLE, len(docs))


def found(name: str) -> str | None:
    path = real.tools() / name
    return str(path) if path.exists() else shutil.which(name)


def exponent(sizes: list[int], costs: list[Cost]) -> float:
    """The growth exponent of wall time from the second size on, the first one's start-up taken off."""
    start = costs[0].wall
    return math.log((costs[-1].wall - start) / max(costs[-2].wall - start, 1e-3)) / math.log(sizes[-1] / sizes[-2])


def main(arguments: list[str]) -> int:
    sizes = [int(argument) for argument in arguments] or list(SIZES)
    with tempfile.TemporaryDirectory() as temporary:
        lines = measure(Path(temporary), sizes)
    text = "\n".join(lines) + "\n"
    (auditing.ROOT / "reports/bench.md").write_text(text)
    print(text)
    return 0


def measure(folder: Path, sizes: list[int]) -> list[str]:
    version, demo = median([*AUDITOR, "--version"], folder), median([*AUDITOR, "audit", "--demo"], folder)
    costs, shard, whole, docs = [], 0, 0, []
    for size in sizes:
        place = services(folder / f"n{size}", size)
        costs.append(run([*AUDITOR, "audit", "--format", "json=report.json", "-q"], place))
        docs, whole = documents(place)
        shard = max(len(document) for _, document in docs)
    rego = policies(folder / "rego")
    lines = [
        "# Benchmark",
        "",
        f"One run of `make bench` on {os.cpu_count()} cores, Python {platform.python_version()}. Machines are noisy: read the ratios.",
        "",
        "| what | wall | processor | peak memory |",
        "|---|---|---|---|",
        f"| `auditor --version` | {version.wall:.2f} s | {version.cpu * 1000:.0f} ms | {version.peak:.0f} MB |",
        f"| `auditor audit --demo` | {demo.wall:.2f} s | {demo.cpu:.2f} s | {demo.peak:.0f} MB |",
        *(f"| audit of {size} services | {cost.wall:.2f} s | {cost.cpu:.2f} s | {cost.peak:.0f} MB |" for size, cost in zip(sizes, costs, strict=True)),
        "",
        "| ratio | measured | target |",
        "|---|---|---|",
        f"| growth exponent of wall time, {sizes[-2]} to {sizes[-1]} services | {exponent(sizes, costs):.2f} | at most 1.1 |",
    ]
    total = costs[-1].wall
    for name, each in (("opa eval", opa_per_service(docs, rego)), ("conftest", conftest_per_service(docs, rego))):
        if each is None:
            lines.append(f"| one `{name}` process per service, the whole audit as 1 | not installed | |")
        else:
            goal = "at least 5" if name == "opa eval" else ""
            lines.append(f"| one `{name}` process per service ({SAMPLE} measured, {each * 1000:.0f} ms each, scaled to {sizes[-1]}), the whole audit as 1 | {each * sizes[-1] / total:.1f} | {goal} |")
    bound = (20 * shard + whole) / 1e6
    grown = costs[-1].peak - costs[0].peak
    lines.append(f"| memory that {sizes[-1]} services take beyond one, of 20 × the largest shard ({shard / 1e6:.2f} MB) + the evidence ({whole / 1e6:.1f} MB) | {grown / bound:.2f} | at most 1 |")
    return lines


if __name__ == "__main__":

    sys.exit(main(sys.argv[1:]))
