"""Times of repeated work: the best says what the machine can do, the median what it did."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Seconds of one piece of work, repeated."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def scaled(self, factor: float) -> dict[str, float]:
        """Best and median times a factor, rounded to three decimals."""
        return {"best": round(self.best * factor, 3), "median": round(self.median * factor, 3)}


def interleaved(work: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, Timing]:
    """Time every piece of work once a round, so that a busy spell of the machine falls on all of them alike. Each
    piece prepares itself and returns the function to be timed."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, prepare in work.items():
            timed = prepare()
            start = time.perf_counter()
            timed()
            seconds[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(values)) for name, values in seconds.items()}
