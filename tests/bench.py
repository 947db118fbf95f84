"""`python -m tests.bench [SIZES...]`: what an audit costs, as ratios in one run, written to reports/bench.md.

Services are copies of a compliant base under other names, all in one configuration.  One `opa` or `conftest` process per service judges the same documents
by the same policies; a sample is measured, its median scaled, which the table says.  What is compared with it is `auditor evaluate`, which does the same
work, and the whole audit, which reads the pipelines too.  Growth is told by processor time, which a busy machine changes least.
"""

from __future__ import annotations

import json
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

from auditor import evidence as documents
from auditor.policy.fold import World
from auditor.policy.parameters import resolve
from auditor.policy.shards import shards
from tests import auditing, real

BASE = auditing.FIXTURES / "base/gocdnext-0.93"
SIZES = (1, 100, 1000)
SAMPLE = 20
AUDITOR = [sys.executable, "-m", "auditor"]
Documents = list[tuple[str, bytes]]


@dataclass
class Cost:
    """Seconds of wall and processor time, and the largest resident size of any one process in MB (1,000,000 bytes)."""

    wall: float
    cpu: float
    peak: float

    def row(self, what: str) -> str:
        return f"| {what} | {self.wall:.2f} s | {self.cpu:.2f} s | {self.peak:.0f} MB |"


def run(command: list[str], folder: Path) -> Cost:
    """Run a command of ours, which must come to a verdict, and say what it and its children took."""
    script = (
        "import resource, subprocess, sys, time; t = time.perf_counter(); r = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(r, time.perf_counter() - t, u.ru_utime + u.ru_stime, u.ru_maxrss * 1024 / 1e6)"
    )
    out = subprocess.run([sys.executable, "-c", script, *AUDITOR, *command], cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    assert int(out[0]) in {0, 1, 3}, f"{command} ended with {out[0]}"
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


def asked() -> list[str]:
    """The controls that are asked once per repository."""
    return [control.id for control in auditing.library().controls.values() if control.per == "repository"]


def shards_of(file: Path) -> Documents:
    """What the policies see of an evidence document, repository by repository."""
    evidence = documents.decode(file.read_bytes())
    world = World(evidence.containers, [], evidence.readable)
    controls = auditing.library().controls
    return list(shards(evidence, [controls[name] for name in asked()], "repository", "", world))


def policies(folder: Path) -> Path:
    """Modules and parameters in a folder, for opa and conftest."""
    library = auditing.library()
    for path, source in library.modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source)
    (folder / "data.json").write_bytes(msgspec.json.encode({"parameters": resolve(library.controls, {})}))
    rules = "\n".join(f"deny contains failure.message if some failure in data.controls.{name}.failures" for name in asked())
    (folder / "main.rego").write_text(f"package main\n\n{rules}\n")
    return folder


def each(name: str, docs: Documents, folder: Path) -> float | None:
    """Median seconds of a process that judges one document; None where the program is not there."""
    program = shutil.which(name, path=os.pathsep.join([str(real.tools()), os.environ.get("PATH", os.defpath)]))
    if program is None:
        return None
    query = "{" + ",\n".join(f'"{name}": {{"s": data.controls.{name}.subjects, "f": data.controls.{name}.failures}}' for name in asked()) + "}"
    times = []
    for _, document in docs[:SAMPLE]:
        if name == "opa":
            command = [program, "eval", "--format", "json", "--stdin-input", "--strict-builtin-errors", "--data", ".", query]
        else:
            command = [program, "test", "--output", "json", "--policy", ".", "--data", "data.json", "-"]
        start = time.perf_counter()
        got = subprocess.run(command, cwd=folder, input=document, capture_output=True, check=name == "opa")
        times.append(time.perf_counter() - start)
        assert json.loads(got.stdout), f"{name} judged nothing: {got.stderr.decode()}"
    return statistics.median(times)


def exponent(sizes: list[int], costs: list[Cost]) -> float:
    """How processor time grows between the last two of at least three sizes, that of the first, which is start-up, taken off: 1 is linear."""
    start = costs[0].cpu
    return math.log((costs[-1].cpu - start) / (costs[-2].cpu - start)) / math.log(sizes[-1] / sizes[-2])


def measure(folder: Path, sizes: list[int]) -> list[str]:
    version, demo = median(["--version"], folder), median(["audit", "--demo"], folder)
    audits = []
    for size in sizes:
        place = services(folder / f"n{size}", size)
        audits.append(run(["audit", "--format", "json=report.json", "-q"], place))
    reading = run(["collect", "-q", "-o", "evidence.json"], place)
    judging = run(["evaluate", "evidence.json", "-q", "--format", "json=report.json"], place)
    docs, whole = shards_of(place / "evidence.json"), (place / "evidence.json").stat().st_size / 1e6
    lines = [
        "# Benchmark",
        "",
        f"One run of `make bench` on {os.cpu_count()} cores, Python {platform.python_version()}. Machines are noisy: read the ratios.",
        "",
        "| what | wall | processor | peak memory |",
        "|---|---|---|---|",
        version.row("`auditor --version`"),
        demo.row("`auditor audit --demo`"),
        *(cost.row(f"audit of {size:,} service{'s' * (size > 1)}") for size, cost in zip(sizes, audits, strict=True)),
        reading.row(f"`auditor collect` of {sizes[-1]:,}"),
        judging.row(f"`auditor evaluate` of their evidence ({whole:.1f} MB)"),
        "",
        "| ratio | measured | target |",
        "|---|---|---|",
        f"| growth of an audit's processor time from {sizes[-2]:,} to {sizes[-1]:,} services: exponent | {exponent(sizes, audits):.2f} | at most 1.1 |",
    ]
    rego = policies(folder / "rego")
    for name, target in (("opa", "at least 5"), ("conftest", "")):
        one = each(name, docs, rego)
        if one is not None:
            total = one * sizes[-1]
            said = f"one `{name}` process per service ({one * 1000:.0f} ms, median of {min(SAMPLE, len(docs))}, scaled to {sizes[-1]:,})"
            lines.append(f"| {said} to `auditor evaluate` | {total / judging.wall:.1f} | {target} |")
            lines.append(f"| the same to the whole audit, which reads the pipelines too | {total / audits[-1].wall:.1f} | |")
    bound = (20 * max(len(document) for _, document in docs)) / 1e6 + whole
    grown = audits[-1].peak - audits[0].peak
    lines.append(f"| memory that {sizes[-1]:,} services take beyond one ({grown:.0f} MB) to 20 times the largest shard and the evidence ({bound:.0f} MB) | {grown / bound:.1f} | at most 1 |")
    return lines


def main(arguments: list[str]) -> int:
    sizes = [int(argument) for argument in arguments] or list(SIZES)
    if len(sizes) < 3 or sizes != sorted(set(sizes)):
        sys.exit("three sizes or more, rising: the first tells what a start costs, the last two how it grows")
    with tempfile.TemporaryDirectory() as temporary:
        text = "\n".join(measure(Path(temporary), sizes)) + "\n"
    (auditing.ROOT / "reports/bench.md").write_text(text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
