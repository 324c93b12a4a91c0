"""The village market: local prices, unsold produce, contracts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.processes.markets import local_price, markets, unsold_share
from tests import twins, twins_farm

Place = Callable[[int], dict[str, Any]]
RATIOS = st.floats(0.05, 20.0)
SHARES = st.floats(0.0, 1.0)


@pytest.mark.parametrize("seed", range(4))
def test_markets_clear(place: Place, seed: int) -> None:
    names = place(seed)
    names["village_usual_supply"][0], names["village_supply"][1], names["village_contracted"][2] = 0.0, 0.0, 0.0
    twins.agree(markets, twins_farm.markets(names), names)


def cleared(names: dict[str, Any], ratio: float, contracted: float = 0.0, **changes: float) -> dict[str, Any]:
    """The market of a village that brings `ratio` times its usual supply."""
    asked = {**names, "farm_price": 1.0, **changes}
    for column in ("village_price_floor", "village_contract_premium"):
        asked[column] = np.full(6, changes.get(column.removeprefix("village_"), 0.0))
    asked["village_supply"], asked["village_usual_supply"] = np.full(6, 10.0 * ratio), np.full(6, 10.0)
    asked["village_contracted"] = np.full(6, contracted)
    markets(asked)
    return asked


def test_the_usual_supply_sells_at_the_usual_price(place: Place) -> None:
    names = cleared(place(0), 1.0)
    assert set(names["village_farm_price"]) == set(names["village_market_factor"]) == {1.0}
    assert set(names["village_unsold"]) == {0.0} and set(names["village_usual_supply"]) == {10.0}


@given(RATIOS, SHARES)
def test_the_slope_in_closed_form(ratio: float, contracted: float) -> None:
    price = local_price(ratio, contracted, 0.3, 1.25)
    # Log price falls by the slope, outside the reach of supply from elsewhere; under contract not at all.
    assert np.log(price) == pytest.approx(-0.3 * (1 - contracted) * np.log(max(ratio, 0.8)), abs=1e-12)
    assert local_price(ratio, 1.0, 0.3, 1.25) == 1.0


@given(RATIOS)
def test_nobody_buys_more_than_the_market_takes(ratio: float) -> None:
    sold = ratio * (1 - unsold_share(ratio, 1.25))
    assert sold == pytest.approx(min(ratio, 1.25))


def test_more_output_and_no_more_income(place: Place) -> None:
    """增产不增收: what is marketed earns less than in proportion; beyond what the market takes, less than before."""
    names = place(0) | {"marketed_share": 1.0, "price_slope": 0.4, "market_capacity": 1.2}
    takings = [ratio * cleared(names, ratio)["village_market_factor"][0] for ratio in (1.0, 1.1, 1.2, 1.5, 2.0)]
    assert takings[:3] == pytest.approx([1.0, 1.1**0.6, 1.2**0.6])
    assert takings[2] > takings[3] > takings[4]
    assert takings[4] == pytest.approx(1.2 * 2.0**-0.4)
    # Under contract the same harvest earns in proportion.
    under = 2.0 * cleared(names, 2.0, contracted=1.0)["village_market_factor"][0]
    assert under == pytest.approx(2.0)


def test_a_floor_and_a_premium_hold_for_what_is_under_contract(place: Place) -> None:
    names = place(0) | {"marketed_share": 0.5}
    factor = cleared(names, 1.0, 0.4, price_floor=0.9, contract_premium=0.1)["village_market_factor"][0]
    assert factor == pytest.approx(1.0 + 0.5 * 0.4 * 0.1)
    # In a year at 0.75 of the usual price the floor of 0.9 is worth 0.9 / 0.75 of it.
    cheap = cleared(names, 1.0, 0.4, price_floor=0.9, farm_price=0.75)["village_market_factor"][0]
    assert cheap == pytest.approx(1.0 + 0.5 * 0.4 * 0.2)


def test_what_is_usual_follows_slowly(place: Place) -> None:
    names = place(0) | {"supply_memory": 0.05}
    names["village_supply"][:], names["village_usual_supply"][:] = 20.0, 10.0
    for _ in range(200):
        markets(names)
    assert names["village_usual_supply"] == pytest.approx(20.0 - 10.0 * 0.95**200)
    assert names["village_farm_price"] == pytest.approx(1.0, abs=1e-4)
