"""Training, job placement and motivation: who asks, what changes, and what would have come about anyway."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.calendar import quarterly_hazard
from simulator.interventions import job_placement, motivation, training
from simulator.interventions.training import asking, fall
from simulator.scenario import Scenario
from tests.systems import arm, entries, only, terms, zhejiang
from tests.twins import HOME, LOCAL, present

Place = Callable[[int], dict[str, Any]]


def serving(place: Place, seed: int, kind: str, **given: Any) -> dict[str, Any]:
    """The names of a place where everyone is supported and offered a kind, at its default terms."""
    names = place(seed)
    values = only(zhejiang(), kind).under(f"programme.interventions.{kind}")
    names |= values | {"open_now": 1, "kind_number": 13, "supported_rows": np.flatnonzero(names["size"] > 0)}
    names["offered"][:], names["claim"][:], names["delivered"][:] = 1, 0, 0
    return names | given


def paid_for_all(names: dict[str, Any]) -> dict[str, Any]:
    names["delivered"][names["supported_rows"]] = 600_000
    return names


@pytest.mark.parametrize(
    ("earlier", "last", "points"),
    [(9, 9, 0.0), (9, 12, 0.0), (0, 0, 0.0), (90, 45, math.log(2)), (90, 1, 1.0), (90, 0, 1.0), (90, -5, 1.0)],
)
def test_the_fall_of_income_before_training(earlier: int, last: int, points: float) -> None:
    assert fall(earlier, last) == pytest.approx(points)


@pytest.mark.parametrize("usual", [0.0, 0.02, 0.3, 1.0])
@pytest.mark.parametrize("log_odds", [0.0, 0.7])
def test_who_lost_income_asks_for_training_more(usual: float, log_odds: float) -> None:
    seen = asking(usual, log_odds)
    if usual in (0.0, 1.0):
        assert seen == usual
    else:
        assert math.log(seen / (1 - seen)) == pytest.approx(math.log(usual / (1 - usual)) + log_odds)


def test_a_dip_shows_among_those_who_ask(place: Place) -> None:
    """Half of the households lost half of their income: with log-odds as stated they ask the more often for it."""
    asked = np.zeros(2)
    for moment in range(8000, 8060):
        names = serving(place, 1, "training", moment=moment, slots_per_year=0.8, dip_response=3.0)
        names["labour"][:], names["trained_quarters"][:] = 1.0, 0
        names["earlier_market"][:] = 1000
        names["last_market"][:] = np.where(np.arange(len(names["size"])) % 2 == 0, 500, 1000)
        training.want(names)
        there = names["size"] > 0
        sides = [there & (np.arange(len(there)) % 2 == side) for side in (0, 1)]
        asked += [(names["claim"][side] > 0).mean() for side in sides]
    usual = quarterly_hazard(0.8)
    expected = asking(usual, 3.0 * math.log(2)) / usual
    assert asked[0] / asked[1] == pytest.approx(expected, rel=0.15)


def test_the_trainee_alone_gives_up_part_of_the_quarter(place: Place) -> None:
    names = paid_for_all(serving(place, 2, "training", lost_share=0.25, success=0.0))
    before = names["member_capacity"].copy()
    training.changed(names)
    lost = before - names["member_capacity"]
    sent = np.flatnonzero(lost)
    assert len(sent) and np.allclose(lost[sent], 0.25)
    for household in names["supported_rows"]:
        rows = present(names, household)
        full = [row for row in rows if before[row] == 1.0]
        assert (lost[rows] > 0).sum() == min(len(full), 1)


@pytest.mark.parametrize("seed", range(6))
def test_the_service_looks_after_one_member_at_home_for_a_year(place: Place, seed: int) -> None:
    names = paid_for_all(serving(place, seed, "job_placement", search_gain=0.3, reserved_share=0.0))
    names["member_search_help"][:], names["member_search_quarters"][:] = 0.0, 0
    job_placement.changed(names)
    helped = names["member_search_help"] > 0
    assert (names["member_work"][helped] == HOME).all() and (names["member_capacity"][helped] > 0).all()
    for household in names["supported_rows"]:
        rows = present(names, household)
        able = [row for row in rows if names["member_work"][row] == HOME and names["member_capacity"][row] > 0]
        assert helped[rows].sum() == min(len(able), 1)
        if any(names["member_attached"][able]):
            assert (names["member_attached"][rows] * helped[rows]).sum() == 1
    names["delivered"][:] = 0
    for quarters_left in (3, 2, 1, 0):
        job_placement.changed(names)
        assert (names["member_search_quarters"][helped] == quarters_left).all()
        assert (names["member_search_help"][helped] == (0.3 if quarters_left else 0.0)).all()


def test_a_reserved_vacancy_is_an_offer_in_the_next_quarter(place: Place) -> None:
    names = paid_for_all(serving(place, 3, "job_placement", reserved_share=1.0))
    names["member_search_help"][:], names["member_search_quarters"][:] = 0.0, 0
    job_placement.changed(names)
    helped = names["member_search_help"] > 0
    assert helped.any() and (names["member_search_help"][helped] == 1.0).all()
    assert (names["member_search_quarters"][helped] == 1).all()


def test_a_household_is_placed_once_a_year(place: Place) -> None:
    names = serving(place, 4, "job_placement", places_per_year=4.0)
    names["helped_quarters"][:] = 0
    job_placement.want(names)
    asked = names["claim"] > 0
    assert asked.any()
    paid_for_all(names)
    job_placement.delivered(names)
    for _ in range(3):
        names["claim"][:] = 0
        job_placement.want(names)
        assert not names["claim"].any()
    job_placement.want(names)
    assert np.array_equal(names["claim"] > 0, asked)


def test_effort_lasts_while_a_household_is_reached(place: Place) -> None:
    names = serving(place, 5, "motivation", effort_gain=0.4)
    reached = names["supported_rows"][::2]
    names["delivered"][reached] = 5_000
    motivation.changed(names)
    assert np.array_equal(np.flatnonzero(names["effort"]), reached)
    assert (names["effort"][reached] == 0.4).all()


def wage_of_the_list(scenario: Scenario) -> tuple[float, float, float]:
    """Wages of market work of the cohort over the years, a person and year; placements; public money paid."""
    world, history = arm("policy", scenario)
    home = world.households
    cohort = home.cohort == 1
    working = np.isin(world.members.work, (LOCAL, 3)) & (world.members.present == 1)
    owner = np.repeat(np.arange(home.length), np.diff(world.roster_start))
    return float(home.last_market[cohort].sum()), float(working[cohort[owner]].sum()), float(history.ledger.sum())


def test_deadweight_of_placements_emerges_and_an_idle_mechanism_still_costs() -> None:
    """Switched off, the help is paid for and places nobody; with it, fewer more are at work than were placed."""
    many = {"take_up": 1.0, "places_per_year": 2.0, "ramp_quarters": 1}
    rich = zhejiang().with_values({"programme.yuan_per_listed_household": 40_000.0})
    scenario = terms(only(rich, "job_placement"), "job_placement", **many)
    off = entries(scenario, {"job_placement"}, mechanism=False)
    (_, working, paid), (_, idle, paid_off) = wage_of_the_list(scenario), wage_of_the_list(off)
    assert paid > 0 and paid_off > 0
    assert working > idle
    cost = 100 * scenario.values["programme.interventions.job_placement.cost_per_placement"]
    assert working - idle < paid / cost


@pytest.mark.parametrize("kind", ["job_placement", "motivation"])
def test_a_kind_whose_mechanism_is_off_changes_no_income(kind: str) -> None:
    scenario = only(zhejiang(), kind)
    _, with_it = arm("policy", entries(scenario, {kind}, mechanism=False))
    _, without = arm("policy", only(zhejiang()))
    assert with_it.ledger.sum() > 0
    for key, values in with_it.series.items():
        if key[0].startswith("income"):
            assert values.tobytes() == without.series[key].tobytes(), key
