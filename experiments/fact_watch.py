"""What the stylised facts need to know of a run without policy, written down while it runs.

A `Watch` looks at the world at the end of every quarter: totals of the place and what work pays; and once a year at
every household. Money is yuan; households are rows of the world, matched between years by their key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.households import LISTED, OBSERVATION
from simulator.members import CHRONIC, DISABLED, LOCAL, MIGRANT
from simulator.simulate import World
from simulator.yearly import PARTS

ADDED = ("consumption", "enterprise_income", "farm_income", "out_of_pocket")
"""Flows that are summed over the quarters of a year."""


@dataclass(frozen=True)
class Quarter:
    """The place in a quarter: income by part in million yuan, migrants, and who works for wages. By household (N,):
    `income` in yuan, `members` in persons, `weight` households of the place (0: not there)."""

    year: int
    quarter: int
    parts: dict[str, float]
    migrants: float
    month_migrant: float
    month_local: float
    month_all: float
    age: float
    income: np.ndarray
    members: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Year:
    """Households at a year's end, every array (N,): `key`; `weight` households of the place each stands for; `persons`
    in person-years (0: not there); `income` and the flows in `added`, yuan a household; traits and states."""

    year: int
    key: np.ndarray
    village: np.ndarray
    weight: np.ndarray
    persons: np.ndarray
    income: np.ndarray
    wage: np.ndarray
    transfer: np.ndarray
    assets: np.ndarray
    land: np.ndarray
    size: np.ndarray
    labour: np.ndarray
    listed: np.ndarray
    ill: np.ndarray
    disabled: np.ndarray
    added: dict[str, np.ndarray]


@dataclass
class Watch:
    """Everything seen so far."""

    quarters: list[Quarter] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    sums: dict[str, np.ndarray] = field(default_factory=dict)

    def look(self, world: World) -> None:
        """The rule that runs at the end of every quarter."""
        households = world.households
        self.quarters.append(quarter_of(world))
        for name in ADDED:
            self.sums[name] = self.sums.get(name, 0.0) + 0.01 * getattr(households, name)
        if world.now.quarter == 4:
            self.years.append(year_of(world, self.sums))
            self.sums = {}

    def year(self, number: int) -> Year:
        """A calendar year. Raises StopIteration for one that was not run."""
        return next(year for year in self.years if year.year == number)


def weights(world: World) -> np.ndarray:
    """Households of the place that each household stands for."""
    return world.villages.stands_for[world.households.village].astype(float)


def quarter_of(world: World) -> Quarter:
    """The quarter that has just run."""
    households, members, names = world.households, world.members, world.names
    there = households.size > 0
    weight = np.where(there, weights(world), 0.0)
    parts = {part: 1e-8 * float(weight @ getattr(households, part)) for part in PARTS}
    home = np.repeat(np.arange(households.length), np.diff(world.roster_start))
    worker = (members.present == 1) & (members.capacity > 0.0)
    away, near = worker & (members.work == MIGRANT), worker & (members.work == LOCAL)
    skill = members.capacity * names["education_factor"][members.education] * np.exp(members.premium)
    skill *= households.wage_factor[home]
    pay = np.where(away, names["wage_migrant"] / names["months_migrant"], 0.0)
    pay = skill * (pay + np.where(near, names["wage_local"] / names["months_local"], 0.0))
    heads = weight[home]
    income = 0.01 * (households.wage + households.business + households.property + households.transfer)
    return Quarter(
        world.now.year,
        world.now.quarter,
        parts,
        float(heads @ away),
        mean(pay, heads * away),
        mean(pay, heads * near),
        mean(pay, heads * (away | near)),
        mean(members.age, heads * (away | near)),
        income,
        households.size.copy(),
        weight,
    )


def year_of(world: World, sums: dict[str, np.ndarray]) -> Year:
    """The year that has just run, with the flows summed over its quarters."""
    households, members = world.households, world.members
    home = np.repeat(np.arange(households.length), np.diff(world.roster_start))
    present = members.present == 1

    def any_member(condition: np.ndarray) -> np.ndarray:
        return np.bincount(home, present & condition, households.length) > 0

    flows = {part: 0.01 * getattr(households, f"year_{part}") for part in PARTS}
    return Year(
        world.now.year,
        households.key.copy(),
        households.village.copy(),
        weights(world),
        np.where(households.size > 0, 0.25 * households.year_persons, 0.0),
        flows["wage"] + flows["business"] + flows["property"] + flows["transfer"],
        flows["wage"],
        flows["transfer"],
        households.assets.copy(),
        households.land.copy(),
        households.size.copy(),
        households.labour.copy(),
        (households.list_state == LISTED) | (households.list_state == OBSERVATION),
        any_member(members.health == CHRONIC) | (households.ill_year == 1),
        any_member(members.health == DISABLED),
        dict(sums),
    )


def mean(values: np.ndarray, weight: np.ndarray) -> float:
    """Weighted mean; not a number where nothing weighs."""
    total = float(weight.sum())
    return float(weight @ values) / total if total > 0.0 else float("nan")
