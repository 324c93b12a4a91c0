"""Own business: beginning, closing, income."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.enterprise import business_start, own_business, start_hazard
from simulator.world import World
from tests import twins, twins_farm

Place = Callable[[int], dict[str, Any]]


def mixed(names: dict[str, Any]) -> dict[str, Any]:
    """Half the households without a business, some with a grant, hazards high enough for things to happen."""
    names["enterprise"][::2], names["start_capital"][:] = 0.0, 0.0
    names["start_capital"][::3] = 15_000.0
    names["loan_capital"][::3] = 0.0
    return names | {"business_start_hazard": 0.3, "business_closure": 0.4}


@pytest.mark.parametrize("seed", range(5))
def test_businesses_begin_and_close(place: Place, seed: int) -> None:
    names = mixed(place(seed))
    expected = twins_farm.business_start(names)
    before, after = names["enterprise"] > 0, expected["enterprise"] > 0
    assert (before & ~after).any() and (after & ~before).any()
    twins.agree(business_start, expected, names)


@pytest.mark.parametrize("seed", range(4))
def test_income_of_the_own_business(place: Place, seed: int) -> None:
    names = mixed(place(seed))
    expected = twins_farm.own_business(names)
    twins.agree(own_business, expected, names, fen=1)


def test_borrowed_money_earns_its_return(place: Place) -> None:
    names = place(0) | {"loan_return": 0.12}
    names["business_factor"][:], names["enterprise"][:], names["loan_capital"][:] = 1.0, 0.0, 30_000.0
    names["enterprise_income"][:] = 0
    own_business(names)
    assert set(names["enterprise_income"][names["size"] > 0]) == {90_000}
    assert not names["enterprise_income"][names["size"] == 0].any()


def started(names: dict[str, Any], years: int = 1, **changes: Any) -> np.ndarray:
    """Who runs a business after some years of nothing else; 20,000 equal households in a row."""
    length = 20_000
    asked: dict[str, Any] = {
        **names,
        "key": np.arange(1, length + 1).astype(np.uint64),
        "size": np.full(length, 3),
        **{"labour": np.full(length, 2.0), "assets": np.ones(length), "enterprise": np.zeros(length)},
        **{"start_capital": np.zeros(length), "led": np.zeros(length, np.int8)},
        **changes,
    }
    for year in range(years):
        business_start(asked | {"moment": 8072 + 4 * year})
    return asked["enterprise"]


def test_hazards_of_starting(place: Place) -> None:
    names = place(0) | {"business_start_hazard": 0.05, "leader_start": 1.0, "grant_start": 0.5}
    few = np.full(20_000, 0.1)
    near = pytest.approx
    assert (started(names) > 0).mean() == near(0.05, abs=0.006)
    assert (started(names, led=np.ones(20_000, np.int8)) > 0).mean() == near(0.10, abs=0.008)
    assert not started(names, assets=few).any() and not started(names, labour=np.full(20_000, 0.5)).any()
    grant = np.full(20_000, 20_000.0 * names["trend"])
    assert (started(names, assets=few, start_capital=grant) > 0).mean() == near(0.5, abs=0.012)
    # Who would have begun anyway begins no smaller with a grant; who is brought to it begins small.
    anyway, brought = started(names), started(names, start_capital=grant.copy())
    assert np.array_equal(anyway[anyway > 0], brought[anyway > 0])
    small = started(names, assets=few, start_capital=grant.copy())
    assert np.array_equal(small[anyway == 0], brought[anyway == 0])
    assert small[anyway > 0] == near(names["smallest_business"] * anyway[anyway > 0])


def test_as_many_begin_as_close(place: Place) -> None:
    """From the founding share, with the stated share able to start, businesses stay as many and as large."""
    names = place(0)
    random = np.random.default_rng(4)
    share, spread = names["enterprise_share"], names["assets_sd"]
    founded = (random.uniform(size=20_000) < share) / share
    able = np.where(random.uniform(size=20_000) < names["business_able"], 1.0, 0.5)
    assets = np.exp(spread * random.normal(size=20_000) - 0.5 * spread**2)
    after = started(names, 10, enterprise=founded, labour=able, assets=assets)
    # Those who can start replace those who cannot: the share drifts by what closes among the latter and no more.
    assert (after > 0).mean() == pytest.approx(share, abs=0.012)
    assert after.mean() == pytest.approx(1.0, abs=0.09)


def test_the_start_hazard_by_hand() -> None:
    """Half the households own enough: assets at the median of the lognormal, exp(-1/2), times 30,000 = the minimum."""
    numbers = {"enterprise_share": 0.2, "assets_sd": 1.0, "business_means": 30_000.0, "business_able": 0.8}
    numbers |= {"business_minimum": 30_000.0 * float(np.exp(-0.5)), "business_closure": 0.1}
    assert start_hazard(numbers) == pytest.approx(0.1 * 0.2 / (0.8 * 0.8 * 0.5))
    assert start_hazard(numbers | {"business_able": 0.0}) == 1.0


def test_the_burn_in_keeps_the_founding_share(world: World) -> None:
    table = world.households
    runs = table.enterprise[table.size > 0]
    assert (runs > 0).mean() == pytest.approx(0.15, abs=0.03)
    assert runs.mean() == pytest.approx(1.0, abs=0.25)
