"""Worker processes of this machine, by loky. When one dies, loky fails all that was under way and cannot say which task
is to blame."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from typing import Any

import psutil
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from simulator.parallel import Died, portable

# Tasks handed over for every worker: the one it does, and one that waits so that it is never idle.
EACH = 2
# Seconds without work after which a process ends. Till then the next call finds it with its compiled code loaded.
IDLE = 60


class Processes:
    """So many processes, kept between calls."""

    tries = 2

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def employ(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def room(self, under_way: int) -> bool:
        return under_way < EACH * self._workers

    def submit(self, task: Any) -> Future:
        try:
            return self._pool().submit(_attempt, self._function, task)
        except BrokenProcessPool as failure:
            # It is just being found dead; the next call makes a new one.
            raise Died from failure

    def wait(self, under_way: Collection[Future]) -> Iterable[Future]:
        return wait(under_way, return_when=FIRST_COMPLETED).done

    def outcome(self, done: Future) -> tuple[Any, str]:
        try:
            return done.result()
        except BrokenProcessPool as failure:
            raise Died from failure
        except Exception as failure:
            # The task or its result could not be pickled.
            return failure, "unknown"

    def close(self, under_way: Collection[Future]) -> None:
        """Ends the processes at work. loky's own way, a shutdown that kills, leaves a traceback of its thread at times;
        of deaths it hears every time."""
        if under_way:
            for process in list(self._pool()._processes):
                with suppress(psutil.NoSuchProcess):
                    psutil.Process(process).kill()
            wait(under_way, timeout=10)

    def _pool(self) -> Any:
        return get_reusable_executor(max_workers=self._workers, timeout=IDLE, initializer=_obey)


def _obey() -> None:
    """Ctrl-C reaches every process of a terminal; the coordinator alone decides what it means. A coordinator that is
    killed cannot say so: its processes follow it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(coordinator: int) -> None:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(coordinator).wait()
    os._exit(1)


def _attempt(function: Callable[[Any], Any], task: Any) -> tuple[Any, str]:
    worker = f"process {os.getpid()}"
    try:
        return function(task), worker
    except Exception as failure:
        return portable(failure), worker
