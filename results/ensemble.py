"""The runs of an ensemble, sorted and ready to be asked: by arm, by target, by money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from results.counting import Counting
from simulator.history import Outcome, RunRecord

LISTED_HOUSEHOLDS = "baseline_listed_households"
"""Name of the fact of a run that counts the listed households of year 0 in the whole place."""


@dataclass(frozen=True)
class Line:
    """One target under one reading."""

    target: str
    reading: str


class Ensemble:
    """Runs by arm and variant, each ordered by replicate whatever the order they came in; `counting` says which
    intervals their numbers have."""

    def __init__(self, records: Iterable[RunRecord], counting: Counting | None = None) -> None:
        self.counting = counting or Counting()
        ordered = sorted(records, key=lambda record: (record.replicate, record.arm, record.variant))
        self._runs: dict[tuple[str, str], dict[int, RunRecord]] = {}
        self._failed: dict[tuple[str, str], dict[int, RunRecord]] = {}
        self._outcomes: dict[tuple[str, str, Line], dict[int, Outcome]] = {}
        for record in ordered:
            home = self._failed if has_failed(record) else self._runs
            home.setdefault((record.arm, record.variant), {})[record.replicate] = record
            for outcome in record.outcomes:
                line = Line(outcome.target, outcome.reading)
                self._outcomes.setdefault((record.arm, record.variant, line), {})[record.replicate] = outcome

    def runs(self, arm: str, variant: str = "base") -> dict[int, RunRecord]:
        """Finished runs of an arm by replicate."""
        return self._runs.get((arm, variant), {})

    def failed(self, arm: str, variant: str = "base") -> dict[int, RunRecord]:
        """Failed runs of an arm by replicate."""
        return self._failed.get((arm, variant), {})

    def failures(self) -> list[RunRecord]:
        """Every failed run, ordered by key."""
        runs = [record for group in self._failed.values() for record in group.values()]
        return sorted(runs, key=lambda record: (record.replicate, record.arm, record.variant))

    def outcomes(self, arm: str, line: Line, variant: str = "base") -> dict[int, Outcome]:
        """Outcomes of a target under a reading by replicate."""
        return self._outcomes.get((arm, variant, line), {})

    def lines(self) -> list[Line]:
        """Targets and readings in the order the runs report them."""
        found: dict[Line, None] = {}
        for (arm, variant), runs in sorted(self._runs.items()):
            if variant == "base" and arm in ("policy", "null"):
                for record in runs.values():
                    found.update({Line(outcome.target, outcome.reading): None for outcome in record.outcomes})
        return list(found)

    def default_lines(self) -> list[Line]:
        """The default reading of every target."""
        return [line for line in self.lines() if any(o.default for o in self.outcomes("policy", line).values())]

    def kinds_left_out(self) -> list[str]:
        """Kinds of intervention that some runs leave out, by name."""
        arms = {arm for arm, _ in [*self._runs, *self._failed]}
        return sorted(arm.removeprefix("without:") for arm in arms if arm.startswith("without:"))

    def pairs(self, first: str, second: str) -> tuple[list[int], int]:
        """Replicates finished in both arms, and the number of those tried in both that failed in either."""
        both = sorted(self.runs(first).keys() & self.runs(second).keys())
        return both, len(self.failed_pairs(first, second))

    def failed_pairs(self, first: str, second: str) -> list[int]:
        """Replicates tried in both arms that failed in either."""
        tried = [self.runs(arm).keys() | self.failed(arm).keys() for arm in (first, second)]
        return sorted((tried[0] & tried[1]) - (self.runs(first).keys() & self.runs(second).keys()))


def has_failed(record: RunRecord) -> bool:
    """Whether a run came to nothing."""
    return bool(record.error) or record.status == "failed"


def spending(record: RunRecord, years: tuple[int, int]) -> dict[tuple[str, str], float]:
    """Yuan paid in a run for the whole place from the first to the last of `years`, by fund and use; what leaked on its
    way was spent too."""
    if record.ledger is None or record.quarters is None:
        return {}
    within = (record.quarters[:, 0] >= years[0]) & (record.quarters[:, 0] <= years[1])
    spent = record.ledger if record.leaked is None else record.ledger + record.leaked
    fen = spent[within].sum(axis=(0, 2))
    paid: dict[tuple[str, str], int] = {}
    for line, amount in zip(record.ledger_lines, fen, strict=True):
        paid[line.fund, line.use] = paid.get((line.fund, line.use), 0) + int(amount)
    return {key: amount / 100 for key, amount in paid.items()}


def yearly(record: RunRecord, measure: str, population: str) -> dict[int, float]:
    """A measure at the last quarter of each year, the years without a value left out."""
    values = record.series.get((measure, population))
    if values is None or record.quarters is None:
        return {}
    last = (record.quarters[:, 1] == 4) & np.isfinite(values)
    return {int(year): float(value) for year, value in zip(record.quarters[last, 0], values[last], strict=True)}


def last_value(record: RunRecord, measure: str, population: str) -> float:
    """A measure at the end of a run; not a number where the run has none."""
    values = record.series.get((measure, population))
    return float(values[-1]) if values is not None and len(values) else float("nan")


def last_values(ensemble: Ensemble, arm: str, measure: str, populations: Sequence[str]) -> np.ndarray | None:
    """A measure at the end of each run of an arm, (runs, populations); runs with a gap left out, None if all have."""
    rows = [[last_value(run, measure, who) for who in populations] for run in ensemble.runs(arm).values()]
    whole = [row for row in rows if np.isfinite(row).all()]
    return np.array(whole) if whole else None
