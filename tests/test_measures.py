"""What is measured, against plain sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.counties import books_of_last_year, expected_market, expected_work
from simulator.distribution import poverty
from simulator.households import Households
from simulator.macro import MacroDraw
from simulator.measures import (
    COLUMN,
    YEARLY,
    measure_quarter,
    measure_year,
    observed_mean,
    weighted,
)
from simulator.processes.demography import count_roster
from simulator.processes.employment import earnings, employment
from simulator.scenario import Scenario
from simulator.simulate import found
from simulator.villages import Villages
from simulator.world import Luck, World
from tests import twins_register
from tests.twins import HOME, LOCAL, MIGRANT

Place = Callable[[int], dict[str, Any]]
hazards = st.floats(0.0, 1.0)


@pytest.mark.parametrize("register", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_the_sums_of_a_year(place: Place, seed: int, register: int) -> None:
    names = place(seed) | {"register_accounting": register, "gift_threshold": 0.5, "dibao_line_next": 18_000.0}
    names |= {"floor_threshold": 20_000.0, "labour_threshold": 22_000.0}
    names |= {"absolute_threshold": 16_000.0, "absolute_real_threshold": 18_000.0}
    # Incomes of the year around the thresholds, not a hundredth of them.
    names["year_wage"][:] = names["year_wage"] * names["year_persons"] / 4
    names["county_line"][:] = [15_000.0, 19_000.0, 22_000.0]
    names["assets"][:] /= 3.0
    names["exit_gift_share"][::2] = -1.0
    names["enterprise"][::2] = 0.0
    names["year_persons"][5] = 0
    names["sums"] = np.zeros((6, len(YEARLY)))
    expected = twins_register.measure_year(names)
    measure_year(names)
    for name, position in COLUMN.items():
        seen, wanted = names["sums"][:, position], expected[:, position]
        np.testing.assert_allclose(seen, wanted, rtol=1e-11, atol=1e-9, err_msg=name)
    assert not [name for name in YEARLY if not expected[:, COLUMN[name]].any()], "a measure that met no case"


def test_totals_count_villages_for_all_they_stand_for() -> None:
    sums = np.arange(2 * len(YEARLY), dtype=float).reshape(2, -1)
    totals = weighted(sums, Villages(2, stands_for=np.array([3, 10])))
    assert list(totals) == list(YEARLY)
    assert totals[YEARLY[0]] == 10.0 * len(YEARLY)
    assert totals[YEARLY[4]] == 3 * 4 + 10 * (len(YEARLY) + 4)


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_of_a_quarter(place: Place, seed: int) -> None:
    names = place(seed)
    weight = np.where(names["size"] > 0, names["village_stands_for"][names["village"]], 0)
    income = weight * (names["wage"] + names["business"] + names["property"] + names["transfer"])
    persons = weight * names["size"]
    cohort = names["cohort"] == 1
    expected = [
        persons.sum(),
        persons[cohort].sum(),
        persons[np.isin(names["list_state"], (1, 2))].sum(),
        persons[names["dibao"] == 1].sum(),
        income.sum(),
        income[cohort].sum(),
    ]
    line = float(np.median((names["wage"] + names["business"])[cohort]))
    sums, poor = measure_quarter(names | {"quarter_line": line})
    assert sums.tolist() == expected
    each = np.where(persons > 0, income / np.maximum(persons, 1), np.inf)
    for who, mask in enumerate((persons > 0, cohort & (persons > 0))):
        below = poverty(each[mask], persons[mask].astype(float), line)
        assert 0.0 < below.headcount < 1.0
        assert poor[who] / persons[mask].sum() == pytest.approx(np.array(below))


@pytest.mark.parametrize("seed", range(3))
def test_the_books_of_last_year(place: Place, seed: int) -> None:
    names = place(seed)
    weight = names["village_stands_for"][names["village"]]
    market, other, persons = books_of_last_year(names)
    assert market == pytest.approx((weight * names["last_market"]).sum() / 100)
    assert market + other == pytest.approx((weight * names["last_income"]).sum() / 100)
    assert persons == pytest.approx((weight * names["last_persons"]).sum() / 4)


@given(st.sampled_from([0.0, 1.0]), hazards, hazards, hazards)
def test_the_work_to_expect_is_that_of_a_markov_chain(
    working: float, find: float, leave: float, leave_found: float
) -> None:
    """Three states: the work held when the year opens, at home, work found since."""
    season = np.array([0.29, 0.24, 0.24, 0.23])
    chain = np.array([[1 - leave, leave, 0.0], [0.0, 1 - find, find], [0.0, leave_found, 1 - leave_found]])
    start = np.array([working, 1 - working, 0.0])
    path = np.array([start @ np.linalg.matrix_power(chain, quarter) for quarter in (1, 2, 3, 4)])
    held, found_since, home = expected_work(working, find, leave, leave_found, season)
    assert held == pytest.approx(season @ path[:, 0], abs=1e-12)
    assert found_since == pytest.approx(season @ path[:, 2], abs=1e-12)
    assert home == pytest.approx(path[:, 1].mean(), abs=1e-12)


def wages_only(place: Place, state: int) -> dict[str, Any]:
    """A place that lives on wages alone; everyone is forty, healthy and in the same state."""
    names = place(0) | {"farm_yuan": 0.0, "enterprise_yuan": 0.0, "remittance_yuan": 0.0}
    names["member_age"][:], names["member_health"][:], names["member_sick_quarters"][:] = 40, 0, 0
    # No programme has trained anybody or helps them search in the arm whose market is expected.
    names["member_premium"][:], names["member_search_help"][:], names["effort"][:] = 0.0, 0.0, 0.0
    names["member_work"][:] = state
    count_roster(names)
    return names


@pytest.mark.parametrize("state", [HOME, LOCAL, MIGRANT])
def test_expected_wages_are_the_mean_of_what_is_earned(place: Place, state: int) -> None:
    """Against the rules themselves: many years of finding, losing and earning from the same start."""
    names = wages_only(place, state)
    expected, persons = expected_market(names)
    weight = names["village_stands_for"][names["village"]]
    assert persons == (weight * names["size"]).sum()
    random, years = np.random.default_rng(4), []
    for _ in range(400):
        names["member_work"][:], earned = state, 0.0
        for season in names["season_wage_year"]:
            names["wage_work"][:] = 0
            names |= {"season_wage": season}
            names["member_luck_job"][:] = random.uniform(size=len(names["member_age"]))
            names["member_luck_route"][:] = random.uniform(size=len(names["member_age"]))
            employment(names)
            earnings(names)
            earned += (weight * names["wage_work"]).sum() / 100
        years.append(earned)
    assert expected == pytest.approx(np.mean(years), abs=4 * np.std(years) / 20 + 1e-3 * expected)


def test_expected_income_of_land_business_and_kin(place: Place) -> None:
    """Nobody can work for wages: farm, business and remittances remain, exactly as farming and transfers would book."""
    names = place(1)
    names["member_capacity"][:] = 0.0
    theta = names["business_factor"]
    better = 1.0 + names["infrastructure_margin"] * names["village_infrastructure"][names["village"]]
    farm = names["farm_yuan"] * better * names["member_factor"] * names["land_factor"]
    farm *= names["labour_floor"] ** names["labour_exponent"]
    demand = names["village_demand_factor"][names["village"]]
    each = theta * (farm + names["enterprise_yuan"] * names["enterprise"] * demand)
    each += names["remittance_yuan"] * names["remitter"]
    weight = np.where(names["size"] > 0, names["village_stands_for"][names["village"]], 0)
    assert expected_market(names)[0] == pytest.approx((weight * each).sum(), rel=1e-12)


def test_the_pin_holds_the_rural_mean_to_its_path(scenario: Scenario, world: World) -> None:
    """A world of 2,000 households wanders: within 2.5 % a year, within 1 % on the mean of the years. The first year of
    the burn-in has no books to go by."""
    gaps = [world.realised_mean[year] / world.path.rural_mean[year] - 1 for year in sorted(world.realised_mean)]
    assert len(gaps) == scenario.burn_in_years
    assert abs(gaps[0]) < 0.10
    assert max(map(abs, gaps[1:])) < 0.025
    assert abs(np.mean(gaps[1:])) < 0.01
    other = found(scenario, Luck(2, 5), 2_000, MacroDraw())
    assert other.pin.factors != world.pin.factors


def test_the_register_view_of_the_list_by_hand() -> None:
    """Two listed households of 1 and 3 persons, the second in a village that stands for two; one unlisted, one gone."""
    households = Households(
        4,
        village=np.array([0, 1, 1, 0]),
        size=np.array([1, 3, 2, 0]),
        reviewed=np.array([1, 1, 0, 1]),
        observed_income=np.array([7000.0, 14000.0, 1.0, np.inf]),
    )
    villages = Villages(2, stands_for=np.array([1, 2]))
    assert observed_mean(households, villages) == pytest.approx((7000 + 6 * 14000) / 7)
    assert np.isnan(observed_mean(Households(1, reviewed=np.array([0])), villages))
