"""Farming, rents, pensions and remittances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.farming import farming, sell_crops, take_stock_of_land
from simulator.processes.transfers import standing_income
from tests import twins, twins_farm

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize("seed", range(4))
def test_farming(place: Place, seed: int) -> None:
    names = place(seed)
    names["land_factor"][::5], names["enterprise"][::2] = 0.0, 0.0
    names["home_labour"][::3] = np.arange(len(names["home_labour"][::3])) % 20 * 0.5
    names["farm_output"][:] = 0.0
    expected = twins_farm.farming(names)
    assert (expected["farm_output"] == 0).sum() > 3 and (expected["village_supply"] > 0).all()
    twins.agree(farming, expected, names)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_sold_less_the_rent(place: Place, seed: int) -> None:
    names = place(seed)
    names["farm_inputs"][::2] = 0
    expected = twins_farm.sell_crops(names)
    assert (np.asarray(expected["farm_income"]) < 0).any()
    twins.agree(sell_crops, expected, names, fen=1)


@pytest.mark.parametrize("seed", range(3))
def test_land_counts_once_a_year(place: Place, seed: int) -> None:
    names = place(seed)
    names["leased"][:] = np.minimum(names["leased"], names["land"])
    names["leased"][::4], names["rented"][::4] = names["land"][::4], 0.0
    expected = twins_farm.land_factor(names)
    assert (expected == 0).any() and (expected > 1).any()
    twins.agree(take_stock_of_land, {"land_factor": expected}, names)


def farm(names: dict[str, Any], **changes: Any) -> np.ndarray:
    """Farm output of households that are there, with some names changed."""
    asked = {**names, **changes, "farm_output": np.zeros_like(names["farm_output"])}
    asked["land_factor"] = np.zeros_like(names["land_factor"])
    take_stock_of_land(asked)
    farming(asked)
    return asked["farm_output"][names["size"] > 0]


def quiet(names: dict[str, Any]) -> dict[str, Any]:
    """Nobody leases, runs a business or loses a crop."""
    for column in ("leased", "rented", "enterprise", "disaster_share", "village_infrastructure"):
        names[column][:] = 0.0
    return names


def test_elasticities_of_farming(place: Place) -> None:
    names = quiet(place(5))
    plain = farm(names)
    assert plain.min() > 0
    near = pytest.approx
    assert farm(names, land=2 * names["land"]) / plain == near(2 ** names["land_exponent"])
    hands = 3 * names["home_labour"] + 2 * names["labour_floor"]
    assert farm(names, home_labour=hands) / plain == near(3 ** names["labour_exponent"])
    assert farm(names, business_factor=1.7 * names["business_factor"]) / plain == near(1.7)
    assert farm(names, farm_yuan=2 * names["farm_yuan"]) / plain == near(2.0)
    assert farm(names, leased=0.5 * names["land"]) / plain == near(0.5 ** names["land_exponent"])
    assert farm(names, rented=0.5 * names["land"]) / plain == near(1.5 ** names["land_exponent"])


def test_a_lost_crop_and_the_shield_of_better_works(place: Place) -> None:
    names = quiet(place(5)) | {"infrastructure_margin": 0.1, "infrastructure_shield": 0.5}
    plain, full = farm(names), np.ones_like(names["village_infrastructure"])
    lost = np.full_like(names["disaster_share"], 0.4)
    assert farm(names, disaster_share=lost) / plain == pytest.approx(0.6)
    assert farm(names, village_infrastructure=full) / plain == pytest.approx(1.1)
    assert farm(names, disaster_share=lost, village_infrastructure=full) / plain == pytest.approx(1.1 * 0.8)


def test_the_own_business_takes_hands_from_the_farm(place: Place) -> None:
    names = quiet(place(5)) | {"business_hands": 0.5}
    busy = np.ones_like(names["enterprise"])
    fewer = np.maximum(names["home_labour"] - 0.5, 0.0)
    assert np.array_equal(farm(names, enterprise=busy), farm(names, home_labour=fewer))


def test_a_mean_farm_yields_its_level_in_its_season(place: Place) -> None:
    names = quiet(place(0)) | {"land_mean": 3.0, "labour_floor": 0.5, "season_business": 0.4}
    names["land"][:], names["home_labour"][:], names["member_factor"][:], names["business_factor"][:] = 3.0, 0.5, 1, 1
    assert set(farm(names)) == {0.4 * 9_000}


@pytest.mark.parametrize("seed", range(3))
def test_standing_income(place: Place, seed: int) -> None:
    names = place(seed)
    twins.agree(standing_income, twins.standing_income(names), names, fen=1)


def test_pensions_by_hand(place: Place) -> None:
    names = place(0) | {"pension_month": 350.5}
    names["size"][:4], names["elders"][:4] = [1, 2, 2, 0], [0, 1, 2, 2]
    names["pension"][:] = 0
    standing_income(names)
    assert names["pension"][:4].tolist() == [0, 105_150, 210_300, 0]
