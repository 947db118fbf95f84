"""Work on a stream with a few threads: in order, and never more items in hand than there are threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def default_jobs(jobs: int) -> int:
    """`jobs`, or for 0 two where there are two processors."""
    return jobs if jobs > 0 else min(2, os.cpu_count() or 1)


def in_order(work: Callable[[A], B], items: Iterable[A], jobs: int, stop: Callable[[], None]) -> Iterator[B]:
    """`work(item)` for each item.  An item is taken when a thread is free, not before; results wait for their turn.

    Left before its end, by an error, Ctrl-C or a caller who has enough, it calls `stop`, which must make all work end at once.
    """
    source = iter(items)
    if jobs == 1:
        yield from map(work, source)
        return
    with ThreadPoolExecutor(jobs, thread_name_prefix="engine") as pool:
        try:
            yield from _results(work, source, jobs, pool)
        except BaseException:
            stop()
            raise


def _results(work: Callable[[A], B], source: Iterator[A], jobs: int, pool: ThreadPoolExecutor) -> Iterator[B]:
    running: dict[Future[B], int] = {}
    done: dict[int, B] = {}
    taken = given = 0
    more = True
    while more or running:
        while more and len(running) < jobs:
            for item in source:
                running[pool.submit(work, item)] = taken
                taken += 1
                del item
                break
            else:
                more = False
        if running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done[running.pop(future)] = future.result()
        while given in done:
            yield done.pop(given)
            given += 1
