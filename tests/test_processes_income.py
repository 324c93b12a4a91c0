"""Farming, own business, rents, pensions and remittances."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.farming import farming, lease
from simulator.processes.transfers import standing_income
from tests import twins

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize("seed", range(4))
def test_farming_and_own_business(place: Place, seed: int) -> None:
    names = place(seed)
    names["leased"][:] = np.where(names["leased"] < 0.5, names["land"], 0.3 * names["leased"] * names["land"])
    names["enterprise"][::2] = 0.0
    names["loan_capital"][::3] = 0.0
    for income in (names["farm_income"], names["enterprise_income"]):
        income[:] = 0
    expected = twins.farming(names)
    assert (expected["farm_income"] == 0).sum() > 3
    twins.agree(farming, expected, names, fen=1)


def farm(names: dict[str, Any], **changes: Any) -> np.ndarray:
    """Farm income of households that are there, with some names changed."""
    asked = {**names, **changes, "farm_income": np.zeros_like(names["farm_income"])}
    farming(asked)
    return asked["farm_income"][names["size"] > 0].astype(float)


def test_elasticities_of_farming(place: Place) -> None:
    names = place(5) | {"farm_yuan": 9e6}
    names["leased"][:] = 0.0
    plain = farm(names)
    assert plain.min() > 0
    assert farm(names, land=2 * names["land"]) / plain == pytest.approx(2 ** names["land_exponent"], rel=1e-5)
    hands = 3 * names["home_labour"] + 2 * names["labour_floor"]
    assert farm(names, home_labour=hands) / plain == pytest.approx(3 ** names["labour_exponent"], rel=1e-5)
    lucky = names["productivity"] + 0.1
    assert farm(names, productivity=lucky) / plain == pytest.approx(math.exp(0.1 * names["loading_business"]), rel=1e-5)
    assert farm(names, farm_yuan=2 * 9e6) / plain == pytest.approx(2.0, rel=1e-5)
    assert farm(names, leased=0.5 * names["land"]) / plain == pytest.approx(0.5 ** names["land_exponent"], rel=1e-5)


def test_a_mean_farm_yields_its_level_in_its_season(place: Place) -> None:
    names = place(0) | {"business_correction": 1.0, "land_mean": 3.0, "labour_floor": 0.25, "season_business": 0.4}
    names["land"][:], names["leased"][:], names["home_labour"][:], names["productivity"][:] = 3.0, 0.0, 0.75, 0.0
    assert set(farm(names)) == {0.4 * 900_000}


def test_borrowed_money_earns_its_return(place: Place) -> None:
    names = place(0) | {"business_correction": 1.0, "loan_return": 0.12}
    names["productivity"][:], names["enterprise"][:], names["loan_capital"][:] = 0.0, 0.0, 30_000.0
    names["enterprise_income"][:] = 0
    farming(names)
    assert set(names["enterprise_income"][names["size"] > 0]) == {90_000}
    assert not names["enterprise_income"][names["size"] == 0].any()


def test_land_is_leased_out_for_want_of_hands(place: Place) -> None:
    names = place(0)
    names["labour"][:] = np.arange(len(names["labour"])) % 3 * 0.5
    wanted = np.where(names["labour"] < names["lease_below"], names["lease_share"] * names["land"], 0.0)
    assert 0 < (wanted > 0).sum() < len(wanted)
    twins.agree(lease, {"leased": wanted}, names)


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
