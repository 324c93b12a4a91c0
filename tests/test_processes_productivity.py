"""The income process: twins, its stationary variance, and means that shocks do not lift."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from simulator import draws
from simulator.macro import MacroDraw
from simulator.population import found_world
from simulator.processes.productivity import log_variance, mean_correction, productivity_of_year, shared_shocks
from simulator.scenario import Scenario
from simulator.world import Luck
from tests import twins

Place = Callable[[int], dict[str, Any]]
HOUSEHOLDS = 20_000


@pytest.mark.parametrize("seed", range(3))
def test_productivity(place: Place, seed: int) -> None:
    names = place(seed)
    twins.agree(productivity_of_year, twins.productivity_of_year(names), names)


def test_shared_shocks(place: Place) -> None:
    names = place(0)
    moment = names["moment"]
    province = names["sd_province"] * twins.normal(names, names["province_key"], draws.PROVINCE_YEAR, moment, 0)
    county = [twins.normal(names, key, draws.COUNTY_YEAR, moment, 0) for key in names["county_key"]]
    county_shock = province + names["sd_county"] * np.array(county)
    village = [twins.normal(names, key, draws.VILLAGE_YEAR, moment, 0) for key in names["village_key"]]
    village_shock = names["sd_village"] * np.array(village) + county_shock[names["village_county"]]
    twins.agree(shared_shocks, {"county_shock": county_shock, "village_shock": village_shock}, names)


def many(scenario: Scenario, **given: float) -> dict[str, Any]:
    """Names of many households, half of them poor in assets, all shocks past at zero."""
    zeros = {name: np.zeros(HOUSEHOLDS) for name in ("ability", "permanent", "transitory", "productivity")}
    return {
        **scenario.under("model"),
        **zeros,
        "wage_factor": np.zeros(HOUSEHOLDS),
        "business_factor": np.zeros(HOUSEHOLDS),
        "wage_correction": 1.0,
        "business_correction": 1.0,
        **given,
        "key": np.arange(1, HOUSEHOLDS + 1, dtype=np.uint64),
        "size": np.ones(HOUSEHOLDS, np.int64),
        "village": np.zeros(HOUSEHOLDS, np.int64),
        "assets": np.where(np.arange(HOUSEHOLDS) % 2 == 0, 0.4, 1.0),
        "village_shock": np.zeros(1),
        "village_level": np.zeros(1),
        "seed": 3,
        "replicate": 1,
    }


def test_shocks_settle_at_their_stationary_variance_and_memory(scenario: Scenario) -> None:
    names = many(scenario, permanence=0.9, sd_permanent_shock=0.1)
    names |= {"recovery": 0.25, "recovery_poor": 0.15, "sd_transitory_shock": 0.35}
    for year in range(60):
        last = names["permanent"].copy(), names["transitory"].copy()
        productivity_of_year(names | {"moment": 4 * year})
    # A sample variance of n normals errs by sqrt(2 / n) of itself: four times that.
    rich, poor = names["assets"] == 1.0, names["assets"] == 0.4
    near = {"rel": 4 * math.sqrt(2 / HOUSEHOLDS)}
    half = {"rel": 4 * math.sqrt(4 / HOUSEHOLDS)}
    assert names["permanent"].var() == pytest.approx(0.1**2 / (1 - 0.9**2), **near)
    assert names["transitory"][rich].var() == pytest.approx(0.35**2 / (1 - 0.25**2), **half)
    assert names["transitory"][poor].var() == pytest.approx(0.35**2 / (1 - 0.40**2), **half)
    root = math.sqrt(HOUSEHOLDS)
    assert np.corrcoef(last[0], names["permanent"])[0, 1] == pytest.approx(0.9, abs=4 * 0.19 / root)
    for mask, memory in ((rich, 0.25), (poor, 0.40)):
        seen = np.corrcoef(last[1][mask], names["transitory"][mask])[0, 1]
        assert seen == pytest.approx(memory, abs=4 / math.sqrt(HOUSEHOLDS / 2))
    assert np.corrcoef(names["permanent"], names["transitory"])[0, 1] == pytest.approx(0.0, abs=4 / root)


def test_founding_starts_at_the_stationary_variance(scenario: Scenario) -> None:
    founded = found_world(scenario, Luck(2, 1), 20_000, MacroDraw()).households
    # Spare rows, for households to come, hold nothing yet.
    start = founded.take(np.flatnonzero(founded.size > 0))
    p = scenario.under("model")
    near = {"rel": 4 * math.sqrt(2 / start.length)}
    assert start.permanent.var() == pytest.approx(p["sd_permanent_shock"] ** 2 / (1 - p["permanence"] ** 2), **near)
    assert start.ability.var() == pytest.approx(p["sd_ability"] ** 2, **near)
    for mask, memory in (
        (start.assets >= 0.5, p["recovery"]),
        (start.assets < 0.5, p["recovery"] + p["recovery_poor"]),
    ):
        expected = p["sd_transitory_shock"] ** 2 / (1 - memory**2)
        assert start.transitory[mask].var() == pytest.approx(expected, rel=4 * math.sqrt(2 / mask.sum()))


@given(st.floats(0.1, 1.6), st.floats(0.01, 0.6))
def test_the_correction_keeps_the_mean_of_lognormal_work_at_one(loading: float, variance: float) -> None:
    sd = math.sqrt(variance)
    mean, _ = integrate.quad(lambda z: math.exp(loading * sd * z) * stats.norm.pdf(z), -12, 12, epsabs=1e-11, limit=200)
    assert mean_correction(loading, variance) * mean == pytest.approx(1.0, abs=1e-7)


def test_shocks_do_not_lift_the_level(scenario: Scenario) -> None:
    names = many(scenario, recovery_poor=0.0)
    random = np.random.default_rng(8)
    names["ability"][:] = names["sd_ability"] * random.standard_normal(HOUSEHOLDS)
    for year in range(120):
        productivity_of_year(names | {"moment": 4 * year})
    no_shared_shocks = {"sd_village": 0.0, "sd_county": 0.0, "sd_province": 0.0}
    variance = log_variance({**scenario.under("model"), "recovery_poor": 0.0, **no_shared_shocks})
    for loading in (names["loading_wage"], names["loading_business"]):
        effect = mean_correction(loading, variance) * np.exp(loading * names["productivity"])
        assert effect.mean() == pytest.approx(1.0, abs=4 * effect.std() / math.sqrt(HOUSEHOLDS))


def test_the_variance_counts_every_part() -> None:
    parts = {"sd_ability": 0.3, "permanence": 0.8, "sd_permanent_shock": 0.6, "recovery": 0.5, "recovery_poor": 0.2}
    parts |= {"sd_transitory_shock": 0.8, "sd_village": 0.1, "sd_county": 0.2, "sd_province": 0.4}
    assert log_variance(parts) == pytest.approx(0.09 + 0.36 / 0.36 + 0.64 / 0.64 + 0.01 + 0.04 + 0.16)
