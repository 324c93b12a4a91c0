"""A small place on which targets are reckoned by hand: two strata of three villages, four years, round numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.following import FOLLOWED
from simulator.history import History, Outcome
from simulator.measures import YEARLY
from simulator.scenario import Scenario, Target
from simulator.targets import evaluate

YEARS = np.array([2017, 2018, 2019, 2020])
KEYS = [0, 1, 2]
"""The key villages; each stands for 4, the others for 10."""


def told(target: str, reading: str, year: int = 2020, **terms: float) -> Scenario:
    """One target with its terms."""
    return Scenario(
        name="small", place="small", year0=2017, burn_in_years=8, first_year=2018, last_year=2020,
        values={f"programme.targets.{target}.{name}": value for name, value in terms.items()},
        switches={}, series={}, targets=(Target(target, year, reading),),
    )  # fmt: skip


def constant(value: float) -> np.ndarray:
    """The same every year in every village."""
    return np.full((4, 6), value)


def yearly(*values: float) -> np.ndarray:
    """A value a year, alike in every village."""
    return np.tile(np.array(values)[:, None], 6)


def at(year: int, villages: list[int], value: float, otherwise: float = 0.0) -> np.ndarray:
    """A value in some villages in one year."""
    values = constant(otherwise)
    values[year - 2017, villages] = value
    return values


def history(**measures: np.ndarray) -> History:
    """Ten persons in four households a village, 10,000 yuan a head, nobody listed, nothing else recorded."""
    recorded: dict[str, np.ndarray] = {name: constant(0.0) for name in (*YEARLY, *FOLLOWED)}
    recorded |= {name: constant(0.0) for name in ("leaders", "led_so_far")}
    recorded |= {name: constant(0.0) for name in ("cooperative", "cooperative_working", "cooperative_leading")}
    recorded |= {name: constant(0.0) for name in ("collective_total", "collective_operating")}
    for who in ("rural", "cohort", "before", "after", "cohort_labour", "before_labour"):
        recorded |= {f"persons_{who}": constant(10.0), f"income_{who}": constant(100_000.0)}
    recorded |= {f"households_{who}": constant(4.0) for who in ("rural", "cohort", "before", "cohort_labour")}
    nothing = np.zeros((16, 0), np.int64)
    return History(
        quarters=np.array([(year, quarter) for year in YEARS for quarter in (1, 2, 3, 4)]), years=YEARS,
        series={("cpi", "rural"): np.ones(16)},
        ledger_lines=(), ledger=np.zeros((16, 0, 3), np.int64), funds=(), inflow=nothing, balance=nothing,
        village_year={**recorded, **measures}, stratum=np.array([0, 0, 0, 2, 2, 2]),
        stands_for=np.array([4, 4, 4, 10, 10, 10]), county=np.array([0, 0, 1, 1, 2, 2]), pin=np.ones(4),
        pin_residual=np.zeros(4), luck=(5, 3), reference_mean=np.array([18_000.0, 20_000.0, 22_000.0, 25_000.0]),
        supported=np.array([1, 1, 1, 1, 0, 0]),
    )  # fmt: skip


def outcomes(run: History, scenario: Scenario) -> dict[str, Outcome]:
    """Outcomes by reading."""
    return {outcome.reading: outcome for outcome in evaluate(run, scenario)}


def margins(run: History, scenario: Scenario) -> Mapping[str, Any]:
    """Margins by reading."""
    return {name: outcome.margin for name, outcome in outcomes(run, scenario).items()}
