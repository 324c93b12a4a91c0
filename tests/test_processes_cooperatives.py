"""Cooperatives: saturation, the order of settlement, linkage, arrears, distress and failure; every fen is somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cooperatives import ACTIVE, DISTRESSED, FAILED, SHELL, fresh_start
from simulator.processes.cooperatives import (
    LINKAGES,
    earn_surplus,
    follow_market,
    review_cooperatives,
    settle_cooperatives,
    share_out,
    status_after,
    working_capital,
)
from tests import twins, twins_cooperatives

Place = Callable[[int], dict[str, Any]]
FLOWS = ("wage_cooperative", "cooperative_dividend", "cooperative_refund")
EQUAL = {"industry_support_return_sd": 0.0, "farm_price": 1.0, "industry_support_charge_rate": 0.0}


def cooperating(place: Place, seed: int, **terms: float) -> dict[str, Any]:
    """A place whose cooperatives hold the sums of their households' shares, sound but for one that has failed."""
    names = place(seed) | {"farm_price": 0.97, "linkage": 1}
    names["cooperative_share"][::3] = 0
    names["member_share"][::2] = 0
    names["share_granted"][1::4] = 0
    names["cooperative_status"][:] = [ACTIVE, SHELL, ACTIVE, FAILED, DISTRESSED, ACTIVE]
    names["cooperative_buyer_failed"][:] = [0, 0, 0, 0, 0, 1]
    names["cooperative_reserve"][2] = -40_000
    names["village_year_market"][:] = np.linspace(0.9, 1.1, 6)
    hold = {"capital": names["cooperative_share"], "member_capital": names["member_share"] + names["share_granted"]}
    for column, shares in hold.items():
        names[f"cooperative_{column}"][:] = at_village(names, shares)
    granted = at_village(names, names["share_granted"])
    names["cooperative_received"][:] = names["cooperative_capital"] + granted
    for flow in FLOWS:
        names[flow][:] = 0
    return names | {f"industry_support_{k}": v for k, v in terms.items()}


def at_village(names: dict[str, Any], values: np.ndarray) -> np.ndarray:
    """Sums of households by village."""
    return np.bincount(names["village"], values, 6).astype(np.int64)


@pytest.mark.parametrize("seed", range(5))
def test_the_surplus_is_as_stated(place: Place, seed: int) -> None:
    names = cooperating(place, seed, absorptive_capacity=3_000.0)
    fiscal = at_village(names, (names["cooperative_share"] > 0) & (names["size"] > 0))
    expected = {
        "cooperative_surplus": [twins_cooperatives.surplus(names, village) for village in range(6)],
        "cooperative_linked": at_village(names, twins_cooperatives.is_linked(names)),
        "cooperative_capacity": 3_000.0 * fiscal + names["cooperative_capacity_added"],
    }
    assert max(expected["cooperative_surplus"]) > 0
    twins.agree(earn_surplus, expected, names, fen=1)


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("seed", range(4))
def test_the_settlement_is_as_stated_and_wholly_accounted_for(place: Place, seed: int, linkage: str) -> None:
    names = cooperating(place, seed) | {"linkage": LINKAGES.index(linkage)}
    earn_surplus(names)
    reserve = names["cooperative_reserve"].copy()
    twins.agree(settle_cooperatives, twins_cooperatives.settlement(names, linkage), names, fen=1)
    paid = sum(at_village(names, names[flow]) for flow in FLOWS)
    settled = [village for village in range(6) if not twins_cooperatives.idle(names, village)]
    assert len(settled) >= 3
    assert np.array_equal(names["cooperative_surplus"], paid + names["cooperative_reserve"] - reserve)
    assert (names["cooperative_arrears"] >= 0).all()
    assert not names["wage_cooperative"][(names["labour"] <= 0) | ~twins_cooperatives.is_linked(names)].any()
    assert not any(names[flow][names["size"] == 0].any() for flow in FLOWS)


def test_without_fiscal_capital_a_cooperative_produces_with_the_shares_granted_to_its_members(place: Place) -> None:
    names = one_cooperative(place) | {"linkage": LINKAGES.index("order")}
    names["cooperative_share"][:3], names["cooperative_capital"][0], names["share_granted"][:2] = 0, 0, [60_000, 40_000]
    names["cooperative_member_capital"][0] = 200_000
    expected = [twins_cooperatives.surplus(names, village) for village in range(6)]
    year(names)
    # 5 % of the 100,000 granted, not of the 100,000 paid in: 5,000 fen, of which 1,500 are wages of the one who can
    # work; nothing is guaranteed; of 1,750 free, 1,400 are refunded to the two linked, 350 go on all 200,000 of shares.
    assert names["cooperative_surplus"][0] == expected[0] == 5_000
    assert [names[flow][:3].tolist() for flow in FLOWS] == [[1_500, 0, 0], [105, 70, 175], [700, 700, 0]]
    names["cooperative_received"][0] = 0
    year(names)
    assert not any(names[flow].any() for flow in FLOWS), "without public money it is what it is without a programme"


def test_the_price_of_the_year_is_that_of_its_quarters_by_season(place: Place) -> None:
    names = place(0)
    factors, seasons = np.array([0.8, 1.0, 1.1, 0.9]), [0.1, 0.2, 0.3, 0.4]
    names["village_year_market"][:] = 7.0
    for quarter, (factor, season) in enumerate(zip(factors, seasons, strict=True), start=1):
        names["village_market_factor"][:] = factor
        follow_market(names | {"quarter": quarter, "season_business": season})
    assert np.allclose(names["village_year_market"], factors @ seasons)


def one_cooperative(place: Place, **changes: Any) -> dict[str, Any]:
    """The first village's cooperative alone: 1,000 yuan of capital, of which two households hold 600 and 400, the first
    with labour, and a member who is not listed has paid in 1,000; a certain return of 5 % on all, wages 30 %,
    guaranteed 4 %, half the rest reserved, 80 % of the other half refunded."""
    names = cooperating(
        place, 0, capital_return=0.05, wage_share=0.3, guaranteed_rate=0.04, reserve_share=0.5,
        refund_share=0.8, shell_share=0.0, absorptive_capacity=1e9, recovery_share=0.4,
    ) | EQUAL  # fmt: skip
    for column in ("cooperative_share", "member_share", "share_granted", "cooperative_capital", "cooperative_tech"):
        names[column][:] = 0
    names["village_year_market"][:] = 1.0
    first = names["village_start"][0]
    names["cooperative_share"][first : first + 2] = [60_000, 40_000]
    names["member_share"][first + 2] = 100_000
    names["size"][first : first + 3], names["labour"][first : first + 2] = 3, [1.0, 0.0]
    names["land"][first : first + 3] = [1.0, 1.0, 8.0]
    names["cooperative_capital"][0], names["cooperative_member_capital"][0] = 100_000, 100_000
    names["cooperative_received"][:] = [100_000, 0, 0, 0, 0, 0]
    names["cooperative_quality"][0], names["cooperative_luck_shell"][0] = 1.0, 0.9
    for column in ("reserve", "arrears", "arrears_years", "lost", "retained"):
        names[f"cooperative_{column}"][:] = 0
    for name, value in changes.items():
        names[name][0] = value
    return names


def year(names: dict[str, Any]) -> None:
    """Settle one more year."""
    for flow in FLOWS:
        names[flow][:] = 0
    earn_surplus(names)
    settle_cooperatives(names)
    review_cooperatives(names)


def test_a_settlement_by_hand(place: Place) -> None:
    names = one_cooperative(place)
    year(names)
    # 10,000 fen: 3,000 in wages; 4,000 guaranteed as 2,400 and 1,600; 3,000 left, of which 1,500 are free: 1,200 are
    # refunded to the two, 300 go on 200,000 fen of shares as 90, 60 and 150; 1,500 stay.
    assert names["cooperative_surplus"][0] == 10_000
    assert [names[flow][:3].tolist() for flow in FLOWS] == [[3_000, 0, 0], [2_490, 1_660, 150], [600, 600, 0]]
    assert (names["cooperative_reserve"][0], names["cooperative_arrears"][0]) == (1_500, 0)


@pytest.mark.parametrize(
    ("linkage", "refunds"),
    [("labour", [1_200, 0, 0]), ("order", [600, 600, 0]), ("share", [360, 240, 600]), ("lease", [120, 120, 960])],
)
def test_refunds_by_capital_and_land_go_to_who_has_them(place: Place, linkage: str, refunds: list[int]) -> None:
    names = one_cooperative(place) | {"linkage": LINKAGES.index(linkage)}
    year(names)
    assert names["cooperative_refund"][:3].tolist() == refunds


def test_what_is_owed_and_not_paid_is_paid_first_next_year(place: Place) -> None:
    names = one_cooperative(place, cooperative_quality=0.5) | {"industry_support_wage_share": 0.4}
    year(names)
    assert (names["wage_cooperative"].sum(), names["cooperative_dividend"].sum()) == (2_000, 3_000)
    assert (names["cooperative_arrears"][0], names["cooperative_reserve"][0]) == (1_000, 0)
    assert names["cooperative_refund"].sum() == 0
    names["cooperative_quality"][0] = 1.0
    year(names)
    assert names["cooperative_dividend"].sum() == 5_100, "4,000, the 1,000 in arrears, and 100 of residual"
    assert (names["cooperative_arrears"][0], names["cooperative_arrears_years"][0]) == (0, 0)


def test_arrears_of_more_than_four_quarters_distress_and_then_fail(place: Place) -> None:
    names = one_cooperative(place, cooperative_quality=0.1)
    seen = []
    for _ in range(3):
        year(names)
        seen.append((int(names["cooperative_status"][0]), int(names["cooperative_arrears_years"][0])))
    assert seen == [(ACTIVE, 1), (DISTRESSED, 2), (FAILED, 0)]
    assert (names["cooperative_capital"][0], names["cooperative_member_capital"][0]) == (40_000, 40_000)
    assert names["cooperative_lost"][0] == 120_000
    assert names["cooperative_share"][:2].tolist() == [24_000, 16_000]
    year(names)
    assert not any(names[flow].any() for flow in FLOWS), "what has failed pays nothing any more"


def test_a_cooperative_that_owes_more_than_it_has_is_distressed(place: Place) -> None:
    names = one_cooperative(place, cooperative_reserve=-190_000)
    year(names)
    assert names["cooperative_status"][0] == ACTIVE
    names["cooperative_reserve"][0] = -230_000
    year(names)
    assert names["cooperative_status"][0] == DISTRESSED
    assert not any(names[flow][:3].any() for flow in FLOWS[1:]), "debt comes before dividends and refunds"


def test_a_shell_pays_nobody(place: Place) -> None:
    names = one_cooperative(place, cooperative_luck_shell=0.1)
    year(names | {"industry_support_shell_share": 0.2})
    assert not any(names[flow].any() for flow in FLOWS)
    assert (names["cooperative_reserve"][0], names["cooperative_surplus"][0]) == (0, 0)
    assert names["cooperative_arrears"][0] == 4_000, "the guarantee is owed all the same"
    year(names | {"industry_support_shell_share": 0.1})
    assert names["cooperative_surplus"][0] == 10_000, "a shell is one whose luck is below the share"


@pytest.mark.parametrize("seed", range(3))
def test_the_balance_sheet_closes_through_failures(place: Place, seed: int) -> None:
    names = cooperating(place, seed, recovery_share=0.35, return_sd=1.0)
    names["cooperative_buyer_failed"][:] = [1, 0, 0, 0, 0, 1]
    names["cooperative_status"][:] = ACTIVE
    for column in ("lost", "retained"):
        names[f"cooperative_{column}"][:] = 0
    given = sum(names[f"cooperative_{c}"].copy() for c in ("capital", "member_capital", "reserve"))
    for moment in (8072, 8076, 8080, 8084):
        year(names | {"moment": moment})
        held = sum(names[f"cooperative_{c}"] for c in ("capital", "member_capital", "reserve"))
        assert np.array_equal(held, given + names["cooperative_retained"] - names["cooperative_lost"])
        own = at_village(names, names["member_share"] + names["share_granted"])
        assert np.array_equal(names["cooperative_member_capital"], own)
        assert (at_village(names, names["cooperative_share"]) <= names["cooperative_capital"]).all()
    assert names["cooperative_status"][[0, 5]].tolist() == [FAILED, FAILED]


def test_capital_without_linked_households_rests(place: Place) -> None:
    names = cooperating(place, 4)
    names["cooperative_buyer_failed"][:] = 1
    for column in ("cooperative_share", "share_granted"):
        names[column][names["village"] == 1] = 0
    before = names["cooperative_capital"].copy()
    year(names)
    assert names["cooperative_capital"][1] == before[1] > 0
    assert names["cooperative_status"][1] == SHELL


@pytest.mark.parametrize("shell", [False, True])
def test_the_status_after_a_settlement(shell: bool) -> None:
    sound = SHELL if shell else ACTIVE
    assert [status_after(sound, shell, years, 5) for years in (0, 1, 2)] == [sound, sound, DISTRESSED]
    assert status_after(sound, shell, 0, -1) == DISTRESSED
    assert status_after(DISTRESSED, shell, 0, 5) == sound, "who pays what it owes is sound again"
    assert status_after(DISTRESSED, shell, 3, 5) == status_after(DISTRESSED, shell, 0, -1) == FAILED


@given(st.floats(1.0, 1e6), st.floats(1.0, 1e6), st.floats(0.05, 1.0))
def test_capital_saturates(capital: float, room: float, saturation: float) -> None:
    working = working_capital(capital, room, saturation)
    assert working == pytest.approx(twins_cooperatives.working(capital, room, saturation))
    step = 1e-3 * capital
    marginal = (working_capital(capital + step, room, saturation) - working) / step
    if capital + step <= room:
        assert marginal == pytest.approx(1.0)
    elif capital > room:
        assert marginal <= saturation * room / capital * (1 + 1e-6)
    assert 0.0 < working <= capital * (1 + 1e-12)
    assert working_capital(capital, 0.0, saturation) == 0.0


@given(st.floats(1.0, 1e6), st.floats(1.01, 8.0), st.floats(1.01, 8.0), st.floats(0.01, 0.95))
def test_beyond_capacity_the_next_yuan_and_the_average_one_earn_less(
    room: float, first: float, further: float, saturation: float
) -> None:
    worked = [working_capital(room * share, room, saturation) for share in (1.0, first, first * further)]
    placed = [room, room * first, room * first * further]
    average = [at_work / put for at_work, put in zip(worked, placed, strict=True)]
    assert average[0] > average[1] > average[2]
    marginal = [(worked[i + 1] - worked[i]) / (placed[i + 1] - placed[i]) for i in (0, 1)]
    assert 1.0 > marginal[0] > marginal[1]


@given(st.integers(0, 10**12), st.lists(st.floats(0.0, 1e9), min_size=1, max_size=12))
def test_sharing_out_loses_at_most_a_fen_a_household(fen: int, weights: list[float]) -> None:
    paid = np.zeros(len(weights), np.int64)
    spent = share_out(fen, np.array(weights), paid, 0, len(weights))
    assert spent == paid.sum()
    if sum(weights) > 0:
        assert fen - len(weights) <= spent <= fen
        assert not paid[np.array(weights) == 0].any()
    else:
        assert spent == 0


def test_new_money_lets_a_failed_cooperative_start_anew_as_what_it_was() -> None:
    assert [fresh_start(status, 0.3, 0.2) for status in (ACTIVE, SHELL, DISTRESSED, FAILED)] == [0, 1, 2, ACTIVE]
    assert fresh_start(FAILED, 0.1, 0.2) == SHELL
