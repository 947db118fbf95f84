"""What precedes what in a pipeline: stages are barriers, `needs` order jobs inside one.

A job precedes another if its stage comes before, or the other needs it, directly or through others.  All gates that precede a job must
clear before it runs; the *governing* ones among them are the nearest, which the product's own governance looks at.
"""

from __future__ import annotations

from auditor.collectors.gocdnext.pipeline import Job, Pipeline


class Order:
    """The order of a pipeline's jobs.  Cycles and unknown names, which the product refuses, are harmless: a job never precedes itself."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.jobs = pipeline.jobs
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        for index, stage in enumerate(pipeline.stages):
            self._first.setdefault(stage.text, index)
            self._last[stage.text] = index
        self._bit = {name: 1 << index for index, name in enumerate(self.jobs)}
        self._needed = self._close()

    def _close(self) -> dict[str, int]:
        """For each job the set, as bits, of the jobs it needs directly or through others."""
        needs = {name: [need.text for need in job.needs if need.text in self.jobs] for name, job in self.jobs.items()}
        closed = {name: sum(self._bit[need] for need in set(names)) for name, names in needs.items()}
        order = _parents_first(needs)
        changed = True
        while changed:  # one round where there is no cycle, and one to see it
            changed = False
            for name in order:
                wider = closed[name]
                for need in needs[name]:
                    wider |= closed[need]
                if wider != closed[name]:
                    closed[name], changed = wider, True
        return closed

    def needs(self, after: str, before: str) -> bool:
        """Does job `after` need job `before`, directly or through others?"""
        return before != after and bool(self._needed.get(after, 0) & self._bit.get(before, 0))

    def precedes(self, before: str, after: str) -> bool:
        """Must job `before` have succeeded when job `after` starts?  A stage that is not declared orders nothing; one listed twice counts
        against."""
        if before == after or before not in self.jobs or after not in self.jobs:
            return False
        first, then = self.jobs[before].stage, self.jobs[after].stage
        if first is None or then is None:
            return self.needs(after, before)
        last = self._last.get(first.text)
        return (last is not None and last < self._first.get(then.text, -1)) or self.needs(after, before)

    def preceding(self, name: str) -> list[Job]:
        """The jobs that precede a job, in the file's order."""
        return [job for job in self.jobs.values() if self.precedes(job.name, name)]

    def following(self, name: str) -> list[Job]:
        """The jobs that a job precedes, in the file's order."""
        return [job for job in self.jobs.values() if self.precedes(name, job.name)]

    def preceding_gates(self, name: str) -> list[Job]:
        """The approval gates that precede a job: every one must clear before it runs."""
        return [job for job in self.preceding(name) if job.is_gate]

    def governing_gates(self, name: str) -> list[Job]:
        """The nearest of them: those that precede no other gate that precedes the job."""
        gates = self.preceding_gates(name)
        return [gate for gate in gates if not any(self.precedes(gate.name, other.name) for other in gates)]

    def cycle(self) -> list[str]:
        """The names of the jobs that need themselves through others, in the file's order; a job that needs itself directly too."""
        return [name for name in self.jobs if self._needed[name] & self._bit[name]]


def _parents_first(needs: dict[str, list[str]]) -> list[str]:
    """Names so that, cycles apart, a job comes after those it needs; iterative."""
    order: list[str] = []
    seen: set[str] = set()
    for root in needs:
        stack = [(root, False)]
        while stack:
            name, finished = stack.pop()
            if finished:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(need, False) for need in needs[name] if need not in seen]
    return order


def governing_by_environment(pipeline: Pipeline) -> dict[str, list[str]]:
    """Names of the governing gates, sorted, for each environment of a deploy marker: what the product's own governance sees."""
    order = Order(pipeline)
    found: dict[str, set[str]] = {}
    for job in pipeline.jobs.values():
        if job.deploy is not None and job.deploy.environment is not None:
            gates = found.setdefault(job.deploy.environment.text.strip(), set())
            gates |= {gate.name for gate in order.governing_gates(job.name)}
    return {environment: sorted(gates) for environment, gates in found.items()}
