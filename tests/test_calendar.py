"""Quarters, seasons, and hazards of a quarter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.calendar import Quarter, quarterly_hazard, quarters_of
from simulator.clock import SEASONS, season, set_clock
from simulator.scenario import Scenario
from simulator.world import World

quarters = st.builds(Quarter, st.integers(1900, 2100), st.integers(1, 4))


def test_quarters_are_numbered_from_the_year_nought() -> None:
    assert Quarter(0, 1).number == 0
    assert Quarter(2018, 4).number == 8075
    assert Quarter(2018, 4).next() == Quarter(2019, 1)
    assert Quarter(2018, 1).next() == Quarter(2018, 2)


@given(quarters)
def test_the_next_quarter_is_one_later(now: Quarter) -> None:
    assert now.next().number == now.number + 1
    assert now < now.next()
    assert (now.number // 4, now.number % 4 + 1) == (now.year, now.quarter)


def test_quarters_of_years() -> None:
    row = quarters_of(2017, 2018)
    assert [(now.year, now.quarter) for now in row] == [(y, q) for y in (2017, 2018) for q in (1, 2, 3, 4)]
    assert quarters_of(2018, 2017) == []


@given(st.floats(0.0, 1.0))
def test_hazards_of_a_quarter_compound_to_the_year(annual: float) -> None:
    hazard = quarterly_hazard(annual)
    assert 0.0 <= hazard <= 1.0
    assert 1.0 - (1.0 - hazard) ** 4 == pytest.approx(annual, abs=1e-12)


@pytest.mark.parametrize("what", SEASONS)
def test_the_seasons_of_a_year_make_a_year(scenario: Scenario, what: str) -> None:
    place = scenario.under("place")
    shares = [season(place, what, quarter) for quarter in (1, 2, 3, 4)]
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) > 0.0
    assert shares[0] == place[f"season_{what}_q1"]
    assert shares[3] == place[f"season_{what}_q4"]


def test_levels_of_the_day_follow_the_path(world: World, scenario: Scenario) -> None:
    twin = world.copy()
    twin.bind(scenario)
    twin.now, twin.pin.factors[2020] = Quarter(2020, 3), 1.25
    set_clock(twin)
    place, names, trend = scenario.under("place"), twin.names, twin.path.rural_mean[2020] / twin.path.rural_mean[2017]
    assert (names["moment"], names["annual_moment"], names["quarter"]) == (8082, 8080, 3)
    assert names["trend"] == pytest.approx(trend)
    assert names["wage_local"] == pytest.approx(
        1.25 * trend * place["wage_level"] * place["wage_local_month"] * place["months_local"]
    )
    # The pin acts on wages, prices and what follows wages; not on rents and pensions.
    assert names["remittance_yuan"] == pytest.approx(1.25 * trend * place["transfer_level"] * place["remittance_base"])
    assert names["rent_per_mu"] == pytest.approx(trend * place["land_rent"])
    assert names["pension_month"] == pytest.approx(trend * place["pension_month_year0"])
