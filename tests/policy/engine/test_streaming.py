"""Work on a stream."""

from __future__ import annotations

import threading
import time

import pytest

from auditor.policy.engine.streaming import default_jobs, in_order


def nothing() -> None:
    """Stops nothing."""


@pytest.mark.parametrize("jobs", [1, 3])
def test_order(jobs: int) -> None:
    """Results come in the order of the items, however long each takes."""
    assert list(in_order(lambda n: time.sleep(n % 3 / 100) or n, range(20), jobs, nothing)) == list(range(20))


def test_in_hand() -> None:
    """Never more items are in hand than there are threads, even while the first of them takes long."""
    taken = released = 0
    most = 0
    lock = threading.Lock()

    def items():
        nonlocal taken, most
        for n in range(30):
            with lock:
                taken += 1
                most = max(most, taken - released)
            yield n

    def work(n: int) -> int:
        nonlocal released
        time.sleep(0.2 if n == 0 else 0.001)
        with lock:
            released += 1
        return n

    assert list(in_order(work, items(), 2, nothing)) == list(range(30))
    assert most <= 2


@pytest.mark.parametrize("culprit", ["work", "items"])
def test_errors_stop_the_rest(culprit: str) -> None:
    """An error of the work or of the source stops what runs and reaches the caller."""
    stopped = threading.Event()

    def items():
        yield from range(3)
        if culprit == "items":
            raise KeyError(culprit)

    def work(n: int) -> int:
        if n == 2 and culprit == "work":
            raise KeyError(culprit)
        return n

    with pytest.raises(KeyError):
        list(in_order(work, items(), 2, stopped.set))
    assert stopped.is_set()


def test_default_jobs() -> None:
    """Zero means one or two."""
    assert default_jobs(5) == 5
    assert default_jobs(0) in {1, 2}
