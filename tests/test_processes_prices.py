"""The price of farm produce over the years."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.clock import set_clock
from simulator.processes.prices import price_of_year
from simulator.scenario import Scenario
from simulator.simulate import found
from simulator.world import Luck, World
from tests import twins_farm
from tests.systems import MACRO

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize("seed", range(3))
def test_price_of_a_year(place: Place, seed: int) -> None:
    names = place(seed)
    assert price_of_year(names) == pytest.approx(twins_farm.price_of_year(names), rel=1e-12)


def test_without_shocks_the_price_is_the_usual_one(place: Place) -> None:
    assert price_of_year(place(0) | {"price_sd": 0.0}) == 1.0


def test_moments_of_the_price(place: Place) -> None:
    """Over luck: mean one; log variance sd**2 / (1 - persistence**2); a year later correlated by the persistence."""
    names = place(0) | {"price_persistence": 0.6, "price_sd": 0.2}
    prices = np.array(
        [
            [price_of_year(names | {"replicate": luck, "annual_moment": 8072 + 4 * year}) for year in (0, 1)]
            for luck in range(8000)
        ]
    )
    logs, sd = np.log(prices), 0.2 / math.sqrt(1 - 0.36)
    assert prices.mean() == pytest.approx(1.0, abs=4 * sd / math.sqrt(16_000) + 0.002)
    assert logs.std() == pytest.approx(sd, rel=0.03)
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(0.6, abs=0.04)


def test_the_price_enters_the_level_of_farm_income_and_a_switch_takes_it_out(world: World, scenario: Scenario) -> None:
    twin = world.copy()
    twin.bind(scenario)
    set_clock(twin)
    price, level = twin.names["farm_price"], twin.names["farm_yuan"]
    assert price != 1.0
    twin.names["off"] = frozenset({"prices"})
    set_clock(twin)
    assert twin.names["farm_price"] == 1.0
    assert twin.names["farm_yuan"] * price == pytest.approx(level)


def test_the_pin_takes_up_what_the_price_does_to_the_mean(scenario: Scenario) -> None:
    """With prices three times as restless the rural mean of year 0 is what it was: the pin goes the other way."""
    means, pins = [], []
    for sd in (0.0, 0.18):
        world = found(scenario.with_values({"model.price_sd": sd}), Luck(1, 1), 2_000, MACRO)
        means.append(world.realised_mean[2017])
        pins.append(world.pin.factors[2017])
    assert means[1] == pytest.approx(means[0], rel=0.02)
    assert pins[0] != pins[1]
