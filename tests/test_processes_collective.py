"""The village collective and its station: money in equals money out and money kept, to the fen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator import draws
from simulator.processes.collective_economy import (
    close_collective_quarter,
    collective_income,
    enclave_income,
    station_payout,
    station_revenue,
)
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


def test_enclaves_share_one_yield_that_is_never_negative(place: Place) -> None:
    names = place(0)
    luck = twins.normal(names, names["province_key"], draws.STATION_YEAR, names["annual_moment"], 1)
    year = max(names["village_grant_enclave_yield"] + names["village_grant_enclave_yield_sd"] * luck, 0.0)
    earned = np.floor(year / 4 * names["village_enclave"] + 0.5).astype(np.int64)
    assert earned.max() > 0
    twins.agree(enclave_income, {name: names[name] + earned for name in CASH}, names, fen=1)
    cash = names["village_collective_cash"].copy()
    enclave_income(names | {"village_grant_enclave_yield": -9.0})
    assert np.array_equal(names["village_collective_cash"], cash)


@pytest.mark.parametrize("seed", range(3))
def test_a_station_sells_what_the_sun_gives(place: Place, seed: int) -> None:
    names = place(seed) | {"village_station_collective_share": 0.2}
    names["village_station_kw"][:] *= 100.0
    names["village_station_kw"][0] = 0.0
    names["village_station_age"][:] *= 10.0
    names["village_station_output"][:], names["village_station_revenue"][:] = 0.0, 0
    names["village_station_insured"][2:4], names["village_station_premium"][2:4] = 2_000.0, 9.0
    sold, revenue = np.zeros(6), np.zeros(6, np.int64)
    for row in range(1, 6):
        luck = twins.normal(names, names["village_key"][row], draws.STATION_YEAR, names["annual_moment"], 0)
        hours = names["village_station_design_hours"] + names["village_station_hours_sd"] * luck
        age = names["village_station_age"][row]
        wear = (1 - names["village_station_outage"]) * (1 - names["village_station_degradation"]) ** age
        sold[row] = names["village_station_kw"][row] * hours * names["season_sun"] * wear
        upkeep = names["village_station_upkeep"] * 1000 * names["village_station_kw"][row] / 4
        lacking = max(names["village_station_insured"][row] - hours, 0) - names["village_station_premium"][row]
        indemnity = lacking * names["village_station_kw"][row] * names["season_sun"]
        revenue[row] = twins.fen(names["village_station_price"] * (sold[row] + indemnity) - upkeep)
    kept = np.floor(0.2 * revenue + 0.5).astype(np.int64)
    assert revenue[1:].min() > 0
    expected = {
        "village_station_output": sold,
        "village_station_revenue": revenue,
        "village_station_kept": np.where(np.arange(6) > 0, kept, names["village_station_kept"]),
        "village_station_age": names["village_station_age"] + np.where(np.arange(6) > 0, 0.25, 0.0),
        **{name: names[name] + kept for name in CASH},
        **{name: names[name] + revenue - kept for name in ("village_smoothing_fund", "village_station_shared")},
    }
    twins.agree(station_revenue, expected, names, fen=1)
    assert np.array_equal(
        names["village_station_revenue"],
        names["village_operating_income"] - expected["village_operating_income"] + revenue,
    )


def test_a_loss_is_the_collectives_and_never_the_households(place: Place) -> None:
    names = place(0) | {"village_station_price": 0.0}
    cash, fund = names["village_collective_cash"].copy(), names["village_smoothing_fund"].copy()
    station_revenue(names)
    assert np.array_equal(names["village_smoothing_fund"], fund)
    assert (names["village_station_revenue"] < 0).all()
    assert np.array_equal(names["village_collective_cash"], cash + names["village_station_revenue"])


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
