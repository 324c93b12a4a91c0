"""Many runs side by side: takes tasks, yields each with its result as it finishes. Knows no files and no charts.

Three engines give the same results. Threads are the usual one: the rules are compiled without the interpreter lock, so
threads use every core, share what was compiled, and need nothing to be pickled. Processes and Dask need a function and
tasks that can be pickled.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

Task = TypeVar("Task")
Result = TypeVar("Result")

KINDS = ("threads", "processes", "dask")
# How often a task may be under way while a worker process dies before it has to run alone.
LOSSES = 2
# Tasks waiting at every worker beyond the one it does, so that none is idle while the next is sent.
AHEAD = 1


@dataclass(frozen=True)
class Engine:
    """What tasks run on. `workers` is how many run side by side (with Dask 0 means all that the cluster has);
    `address` is that of a running Dask scheduler, tcp://HOST:PORT. Raises ValueError for what cannot be."""

    kind: Literal["threads", "processes", "dask"] = "threads"
    workers: int = 1
    address: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such engine: {self.kind}")
        if (self.kind == "dask") != (self.address is not None):
            raise ValueError("Dask, and nothing else, needs the address of its scheduler")
        least = 0 if self.kind == "dask" else 1
        if self.workers < least:
            raise ValueError(f"at least one worker is needed, not {self.workers}")


class Finished(NamedTuple, Generic[Task, Result]):
    """A task with its result, or with the exception it raised, and the name of the worker that did it."""

    task: Task
    result: Result | Exception
    worker: str


class LostWorker(Exception):
    """The worker that did a task died, and so did those that tried it again."""


class EngineUnavailable(Exception):
    """An engine that cannot be used here. `faults` are (Chinese, English), one line each."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(en for _, en in self.faults)


def run(function: Callable[[Task], Result], tasks: Iterable[Task], engine: Engine) -> Iterator[Finished[Task, Result]]:
    """Apply `function` to every task on `engine` and yield each as it finishes, in order of completion.

    An exception of one task is its result and stops no other; no task is done again for it. A task whose worker died
    is done again; what kills every worker that tries it is a LostWorker. Interrupting or closing the iterator starts
    no further task; what had been yielded by then stays valid. Raises EngineUnavailable.
    """
    engines = {"threads": _threads, "processes": _processes}
    return engines[engine.kind](function, tasks, engine)


def _threads(function: Callable[[Task], Result], tasks: Iterable[Task], engine: Engine) -> Iterator[Finished]:
    stopping = threading.Event()

    def attempt(task: Task) -> Finished[Task, Result]:
        worker = threading.current_thread().name
        try:
            if stopping.is_set():
                raise InterruptedError("stopped before this task began")
            return Finished(task, function(task), worker)
        except Exception as failure:
            return Finished(task, failure, worker)

    pool = Parallel(n_jobs=engine.workers, backend="threading", batch_size=1, return_as="generator_unordered")
    results = pool(delayed(attempt)(task) for task in tasks)
    try:
        # Not `yield from`, which would close the inner iterator before this function may say how.
        for finished in results:  # noqa: UP028
            yield finished
    finally:
        stopping.set()
        with warnings.catch_warnings():
            # joblib warns that tasks under way are dropped: whoever stops early asked for that.
            warnings.simplefilter("ignore")
            results.close()


def _processes(function: Callable[[Task], Result], tasks: Iterable[Task], engine: Engine) -> Iterator[Finished]:
    """Worker processes of loky. When one dies, loky fails all that was under way and cannot say which task it was: each
    is suspected and done again, and after LOSSES suspicions alone at the end, where nobody else can be blamed."""
    suspects: list[Task] = []
    yield from _side_by_side(function, tasks, engine.workers, suspects)
    for task in suspects:
        yield from _side_by_side(function, [task], engine.workers, lost := [])
        if lost:
            yield Finished(task, LostWorker("every process that tried it died"), "none")


def _side_by_side(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: int, suspects: list[Task]
) -> Iterator[Finished[Task, Result]]:
    """What finishes; tasks that were under way at LOSSES deaths go to `suspects` instead."""
    fresh, again = ((task, 0) for task in tasks), deque[tuple[Task, int]]()
    under_way: dict[Future[tuple[Result | Exception, str]], tuple[Task, int]] = {}
    try:
        while True:
            while len(under_way) < workers * (1 + AHEAD) and (one := again.popleft() if again else next(fresh, None)):
                try:
                    under_way[_pool(workers).submit(_attempt, function, one[0])] = one
                except BrokenProcessPool:
                    # Died idle, or is just being found dead: what is under way will say so.
                    again.append(one)
                    break
            if not under_way and not again:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                task, deaths = under_way.pop(future)
                try:
                    result = future.result()
                except BrokenProcessPool:
                    if deaths + 1 < LOSSES:
                        again.append((task, deaths + 1))
                    else:
                        suspects.append(task)
                else:
                    yield Finished(task, *result)
    finally:
        if under_way:
            _pool(workers).shutdown(wait=False, kill_workers=True)


def _pool(workers: int) -> Any:
    """The processes of the last call if they still live, new ones otherwise: what they compiled is compiled."""
    return get_reusable_executor(max_workers=workers, timeout=60, initializer=_deaf_to_interrupts)


def _deaf_to_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the coordinator alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _attempt(function: Callable[[Task], Result], task: Task) -> tuple[Result | Exception, str]:
    worker = f"process {os.getpid()}"
    try:
        return function(task), worker
    except Exception as failure:
        return _portable(failure), worker


def _portable(failure: Exception) -> Exception:
    """The failure itself, or its text where it would not survive the way back."""
    try:
        pickle.loads(pickle.dumps(failure))
    except Exception:
        return RuntimeError(f"{type(failure).__name__}: {failure}")
    return failure
