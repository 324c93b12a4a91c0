"""Many tasks side by side: nothing lost, nothing doubled, several workers really at work."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import cluster, parallel, versions
from simulator.parallel import Engine, EngineUnavailable
from tests.test_cli_run import fupin


@settings(max_examples=25, deadline=None)
@given(tasks=st.lists(st.integers(), max_size=30), workers=st.integers(1, 4))
def test_every_task_comes_back_once_with_its_own_result(tasks: list[int], workers: int) -> None:
    """Whatever the order of completion, the pairs are those of a plain loop."""
    found = [
        (task, result)
        for task, result, _ in parallel.run(lambda number: number * 3 + 1, tasks, Engine(workers=workers))
    ]
    assert sorted(found) == sorted((task, task * 3 + 1) for task in tasks)


def test_a_failing_task_is_reported_and_stops_no_other() -> None:
    """An exception is the result of its own task only."""

    def reciprocal(number: int) -> float:
        return 1 / number

    found = {task: result for task, result, _ in parallel.run(reciprocal, [2, 0, 4], Engine(workers=2))}
    assert isinstance(found.pop(0), ZeroDivisionError)
    assert found == {2: 0.5, 4: 0.25}


def test_two_workers_are_at_work_at_once() -> None:
    """Two tasks that wait for each other can only finish when they run side by side."""
    meeting = threading.Barrier(2, timeout=20)
    found = list(parallel.run(lambda _: meeting.wait() >= 0, [1, 2], Engine(workers=2)))
    assert [result for _, result, _ in found] == [True, True]
    assert len({worker for _, _, worker in found}) == 2


def test_one_worker_runs_in_the_order_given() -> None:
    """With a single worker there is no other order of completion."""
    found = list(parallel.run(str, [3, 1, 2], Engine(workers=1)))
    assert [task for task, _, _ in found] == [3, 1, 2]
    assert len({worker for _, _, worker in found}) == 1


def test_results_are_yielded_in_order_of_completion() -> None:
    """A task that waits for a later one is yielded after it."""
    released = threading.Event()

    def work(name: str) -> bool:
        if name == "slow":
            return released.wait(20)
        released.set()
        return True

    assert [task for task, _, _ in parallel.run(work, ["slow", "quick"], Engine(workers=2))] == ["quick", "slow"]


def test_tasks_are_not_begun_after_the_iterator_is_closed() -> None:
    """Who stops reading starts no further task."""
    begun: list[int] = []
    gate = threading.Semaphore(1)

    def work(number: int) -> int:
        gate.acquire(timeout=20)
        begun.append(number)
        return number

    results = parallel.run(work, range(100), Engine(workers=2))
    next(results)
    results.close()
    for _ in range(100):
        gate.release()
    assert len(begun) < 10


def test_an_interrupt_reaches_the_caller_after_what_had_finished() -> None:
    """Ctrl-C is not an exception of a task: it ends the run, and what came before it stands."""

    def work(number: int) -> int:
        if number == 2:
            raise KeyboardInterrupt
        return number

    kept: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        for task, _, _ in parallel.run(work, range(5), Engine(workers=1)):
            kept.append(task)
    assert kept == [0, 1]


def test_fewer_than_one_worker_is_refused() -> None:
    """No worker can do no work."""
    with pytest.raises(ValueError, match="at least one worker"):
        Engine(workers=0)


def test_a_worker_without_fupin_is_named() -> None:
    """What it answered stands in its line."""
    _, en = cluster.differences("tcp://10.0.0.7:3", versions.versions(), ModuleNotFoundError("No module named 'x'"))
    assert en == "worker tcp://10.0.0.7:3 cannot use fupin: ModuleNotFoundError: No module named 'x'"


def test_a_port_where_something_else_listens_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts and never answers; a Dask client would wait for it for ever."""
    monkeypatch.setattr(cluster, "REACH", 0.5)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(EngineUnavailable, match="no Dask scheduler answers"):
            parallel.ready(Engine("dask", 0, f"tcp://127.0.0.1:{mute.getsockname()[1]}"))


@pytest.mark.parametrize(
    "wrong", [{"kind": "abacus"}, {"kind": "dask"}, {"address": "tcp://127.0.0.1:1"}, {"workers": 0}]
)
def test_an_engine_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    """No such kind, Dask without an address, an address without Dask, nobody to work."""
    with pytest.raises(ValueError):
        Engine(**wrong)


def test_no_task_connects_nowhere() -> None:
    """Nothing to do needs nobody."""
    assert list(parallel.run(str, [], Engine("dask", 0, "tcp://127.0.0.1:1"))) == []


def test_no_scheduler_no_address_no_dask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each is refused in a line of its own with exit code 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "REACH", 0.5)
    address = "tcp://127.0.0.1:1"
    result = fupin("run", "--dask", address)
    assert (result.exit_code, address in result.stderr) == (2, True)
    both = fupin("run", "--dask", address, "--engine", "processes", "--lang", "en")
    assert (both.exit_code, "not both" in both.stderr) == (2, True)
    with pytest.raises(EngineUnavailable, match="not an address such as tcp://HOST:PORT"):
        parallel.ready(Engine("dask", 0, "somewhere"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'fupin\[dask\]'"):
        parallel.ready(Engine("dask", 0, address))
    assert list(tmp_path.iterdir()) == []
