"""The whole model under changes that must not matter, or must matter one way: units of money, copies, order, lines."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import scenarios
from simulator.distribution import gini, poverty
from simulator.history import History
from simulator.interventions import KINDS
from simulator.scenario import Scenario
from simulator.simulate import found, simulate
from simulator.world import Luck, World
from tests.systems import (
    LUCK,
    MACRO,
    SMALL,
    chosen_villages,
    crowded,
    founded,
    null_history,
    one_more_household,
    pin_of,
    quarters,
    remarked,
    shuffled_households,
    whole,
)

LUCK_COLUMNS = ("luck_death", "luck_illness", "luck_job", "luck_route")
RATES = ("fgt", "watts", "sen", "gini", "theil", "transition", "years_poor", "return_hazard", "targeting", "share")


def run(scenario: Scenario, name: str = "policy", world: World | None = None, pin: np.ndarray | None = None) -> History:
    """An arm on a small world and that world's own pin."""
    chosen = null_history(households=SMALL).pin if pin is None else pin
    return simulate(world or founded(households=SMALL), scenario, LUCK, MACRO, name, pin=chosen)


def rates(history: History) -> dict[tuple[str, str], np.ndarray]:
    """Measures without a unit of money, by quarter."""
    return {key: values for key, values in history.series.items() if key[0].startswith(RATES)}


# Money in other units.


def money_paths(scenario: Scenario) -> list[str]:
    """Paths of every number of a scenario counted in yuan."""
    units = {path: number.unit for path, number in scenarios.load("zhejiang_2018_2022").numbers.items()}
    for kind, defaults in scenarios.kind_defaults().items():
        units |= {f"programme.interventions.{kind}.{term}": number.unit for term, number in defaults.terms.items()}
    return [path for path in scenario.values if units[path].startswith("yuan")]


def in_half_yuan(scenario: Scenario) -> Scenario:
    """The scenario with every amount and series of money doubled: the same place, counted in coins of half a yuan."""
    doubled = {path: 2.0 * scenario.values[path] for path in money_paths(scenario)}
    mean = {year: 2.0 * value for year, value in scenario.series["place.rural_mean"].items()}
    told = replace(scenario, series={**scenario.series, "place.rural_mean": mean})
    return told.with_values(doubled)


@functools.cache
def counted_twice() -> tuple[History, History]:
    """The programme with all kinds, founded and run in yuan and in half yuan."""
    found_out = []
    for scenario in (whole(), in_half_yuan(whole())):
        world = found(scenario, LUCK, SMALL, MACRO)
        null = simulate(world.copy(), scenario, LUCK, MACRO, "null")
        found_out.append(simulate(world, scenario, LUCK, MACRO, "policy", pin=null.pin))
    return found_out[0], found_out[1]


def test_every_amount_of_the_whole_programme_is_known_to_be_money() -> None:
    paths = set(money_paths(whole()))
    for kind, described in KINDS.items():
        named = {f"programme.interventions.{kind}.{term}" for term, unit in described.terms.items() if "yuan" in unit}
        assert named <= paths
    assert {"place.wage_local_month", "model.serious_bill_median", "programme.targets.T-FLOOR.threshold"} <= paths


def test_twice_the_money_and_twice_the_prices_are_the_same_place() -> None:
    yuan, half = counted_twice()
    assert len(rates(yuan)) > 100
    for key, values in rates(yuan).items():
        assert np.allclose(values, half.series[key], rtol=1e-5, atol=1e-5, equal_nan=True), key
    assert np.allclose(yuan.pin, half.pin, rtol=1e-6)
    for who in ("rural", "cohort"):
        ours, theirs = yuan.series["income_pc", who], half.series["income_pc", who]
        assert np.allclose(2.0 * ours, theirs, rtol=1e-5, equal_nan=True)


# Four steps a year, or one.

EVENTS = ("deaths", "disasters", "illness", "carers", "employment", "markets", "late_entry", "spending", "spillover")


def test_four_steps_a_year_and_one_book_the_same_income_where_nothing_happens_in_between() -> None:
    """Events off, a year whose four quarters each have their season against one with the whole year in its first."""
    off = {f"model.process_{name}": "off" for name in EVENTS}
    quiet = replace(whole(), switches={**whole().switches, **off})
    seasons = [path for path in quiet.values if path.startswith("place.season_")]
    at_once = quiet.with_values({path: float(path.endswith("_q1")) for path in seasons})
    four, one = year_of(quiet), year_of(at_once)
    for part, booked in four.items():
        # A fen a quarter and part is lost or won in rounding.
        assert np.abs(booked - one[part]).max() <= 12 and booked.any(), part


def year_of(scenario: Scenario) -> dict[str, np.ndarray]:
    """What each household was booked in 2018 without policy, fen by component."""
    pin = pin_of(null_history(households=SMALL))
    for world in quarters(founded(households=SMALL), scenario, "null", pin, 2018):
        table = world.households
        booked = {part: getattr(table, f"year_{part}").copy() for part in ("wage", "business", "property", "transfer")}
    return booked


# Copies, order, neighbours.


def test_a_doubled_population_with_doubled_budgets_has_the_same_rates() -> None:
    world = founded(households=SMALL)
    rows = np.arange(world.villages.length)
    private = {path: 2.0 * value for path, value in whole().values.items() if path.endswith(".yuan_per_year")}
    once = run(whole(), world=world)
    copied = remarked(chosen_villages(founded(households=SMALL), np.repeat(rows, 2)), whole())
    copied.realised_mean = dict(founded(households=SMALL).realised_mean)
    twice = run(whole().with_values(private), world=copied)
    assert twice.facts["sampled_households"] == 2 * once.facts["sampled_households"]
    later = slice(4, None)
    for key, values in rates(once).items():
        assert np.allclose(values[later], twice.series[key][later], rtol=1e-9, atol=1e-12, equal_nan=True), key
    assert np.allclose(2 * once.ledger.sum(axis=(0, 2)), twice.ledger.sum(axis=(0, 2)), rtol=1e-9)


@pytest.mark.parametrize("name", ["null", "policy"])
def test_the_order_of_households_in_their_villages_does_not_matter(name: str) -> None:
    straight = run(crowded(), name)
    mixed = run(crowded(), name, shuffled_households(founded(households=SMALL), seed=3))
    assert np.array_equal(straight.ledger, mixed.ledger) and np.array_equal(straight.balance, mixed.balance)
    later = slice(4, None)
    for key, values in straight.series.items():
        assert np.allclose(values[later], mixed.series[key][later], rtol=1e-9, atol=1e-12, equal_nan=True), key
    for key, values in straight.village_year.items():
        assert np.allclose(values, mixed.village_year[key], rtol=1e-12, atol=1e-9), key


def test_the_order_of_villages_does_not_matter_with_every_kind_at_work() -> None:
    world = founded(households=SMALL)
    order = np.arange(world.villages.length)[::-1]
    straight, mixed = run(crowded()), run(crowded(), world=chosen_villages(world, order))
    assert np.array_equal(straight.ledger, mixed.ledger)
    for key, values in straight.village_year.items():
        assert values[1:][:, order].tobytes() == mixed.village_year[key][1:].tobytes(), key


def test_one_household_more_leaves_everybody_elses_luck_alone() -> None:
    pin = pin_of(null_history(households=SMALL))
    world = founded(households=SMALL)
    grown = one_more_household(founded(households=SMALL), village=2, template=int(world.village_start[2]) + 1)
    at = int(world.village_start[3])
    extra = np.arange(grown.roster_start[at], grown.roster_start[at + 1])
    others = np.setdiff1d(np.arange(grown.members.length), extra)
    ours = quarters(world, crowded(), "policy", pin, last_year=2019)
    theirs = quarters(grown, crowded(), "policy", pin, last_year=2019)
    for one, more in zip(ours, theirs, strict=True):
        mine = dict(zip(one.members.key.tolist(), range(one.members.length), strict=True))
        shared = [
            (mine[key], row) for row, key in zip(others, more.members.key[others].tolist(), strict=True) if key in mine
        ]
        rows, places = np.array(shared).T
        both = (one.members.present[rows] == 1) & (more.members.present[places] == 1)
        assert both.sum() > 0.98 * (one.members.present == 1).sum()
        for column in LUCK_COLUMNS:
            first, second = getattr(one.members, column)[rows[both]], getattr(more.members, column)[places[both]]
            assert first.tobytes() == second.tobytes(), column
        assert one.villages.shock.tobytes() == more.villages.shock.tobytes()


# Lines, errors and terms that must move a rate one way.


def yearly(history: History, measure: str, who: str) -> np.ndarray:
    """A measure at the fourth quarters of the programme."""
    return history.series[measure, who][7::4]


@pytest.mark.parametrize("who", ["rural", "cohort"])
def test_a_higher_line_cannot_lower_measured_poverty(who: str) -> None:
    heads = []
    for share in (0.3, 0.4, 0.5, 0.6):
        scenario = whole().with_values({"model.poverty_line_share": share})
        heads.append(yearly(run(scenario), "fgt0_relative", who))
    assert all((higher >= lower).all() for lower, higher in pairwise(heads)) and (heads[-1] > heads[0]).all()


def test_a_higher_dibao_line_cannot_raise_the_true_gap() -> None:
    """Without quota, error or forgetting, and with everybody applying, nobody loses when the line rises."""
    exact = {"verdict_sd": 0.0, "verdict_memory": 0.0, "dibao_take_up": 1.0, "dibao_coverage": 1.0}
    values = {path: exact[path.split(".")[-1]] for path in whole().values if path.split(".")[-1] in exact}
    gaps = []
    for month in (300.0, 600.0, 730.0, 1000.0):
        scenario = whole().with_values({**values, "place.dibao_line_month": month})
        gaps.append(yearly(run(scenario, "null"), "fgt1_relative", "rural"))
    assert all((higher[1:] <= lower[1:]).all() for lower, higher in pairwise(gaps)) and (gaps[-1] < gaps[0])[1:].all()


def over_lucks(changed: dict[str, float], measure: Callable[[History], float], lucks: int) -> np.ndarray:
    """A measure of the null arm under several lucks, each place burnt in under the changed numbers."""
    found_out = []
    for replicate in range(lucks):
        luck, scenario = Luck(11, replicate), whole().with_values(changed)
        world = found(scenario, luck, SMALL, MACRO)
        found_out.append(measure(simulate(world, scenario, luck, MACRO, "null")))
    return np.array(found_out)


def test_a_worse_look_at_incomes_cannot_raise_precision() -> None:
    def precision(history: History) -> float:
        return float(np.mean(yearly(history, "targeting_precision", "rural")))

    means = [over_lucks({"place.observation_sd": sd}, precision, 4).mean() for sd in (0.05, 0.3, 0.6, 1.0)]
    assert all(worse < better for better, worse in pairwise(means))


def test_a_shorter_observation_cannot_lower_the_measured_rate_of_return() -> None:
    """Who is watched for less long before leaving the list comes back to it more often, or as often, but for chance."""

    def returned(history: History) -> float:
        left, again = history.series["exits", "list"][-1], history.series["exits_listed_again", "list"][-1]
        return float(again / left)

    long, usual, none = (
        over_lucks({"place.observation_quarters": quarters}, returned, 10) for quarters in (8.0, 4.0, 0.0)
    )
    for longer, shorter in ((long, usual), (usual, none), (long, none)):
        more = shorter - longer
        assert more.mean() > -2.0 * more.std(ddof=1) / np.sqrt(len(more))
    assert none.mean() > 1.2 * max(long.mean(), usual.mean())


def test_ten_per_cent_more_for_all_leaves_relative_poverty_and_more_for_the_others_worsens_it() -> None:
    """The 45 %-of-mean target, on the incomes of the whole programme."""
    world = founded(households=SMALL)
    run(whole(), world=world)
    piece = world.recorder.slices[-1]
    there = piece.persons > 0
    income, persons = piece.income[there], piece.persons[there]

    def below(values: np.ndarray, share: float = 0.45) -> np.ndarray:
        return np.array(poverty(values, persons, share * float(values @ persons / persons.sum())))

    poor = income < 0.45 * float(income @ persons / persons.sum())
    assert np.allclose(below(1.1 * income), below(income), rtol=1e-12) and poor.any()
    assert np.isclose(gini(1.1 * income, persons), gini(income, persons), rtol=1e-12)
    richer = np.where(poor, income, 1.1 * income)
    # The line rises with the mean, and with it every gap to it.
    assert below(richer)[0] >= below(income)[0] and (below(richer)[1:] > below(income)[1:]).all()
    assert gini(richer, persons) > gini(income, persons)
