"""Local demand: the factor of a village, and the multiplier that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.processes.spillover import local_demand, remember_demand
from tests import twins, twins_spending
from tests.systems import arm, founded, null_history, pin_of, quarters, zhejiang

Place = Callable[[int], dict[str, Any]]


def small_place(place: Place, seed: int) -> dict[str, Any]:
    """A small place that remembers a year 0; its third village has no own business."""
    names = place(seed)
    names["village_own_income"][2] = 0
    names["village_spent_then"] = names["village_spent_q4"]
    return names


@pytest.mark.parametrize("seed", range(3))
def test_local_demand(place: Place, seed: int) -> None:
    names = small_place(place, seed)
    factors = twins_spending.local_demand(names)
    assert factors[2] == 1.0 and len(set(factors)) > 3
    twins.agree(local_demand, {"village_demand_factor": factors}, names)


def test_what_is_remembered_of_year_0(place: Place) -> None:
    names = small_place(place, 4)
    there = names["size"] > 0
    village = names["village"][there]
    expected = {
        kept: names[kept] + np.bincount(village, names[booked][there], len(names[kept])).astype(np.int64)
        for kept, booked in (("village_spent_then", "consumption"), ("village_own_income", "enterprise_income"))
    }
    expected["village_spent_q4"] = expected["village_spent_then"]
    twins.agree(remember_demand, expected, names)


@pytest.mark.parametrize("local_spend", [0.0, 0.15, 0.40])
def test_a_lasting_yuan_from_outside_becomes_its_multiple(place: Place, local_spend: float) -> None:
    """One village, all quarters alike: households consume `consumption_share` of what they have for good."""
    names = place(0) | {"local_spend": local_spend, "trend": 1.0}
    share, usual, own, gift = names["consumption_share"], 5_000_000.0, 800_000.0, 200_000.0
    names["village"][:], names["size"][:], names["consumption"][:] = 0, 0, 0
    names["size"][0] = 4
    for quarter in (1, 2, 3, 4):
        names[f"village_spent_q{quarter}"][:] = round(share * usual)
    names["village_spent_then"] = names["village_spent_q1"]
    names["village_own_income"][:] = round(4 * own)
    income = usual + gift
    for _ in range(60):
        names["consumption"][0] = round(share * income)
        local_demand(names)
        income = usual + gift + (names["village_demand_factor"][0] - 1.0) * own
    assert (income - usual) / gift == pytest.approx(1.0 / (1.0 - local_spend), rel=1e-4)


def test_nothing_spills_over_before_the_programme_or_with_the_process_off() -> None:
    world = founded()
    assert (world.villages.demand_factor == 1.0).all()
    assert (world.villages.spent_q1 > 0).all() and (world.villages.own_income >= 0).all()
    scenario = zhejiang()
    off = replace(scenario, switches={**scenario.switches, "model.process_spillover": "off"})
    for now in quarters(world, off, "policy", pin_of(null_history()), last_year=2019):
        assert (now.villages.demand_factor == 1.0).all()


def test_both_arms_meet_local_demand() -> None:
    for name in ("null", "policy"):
        world, _ = arm(name)
        factors = world.villages.demand_factor
        assert (factors != 1.0).any() and 0.5 < float(np.median(factors)) < 1.5
