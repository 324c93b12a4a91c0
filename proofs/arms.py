"""Runs for proofs: an arm on a copy of a world with its households written down row by row every year, and the worlds
they start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

import scenarios
from simulator.extra import ExtraRule
from simulator.history import History
from simulator.households import EXITED, LISTED, OBSERVATION
from simulator.scenario import Scenario
from simulator.simulate import NULL, Luck, MacroDraw, Run, World

MACRO = MacroDraw()
KEPT = (
    "key",
    "village",
    "size",
    "labour",
    "elders",
    "disabled",
    "land",
    "assets",
    "enterprise",
    "ability",
    "list_state",
    "observed_income",
    "coop_member",
    "member_factor",
    "trained_quarters",
)


def zhejiang(**switches: str) -> Scenario:
    """The shipped programme at its central numbers, with some switches of the model or place set by path, dots written
    as double underscores."""
    scenario = scenarios.load("zhejiang_2018_2022").scenario
    return replace(scenario, switches={**scenario.switches, **{k.replace("__", "."): v for k, v in switches.items()}})


@dataclass
class Diary:
    """The households at the end of every year, by year: columns (N,) named as in the world, `there`, `persons` in
    person-years, `income` and `market` income of the year in yuan a person (NaN where nobody is)."""

    years: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    farm: np.ndarray | None = None

    def look(self, world: World) -> None:
        """The rule that runs at the end of every quarter."""
        earned = 0.01 * world.households.farm_income
        self.farm = earned if self.farm is None else self.farm + earned
        if world.now.quarter == 4:
            self.years[world.now.year] = {**columns(world), "farm": self.farm}
            self.farm = None


def columns(world: World) -> dict[str, np.ndarray]:
    """The columns of the year that is being closed."""
    households = world.households
    kept = {name: getattr(households, name).copy() for name in KEPT}
    persons = np.where(households.size > 0, 0.25 * households.year_persons, 0.0)
    kept |= {"persons": persons, "there": persons > 0.0}
    income = households.year_wage + households.year_business + households.year_property + households.year_transfer
    with np.errstate(invalid="ignore", divide="ignore"):
        kept["income"] = np.where(kept["there"], 0.01 * income / persons, np.nan)
        kept["market"] = np.where(kept["there"], 0.01 * households.year_market / persons, np.nan)
    kept["line"] = world.counties.line[world.villages.county[households.village]]
    kept["weight"] = world.villages.stands_for[households.village] * persons
    return kept


def arm(
    world: World,
    scenario: Scenario,
    luck: Luck,
    name: str = NULL,
    pin: np.ndarray | None = None,
    rules: Sequence[ExtraRule] = (),
    last_year: int | None = None,
) -> tuple[Diary, History | None]:
    """An arm on a copy of a world and its diary; its history too, if it runs to the programme's end."""
    diary = Diary()
    watch = ExtraRule("diary", diary.look, when="end")
    run = Run(world.copy(), scenario, luck, MACRO, name, pin, [*rules, watch])
    while not run.finished and (last_year is None or run.world.now.year <= last_year):
        run.step()
    return diary, run.history() if run.finished else None


def same(*years: Mapping[str, np.ndarray]) -> np.ndarray:
    """Rows that hold the same household in all these years."""
    first = years[0]
    return np.logical_and.reduce([year["there"] & (year["key"] == first["key"]) for year in years])


def on_list(state: np.ndarray) -> np.ndarray:
    """Whether listed or under observation."""
    return (state == LISTED) | (state == OBSERVATION)


class Disguise:
    """Lets policy see another list than the register keeps: `seen` makes it from the true states at the quarter's
    start; the register's own comes back before the books are closed, so that the review works on the truth."""

    def __init__(self) -> None:
        self.true: np.ndarray | None = None

    def seen(self, world: World) -> np.ndarray:
        """The states policy is to see (N,)."""
        raise NotImplementedError

    def put_on(self, world: World) -> None:
        """At the start of a quarter."""
        self.true = world.households.list_state.copy()
        world.households.list_state[:] = self.seen(world)

    def take_off(self, world: World) -> None:
        """Before settlement."""
        assert self.true is not None
        world.households.list_state[:] = self.true

    def rules(self) -> list[ExtraRule]:
        """Both, to be given to an arm."""
        return [ExtraRule("mask", self.put_on, "start"), ExtraRule("unmask", self.take_off, "before_settlement")]


class Shuffled(Disguise):
    """Everybody's state goes to somebody else, drawn once among the households there at the start."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__()
        there = np.flatnonzero(world.households.size > 0)
        self.source = np.arange(world.households.length)
        self.source[there] = np.random.default_rng(seed).permutation(there)

    def seen(self, world: World) -> np.ndarray:
        """States by the permutation; empty rows keep theirs."""
        state = world.households.list_state
        return np.where(world.households.size > 0, state[self.source], state)


class NoCliff(Disguise):
    """Who has left the list keeps its support."""

    def seen(self, world: World) -> np.ndarray:
        """Exited households look listed."""
        state = world.households.list_state
        return np.where(state == EXITED, LISTED, state)
