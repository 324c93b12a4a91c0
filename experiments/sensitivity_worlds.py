"""Points that differ in the programme alone start from one burned-in world and one null arm.

Of a place's uncertain numbers most belong to the programme, and a design moves one factor at a time: most of its points
have a neighbour of the same luck, macro path and ground (`common_ground`). What a point gives is, to the byte, what it
would give on its own.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from experiments.common_ground import ground
from experiments.design import FULL, Options, Replicate
from experiments.ensemble import failed, record_of
from simulator.history import History, RunRecord
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, World, found, simulate


@dataclass(frozen=True)
class Start:
    """A world at the end of year 0, what its null arm recorded or why that failed, and the seconds that took."""

    world: World
    null: History | Exception
    seconds: float


class Worlds:
    """The starts that points to come still need: the first to ask makes one, the last to ask lets it go."""

    def __init__(self, scenario: Scenario, options: Options, tasks: Iterable[Replicate]) -> None:
        self.scenario = scenario
        self.options = options
        self.acting = ground(scenario).values.keys()
        self.wanted = Counter(self.key(task) for task in tasks)
        self.made: dict[object, Future[Start]] = {}
        self.lock = threading.Lock()

    def key(self, task: Replicate) -> object:
        """What decides a start: luck, macro path, and the numbers that act while no programme does."""
        numbers = tuple(sorted((path, value) for path, value in task.parameters.items() if path in self.acting))
        return task.luck_number, tuple(sorted(task.macro.items())), numbers

    def simulate(self, task: Replicate) -> list[RunRecord]:
        """The records of a point's null arm and policy arm."""
        told = self.scenario.with_values(task.parameters)
        start, seconds = self._start(task, told)
        if isinstance(start.null, Exception):
            return [failed(task, *pair, start.null) for pair in task.arms]
        null = replace(start.null, stated=dict(told.stated or told.values))
        begun = time.perf_counter()
        records = [record_of(task, NULL, "base", told, null, seconds)]
        try:
            luck, macro = self._drawn(task)
            history = simulate(start.world.copy(), told, luck, macro, arm=POLICY, pin=null.pin)
            records.append(record_of(task, POLICY, "base", told, history, time.perf_counter() - begun))
        except MemoryError:
            raise
        except Exception as failure:
            records.append(failed(task, POLICY, "base", failure))
        return records

    def _start(self, task: Replicate, told: Scenario) -> tuple[Start, float]:
        """The start of a point and the seconds it took, none where another point made it."""
        key = self.key(task)
        with self.lock:
            held = self.made.get(key)
            promised = self.made.setdefault(key, Future()) if held is None else held
            self.wanted[key] -= 1
            if self.wanted[key] <= 0:
                del self.made[key]
        if held is not None:
            return promised.result(), 0.0
        try:
            promised.set_result(self._founded(task, told))
        except Exception as failure:
            promised.set_exception(failure)
        return promised.result(), promised.result().seconds

    def _founded(self, task: Replicate, told: Scenario) -> Start:
        begun = time.perf_counter()
        luck, macro = self._drawn(task)
        households = None if self.options.households == FULL else int(self.options.households)
        world = found(told, luck, households, macro)
        try:
            null: History | Exception = simulate(world.copy(), told, luck, macro, arm=NULL)
        except MemoryError:
            raise
        except Exception as failure:
            null = failure
        return Start(world, null, time.perf_counter() - begun)

    def _drawn(self, task: Replicate) -> tuple[Luck, MacroDraw]:
        return Luck(task.seed, task.luck_number), MacroDraw(mode=self.options.macro, normals=task.macro)
