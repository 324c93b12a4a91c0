"""The pandemic of 2020: a stress on top of the pin, in forecast mode alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.counties import expected_market
from simulator.macro import MacroDraw
from simulator.processes.pandemic import LEVELS, expected_share
from simulator.scenario import Scenario
from simulator.simulate import simulate
from simulator.world import World
from tests.systems import LUCK, MACRO, founded, histories_differ, null_history, quarters, zhejiang

COMPONENTS = ("wage", "business", "property", "transfer")


def without(scenario: Scenario) -> Scenario:
    return replace(scenario, switches={**scenario.switches, "model.process_pandemic": "off"})


def levels(scenario: Scenario, mode: str) -> dict[tuple[int, int], dict[str, float]]:
    """Levels of the day by quarter of the null arm in 2019 to 2021."""
    found, world = {}, founded()
    world.path = replace(world.path, mode=mode)
    for now in quarters(world, scenario, "null", last_year=2021):
        date = now.now.year, now.now.quarter
        found[date] = {name: float(now.names[name]) for name in (*LEVELS, "pandemic_homecoming", "pandemic_business")}
    return found


def test_the_levels_of_2020_are_multiplied_as_stated_and_no_others() -> None:
    struck, spared = levels(zhejiang(), "forecast"), levels(without(zhejiang()), "forecast")
    p = zhejiang().under("model")
    for date, day in struck.items():
        year, quarter = date
        ratio = {level: day[level] / spared[date][level] for level in LEVELS}
        if year == 2020:
            stated = {level: p[f"pandemic_{what}_q{quarter}"] for level, (what, _) in LEVELS.items()}
            assert ratio == pytest.approx(stated), "the pin of 2020 is the same with and without"
        elif year == 2019:
            assert ratio == dict.fromkeys(LEVELS, 1.0)
        else:
            # What is left is who came home, and who found work since.
            assert ratio == pytest.approx(dict.fromkeys(LEVELS, 1.0), abs=0.015), "2021 does not make up for 2020"
        assert day["pandemic_homecoming"] == (p["pandemic_return"] if date == (2020, 1) else 0.0)
        assert day["pandemic_business"] == (p[f"pandemic_business_q{quarter}"] if year == 2020 else 1.0)


def test_the_published_series_has_the_pandemic_in_it() -> None:
    assert levels(zhejiang(), "published") == levels(without(zhejiang()), "published")


def real_growth(scenario: Scenario) -> np.ndarray:
    """Real growth of rural income on the same quarter of the year before, 2019 to 2022, by quarter."""
    each, world = [], founded()
    for now in quarters(world, scenario, "null"):
        home = now.households
        weight = now.villages.stands_for[home.village] * (home.size > 0)
        income = sum(getattr(home, name) for name in COMPONENTS)
        each.append((weight * income).sum() / (weight * home.size).sum() / now.path.prices[now.now.year])
    means = np.array(each).reshape(-1, 4)
    return np.asarray(means[1:] / means[:-1] - 1.0)


def test_rural_income_falls_in_the_first_quarter_of_2020_and_recovers_within_the_year() -> None:
    """The shape of the national releases: -4.7 % real in the first quarter, +1.6 % in the first three. Without it there
    is no fall: reverse history."""
    struck, spared = real_growth(zhejiang())[1], real_growth(without(zhejiang()))[1]
    assert struck[0] < 0.0 < spared[0]
    assert (struck[:3] < spared[:3]).all() and (np.diff(struck - spared) > 0.0).all()
    assert abs(struck[3] - spared[3]) < 0.01


def test_what_the_year_can_expect_is_the_seasonal_mean_of_the_multipliers(world: World) -> None:
    """Own business or farm alone, and next to no wages: the mean of its multipliers over the seasons."""
    twin = world.copy()
    twin.bind(zhejiang())
    names, seasons = twin.names, {"wage": (0.3, 0.3, 0.2, 0.2), "business": (0.25, 0.25, 0.25, 0.25)}
    names |= {level: 0.0 for level in LEVELS} | {"remittance_yuan": 0.0, "season_wage_year": np.array(seasons["wage"])}
    twin.now = replace(twin.now, year=2020)
    for level, other, what in (("enterprise_yuan", "farm_yuan", "business"), ("farm_yuan", "enterprise_yuan", "farm")):
        names |= {level: 5_000.0, other: 0.0, "wage_migrant": 1e-9, "wage_local": 1e-9}
        share = expected_share(twin, expected_market(names)[0], seasons)
        p = zhejiang().under("model")
        assert share == pytest.approx(np.mean([p[f"pandemic_{what}_q{q}"] for q in (1, 2, 3, 4)]), rel=1e-5)
    twin.now = replace(twin.now, year=2021)
    assert expected_share(twin, 1.0, seasons) == 1.0


def test_the_residual_of_the_pin_is_measured_against_the_path_with_the_stress_on_it() -> None:
    null = null_history()
    at = list(null.years).index(2020)
    assert abs(null.pin_residual[at]) < 0.01
    both = zhejiang(), without(zhejiang())
    published = [simulate(founded(), scenario, LUCK, MacroDraw("published"), "null") for scenario in both]
    assert histories_differ(*published) == []
    assert MACRO.mode == "forecast"
