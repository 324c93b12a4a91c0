"""A Dask cluster: workers on any number of machines, reached through a scheduler that is already running.

Results travel back over the network to this process, which alone writes them: workers need no shared disk.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cloudpickle

from simulator.parallel import Died, Engine, EngineUnavailable, portable
from simulator.rules import source_hash
from simulator.versions import versions

if TYPE_CHECKING:
    from distributed import Future

# Seconds to reach the scheduler; to see a first worker there; to go on without any worker before giving up.
REACH, APPEAR, DESERTED = 5, 20, 60
# Tasks handed over for every thread of the cluster: the one it does, and one that waits so that it is never idle.
EACH = 2
# What may differ between coordinator and workers: another processor may round the last place in another way.
MAY_DIFFER = "cpu"
ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+:\d+")


class Cluster:
    """The workers behind a scheduler, checked to run the same sources and versions as this process.

    `remarks`: what differs and may, (Chinese, English) one line a worker. Raises EngineUnavailable.
    """

    # Dask itself tries a task again when its worker dies (distributed.scheduler.allowed-failures, 3 times).
    tries = 1

    def __init__(self, engine: Engine) -> None:
        self._most = engine.workers
        self._client = _client(str(engine.address))
        try:
            self.remarks = self._check(versions())
        except BaseException:
            self._client.close()
            raise

    def _check(self, expected: dict[str, str]) -> list[tuple[str, str]]:
        """Ask every worker what it runs. Raises EngineUnavailable with a line for each that cannot be used."""
        try:
            self._client.wait_for_workers(1, timeout=APPEAR)
        except TimeoutError:
            raise EngineUnavailable(("集群没有工作进程", "the cluster has no worker")) from None
        faults, remarks = [], []
        for worker, found in sorted(self._client.run(versions, on_error="return").items()):
            if lines := differences(worker, expected, found):
                faults.append(lines)
            elif found[MAY_DIFFER] != expected[MAY_DIFFER]:
                here, there = expected[MAY_DIFFER], found[MAY_DIFFER]
                remarks.append(
                    (
                        f"工作进程 {worker} 的处理器是 {there}，本机是 {here}：结果的末位可能不同",
                        f"worker {worker} has a {there} processor, here it is {here}: last places may differ",
                    )
                )
        if faults:
            raise EngineUnavailable(*faults)
        return remarks

    def employ(self, function: Callable[[Any], Any]) -> None:
        """The function goes to the cluster once; every task names it. Unlike scattered data it is made again when the
        workers that held it die."""
        self._package = _package(function)
        self._expected = {**_must_match(versions()), **_sources(self._package)}
        with _connected():
            self._function = self._client.submit(_unchanged, cloudpickle.dumps(function), pure=False)

    def room(self, under_way: int) -> bool:
        # Asked each time: workers come and go.
        with _connected():
            threads = sum(self._client.nthreads().values())
        return under_way < min(max(1, EACH * threads), self._most or under_way + 1)

    def submit(self, task: Any) -> Future:
        with _connected():
            return self._client.submit(
                _attempt, self._function, cloudpickle.dumps(task), self._package, self._expected, pure=False
            )

    def wait(self, under_way: Collection[Future]) -> Iterable[Future]:
        from distributed import wait

        try:
            with _connected(), self._client.as_current():
                return wait(list(under_way), timeout=DESERTED, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            with _connected():
                deserted = not self._client.nthreads()
            if deserted:
                raise EngineUnavailable(("集群的工作进程都不见了", "all workers of the cluster are gone")) from None
            return ()

    def outcome(self, done: Future) -> tuple[Any, str]:
        from distributed import KilledWorker

        try:
            with _connected():
                answer, worker = done.result()
        except KilledWorker as failure:
            raise Died from failure
        except MemoryError as failure:
            return failure, "unknown"
        except EngineUnavailable:
            raise
        except Exception as failure:
            # What the task itself raised is in its answer.
            raise EngineUnavailable(
                (f"有的工作进程用不了 fupin：{failure}", f"a worker cannot use fupin: {failure}")
            ) from failure
        if isinstance(answer, Foreign):
            raise EngineUnavailable(differences(worker, self._expected, answer.found) or (worker, worker))
        return pickle.loads(answer), worker

    def close(self, under_way: Collection[Future]) -> None:
        # The scheduler drops what a client that leaves had asked for.
        self._client.close()


@contextmanager
def _connected() -> Iterator[None]:
    """Turn the end of the connection, which Dask tells in many ways, into EngineUnavailable."""
    from distributed import CancelledError
    from distributed.client import ClosedClientError
    from distributed.comm import CommClosedError

    try:
        yield
    except (CancelledError, ClosedClientError, CommClosedError):
        raise EngineUnavailable(("与 Dask 调度器的连接断了", "the connection to the Dask scheduler is lost")) from None


def _client(address: str) -> Any:
    """A connection to the scheduler. Raises EngineUnavailable."""
    try:
        from distributed import Client
    except ImportError:
        raise EngineUnavailable(
            ("没有安装 Dask：pip install 'fupin[dask]'", "Dask is not installed: pip install 'fupin[dask]'")
        ) from None
    if not ADDRESS.fullmatch(address):
        raise EngineUnavailable(
            (f"{address} 不是 tcp://主机:端口 这样的地址", f"{address} is not an address such as tcp://HOST:PORT")
        )
    try:
        # A Client waits for ever on a port where something else listens, and leaves its loop behind when it fails.
        asyncio.run(asyncio.wait_for(_knock(address), 2 * REACH))
    except Exception as failure:
        raise EngineUnavailable(
            (f"连不上 Dask 调度器 {address}", f"no Dask scheduler answers at {address} ({type(failure).__name__})")
        ) from None
    # Its tracebacks of a lost connection would stand beside the line that says so.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    return Client(address, timeout=REACH, set_as_default=False)


async def _knock(address: str) -> None:
    from distributed import Security
    from distributed.comm import connect

    door = await connect(address, timeout=REACH, **Security().get_connection_args("client"))
    await door.close()


def differences(worker: str, expected: dict[str, str], found: dict[str, str] | Exception) -> tuple[str, str] | None:
    """What a worker runs that is not what this process runs, (Chinese, English), or None."""
    if isinstance(found, Exception):
        said = f"{type(found).__name__}: {found}"
        return f"工作进程 {worker} 用不了 fupin：{said}", f"worker {worker} cannot use fupin: {said}"
    unlike = [name for name, wanted in _must_match(expected).items() if found.get(name) != wanted]
    if not unlike:
        return None
    zh = "，".join(f"{name} 是 {found.get(name)}，应为 {expected[name]}" for name in unlike)
    en = ", ".join(f"{name} is {found.get(name)}, not {expected[name]}" for name in unlike)
    return f"工作进程 {worker} 与本机不同：{zh}", f"worker {worker} differs from here: {en}"


def _must_match(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name != MAY_DIFFER}


def _package(function: Callable[[Any], Any]) -> str:
    """Name of the package that `function` comes from."""
    while isinstance(function, partial):
        function = function.func
    return function.__module__.split(".")[0]


def _sources(package: str) -> dict[str, str]:
    """Hash of an installed package by its name; nothing for a script, whose code travels with it."""
    spec = None if package.startswith("__") else find_spec(package)
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        return {}
    return {package: source_hash(Path(spec.origin).parent)}


def _unchanged(function: bytes) -> bytes:
    return function


def _attempt(function: bytes, task: bytes, package: str, expected: dict[str, str]) -> tuple[bytes | Foreign, str]:
    """On a worker: the result and the worker's name. Checked here too, since workers may join while others work, and
    before anything is unpickled, which other sources might do in another way."""
    from distributed import get_worker

    worker = str(get_worker().name)
    found = {**versions(), **_sources(package)}
    if differences(worker, expected, found):
        return Foreign(found), worker
    try:
        return cloudpickle.dumps(pickle.loads(function)(pickle.loads(task))), worker
    except Exception as failure:
        return cloudpickle.dumps(portable(failure)), worker


class Foreign(NamedTuple):
    """The answer of a worker that runs something else."""

    found: dict[str, str]
