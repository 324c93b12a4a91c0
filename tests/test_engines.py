"""Threads, processes and a Dask cluster: the same bytes from each, and the same again when a worker is killed.

The scheduler and its workers are processes of their own, talking over the loopback interface.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import llvmlite.binding
import psutil
import pytest
from distributed import Client
from joblib.externals.loky import get_reusable_executor

import scenarios
from experiments.design import Options, Replicate, replicates
from experiments.ensemble import simulate_replicate
from results import charts
from results.packing import pack
from simulator import cluster, parallel, rules, versions
from simulator.parallel import Engine, EngineUnavailable, Finished, LostWorker
from tests.guides import blocks
from tests.test_cli_run import fupin

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers are killed by signals")

# A task is tried again once by Dask itself before its workers' deaths are held against it.
FORGIVING = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
PROCESSES = Engine("processes", 2)


@dataclass(frozen=True)
class Scheduler:
    """A scheduler at work, its processes' group with its workers'."""

    address: str
    engine: Engine

    def pids(self) -> dict[str, int]:
        """Process of each worker by its name."""
        with Client(self.address, timeout=20, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=30)
            return dict(client.run(lambda dask_worker: (dask_worker.name, os.getpid())).values())


def begin(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command of Dask in a process group of its own, so that nothing of it outlives its test."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:], "--no-dashboard"]
    with (folder / f"{words[0]}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=FORGIVING, stdout=log, stderr=log, start_new_session=True)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """A scheduler with two workers of one thread each, which are started anew when they die."""
    folder, port = tmp_path_factory.mktemp("dask"), free_port()
    address = f"tcp://127.0.0.1:{port}"
    started = [
        begin(folder, "scheduler", "--host", "127.0.0.1", "--port", str(port)),
        begin(folder, "worker", address, "--nworkers", "2", "--nthreads", "1", "--name", "desk"),
    ]
    try:
        yield Scheduler(address, Engine("dask", 0, address))
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        get_reusable_executor().shutdown(kill_workers=True)


@pytest.fixture(autouse=True)
def never_for_ever(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ends a test that waits for a worker that does not come; gives a slow machine time to connect."""

    def give_up(*_: object) -> None:
        raise TimeoutError("no result in 150 seconds")

    monkeypatch.setattr(cluster, "REACH", 30)
    monkeypatch.setattr(cluster, "APPEAR", 60)
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(150)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(params=["processes", "dask"])
def elsewhere(request: pytest.FixtureRequest) -> Engine:
    """Each engine whose workers are other processes."""
    return PROCESSES if request.param == "processes" else request.getfixturevalue("dask").engine


@dataclass(frozen=True)
class Ensemble:
    """Three real replicates, and the blocks that a plain loop makes of them."""

    simulate_one: Callable[[Replicate], Any]
    tasks: tuple[Replicate, ...]
    blocks: dict[int, list[bytes]]


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    """Zhejiang with 2,000 households, null and policy."""
    loaded, options = scenarios.load("zhejiang_2018_2022"), Options(runs=3, households=2000)
    arms = (("null", "base"), ("policy", "base"))
    tasks = tuple(replace(task, arms=arms) for task in replicates(loaded, options))
    simulate_one = partial(simulate_replicate, loaded.scenario, options)
    return Ensemble(simulate_one, tasks, {task.number: packed(simulate_one(task)) for task in tasks})


def packed(result: Any) -> list[bytes]:
    """The records of a replicate as the store would hold them."""
    return [pack(record) for record in result]


def processes() -> list[psutil.Process]:
    """The worker processes of this one."""
    alive = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if "LokyProcess" in "".join(one.cmdline())]


def dead(several: list[psutil.Process]) -> bool:
    """Whether all end within some seconds."""
    _, alive = psutil.wait_procs(several, timeout=30)
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in alive)


def squares(engine: Engine, seconds: float = 0.0) -> list[Finished[int, int]]:
    """Six squares, the fourth of which fails, from workers that take `seconds` for each."""

    def work(number: int) -> int:
        time.sleep(seconds)
        if number == 3:
            raise KeyError(number)
        return number * number

    return list(parallel.run(work, range(6), engine))


def test_threads_give_the_bytes_of_a_plain_loop(ensemble: Ensemble) -> None:
    """Three replicates, two threads."""
    found = {
        done.task.number: packed(done.result)
        for done in parallel.run(ensemble.simulate_one, ensemble.tasks, Engine(workers=2))
    }
    assert found == ensemble.blocks


def test_processes_give_the_same_bytes_with_one_killed_at_work(ensemble: Ensemble) -> None:
    """When the first replicate is there the process at work on another is killed; a third one takes over."""
    found: dict[int, list[bytes]] = {}
    workers: set[str] = set()
    for done in parallel.run(ensemble.simulate_one, ensemble.tasks, PROCESSES):
        found[done.task.number] = packed(done.result)
        if not workers:
            next(one for one in processes() if str(one.pid) not in done.worker).kill()
        workers.add(done.worker)
    assert found == ensemble.blocks
    assert len(workers) >= 2


def test_a_cluster_gives_the_same_bytes_with_a_worker_killed_at_work(ensemble: Ensemble, dask: Scheduler) -> None:
    """When the first replicate is there the other worker is killed with what it was at."""
    pids, found = dask.pids(), {}
    for done in parallel.run(ensemble.simulate_one, ensemble.tasks, dask.engine):
        if not found:
            os.kill(next(pid for name, pid in pids.items() if name != done.worker), signal.SIGKILL)
        found[done.task.number] = packed(done.result)
    assert found == ensemble.blocks
    assert len(set(pids.values()) - set(dask.pids().values())) == 1


def test_several_workers_do_every_task_once(elsewhere: Engine) -> None:
    """An exception of a task is its result and stops no other; both workers are seen by name."""
    found = squares(elsewhere, 0.1)
    failures = [done for done in found if isinstance(done.result, Exception)]
    assert [(done.task, type(done.result)) for done in failures] == [(3, KeyError)]
    assert sorted(done[:2] for done in found if done.task != 3) == [(n, n * n) for n in (0, 1, 2, 4, 5)]
    assert len({done.worker for done in found}) == 2


def test_a_task_that_kills_its_workers_is_blamed_alone(elsewhere: Engine) -> None:
    """Its neighbours lose their worker as well, and are done again until they are done."""

    def work(number: int) -> int:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.2)
        return -number

    found = {done.task: done.result for done in parallel.run(work, range(5), elsewhere)}
    assert isinstance(found.pop(1), LostWorker)
    assert found == {0: 0, 2: -2, 3: -3, 4: -4}


def test_what_cannot_come_back_is_told_in_words(elsewhere: Engine) -> None:
    """An exception that cannot be made again from its arguments, which ends a pool of processes; a lock."""

    class Awkward(Exception):
        def __init__(self, one: int, other: int) -> None:
            super().__init__(f"{one} and {other}")

    def work(number: int) -> Any:
        if number == 7:
            raise Awkward(number, number)
        return threading.Lock() if number == 8 else number

    found = {done.task: done.result for done in parallel.run(work, [7, 8, 9], elsewhere)}
    assert isinstance(found[7], RuntimeError) and str(found[7]) == "Awkward: 7 and 7"
    assert isinstance(found[8], Exception) and "pickle" in str(found[8])
    assert found[9] == 9


def test_closing_begins_no_further_task(elsewhere: Engine, tmp_path: Path) -> None:
    """Few of two hundred tasks had been taken, and fewer begun; the engine is good for the next call."""
    taken: list[int] = []

    def work(number: int) -> None:
        (tmp_path / str(number)).touch()
        time.sleep(0.05)

    results = parallel.run(work, (taken.append(number) or number for number in range(200)), elsewhere)
    next(results)
    assert len(taken) <= 5
    results.close()
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) < 20
    assert len(squares(elsewhere)) == 6


def test_closing_ends_processes_at_work(tmp_path: Path) -> None:
    """Nobody wants to wait for what will be thrown away."""

    def work(number: int) -> None:
        if number > 0:
            (tmp_path / str(os.getpid())).touch()
        time.sleep(100 * number)

    results = parallel.run(work, range(4), PROCESSES)
    next(results)
    while not any(tmp_path.iterdir()):
        time.sleep(0.02)
    at_work = [psutil.Process(int(path.name)) for path in tmp_path.iterdir()]
    results.close()
    assert dead(at_work)
    assert len(squares(PROCESSES)) == 6


def test_processes_follow_a_coordinator_that_is_killed(tmp_path: Path) -> None:
    """It cannot tell them; nobody else would ever end them."""
    program = f"""
import os, pathlib, time
from simulator.parallel import Engine, run
def work(number):
    (pathlib.Path({str(tmp_path)!r}) / str(os.getpid())).touch()
    time.sleep(60)
list(run(work, range(4), Engine("processes", 2)))
"""
    coordinator = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path)
    while len(pids := [int(path.name) for path in tmp_path.iterdir()]) < 2:
        time.sleep(0.05)
    coordinator.kill()
    coordinator.wait()
    assert dead([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)])


class Weighty:
    """A function that counts how often it is made ready for a journey."""

    packed = 0

    def __call__(self, number: int) -> int:
        return number

    def __getstate__(self) -> None:
        Weighty.packed += 1


def test_the_function_is_sent_once_and_nothing_stays(dask: Scheduler) -> None:
    """Not with each of the tasks, and the scheduler forgets it with them."""
    function = Weighty()
    assert len(list(parallel.run(function, range(20), dask.engine))) == 20
    assert Weighty.packed == 1
    with Client(dask.address, timeout=20, set_as_default=False) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_workers_that_run_something_else_are_refused(dask: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each worker, before the first task, and again from a worker that joins later."""
    here = versions.versions()
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "numba" else here.get(name))
    monkeypatch.setattr(rules, "source_hash", lambda: "beef")
    for refused in (lambda: parallel.ready(dask.engine), lambda: squares(dask.engine)):
        with pytest.raises(EngineUnavailable) as failure:
            refused()
        assert len(failure.value.faults) == 2
        assert f"simulator is {here['simulator']}, not beef, numba is {here['numba']}, not 0.1" in str(failure.value)
    monkeypatch.setattr(cluster.Cluster, "_check", lambda *_: [])
    with pytest.raises(EngineUnavailable, match=r"worker desk-[01] differs from here: simulator is"):
        squares(dask.engine)


def test_another_processor_is_a_remark(dask: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Last places may differ there, and that is said; the tasks are done."""
    assert parallel.ready(dask.engine) == []
    monkeypatch.setattr(llvmlite.binding, "get_host_cpu_name", lambda: "abacus")
    assert ["here it is abacus" in en for _, en in parallel.ready(dask.engine)] == [True, True]
    assert len(squares(dask.engine)) == 6


def test_the_guides_scripts_run_on_a_cluster(dask: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slurm's and Kubernetes' own parts are stood in for by the workers there are. Asked for again, by the second
    script and on processes, the run is there already: the engine is no part of its identity."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(charts, "write", lambda *_: None)
    site = MagicMock()
    site.return_value.__enter__.return_value.scheduler_address = dask.address
    monkeypatch.setitem(sys.modules, "dask_jobqueue", MagicMock(SLURMCluster=site))
    monkeypatch.setitem(sys.modules, "dask_kubernetes.operator", MagicMock(KubeCluster=site))
    small, answers = ("--runs", "2", "--households", "1000", "--lang", "en"), []
    monkeypatch.setattr(subprocess, "run", lambda words: answers.append(fupin(*words[1:], *small)))
    scripts = [text for language, _, text in blocks("cluster.md") if language == "python"]
    for script in scripts:
        exec(compile(script, "cluster.md", "exec"), {"__name__": "__main__"})
    answers.append(fupin("run", "zhejiang_2018_2022", "--engine", "processes", *small))
    assert [answer.exit_code for answer in answers] == [0, 0, 0]
    assert "workers were at work" in answers[0].stderr
    assert all("computed before" in answer.stderr for answer in answers[1:])
