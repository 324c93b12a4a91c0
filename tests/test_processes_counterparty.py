"""Counterparties and asset projects: who fails by hazard; dividends paid, in arrears or lost, to the fen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator import draws
from simulator.cooperatives import ACTIVE, DISTRESSED, FAILED
from simulator.processes.asset_projects import settle_projects
from simulator.processes.counterparty import buyers_fail, operators_fail
from tests import twins, twins_cooperatives

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize(
    ("rule", "column", "hazard", "lane"),
    [
        (buyers_fail, "cooperative_buyer_failed", "industry_support_failure_hazard", 0),
        (operators_fail, "cooperative_operator_failed", "equity_dividends_failure_hazard", 1),
    ],
    ids=["buyers", "operators"],
)
def test_the_hazard_is_a_hazard_of_the_year(place: Place, rule: Any, column: str, hazard: str, lane: int) -> None:
    names = place(3)
    block = draws.COUNTERPARTY_YEAR
    lucks = [twins.uniform(names, key, block, names["moment"], lane) for key in names["cooperative_key"]]
    names[hazard] = sorted(lucks)[3]
    for money in ("cooperative_received", "cooperative_project_capital"):
        names[money][lucks.index(sorted(lucks)[0])] = 0
    there = names[["cooperative_received", "cooperative_project_capital"][lane]] > 0
    twins.agree(rule, {column: (np.array(lucks) < names[hazard]) & there}, names)
    assert names[column].sum() == 2, "three lose theirs, and one of them had nothing to lose"


def projects(place: Place, seed: int, **terms: float) -> dict[str, Any]:
    """A place whose asset projects hold the shares of their households; the last one lost its operator."""
    names = place(seed)
    names["equity"][::3] = 0
    names["equity_dividend"][:] = 0
    names["cooperative_project_capital"][:] = np.bincount(names["village"], names["equity"], 6)
    names["cooperative_project_status"][:] = [ACTIVE, ACTIVE, FAILED, DISTRESSED, ACTIVE, ACTIVE]
    names["cooperative_operator_failed"][:] = [0, 0, 0, 0, 0, 1]
    names["cooperative_project_reserve"][:] //= 100
    names["cooperative_project_arrears"][:] //= 20
    names["cooperative_project_arrears_years"][:] = [0, 1, 0, 2, 0, 0]
    return names | {f"equity_dividends_{name}": value for name, value in terms.items()}


@pytest.mark.parametrize("seed", range(5))
def test_a_project_settles_as_stated(place: Place, seed: int) -> None:
    names = projects(place, seed)
    twins.agree(settle_projects, twins_cooperatives.projects(names), names, fen=1)
    assert names["cooperative_project_status"][[2, 5]].tolist() == [FAILED, FAILED]
    assert names["equity_dividend"].any()


def test_what_a_project_earns_is_paid_or_kept(place: Place) -> None:
    names = projects(place, 1, project_sd=0.0, project_return=0.08)
    names["cooperative_project_lost"][:] = 0
    received = names["cooperative_project_capital"].copy()
    for moment in range(8072, 8112, 4):
        names["equity_dividend"][:] = 0
        reserve, capital = names["cooperative_project_reserve"].copy(), names["cooperative_project_capital"].copy()
        works = (capital > 0) & (names["cooperative_project_status"] != FAILED)
        settle_projects(names | {"moment": moment})
        paid = np.bincount(names["village"], names["equity_dividend"], 6).astype(np.int64)
        earned = np.floor(0.08 * capital) * (works & (names["cooperative_operator_failed"] == 0))
        assert np.array_equal(earned, paid + names["cooperative_project_reserve"] - reserve)
        assert np.array_equal(names["cooperative_project_capital"], received - names["cooperative_project_lost"])
        assert (names["cooperative_project_reserve"] >= 0).all() and (names["cooperative_project_arrears"] >= 0).all()


def test_dividends_in_arrears_distress_a_project_and_then_end_it(place: Place) -> None:
    terms = {"dividend_rate": 0.06, "project_return": 0.02, "project_sd": 0.0, "recovery_share": 0.5}
    names = projects(place, 0, **terms)
    names["size"][:] = 3
    for column in ("status", "reserve", "arrears", "arrears_years", "lost"):
        names[f"cooperative_project_{column}"][:] = 0
    names["cooperative_operator_failed"][:] = 0
    first, capital, seen = names["village_start"][0], names["cooperative_project_capital"].copy(), []
    for _ in range(4):
        names["equity_dividend"][:] = 0
        settle_projects(names)
        paid = int(names["equity_dividend"][first : names["village_start"][1]].sum())
        seen.append((int(names["cooperative_project_status"][0]), paid > 0))
    assert seen == [(ACTIVE, True), (DISTRESSED, True), (FAILED, True), (FAILED, False)]
    assert np.array_equal(names["cooperative_project_capital"], capital // 2)
