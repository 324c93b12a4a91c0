"""Constraints on small histories reckoned by hand: kept, broken, and with nothing to judge."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.constraints import CHECKS, evaluate
from simulator.constraints.base import amount_of, villages_at_fault
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
RETURN = "programme.interventions.industry_support.return_sd"
HAZARD = "programme.interventions.industry_support.failure_hazard"
YUAN = 100
CLEAN = ("dividend_only", "over_capacity", "dividend_arrears", "unsold", "stations_dark")


def scenario(clauses: tuple[str, ...] = ("ZJ-2.3", "ZJ-4.4", "ZJ-6.2"), **values: float) -> Scenario:
    """A programme with a station, loans and industry support; what binds it are the clauses it cites."""
    return Scenario(
        name="small", place="small", year0=2017, burn_in_years=8, first_year=2018, last_year=2019,
        values={"model.main_share": 0.5, HOURS: 1_050.0, LOAN: 50_000.0}
        | {LIMIT: 100_000.0, RETURN: 0.3, HAZARD: 0.1, **values},
        switches={"model.process_prices": "on", "model.process_markets": "on"}, series={},
        funds=(
            Fund("two_mountains", "programme", ("industry", "collective"), "ZJ-6.2"),
            Fund("relief", "standing", ("dibao",), "ZJ-3.2"),
        ),
        interventions=(
            Intervention("village_station", "programme", "two_mountains", "industry", (2018, 1), (2019, 4)),
            Intervention("micro_loan", "programme", "two_mountains", "industry", (2018, 1), (2019, 4)),
            Intervention("industry_support", "programme", "two_mountains", "industry", (2018, 1), (2019, 4)),
        ),
        clauses=frozenset(clauses),
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
        village_year={
            "exits_labour": exits, "exits_gift_led": np.zeros((3, 4)), **{name: np.zeros((3, 4)) for name in CLEAN},
            "stations": np.tile(np.array([1.0, 1.0, 0.0, 0.0]), (3, 1)),
            "collective_assets": np.tile(np.array([5_000.0]), (3, 4)),
            "sources_cooperative": np.ones((3, 4)), "sources_station": np.zeros((3, 4)),
            "sources_collective": np.ones((3, 4)),
        },
        stratum=np.array([0, 0, 2, 2]), stands_for=np.array([4, 4, 10, 10]), county=np.arange(4),
        pin=np.ones(3), pin_residual=np.zeros(3),
        facts={"station_revenue_yuan": 1_000.0, "station_to_households_yuan": 300.0,
               "station_to_collective_yuan": 400.0, "station_poverty_use_yuan": 1_000.0, "standards_kept": 1.0,
               "baseline_listed_households": 10.0},
    )  # fmt: skip


def finding(name: str, run: History | None = None, told: Scenario | None = None) -> Finding:
    return {found.constraint: found for found in evaluate(run or history(), told or scenario())}[name]


def paying(row: int, line: int, fen: int) -> History:
    """One payment more in the ledger, the balances untouched."""
    run = history()
    run.ledger[row, line, 0] += fen
    return run


def test_every_constraint_is_looked_at_whatever_the_programme_names() -> None:
    found = evaluate(history(), scenario())
    assert [one.constraint for one in found] == list(CHECKS)
    assert not any(one.breach or one.broken for one in found)
    assert all(one.message_zh.endswith("。") and one.message_en.endswith(".") and one.clause for one in found)
    assert [one.constraint for one in found if math.isnan(one.value)] == ["C-22", "C-LAND"]


def test_unknown_constraint_is_refused() -> None:
    with pytest.raises(ValueError, match="no such constraint: C-99"):
        evaluate(history(), replace(scenario(), constraints=("C-BUDGET", "C-99")))


def test_a_programme_without_kinds_has_nothing_to_judge_but_its_books() -> None:
    empty = replace(scenario(), interventions=())
    judged = {one.constraint for one in evaluate(history(), empty) if not math.isnan(one.value)}
    assert {"C-BUDGET", "C-USE", "C-STD"} < judged and not {"C-LOAN", "C-PV2", "C-30a", "C-30f"} & judged


def test_a_constraint_binds_where_it_is_named_or_its_clause_cited() -> None:
    run = altered("stations", 2, 2, 1.0)
    informed = finding("C-PV1", run)
    named = finding("C-PV1", run, replace(scenario(), constraints=("C-PV1",)))
    assert informed.broken and not informed.breach and "仅作提示" in informed.message_zh
    assert named.breach and finding("C-PV1", run, scenario(("FS-9",))).breach


def altered(name: str, year: int, village: int, value: float) -> History:
    """A yearly record of a village changed."""
    run = history()
    run.village_year[name][year, village] = value
    return run


@pytest.mark.parametrize(("constraint", "run", "value", "culprit"), [
    ("C-5", altered("dividend_only", 2, 2, 3.0), 30.0, "示例县3的一个一般村（3 户）"),
    ("C-30e", altered("sources_cooperative", 2, 1, 2.0), 2.0, "示例县2的一个重点帮扶村（2 项资金）"),
    ("C-30f", altered("over_capacity", 1, 0, 700.0), 2_800.0, "示例县1的一个重点帮扶村（700 元）"),
    ("C-ASSET", altered("collective_assets", 1, 3, 4_000.0), 1_000.0, "示例县4的一个一般村（1,000 元）"),
    ("C-PV1", altered("stations", 2, 3, 1.0), 10 / 18, "示例县4的一个一般村（1 座）"),
    ("C-PV3", altered("stations_dark", 2, 1, 1.0), 4.0, "示例县2的一个重点帮扶村（1 年）"),
])  # fmt: skip
def test_what_villages_do_wrong_is_counted_and_the_worst_is_named(
    constraint: str, run: History, value: float, culprit: str
) -> None:
    found = finding(constraint, run, scenario(("FS-5", "FS-9", "FS-30", "ZJ-2.5")))
    assert found.breach and found.value == pytest.approx(value)
    assert culprit in found.message_zh and "county" in found.message_en


def test_villages_at_fault_are_told_of_the_number_stated() -> None:
    """The run drew 8 key villages and 20 others, stated are 6 and 10: village 0 stands for half of the 6, both others
    for all of the 10."""
    stated = {"place.villages_key": 6.0, "place.villages_under_100k": 6.0, "place.villages_total": 16.0}
    run = replace(history(), stated=stated)
    for faults, drawn, told in (((1, 0, 0, 0), 4, 3), ((0, 0, 1, 1), 20, 10), ((1, 1, 1, 1), 28, 16), ((0,) * 4, 0, 0)):
        assert villages_at_fault(history(), np.array(faults) > 0) == drawn
        assert villages_at_fault(run, np.array(faults) > 0) == told
    run.village_year["stations"][2, 2:] = 1.0
    assert "涉及约 10 个村" in finding("C-PV1", run, scenario(("FS-9",))).message_zh


def test_year_zero_is_not_the_programmes_doing() -> None:
    for name in ("dividend_only", "over_capacity"):
        assert not any(one.broken for one in evaluate(altered(name, 0, 1, 9.0), scenario()))


def leaking() -> History:
    run = history()
    run.leaked[3, 0, 0] = 5 * YUAN
    run.balance[3:, 0] -= 5 * YUAN
    return run


def test_leakage_is_a_share_of_what_was_spent_and_names_the_fund() -> None:
    found = finding("C-LEAK", leaking(), scenario(("QZ-14",)))
    assert found.breach and found.value == pytest.approx(5 / (12 * 250 + 5))
    assert "“two_mountains”（5 元）" in found.message_zh
    assert not finding("C-BUDGET", leaking()).broken


def test_money_returned_to_the_treasury_balances_the_fund() -> None:
    run = history()
    run.returned[5, 1] = 40 * YUAN
    run.balance[5:, 0] -= 40 * YUAN
    assert not finding("C-BUDGET", run).broken
    run.returned[5, 1] += 1
    assert finding("C-BUDGET", run).breach


def test_editing_the_standards_inside_a_run_is_always_a_breach() -> None:
    run = history()
    edited = replace(run, facts={**run.facts, "standards_kept": 0.0})
    assert finding("C-STD", edited).breach
    assert math.isnan(finding("C-STD", replace(run, facts={})).value)


@pytest.mark.parametrize(("constraint", "change"), [
    ("C-30a", {"values": {RETURN: 0.0}}),
    ("C-30b", {"switches": {"model.process_prices": "off", "model.process_markets": "on"}}),
    ("C-30c", {"switches": {"model.process_prices": "on", "model.process_markets": "off"}}),
    ("C-30d", {"values": {RETURN: 0.3, HAZARD: 0.0}}),
])  # fmt: skip
def test_a_risk_assumed_away_is_a_breach(constraint: str, change: dict) -> None:
    told = scenario(("FS-30",))
    assert not finding(constraint, told=told).broken
    values = {**told.values, **change.pop("values", {})}
    assert finding(constraint, told=replace(told, values=values, **change)).breach


def city(uses: tuple[str, ...] = ("industry", "collective"), role: str = "programme", **changes: str) -> Scenario:
    """The programme with its first fund set up under FS-22."""
    told = scenario(("FS-22",))
    return replace(told, funds=(Fund("two_mountains", role, uses, "FS-22"), told.funds[1]))


def test_city_money_is_a_million_a_poor_village_for_industry_and_facilities() -> None:
    rich = history()
    rich.inflow[::4, 0] = 8 * 1_000_000 * YUAN
    told = city(("industry", "facilities"))
    found = finding("C-22", rich, told)
    # Three years of 8 million over the eight key villages the two sampled ones stand for.
    assert found.value == pytest.approx(3_000_000) and not found.broken
    rich.balance[-1, 0] = rich.inflow[:, 0].sum() // 2
    assert "闲置 50%" in finding("C-22", rich, told).message_zh
    poor = finding("C-22", history(), told)
    assert poor.breach and poor.value == pytest.approx(375) and "闲置" in poor.message_zh
    assert finding("C-22", rich, city()).breach
    assert finding("C-22", rich, city(("industry",), "private")).breach


def test_stations_take_no_debt_and_no_firms_and_all_they_earn_serves_the_poor() -> None:
    debt = scenario(("FS-9",), **{"programme.interventions.village_station.debt_share": 0.3})
    assert finding("C-PV4", told=debt).breach and finding("C-PV4", told=debt).value == pytest.approx(0.3)
    run = history()
    partly = replace(run, facts={**run.facts, "station_poverty_use_yuan": 900.0})
    assert finding("C-PV5", partly, scenario(("FS-9",))).breach
    assert finding("C-PV5", partly).value == pytest.approx(0.9)


def test_what_a_yuan_more_costs_is_reported_and_never_broken() -> None:
    found = finding("C-INCENT", told=scenario((), **{"model.dibao_withdrawal": 0.8}))
    assert found.value == pytest.approx(0.8) and not found.broken
    # 200 yuan a quarter of programme money over ten listed households.
    assert "80 元" in found.message_zh and "80 yuan" in found.message_en


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


def test_a_fund_in_want_is_named() -> None:
    run = history()
    run.balance[4, 1] = -300
    assert "“relief”（3.00 元）" in finding("C-BUDGET", run).message_zh


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


@pytest.mark.parametrize(("land", "breach"), [(80.0, False), (80.5, True), (25.0, False)])
def test_a_mover_gets_no_more_building_land_than_the_quota(land: float, breach: bool) -> None:
    moves = Intervention("relocation", "programme", "two_mountains", "industry", (2018, 1), (2019, 4))
    told = scenario(("ZJ-3.5",), **{"programme.interventions.relocation.building_land": land})
    found = finding("C-LAND", told=replace(told, interventions=(*told.interventions, moves)))
    assert (found.value, found.breach) == (land, breach)
    assert math.isnan(finding("C-LAND", told=told).value)
    uncited = replace(told, clauses=frozenset(), interventions=(*told.interventions, moves))
    assert not finding("C-LAND", told=uncited).breach


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


@pytest.mark.parametrize(
    ("much", "unit", "words"),
    [("1", "households", "1 household"), ("2", "households", "2 households"), ("1", "yuan", "1 yuan")],
)
def test_one_is_no_plural(much: str, unit: str, words: str) -> None:
    assert amount_of(much, unit) == words
