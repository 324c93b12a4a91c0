"""The village collective and its station: money in equals money out and money kept, to the fen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator import draws
from simulator.processes.collective_economy import (
    close_collective_quarter,
    collective_income,
    enclave_income,
    lease_income,
    public_works,
    value_assets,
)
from simulator.processes.stations import serve_debt, station_payout, station_revenue
from tests import twins

Place = Callable[[int], dict[str, Any]]
CASH = ("village_operating_income", "village_collective_cash")
HOUSEHOLD_SIDE = ("wage_post", "station_dividend")


def test_what_the_collective_earns_without_policy(place: Place) -> None:
    names = place(0)
    names["village_collective_base"][:] = np.linspace(20_000, 9e6, len(names["village_collective_base"]))
    earned = np.array([twins.fen(names["collective_trend"] * base / 4) for base in names["village_collective_base"]])
    other = np.array([twins.fen(names["collective_trend"] * base / 4) for base in names["village_collective_subsidy"]])
    expected = {
        "village_operating_income": earned,
        "village_other_income": other,
        "village_collective_cash": names["village_collective_cash"] + earned + other,
    }
    twins.agree(collective_income, expected, names)


YIELD = (*CASH, "village_asset_yield")


def test_enclaves_share_one_yield_that_is_never_negative(place: Place) -> None:
    names = place(0)
    luck = twins.normal(names, names["province_key"], draws.STATION_YEAR, names["annual_moment"], 1)
    year = max(names["village_grant_enclave_yield"] + names["village_grant_enclave_yield_sd"] * luck, 0.0)
    earned = np.floor(year / 4 * names["village_enclave"] + 0.5).astype(np.int64)
    assert earned.max() > 0
    twins.agree(enclave_income, {name: names[name] + earned for name in YIELD}, names, fen=1)
    cash = names["village_collective_cash"].copy()
    enclave_income(names | {"village_grant_enclave_yield": -9.0})
    assert np.array_equal(names["village_collective_cash"], cash)


def test_leased_assets_have_each_their_own_luck(place: Place) -> None:
    names = place(0)
    block, moment = draws.STATION_YEAR, names["annual_moment"]
    lucks = np.array([twins.normal(names, key, block, moment, 2) for key in names["village_key"]])
    year = np.maximum(names["village_grant_lease_yield"] + names["village_grant_lease_yield_sd"] * lucks, 0.0)
    earned = np.floor(year / 4 * names["village_lease_assets"] + 0.5).astype(np.int64)
    assert len(set(year)) == 6 and earned.max() > 0
    twins.agree(lease_income, {name: names[name] + earned for name in YIELD}, names, fen=1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lag", [0.0, 4.0])
def test_a_station_sells_what_the_sun_gives_and_waits_for_the_subsidy(place: Place, seed: int, lag: float) -> None:
    names = place(seed) | {"village_station_collective_share": 0.2, "village_station_firm_share": 0.1}
    names |= {"village_station_subsidy_share": 0.5, "village_station_subsidy_lag": lag}
    names["village_station_kw"][:] *= 100.0
    names["village_station_kw"][0] = 0.0
    names["village_station_age"][:] *= 10.0
    names["village_station_insured"][:] = [1_000.0, 0.0, 900.0, 1_050.0, 1_100.0, 1_200.0]
    names["village_station_premium"][:] = [9.0, 0.0, 9.0, 9.0, 12.0, 30.0]
    for flow in ("output", "revenue", "kept", "firm", "indemnity", "premium_paid"):
        names[f"village_station_{flow}"][:] = 0
    sold, revenue, waits = np.zeros(6), np.zeros(6, np.int64), names["village_station_subsidy_due"].copy()
    cover, premium = np.zeros((2, 6), np.int64)
    for row in range(1, 6):
        luck = twins.normal(names, names["village_key"][row], draws.STATION_YEAR, names["annual_moment"], 0)
        hours = names["village_station_design_hours"] + names["village_station_hours_sd"] * luck
        age = names["village_station_age"][row]
        wear = (1 - names["village_station_outage"]) * (1 - names["village_station_degradation"]) ** age
        sold[row] = names["village_station_kw"][row] * hours * names["season_sun"] * wear
        upkeep = names["village_station_upkeep"] * 1000 * names["village_station_kw"][row] / 4
        due = waits[row] + twins.fen(0.5 * names["village_station_price"] * sold[row])
        waits[row] = due - math.floor(due / (1 + lag) + 0.5)
        base = twins.fen(0.5 * names["village_station_price"] * sold[row] - upkeep)
        worth = names["village_station_price"] * names["village_station_kw"][row] * names["season_sun"]
        missing = names["village_station_insured"][row] - min(hours, names["village_station_insured"][row])
        cover[row], premium[row] = twins.fen(worth * missing), twins.fen(worth * names["village_station_premium"][row])
        revenue[row] = base + due - waits[row] + cover[row] - premium[row]
    firm = np.floor(0.1 * revenue + 0.5).astype(np.int64)
    kept = np.floor(0.2 * (revenue - firm) + 0.5).astype(np.int64)
    assert revenue[1:].min() > 0 and (lag > 0) == (waits[1:] > 0).all()
    assert cover[1] == 0 and cover[-1] > 0 and premium[2:].min() > 0
    expected = {
        "village_station_output": sold,
        "village_station_revenue": revenue,
        "village_station_subsidy_due": waits,
        "village_station_indemnity": cover,
        "village_station_premium_paid": premium,
        "village_station_kept": kept,
        "village_station_firm": firm,
        "village_station_age": names["village_station_age"] + np.where(np.arange(6) > 0, 0.25, 0.0),
        **{name: names[name] + kept for name in CASH},
        **{name: names[name] + revenue - kept - firm for name in ("village_smoothing_fund", "village_station_shared")},
    }
    twins.agree(station_revenue, expected, names, fen=2)


def test_a_yuan_of_subsidy_waits_as_many_quarters_as_the_lag(place: Place) -> None:
    names = place(0) | {"village_station_price": 0.0, "village_station_upkeep": 0.0, "village_station_subsidy_lag": 4.0}
    names["village_station_subsidy_due"][:] = 10_000_000
    waited = 0.0
    for quarter in range(200):
        names["village_station_revenue"][:] = 0
        station_revenue(names)
        waited += quarter * names["village_station_revenue"][0]
    assert waited / 10_000_000 == pytest.approx(4.0, rel=1e-3)


def test_a_loss_is_the_collectives_and_never_the_households(place: Place) -> None:
    names = place(0) | {"village_station_price": 0.0}
    names["village_station_subsidy_due"][:] = 0
    cash, fund = names["village_collective_cash"].copy(), names["village_smoothing_fund"].copy()
    station_revenue(names)
    assert np.array_equal(names["village_smoothing_fund"], fund)
    assert (names["village_station_revenue"] < 0).all()
    assert np.array_equal(names["village_collective_cash"], cash + names["village_station_revenue"])


def test_debt_is_served_out_of_the_collectives_part(place: Place) -> None:
    names = place(0) | {"village_station_debt_rate": 0.04}
    names["village_debt"][:], names["village_debt_paid"][:] = [0, 10_000, 10_000, 10_000, 10_000, 10_000], 0
    names["village_station_kept"][:] = [500, 500, 50, -20, 20_000, 0]
    paid = np.array([0, 500, 50, 0, 10_100, 0])
    expected = {
        "village_debt": [0, 9_600, 10_050, 10_100, 0, 10_100],
        "village_debt_paid": paid,
        "village_collective_cash": names["village_collective_cash"] - paid,
    }
    twins.agree(serve_debt, expected, names)


def by_need(names: dict[str, Any], village: int) -> list[int]:
    """Rows that may work, those with less than a full worker first, then by last year's income a person."""
    rows = [r for r in np.flatnonzero(names["village"] == village) if names["supported"][r] and names["labour"][r] > 0]
    income = names["last_income"] / np.maximum(names["last_persons"], 1)
    return sorted(rows, key=lambda row: (names["labour"][row] >= 1, income[row], names["key"][row]))


@pytest.mark.parametrize("seed", range(4))
def test_public_works_go_to_the_neediest_as_far_as_the_money_goes(place: Place, seed: int) -> None:
    names = place(seed) | {"village_grant_works_share": 0.5, "village_grant_works_wage": 100.0}
    names["village_asset_yield"][:] = [0, 19_999, 20_000, 65_000, 110_000, 10_000_000]
    names["village_works_paid"][:] = 0
    wages, paid = names["wage_post"].copy(), np.zeros(6, np.int64)
    for village, places in enumerate((0, 0, 1, 3, 5, 500)):
        chosen = by_need(names, village)[:places]
        wages[chosen] += 10_000
        paid[village] = 10_000 * len(chosen)
    cash = names["village_collective_cash"] - paid
    expected = {"wage_post": wages, "village_works_paid": paid, "village_collective_cash": cash}
    assert paid[2:].all() and paid[5] < 5_000_000
    twins.agree(public_works, expected, names)


def test_assets_are_what_was_put_in_less_wear(place: Place) -> None:
    names = place(0) | {"collective_wear": 0.19}
    left = 0.9**0.5
    lease, station = (np.floor(left * names[f"village_{c}"] + 0.5) for c in ("lease_assets", "station_value"))
    expected = {"village_lease_assets": lease, "village_station_value": station}
    twins.agree(value_assets, expected | {"village_assets": names["village_enclave"] + lease + station}, names, fen=2)


def stationed(place: Place, seed: int) -> dict[str, Any]:
    """A place whose villages have just got stations, but one has none."""
    names = place(seed)
    for stock in ("smoothing_fund", "station_expected", "station_shared", "station_age", "collective_cash"):
        names[f"village_{stock}"][:] = 0
    names["village_station_kw"][:] *= 100.0
    names["village_station_kw"][2] = 0.0
    names["supported"][:] = names["supported"] * (names["size"] > 0)
    return names


def village_sums(names: dict[str, Any], values: np.ndarray) -> np.ndarray:
    """Sums of households by village."""
    return np.bincount(names["village"], values, 6).astype(np.int64)


@pytest.mark.parametrize("seed", range(4))
def test_over_years_revenue_is_paid_out_kept_or_in_the_fund(place: Place, seed: int) -> None:
    names = stationed(place, seed)
    revenue, kept, paid = np.zeros(6, np.int64), np.zeros(6, np.int64), np.zeros(6, np.int64)
    for quarter in range(40):
        for flow in ("village_station_payout", "village_operating_income", "village_station_revenue", *HOUSEHOLD_SIDE):
            names[flow][:] = 0
        names |= {"quarter": quarter % 4 + 1, "annual_moment": 8072 + 4 * (quarter // 4)}
        names |= {"season_sun": (0.20, 0.30, 0.29, 0.21)[quarter % 4]}
        station_revenue(names)
        station_payout(names)
        received = village_sums(names, sum(names[name] for name in HOUSEHOLD_SIDE))
        assert np.array_equal(received, names["village_station_payout"]), "paid out is what households receive"
        assert (names["village_smoothing_fund"] >= 0).all()
        assert not names["wage_post"][(names["supported"] == 0) | (names["labour"] <= 0)].any()
        revenue += names["village_station_revenue"]
        kept += names["village_operating_income"]
        paid += received
        assert np.array_equal(revenue, kept + paid + names["village_smoothing_fund"])
    assert np.array_equal(kept, names["village_collective_cash"])
    assert paid[2] == revenue[2] == 0
    served = (village_sums(names, names["supported"]) > 0) & (revenue > 0)
    assert served.sum() > 2
    assert (paid[served] > 0.5 * revenue[served]).all()


@pytest.mark.parametrize(
    ("quarter", "fund", "paid", "expected_after"),
    [
        (1, 9_000, 1_000, 1_000.0),  # the trend
        (1, 300, 300, 1_000.0),  # no more than there is
        (4, 1_500, 1_000, 1_500.0),  # within the band, and the trend moves half way to 8,000 / 4
        (4, 5_000, 3_000, 1_500.0),  # above it: 5,000 - 0.5 x 4 x 1,000
        (4, 0, 0, 1_500.0),
    ],
)
def test_a_payout_by_hand(place: Place, quarter: int, fund: int, paid: int, expected_after: float) -> None:
    names = stationed(place, 0) | {"quarter": quarter, "village_station_smoothing_high": 0.5}
    names["village_station_expected"][:], names["village_smoothing_fund"][:] = 1_000.0, fund
    names["village_station_shared"][:], names["village_station_age"][:] = 8_000, 3.0
    names["supported"][:] = 0
    names["supported"][names["village_start"][0]] = 1
    station_payout(names)
    assert names["village_station_payout"][0] == paid
    assert names["village_smoothing_fund"][0] == fund - paid
    assert names["village_station_expected"][0] == expected_after
    assert names["village_station_shared"][0] == (0 if quarter == 4 else 8_000)
    assert names["village_smoothing_fund"][1] == fund, "nobody to pay: the money stays"


def test_the_trend_of_a_new_station_counts_the_quarters_it_has_run(place: Place) -> None:
    names = stationed(place, 0) | {"quarter": 4}
    names["village_station_expected"][:], names["village_smoothing_fund"][:] = 1_000.0, 0
    names["village_station_shared"][:], names["village_station_age"][:] = 2_000, 0.5
    station_payout(names)
    assert names["village_station_expected"][0] == 1_000.0


def test_payouts_are_smoother_than_revenue(place: Place) -> None:
    names = stationed(place, 1)
    revenue, payout = [], []
    for quarter in range(80):
        names["village_station_payout"][:] = 0
        names |= {"quarter": quarter % 4 + 1, "annual_moment": 8072 + 4 * (quarter // 4)}
        names |= {"season_sun": (0.20, 0.30, 0.29, 0.21)[quarter % 4]}
        station_revenue(names)
        station_payout(names)
        revenue.append(names["village_station_revenue"].copy())
        payout.append(names["village_station_payout"].copy())
    rows = [0, 1, 3, 4, 5]
    of_revenue, of_payout = (np.array(series)[8:, rows] for series in (revenue, payout))
    assert (of_payout.std(axis=0) / of_payout.mean(axis=0) < of_revenue.std(axis=0) / of_revenue.mean(axis=0)).all()


@pytest.mark.parametrize(
    ("labour", "wages", "dividends"),
    [((1.0, 0.0), 800, 200), ((1.0, 1.0), 1000, 0), ((0.0, 0.0), 0, 1000)],
    ids=["both", "all can work", "nobody can"],
)
def test_posts_go_to_who_can_work_and_dividends_to_who_cannot(
    place: Place, labour: tuple[float, float], wages: int, dividends: int
) -> None:
    names = stationed(place, 0) | {"quarter": 1, "village_station_posts_share": 0.8}
    names["village_station_expected"][:], names["village_smoothing_fund"][:] = 1000.0, 5000
    for flow in HOUSEHOLD_SIDE:
        names[flow][:] = 0
    names["supported"][:] = 0
    first = names["village_start"][0]
    names["supported"][first : first + 2], names["labour"][first : first + 2] = 1, labour
    station_payout(names)
    assert (names["wage_post"].sum(), names["station_dividend"].sum()) == (wages, dividends)
    assert names["village_smoothing_fund"].tolist() == [4000, 5000, 5000, 5000, 5000, 5000]


def test_the_quarter_is_added_to_the_year(place: Place) -> None:
    names = place(0)
    operating, other = names["village_operating_income"], names["village_other_income"]
    expected = {
        "village_year_operating": names["village_year_operating"] + operating,
        "village_year_total": names["village_year_total"] + operating + other,
    }
    twins.agree(close_collective_quarter, expected, names)
