"""Many runs side by side: takes tasks, yields each with its result as it finishes. Knows no files and no charts.

Three engines give the same results. Threads are the usual one: the rules are compiled without the interpreter lock, so
threads use every core, share what was compiled, and need nothing to be pickled. Processes (loky) and a Dask cluster
need a function, tasks and results that can be pickled.
"""

from __future__ import annotations

import pickle
import threading
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

KINDS = ("threads", "processes", "dask")


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
    """Every worker that tried a task died, the last of them while it did nothing else."""


class EngineUnavailable(Exception):
    """An engine that cannot be used. `faults` are (Chinese, English), one line each."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(en for _, en in self.faults)

    def text(self, lang: str) -> str:
        """All faults, one a line, in `lang` (zh or en)."""
        return "\n".join(zh if lang == "zh" else en for zh, en in self.faults)


def ready(engine: Engine) -> list[tuple[str, str]]:
    """Whether tasks can run on `engine`, asked before anything is written: what the planner should know all the same,
    (Chinese, English) one line each. Raises EngineUnavailable."""
    if engine.kind != "dask":
        return []
    from simulator.cluster import Cluster

    cluster = Cluster(engine)
    try:
        return cluster.remarks
    finally:
        cluster.close(())


def run(function: Callable[[Task], Result], tasks: Iterable[Task], engine: Engine) -> Iterator[Finished[Task, Result]]:
    """Apply `function` to every task on `engine` and yield each as it finishes, in order of completion.

    An exception of one task is its result and stops no other; it is never done again for that. A task whose worker
    died is done again: if `tries` workers died of it or beside it, it is done alone at the end, where nothing else can
    be to blame, and if they die again its result is LostWorker. Interrupting or closing the iterator starts no further
    task; what had been yielded by then stays valid. Raises EngineUnavailable.
    """
    if engine.kind == "threads":
        yield from _threads(function, tasks, engine.workers)
        return
    waiting = iter(tasks)
    if not (first := list(islice(waiting, 1))):
        return
    workers = _workers(engine)
    suspects: list[Task] = []
    under_way: dict[Any, tuple[Task, int]] = {}
    try:
        workers.employ(function)
        yield from _side_by_side(workers, chain(first, waiting), under_way, suspects)
        for task in suspects:
            yield from _side_by_side(workers, [task], under_way, lost := list[Task]())
            if lost:
                yield Finished(task, LostWorker("every worker that tried it died"), "none")
    finally:
        workers.close(under_way)


class Died(Exception):
    """The worker that had a task died, or may have."""


class Workers(Protocol):
    """Workers in other processes. `tries`: how often a task is done again beside others when its worker died."""

    tries: int

    def employ(self, function: Callable[[Any], Any]) -> None:
        """Take `function` as what is done with every task."""

    def room(self, under_way: int) -> bool:
        """Whether one more task should be handed over."""

    def submit(self, task: Any) -> Any:
        """Hand a task over and return what stands for its result. Raises Died if there is nobody to take it."""

    def wait(self, under_way: Collection[Any]) -> Iterable[Any]:
        """Those that are done, at least one unless it had better be asked again."""

    def outcome(self, done: Any) -> tuple[Any, str]:
        """A result or exception and the worker's name. Raises Died."""

    def close(self, under_way: Collection[Any]) -> None:
        """Drop what is under way and go home."""


def _workers(engine: Engine) -> Workers:
    if engine.kind == "dask":
        from simulator.cluster import Cluster

        return Cluster(engine)
    from simulator.worker_processes import Processes

    return Processes(engine.workers)


def _side_by_side(
    workers: Workers, tasks: Iterable[Task], under_way: dict[Any, tuple[Task, int]], suspects: list[Task]
) -> Iterator[Finished[Task, Any]]:
    """What finishes; tasks that were under way at `tries` deaths go to `suspects` instead."""
    fresh, again = ((task, 0) for task in tasks), deque[tuple[Task, int]]()
    while True:
        while workers.room(len(under_way)) and (one := again.popleft() if again else next(fresh, None)):
            try:
                under_way[workers.submit(one[0])] = one
            except Died:
                again.append(one)
                break
        if not under_way and not again:
            return
        for done in workers.wait(under_way):
            task, deaths = under_way.pop(done)
            try:
                result = workers.outcome(done)
            except Died:
                if deaths + 1 < workers.tries:
                    again.append((task, deaths + 1))
                else:
                    suspects.append(task)
            else:
                yield Finished(task, *result)


def portable(failure: Exception) -> Exception:
    """The failure itself, or its text where it would not survive the way back from another process."""
    try:
        pickle.loads(pickle.dumps(failure))
    except Exception:
        return RuntimeError(f"{type(failure).__name__}: {failure}")
    return failure


def _threads(function: Callable[[Task], Result], tasks: Iterable[Task], workers: int) -> Iterator[Finished]:
    from joblib import Parallel, delayed

    stopping = threading.Event()

    def attempt(task: Task) -> Finished[Task, Result]:
        worker = threading.current_thread().name
        try:
            if stopping.is_set():
                raise InterruptedError("stopped before this task began")
            return Finished(task, function(task), worker)
        except Exception as failure:
            return Finished(task, failure, worker)

    pool = Parallel(n_jobs=workers, backend="threading", batch_size=1, return_as="generator_unordered")
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
