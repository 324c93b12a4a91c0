"""Consumption, saving, debt, contributions: the books of every household close, and the pass-through is as stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.processes.spending import meet, pass_through, spend, thirds
from simulator.processes.transfers import contribute
from simulator.scenario import Scenario
from simulator.world import World
from tests import twins, twins_spending
from tests.systems import founded, null_history, pin_of, quarters, zhejiang

Place = Callable[[int], dict[str, Any]]
SETTLED = ("reimbursement", "cover_settled")
CLEAN = ("out_of_pocket", *SETTLED, "school_cost", "house_cost", "insurance_premium", "loan_cash", "loan_service")
COMPONENTS = ("wage", "business", "property", "transfer")


def cash_gap(before: np.ndarray, names: dict[str, Any]) -> np.ndarray:
    """Money in less money out less the change of savings, fen, of every household."""
    money_in = sum(names[name] for name in (*COMPONENTS, "loan_cash", "borrowed", "property_sold"))
    settled = sum(names[name] for name in SETTLED)
    out = sum(names[name] for name in (*twins_spending.BILLS, "consumption", "loan_service", "debt_repaid"))
    return np.asarray(money_in - settled - out - (names["savings"] - before))


def spendable(place: Place, seed: int) -> dict[str, Any]:
    """A small place whose households may be short of money, and have spent nothing yet."""
    names = place(seed)
    names["usual_income"][:] *= 400_000.0
    names["usual_income"][::7] = 0.0
    names["business"][::5] *= -1
    names["out_of_pocket"][::4] *= 12
    names["savings"][::2] //= 20
    names["assets"][::8] = 0.0
    for name in SETTLED:
        names[name] //= 10
    for name in ("consumption", "borrowed", "debt_repaid", "property_sold"):
        names[name][:] = 0
    return names


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("quarter", [1, 3])
def test_spending(place: Place, seed: int, quarter: int) -> None:
    names = spendable(place, seed) | {"quarter": quarter}
    expected = twins_spending.spend(names)
    assert (expected["debt_repaid"] > 0).any() and (expected["borrowed"] > 0).any()
    assert (expected["property_sold"] > 0).any() and (expected["distressed"] != names["distressed"]).any()
    twins.agree(spend, expected, names)


@pytest.mark.parametrize("seed", range(4))
def test_cash_adds_up_to_the_fen(place: Place, seed: int) -> None:
    names = spendable(place, seed)
    savings, debt, there = names["savings"].copy(), names["debt"].copy(), names["size"] > 0
    spend(names)
    assert not cash_gap(savings, names)[there].any()
    assert np.array_equal(names["debt"] - debt, names["borrowed"] - names["debt_repaid"])
    assert names["savings"].min() >= 0 and names["debt"].min() >= 0 and names["consumption"][there].min() >= 0


def test_the_books_of_a_world_close_every_quarter() -> None:
    world = founded()
    savings, debt = world.households.savings.copy(), world.households.debt.copy()
    years = []
    for now in quarters(world, zhejiang(), "policy", pin_of(null_history()), last_year=2019):
        table = now.households
        there = table.size > 0
        # In the first quarter households that divide or join hand savings on, and members of cooperatives pay shares.
        if now.now.quarter > 1:
            assert not cash_gap(savings, table.bindings())[there].any()
            assert np.array_equal((table.debt - debt)[there], (table.borrowed - table.debt_repaid)[there])
        savings, debt = table.savings.copy(), table.debt.copy()
        years.append((table.consumption[there].sum(), sum(getattr(table, part)[there].sum() for part in COMPONENTS)))
    spent, earned = np.sum(years, axis=0)
    assert 0.5 < spent / earned < 0.8
    assert 0.2 < (table.assets[there] < now.names["assets_poor"]).mean() < 0.5


def consumed(place: Place, assets: float, windfall: float) -> np.ndarray:
    """Consumption of households without bills whose income is usual but for a windfall, as a share of what is usual."""
    names = place(3)
    for name in (*CLEAN, *COMPONENTS):
        names[name][:] = 0
    names["assets"][:], names["usual_income"][:] = assets, 300_000.0
    usual = names["trend"] * names["size"] * 300_000.0
    names["wage"][:] = (1.0 + windfall) * usual
    spend(names)
    there = names["size"] > 0
    return np.asarray(names["consumption"][there] / usual[there])


@pytest.mark.parametrize(("assets", "part"), [(0.1, 0.40), (1.5, 0.10)])
def test_the_poorest_third_passes_on_two_fifths_and_the_richest_a_tenth(
    place: Place, assets: float, part: float
) -> None:
    for windfall in (-0.2, 0.3, 1.0):
        assert consumed(place, assets, windfall) == pytest.approx(0.68 + part * windfall, abs=1e-5)


@pytest.mark.parametrize("sd", [0.7, 1.0, 1.4])
def test_a_third_of_holdings_lies_on_either_side(sd: float) -> None:
    holdings = np.exp(sd * np.random.default_rng(5).normal(size=200_000) - 0.5 * sd * sd)
    low, high = thirds(sd)
    assert (holdings <= low).mean() == pytest.approx(1 / 3, abs=0.004)
    assert (holdings >= high).mean() == pytest.approx(1 / 3, abs=0.004)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_the_richer_pass_on_less(one: float, other: float) -> None:
    low, high = thirds(1.0)
    parts = [pass_through(assets, low, high, 0.40, 0.10) for assets in sorted((one, other))]
    assert 0.10 <= parts[1] <= parts[0] <= 0.40


@given(st.integers(1, 10**9), st.integers(-(10**8), 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_shortfall_is_met_in_order_and_in_full(short: int, credit: int, worth: int, wanted: int) -> None:
    borrowed, sold, cut = meet(short, credit, worth, wanted)
    assert borrowed + sold + cut == short and min(borrowed, sold, cut) >= 0
    assert sold == 0 or borrowed >= max(credit, 0)
    assert cut == 0 or sold == worth
    assert borrowed <= max(credit, 0) or cut == wanted


def test_usual_income_follows_a_lasting_change(place: Place) -> None:
    names = place(2)
    for name in COMPONENTS:
        names[name][:] = 0
    for name in SETTLED:
        names[name][:] = 0
    names["usual_income"][:] = 0.0
    names["wage"][:] = 130 * names["size"] * 1_000
    spend(names)
    there = names["size"] > 0
    assert names["usual_income"][there] == pytest.approx(100_000.0)
    names["wage"][:] *= 2
    for _ in range(25):
        spend(names)
    assert names["usual_income"][there] == pytest.approx(200_000.0 - 100_000.0 * 0.92**25)


def test_contributions(place: Place) -> None:
    names = place(1) | {"pension_contribution": 100.0, "medical_premium": 200.0, "trend": 1.1}
    names["contribution_paid"][:] = np.where(names["key"] % 2 == 0, 2_500, 0)
    own = np.maximum(2_500 * names["contributors"] - names["contribution_paid"], 0)
    wanted = np.where(names["size"] > 0, own + 5_500 * names["size"], names["contributions"])
    twins.agree(contribute, {"contributions": wanted}, names)


def test_with_spending_off_nobody_consumes_or_borrows(scenario: Scenario) -> None:
    off = replace(scenario, switches={**scenario.switches, "model.process_spending": "off"})
    world: World = founded()
    for name in ("savings", "debt", "consumption"):
        getattr(world.households, name)[:] = 0
    world.villages.demand_factor[:] = 1.0
    for now in quarters(world, off, "null", pin_of(null_history()), last_year=2018):
        table = now.households
        assert not any(getattr(table, name).any() for name in ("debt", "consumption", "borrowed", "debt_repaid"))
