"""Cooperatives: saturation, the order of settlement, arrears, failure; every fen of surplus is somewhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import draws
from simulator.processes.cooperatives import settle_cooperatives, working_capital
from tests import twins

Place = Callable[[int], dict[str, Any]]
FLOWS = ("wage_cooperative", "cooperative_dividend", "cooperative_refund")


def cooperating(place: Place, seed: int, **terms: float) -> dict[str, Any]:
    """A place whose cooperatives hold the sum of their households' shares."""
    names = place(seed)
    names["cooperative_share"][::3] = 0
    names["cooperative_failed"][:] = 0
    names["cooperative_capital"][:] = np.bincount(names["village"], names["cooperative_share"], 6)
    for flow in FLOWS:
        names[flow][:] = 0
    return names | {"industry_support_failure_hazard": 0.0} | {f"industry_support_{k}": v for k, v in terms.items()}


def at_village(names: dict[str, Any], values: np.ndarray) -> np.ndarray:
    """Sums of households by village."""
    return np.bincount(names["village"], values, 6).astype(np.int64)


def surplus_of(names: dict[str, Any], village: int, linked: int) -> int:
    """Return x quality x luck of the year x working capital, whole fen; shells earn nothing."""
    if names["cooperative_luck_shell"][village] < names["industry_support_shell_share"]:
        return 0
    capital, room = names["cooperative_capital"][village] / 100, names["industry_support_absorptive_capacity"] * linked
    if capital > room:
        capital = room + names["industry_support_saturation"] * room * math.log(capital / room)
    sd = names["industry_support_return_sd"]
    key = names["cooperative_key"][village]
    luck = math.exp(sd * twins.normal(names, key, draws.COOPERATIVE_YEAR, names["moment"], 1) - sd * sd / 2)
    earned = names["industry_support_capital_return"] * names["cooperative_quality"][village] * luck * capital
    return math.floor(100 * earned)


@pytest.mark.parametrize("seed", range(6))
def test_the_surplus_is_as_stated_and_wholly_accounted_for(place: Place, seed: int) -> None:
    names = cooperating(place, seed)
    reserve, arrears = names["cooperative_reserve"].copy(), names["cooperative_arrears"].copy()
    capital, shares = names["cooperative_capital"].copy(), names["cooperative_share"].copy()
    linked = at_village(names, (names["cooperative_share"] > 0) & (names["size"] > 0))
    settle_cooperatives(names)
    paid = [at_village(names, names[flow]) for flow in FLOWS]
    assert np.array_equal(names["cooperative_surplus"], sum(paid) + names["cooperative_reserve"] - reserve)
    surplus = [surplus_of(names, village, linked[village]) for village in range(6)]
    assert max(surplus) > 0
    assert np.abs(names["cooperative_surplus"] - surplus).max() <= 1
    assert np.array_equal(names["cooperative_linked"], linked)
    assert np.array_equal(names["cooperative_capital"], capital)
    assert np.array_equal(names["cooperative_share"], shares)
    assert not any(names[flow][(shares == 0) | (names["size"] == 0)].any() for flow in FLOWS)
    assert not names["wage_cooperative"][names["labour"] <= 0].any()
    # What is owed is the guaranteed rate and the arrears; what is not paid of it is owed next year.
    held = at_village(names, np.where(names["size"] > 0, shares, 0))
    owed = np.floor(names["industry_support_guaranteed_rate"] * held).astype(np.int64) + arrears
    assert np.array_equal(names["cooperative_arrears"], owed - paid[1])
    assert (names["cooperative_arrears"] >= 0).all()
    assert (names["cooperative_reserve"] >= 0).all()


def one_cooperative(place: Place, **changes: Any) -> dict[str, Any]:
    """The first village's cooperative alone: 1,000 yuan of capital, of which two households hold 600 and 400, the first
    with labour; a certain return of 10 %, wages 30 %, guaranteed 4 %, half the rest reserved, 80 % of the other half
    refunded."""
    names = cooperating(
        place, 0, return_sd=0.0, capital_return=0.10, wage_share=0.3, guaranteed_rate=0.04, reserve_share=0.5,
        refund_share=0.8, shell_share=0.0, absorptive_capacity=1e9,
    )  # fmt: skip
    names["cooperative_share"][:], names["cooperative_capital"][:] = 0, 0
    first = names["village_start"][0]
    names["cooperative_share"][first : first + 2] = [60_000, 40_000]
    names["size"][first : first + 2], names["labour"][first : first + 2] = 3, [1.0, 0.0]
    names["cooperative_capital"][0], names["cooperative_quality"][0] = 100_000, 1.0
    names["cooperative_reserve"][:], names["cooperative_arrears"][:] = 0, 0
    for name, value in changes.items():
        names[name][0] = value
    return names


def test_a_settlement_by_hand(place: Place) -> None:
    names = one_cooperative(place)
    settle_cooperatives(names)
    # 10,000 fen: 3,000 in wages; 4,000 guaranteed as 2,400 and 1,600; 3,000 left, of which 1,500 are free and 1,200 are
    # refunded to the two; 1,800 stay.
    assert names["cooperative_surplus"][0] == 10_000
    assert [names[flow][:2].tolist() for flow in FLOWS] == [[3_000, 0], [2_400, 1_600], [600, 600]]
    assert (names["cooperative_reserve"][0], names["cooperative_arrears"][0]) == (1_800, 0)


def test_what_is_owed_and_not_paid_is_paid_first_next_year(place: Place) -> None:
    names = one_cooperative(place, cooperative_quality=0.5) | {"industry_support_wage_share": 0.4}
    settle_cooperatives(names)
    assert (names["wage_cooperative"].sum(), names["cooperative_dividend"].sum()) == (2_000, 3_000)
    assert (names["cooperative_arrears"][0], names["cooperative_reserve"][0]) == (1_000, 0)
    assert names["cooperative_refund"].sum() == 0
    names["cooperative_quality"][0] = 2.0
    settle_cooperatives(names)
    assert names["cooperative_dividend"].sum() == 5_000
    assert names["cooperative_arrears"][0] == 0


def test_a_shell_pays_nobody(place: Place) -> None:
    names = one_cooperative(place, cooperative_luck_shell=0.1)
    settle_cooperatives(names | {"industry_support_shell_share": 0.2})
    assert not any(names[flow].any() for flow in FLOWS)
    assert (names["cooperative_reserve"][0], names["cooperative_surplus"][0]) == (0, 0)
    assert names["cooperative_arrears"][0] == 4_000, "the guarantee is owed all the same"
    settle_cooperatives(names | {"industry_support_shell_share": 0.1})
    assert names["cooperative_surplus"][0] == 10_000, "a shell is one whose luck is below the share"


def test_a_failure_loses_all_but_what_is_recovered(place: Place) -> None:
    names = cooperating(place, 2, failure_hazard=1.0, recovery_share=0.35)
    names["cooperative_lost"][:] = 7
    capital, shares = names["cooperative_capital"].copy(), names["cooperative_share"].copy()
    settle_cooperatives(names)
    assert np.array_equal(names["cooperative_capital"], np.floor(0.35 * capital))
    assert np.array_equal(names["cooperative_lost"], 7 + capital - names["cooperative_capital"])
    assert np.array_equal(names["cooperative_share"], np.floor(0.35 * shares))
    assert names["cooperative_failed"].all()
    assert not any(names[flow].any() for flow in FLOWS)
    left = names["cooperative_capital"].copy()
    settle_cooperatives(names | {"industry_support_failure_hazard": 0.0})
    assert np.array_equal(names["cooperative_capital"], left)
    assert not any(names[flow].any() for flow in FLOWS), "what has failed pays nothing any more"


def test_the_hazard_of_failure_is_a_hazard_of_the_year(place: Place) -> None:
    names = cooperating(place, 3)
    lucks = [twins.uniform(names, key, draws.COOPERATIVE_YEAR, names["moment"], 0) for key in names["cooperative_key"]]
    settle_cooperatives(names | {"industry_support_failure_hazard": sorted(lucks)[3]})
    assert names["cooperative_failed"].tolist() == [int(luck < sorted(lucks)[3]) for luck in lucks]


def test_capital_without_linked_households_rests(place: Place) -> None:
    names = cooperating(place, 4, failure_hazard=1.0)
    names["cooperative_share"][names["village"] == 1] = 0
    before = names["cooperative_capital"].copy()
    settle_cooperatives(names)
    assert names["cooperative_capital"][1] == before[1] > 0
    assert names["cooperative_failed"].tolist() == [1, 0, 1, 1, 1, 1]


@given(st.floats(1.0, 1e6), st.floats(1.0, 1e6), st.floats(0.05, 1.0))
def test_capital_saturates(capital: float, room: float, saturation: float) -> None:
    working = working_capital(capital, room, saturation)
    step = 1e-3 * capital
    marginal = (working_capital(capital + step, room, saturation) - working) / step
    if capital + step <= room:
        assert working == capital
        assert marginal == pytest.approx(1.0)
    elif capital > room:
        assert working == pytest.approx(room + saturation * room * math.log(capital / room))
        assert marginal <= saturation * room / capital * (1 + 1e-6)
    assert 0.0 < working <= capital * (1 + 1e-12)
    assert working_capital(capital, 0.0, saturation) == 0.0
