"""Many runs side by side: takes tasks, yields each with its result as it finishes. Knows no files and no charts.

Threads, not processes: the rules are compiled without the interpreter lock, so threads use every core, share what was
compiled, and need nothing to be pickled.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from joblib import Parallel, delayed

Task = TypeVar("Task")
Result = TypeVar("Result")


class Finished(NamedTuple, Generic[Task, Result]):
    """A task with its result, or with the exception it raised, and the name of the worker that did it."""

    task: Task
    result: Result | Exception
    worker: str


def run(function: Callable[[Task], Result], tasks: Iterable[Task], workers: int) -> Iterator[Finished[Task, Result]]:
    """Apply `function` to every task on `workers` threads and yield each as it finishes, in order of completion.

    An exception of one task is its result and stops no other. Interrupting or closing the iterator starts no further
    task; what had been yielded by then stays valid. Raises ValueError for fewer than one worker.
    """
    if workers < 1:
        raise ValueError(f"at least one worker is needed, not {workers}")
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
