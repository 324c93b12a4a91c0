"""Farm and business processes switched off one by one: their columns stand still at what changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.population import found_world
from simulator.scenario import Scenario
from simulator.simulate import found
from simulator.world import Luck, World
from tests.systems import MACRO


def without(scenario: Scenario, process: str) -> World:
    """A world burned in with a process switched off."""
    path = f"model.process_{process}"
    assert scenario.switches[path] == "on"
    return found(replace(scenario, switches={**scenario.switches, path: "off"}), Luck(1, 1), 600, MACRO)


def test_without_prices_every_year_is_a_usual_one(scenario: Scenario) -> None:
    assert without(scenario, "prices").names["farm_price"] == 1.0


def test_without_markets_a_yuan_of_output_is_a_yuan(scenario: Scenario) -> None:
    villages = without(scenario, "markets").villages
    assert set(villages.farm_price) == set(villages.market_factor) == {1.0} and not villages.unsold.any()
    assert (villages.supply > 0).all()


def test_without_a_land_market_everyone_works_what_they_own(scenario: Scenario) -> None:
    world = without(scenario, "land_market")
    table = world.households
    assert not table.leased.any() and not table.rented.any()
    there = (table.size > 0) & (table.land > 0)
    own = (table.land / scenario.values["place.land_mean"]) ** scenario.values["model.land_exponent"]
    worked = table.land_factor[there]
    # Land is taken stock of once a year; who took in another household since has more by now.
    assert np.isclose(worked, own[there]).mean() > 0.97 and (worked <= own[there] * (1 + 1e-12)).all()


def test_without_beginnings_no_business_closes_or_begins(scenario: Scenario) -> None:
    off = {**scenario.switches, "model.process_business_start": "off"}
    still = replace(scenario, switches=off)
    first = found_world(still, Luck(1, 1), 600, MACRO).households
    last = without(scenario, "business_start").households
    # What is left is what was founded, whether in the same household or in one that took it in.
    assert first.enterprise.sum() > 0
    same = (last.key == first.key) & (last.size > 0) & (first.enterprise > 0)
    assert same.sum() > 30 and (last.enterprise[same] >= first.enterprise[same] - 1e-12).all()


@pytest.mark.parametrize("process", ["prices", "markets", "land_market", "business_start"])
def test_a_process_matters(scenario: Scenario, process: str) -> None:
    whole, less = found(scenario, Luck(1, 1), 600, MACRO), without(scenario, process)
    assert not np.array_equal(whole.households.last_income, less.households.last_income)
