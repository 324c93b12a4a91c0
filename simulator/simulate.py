"""One run: found a world and burn it in, then simulate an arm of a programme on a copy of it.

`found` draws the population and runs the years up to year 0 with the register at work and no programme. `simulate` runs
the programme's years; the null arm sets the pin on wages and prices and every other arm reads it. This is the only file
that knows the names of the arms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from simulator.calendar import Quarter, quarters_of
from simulator.extra import ExtraRule, attach, facts
from simulator.history import History
from simulator.indicators import indicator_year, track
from simulator.interventions import KINDS
from simulator.interventions.delivery import Line
from simulator.macro import MacroDraw, Pin, first_simulated_year, macro_path
from simulator.measures import place_sum
from simulator.population import found_world, villages_to_sample
from simulator.quarter import close_books, run_quarter
from simulator.scenario import Scenario
from simulator.trail import fingerprint
from simulator.world import Luck, World

__all__ = [
    "BUDGET_FACTORS",
    "NULL",
    "POLICY",
    "Luck",
    "MacroDraw",
    "Run",
    "World",
    "found",
    "memory_and_time",
    "pin_for",
    "programme_lines",
    "simulate",
]

POLICY, NULL, WITHOUT = "policy", "null", "without:"
BUDGET_FACTORS: Mapping[str, float] = {POLICY: 1.0, "half": 0.5, "double": 2.0}
# Measured on the default sample: bytes held a household while a run goes on, and seconds a household and quarter.
BYTES_PER_HOUSEHOLD = 4_500
SECONDS_PER_HOUSEHOLD_QUARTER = 8e-7


def found(scenario: Scenario, luck: Luck, households: int | None, macro: MacroDraw) -> World:
    """The world at the end of year 0: drawn, burnt in, with the baseline cohort marked. `households`: about how many to
    sample; None for all of the place."""
    world = found_world(scenario, luck, households, macro)
    for now in quarters_of(first_simulated_year(scenario), scenario.year0):
        run_quarter(world, scenario)
        if now == Quarter(scenario.year0 - 1, 4):
            listed = (world.households.list_state == 1) | (world.households.list_state == 2)
            world.households.cohort[:] = listed
        if now.year == scenario.year0:
            world.recorder.quarter(world)
        close_books(world)
    mark_baseline(world, scenario)
    return world


def mark_baseline(world: World, scenario: Scenario) -> None:
    """The baseline's households, and the quota of each county's list: its share of persons at year 0 and a margin."""
    households, villages, counties = world.households, world.villages, world.counties
    present = (households.cohort == 1) & (households.size > 0)
    villages.baseline_listed[:] = np.bincount(households.village[present], minlength=villages.length)
    world.baseline_listed = int(place_sum(villages.baseline_listed, villages))
    share = counties.listed_persons.sum() / max(counties.persons.sum(), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(counties.persons > 0, counties.listed_persons / counties.persons, share)
    world.county_quota = own * (1.0 + scenario.values["place.quota_margin"])


def simulate(
    world: World,
    scenario: Scenario,
    luck: Luck,
    macro: MacroDraw,
    arm: str = POLICY,
    pin: np.ndarray | None = None,
    extra_rules: Sequence[ExtraRule] = (),
) -> History:
    """Run one arm from the end of year 0 to the programme's last quarter. The world given is used up: pass a copy.

    `arm`: null, policy, half, double, or without:KIND[+KIND...]. `luck` may differ from the world's own (a partner
    run), as may `macro`. Every arm but null needs the null arm's `pin` (its history's, year 0 first); raises ValueError
    without it or for an unknown arm. `extra_rules` are a researcher's own (`simulator/extra.py`), named in the
    history's facts: give the null arm, which sets the pin, the same ones.
    """
    run = Run(world, scenario, luck, macro, arm, pin, extra_rules)
    while not run.finished:
        run.step()
    return run.history()


class Run:
    """One arm at work, a quarter at a time: what `simulate` runs through and Mesa's interface steps.

    Takes the arguments of `simulate`, uses the world up and raises what `simulate` raises. A world `under_way` has run
    some quarters of the programme already, and goes on from there.
    """

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        luck: Luck,
        macro: MacroDraw,
        arm: str = POLICY,
        pin: np.ndarray | None = None,
        extra_rules: Sequence[ExtraRule] = (),
        under_way: bool = False,
    ) -> None:
        left_out = arm.startswith(WITHOUT)
        if arm != NULL and pin is None:
            raise ValueError(f"arm {arm} reads the null arm's pin: run null first and pass its history's pin")
        if arm != NULL and not left_out and arm not in BUDGET_FACTORS:
            raise ValueError(f"no such arm: {arm}")
        years = range(scenario.year0, scenario.last_year + 1)
        self.world, self.scenario, self.macro, self.arm = world, scenario, macro, arm
        self.played = scenario.without(*arm.removeprefix(WITHOUT).split("+")) if left_out else scenario
        self.pin = None if pin is None else Pin(dict(zip(years, pin.tolist(), strict=True)))
        self.budget_factor = BUDGET_FACTORS.get(arm, 1.0)
        # What stands at year 0 belongs to the world as it was founded, whatever the luck of the run.
        world.indicators = track(world, scenario, paying=arm != NULL, standing=under_way)
        if not under_way:
            world.recorder.indicators[-1] = indicator_year(world)
        world.luck = luck
        world.path = macro_path(scenario, macro)
        attach(world, extra_rules)
        world.bind(scenario)
        self.lines = programme_lines(world, self.played) if arm != NULL else ()
        world.recorder.trail.standards = fingerprint(scenario)

    @property
    def finished(self) -> bool:
        """Whether the programme's last quarter has run."""
        return self.world.now.year > self.scenario.last_year

    def step(self) -> None:
        """Run and record the world's next quarter."""
        run_quarter(self.world, self.played, self.lines, self.budget_factor, self.pin)
        self.world.recorder.quarter(self.world)
        close_books(self.world)

    def history(self) -> History:
        """What the run recorded, once it is finished."""
        history = self.world.recorder.history(self.world, self.scenario)
        return replace(history, facts={**history.facts, **facts(self.world.extra_rules)})


def pin_for(
    arm: str, world: World, scenario: Scenario, luck: Luck, macro: MacroDraw, extra_rules: Sequence[ExtraRule] = ()
) -> np.ndarray | None:
    """The pin an arm reads: the null arm's, run here on a copy of the world; None for the null arm, which sets it."""
    return None if arm == NULL else simulate(world.copy(), scenario, luck, macro, NULL, extra_rules=extra_rules).pin


def programme_lines(world: World, scenario: Scenario) -> tuple[Line, ...]:
    """The kinds at work in a programme, each with its ledger line, in the order of `KINDS`: results do not depend on
    how a file lists them."""
    order = list(KINDS)
    return tuple(
        Line(
            KINDS[entry.kind],
            entry,
            scenario.under(f"programme.interventions.{entry.kind}"),
            world.accounts.open_line(entry.fund, entry.use, entry.kind),
            tuple(world.accounts.open_line(fund, entry.use, entry.kind) for fund in entry.also),
        )
        for entry in sorted(scenario.interventions, key=lambda entry: order.index(entry.kind))
    )


def memory_and_time(scenario: Scenario, households: int | None) -> tuple[int, float]:
    """Bytes one replicate needs and seconds it takes on one core (burn-in and four arms), estimated."""
    villages = sum(villages_to_sample(scenario, households))
    sampled = villages * scenario.values["place.households_per_village"]
    quarters = 4 * (scenario.burn_in_years + 4 * (scenario.last_year - scenario.first_year + 1))
    return int(3 * BYTES_PER_HOUSEHOLD * sampled), SECONDS_PER_HOUSEHOLD_QUARTER * sampled * quarters
