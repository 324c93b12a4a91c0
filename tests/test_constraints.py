"""Constraints on small histories reckoned by hand: kept, broken, and with nothing to judge."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.constraints import CHECKS, evaluate
from simulator.history import Finding, History, LedgerLine
from simulator.scenario import Fund, Intervention, Scenario

YEARS = np.array([2017, 2018, 2019])
LINES = (
    LedgerLine("two_mountains", "industry", "industry_support"),
    LedgerLine("two_mountains", "collective", "village_grant"),
    LedgerLine("relief", "dibao", "dibao"),
)
HOURS = "programme.interventions.village_station.design_hours"
LOAN = "programme.interventions.micro_loan.loan_amount"
LIMIT = "programme.interventions.micro_loan.loan_limit"
YUAN = 100


def scenario(clauses: tuple[str, ...] = ("ZJ-2.3", "ZJ-4.4"), **values: float) -> Scenario:
    """A programme with a station, loans, and all constraints but the cap on loans, which comes with the loans."""
    return Scenario(
        name="small", place="small", year0=2017, burn_in_years=8, first_year=2018, last_year=2019,
        values={HOURS: 1_050.0, LOAN: 50_000.0, LIMIT: 100_000.0, **values}, switches={}, series={},
        funds=(
            Fund("two_mountains", "programme", ("industry", "collective"), "ZJ-6.2"),
            Fund("relief", "standing", ("dibao",), "ZJ-3.2"),
        ),
        interventions=(
            Intervention("village_station", "programme", "two_mountains", "industry", (2018, 1), (2019, 4)),
            Intervention("micro_loan", "programme", "two_mountains", "industry", (2018, 1), (2019, 4)),
        ),
        constraints=tuple(name for name in CHECKS if name != "C-LOAN"), clauses=frozenset(clauses),
    )  # fmt: skip


def history() -> History:
    """1,000 yuan a year into the two-mountains fund; each quarter 60 for industry, 140 for collectives, 50 of dibao."""
    quarters = np.array([(year, quarter) for year in YEARS for quarter in (1, 2, 3, 4)])
    inflow = np.zeros((12, 2), np.int64)
    inflow[::4, 0] = 1_000 * YUAN
    inflow[:, 1] = 50 * YUAN
    ledger = np.zeros((12, 3, 3), np.int64)
    ledger[:, 0] = 20 * YUAN
    ledger[:, 1, :2] = 70 * YUAN
    ledger[:, 2, 2] = 50 * YUAN
    balance = np.cumsum(inflow - np.array([200, 50]) * YUAN, axis=0)
    exits = np.tile(np.array([2.0, 3.0, 0.0, 5.0]), (3, 1))
    return History(
        quarters=quarters, years=YEARS, series={}, ledger_lines=LINES, ledger=ledger,
        funds=("two_mountains", "relief"), inflow=inflow, balance=balance,
        village_year={"exits_labour": exits, "exits_gift_led": np.zeros((3, 4))},
        stratum=np.array([0, 0, 2, 2]), stands_for=np.array([4, 4, 10, 10]), county=np.arange(4),
        pin=np.ones(3), pin_residual=np.zeros(3),
        facts={"station_revenue_yuan": 1_000.0, "station_to_households_yuan": 300.0,
               "station_to_collective_yuan": 400.0},
    )  # fmt: skip


def finding(name: str, run: History | None = None, told: Scenario | None = None) -> Finding:
    return {found.constraint: found for found in evaluate(run or history(), told or scenario())}[name]


def paying(row: int, line: int, fen: int) -> History:
    """One payment more in the ledger, the balances untouched."""
    run = history()
    run.ledger[row, line, 0] += fen
    return run


def test_every_constraint_is_reported_when_kept() -> None:
    found = evaluate(history(), scenario())
    assert [one.constraint for one in found] == ["C-BUDGET", "C-USE", "C-20", "C-PVUSE", "C-PV2", "C-23", "C-LOAN"]
    assert not any(one.breach for one in found)
    assert all(one.message_zh.endswith("。") and one.message_en.endswith(".") and one.clause for one in found)


def test_unknown_constraint_is_refused() -> None:
    with pytest.raises(ValueError, match="no such constraint: C-99"):
        evaluate(history(), replace(scenario(), constraints=("C-BUDGET", "C-99")))


def test_programme_without_loans_or_constraints_has_no_finding() -> None:
    assert evaluate(history(), replace(scenario(), constraints=(), interventions=())) == ()


def test_paying_a_fund_dry_is_kept_and_one_fen_more_is_a_breach() -> None:
    run = history()
    run.ledger[11, 1, 1] += int(run.balance[11, 0])
    run.balance[11, 0] = 0
    assert not finding("C-BUDGET", run).breach
    run.ledger[11, 1, 1] += 1
    run.balance[11, 0] -= 1
    short = finding("C-BUDGET", run)
    assert short.breach and short.value == pytest.approx(0.01)


@pytest.mark.parametrize("row", [0, 5, 11])
def test_negative_balance_is_a_breach_whatever_the_ledger_says(row: int) -> None:
    run = history()
    run.balance[row, 1] = -300
    assert finding("C-BUDGET", run).breach
    assert finding("C-BUDGET", run).value == pytest.approx(3.0)


@given(st.integers(1, 11), st.integers(0, 2), st.integers(1, 10**9))
def test_a_fen_in_the_ledger_that_no_fund_gave_is_a_breach(row: int, line: int, fen: int) -> None:
    assert finding("C-BUDGET", paying(row, line, fen)).breach


def test_money_in_a_balance_that_no_inflow_explains_is_a_breach() -> None:
    run = history()
    run.inflow[8, 0] -= 1
    assert finding("C-BUDGET", run).value == pytest.approx(0.01)


def test_payment_from_a_fund_not_recorded_is_refused() -> None:
    with pytest.raises(ValueError, match="pays from purse"):
        evaluate(replace(history(), ledger_lines=(*LINES[:2], LedgerLine("purse", "dibao", "dibao"))), scenario())


def test_use_outside_the_fund_is_a_breach_with_its_yuan() -> None:
    roads = replace(history(), ledger_lines=(LINES[0], LedgerLine("two_mountains", "roads", "village_grant"), LINES[2]))
    assert finding("C-USE", roads).breach
    assert finding("C-USE", roads).value == pytest.approx(12 * 140)
    roads.ledger[:, 1] = 0
    assert not finding("C-USE", roads).breach


def test_income_share_of_the_fund_is_of_what_was_put_in() -> None:
    assert finding("C-20").value == pytest.approx(12 * 60 / 3_000)
    run = history()
    run.ledger[:, 0] = 0
    run.ledger[0, 0, 0] = 600 * YUAN
    assert not finding("C-20", run).breach
    run.ledger[0, 0, 0] -= 1
    assert finding("C-20", run).breach


def test_income_share_without_that_fund_has_nothing_to_judge() -> None:
    other = replace(history(), funds=("special", "relief"),
                    ledger_lines=tuple(replace(line, fund=line.fund.replace("two_mountains", "special"))
                                       for line in LINES))  # fmt: skip
    assert math.isnan(finding("C-20", other).value) and not finding("C-20", other).breach


@pytest.mark.parametrize(("households", "collective", "breach"), [(300, 400, False), (250, 250, True), (0, 501, False)])
def test_station_revenue_goes_mainly_to_households_and_collectives(
    households: float, collective: float, breach: bool
) -> None:
    facts = {"station_revenue_yuan": 1_000.0, "station_to_households_yuan": float(households),
             "station_to_collective_yuan": float(collective)}  # fmt: skip
    found = finding("C-PVUSE", replace(history(), facts=facts))
    assert found.value == pytest.approx((households + collective) / 1_000)
    assert found.breach is breach


def test_no_station_revenue_is_nothing_to_judge() -> None:
    assert math.isnan(finding("C-PVUSE", replace(history(), facts={})).value)


@pytest.mark.parametrize(("hours", "cited", "breach"), [
    (999.0, True, True), (999.0, False, False), (1_000.0, True, False),
])  # fmt: skip
def test_design_hours_bind_only_where_the_clause_is_cited(hours: float, cited: bool, breach: bool) -> None:
    found = finding("C-PV2", told=scenario(("FS-9",) if cited else (), **{HOURS: hours}))
    assert (found.value, found.breach) == (hours, breach)
    assert ("仅作提示" in found.message_zh) is (hours < 1_000 and not cited)


def test_design_hours_are_judged_as_stated_never_as_drawn() -> None:
    drawn = scenario(("FS-9",), **{HOURS: 1_010.0}).with_values({HOURS: 960.0})
    assert drawn.values[HOURS] == 960.0
    assert finding("C-PV2", told=drawn).value == 1_010.0
    assert finding("C-PV2", replace(history(), stated={HOURS: 990.0}), drawn).breach


def test_no_station_is_nothing_to_judge() -> None:
    found = finding("C-PV2", told=scenario(("FS-9",), **{HOURS: 900.0}).without("village_station"))
    assert math.isnan(found.value) and not found.breach and "没有村级电站" in found.message_zh


@pytest.mark.parametrize(("loan", "limit", "breach"), [
    (50_000.0, 100_000.0, False), (100_001.0, 100_000.0, True), (50_000.0, 100_001.0, True),
])  # fmt: skip
def test_loan_above_the_cap_is_a_breach(loan: float, limit: float, breach: bool) -> None:
    found = finding("C-LOAN", told=scenario(**{LOAN: loan, LIMIT: limit}))
    assert (found.value, found.breach) == (max(loan, limit), breach)
    assert not finding("C-LOAN", told=scenario((), **{LOAN: loan})).breach


def test_gift_led_exits_are_a_weighted_share_of_the_programme_years() -> None:
    run = history()
    run.village_year["exits_gift_led"][0] = 2.0
    assert finding("C-23", run).value == 0.0
    run.village_year["exits_gift_led"][2, 1] = 3.0
    found = finding("C-23", run)
    assert found.value == pytest.approx(4 * 3 / (2 * (4 * 2 + 4 * 3 + 10 * 5)))
    assert not found.breach and "仅作提示" in found.message_zh
    assert finding("C-23", run, scenario(("FS-23",))).breach


def test_no_exit_is_nothing_to_judge() -> None:
    run = history()
    run.village_year["exits_labour"][:] = 0.0
    found = finding("C-23", run, scenario(("FS-23",)))
    assert math.isnan(found.value) and not found.breach
