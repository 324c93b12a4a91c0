"""A village reckoned by hand, to the fen: three households, a cooperative, a station, a fund, four quarters.

Household A has a member of 40 who works at home, B one of 80, both on the list; C, of 40, is not. Nobody has land, a
business or absent kin, nobody falls ill or finds work, prices stand still: what they have comes from the programme.

THE FUND receives 1,200,000 yuan a year for each of the two listed households: 600,000 a quarter, 95 % of it for the
station, 5 % for the cooperative. It pays 500,000 for the station in the first quarter (100 kW at 5 yuan a watt) and
1,500 a quarter for the cooperative (3,000 a year for A and B each).
    end of Q1: 600,000 - 501,500 = 98,500; then + 598,500 a quarter: 697,000; 1,295,500; 1,894,000
    2,400,000 put in = 506,000 paid + 1,894,000 left.

THE STATION sells 100 kW x 1,000 hours x sun of the quarter x (1 - 3 %) at 0.85 yuan; upkeep 750 a quarter.
    Q1, sun 20 %:            19,400 kWh = 16,490.00 - 750 = 15,740.00: collective 40 %  6,296.00, households  9,444.00
    Q2 and Q3, sun 29.5 %:   28,615 kWh = 24,322.75 - 750 = 23,572.75:                  9,429.10,            14,143.65
    Q4, sun 21 %:            20,370 kWh = 17,314.50 - 750 = 16,564.50:                  6,625.80,             9,938.70
Its smoothing fund pays out the first quarter's 9,444 every quarter, half as a post's wage to A, half as a dividend to
B, and holds 0; 4,699.65; 9,399.30; 9,894.00, under its band of half of a year's payout, 18,888.

THE COLLECTIVE earns 60,000 a year of its own: 15,000 a quarter, and its part of the station's revenue.
    cash: 21,296.00; + 24,429.10 = 45,725.10; + 24,429.10 = 70,154.20; + 21,625.80 = 91,780.00

THE COOPERATIVE holds 1,500; 3,000; 4,500; 6,000 of capital, half of it A's share, half B's. At the year's end it has
earned 10 % of 6,000 = 600: 30 % = 180 in wages to A, who can work; 6 % of shares = 180 of guaranteed dividend each;
60 are left, of which 10 % = 6 stay as reserve, 60 % of the other 54 = 32.40 are refunded, 16.20 each, and the last
21.60 are the residual on shares, 10.80 each. It owes nothing: 6,000 + 6 = 6,000 received + 6 retained.

A's year: wages 4 x 4,722 + 180 = 19,068.00, property 190.80, business 16.20.
B's year: property 4 x 4,722 + 190.80 = 19,078.80, business 16.20. C's year: nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from simulator.macro import Pin
from simulator.scenario import Scenario
from simulator.world import World
from tests.systems import entries, only, quarters, terms, zhejiang
from tests.test_worked_cases import CASES, QUIET, hand_built, read

KINDS = ("industry_support", "village_station")
FUND = "two_mountains"
VILLAGE = {
    "villages": [
        {
            "stratum": "key",
            "collective_base": 60_000,
            "households": [
                {"members": [{"age": 40}]},
                {"members": [{"age": 80}]},
                {"members": [{"age": 40}], "listed": False},
            ],
        }
    ]
}
SHARES = {"industry_support": 0.05, "village_station": 0.95}
# Every account at the end of each quarter, yuan.
BALANCE = (98_500.00, 697_000.00, 1_295_500.00, 1_894_000.00)
STATION = {
    "station_output": (19_400, 28_615, 28_615, 20_370),
    "station_revenue": (15_740.00, 23_572.75, 23_572.75, 16_564.50),
    "station_kept": (6_296.00, 9_429.10, 9_429.10, 6_625.80),
    "station_payout": (9_444.00, 9_444.00, 9_444.00, 9_444.00),
    "smoothing_fund": (0.00, 4_699.65, 9_399.30, 9_894.00),
    "operating_income": (21_296.00, 24_429.10, 24_429.10, 21_625.80),
    "collective_cash": (21_296.00, 45_725.10, 70_154.20, 91_780.00),
    "public_money": (0.00, 0.00, 0.00, 0.00),
    "supplier_money": (501_500.00, 1_500.00, 1_500.00, 1_500.00),
}
COOPERATIVE = {
    "capital": (1_500.00, 3_000.00, 4_500.00, 6_000.00),
    "received": (1_500.00, 3_000.00, 4_500.00, 6_000.00),
    "surplus": (0.00, 0.00, 0.00, 600.00),
    "reserve": (0.00, 0.00, 0.00, 6.00),
    "retained": (0.00, 0.00, 0.00, 6.00),
    "arrears": (0.00, 0.00, 0.00, 0.00),
    "lost": (0.00, 0.00, 0.00, 0.00),
}
A = {
    "cooperative_share": (750.00, 1_500.00, 2_250.00, 3_000.00),
    "wage_post": (4_722.00, 4_722.00, 4_722.00, 4_722.00),
    "wage_cooperative": (0.00, 0.00, 0.00, 180.00),
    "station_dividend": (0.00, 0.00, 0.00, 0.00),
    "cooperative_dividend": (0.00, 0.00, 0.00, 190.80),
    "cooperative_refund": (0.00, 0.00, 0.00, 16.20),
    "wage": (4_722.00, 4_722.00, 4_722.00, 4_902.00),
    "property": (0.00, 0.00, 0.00, 190.80),
    "business": (0.00, 0.00, 0.00, 16.20),
    "transfer": (0.00, 0.00, 0.00, 0.00),
    "year_wage": (4_722.00, 9_444.00, 14_166.00, 19_068.00),
    "public_money": (0.00, 0.00, 0.00, 0.00),
}
B = {
    "cooperative_share": (750.00, 1_500.00, 2_250.00, 3_000.00),
    "wage_post": (0.00, 0.00, 0.00, 0.00),
    "station_dividend": (4_722.00, 4_722.00, 4_722.00, 4_722.00),
    "cooperative_dividend": (0.00, 0.00, 0.00, 190.80),
    "cooperative_refund": (0.00, 0.00, 0.00, 16.20),
    "wage": (0.00, 0.00, 0.00, 0.00),
    "property": (4_722.00, 4_722.00, 4_722.00, 4_912.80),
    "business": (0.00, 0.00, 0.00, 16.20),
    "transfer": (0.00, 0.00, 0.00, 0.00),
    "year_property": (4_722.00, 9_444.00, 14_166.00, 19_078.80),
}
C = dict.fromkeys(("cooperative_share", "wage", "property", "business", "transfer", "public_money"), (0.00,) * 4)


def scenario() -> Scenario:
    """The two kinds on one fund, with the terms of their worked cases, and nothing else going on."""
    told = entries(only(zhejiang(), *KINDS), set(KINDS), start=(2018, 1), fund=FUND)
    off = {path: "off" for path in told.switches if path in ("model.process_spending", "model.process_spillover")}
    told = replace(told, switches={**told.switches, **off})
    stated: dict[str, Any] = {case["kind"]: case for case in map(read, CASES) if case["kind"] in KINDS}
    values = dict.fromkeys(QUIET, 0.0) | stated["village_station"]["values"]
    values |= {
        "place.observation_bias": -9.0,
        "programme.yuan_per_listed_household": 1_200_000.0,
        f"programme.funds.{FUND}.budget_share": 1.0,
    }
    told = told.with_values(values)
    for kind in KINDS:
        told = terms(told, kind, **{**shipped_terms(kind), "budget_share": SHARES[kind]})
    return told


def shipped_terms(kind: str) -> dict[str, float]:
    """The terms of the kind's worked case."""
    return dict(next(case for case in map(read, CASES) if case["kind"] == kind)["terms"])


def year() -> Iterator[World]:
    """The four quarters, each looked at before its books are closed."""
    told = scenario()
    world = hand_built({**VILLAGE, "kind": KINDS[0]}, told)
    return quarters(world, told, "policy", Pin(dict.fromkeys(range(2017, 2023), 1.0)), last_year=2018)


def held(world: World, table: str, row: int, name: str) -> float:
    """An account in yuan, or a quantity as it is."""
    column = getattr(world, table)
    fen = column.columns[name].unit.startswith("fen")
    value = getattr(column, name)[row]
    return int(value) / 100 if fen else float(value)


def test_every_account_of_the_village_is_what_was_reckoned_by_hand() -> None:
    rows = (("villages", 0, STATION), ("cooperatives", 0, COOPERATIVE), ("households", 0, A), ("households", 1, B),
            ("households", 2, C))  # fmt: skip
    wrong = []
    for quarter, world in enumerate(year()):
        for table, row, accounts in rows:
            for name, by_quarter in accounts.items():
                found = held(world, table, row, name)
                if found != pytest.approx(by_quarter[quarter], abs=1e-6):
                    wrong.append(f"Q{quarter + 1} {table} {row} {name}: {found}, not {by_quarter[quarter]}")
    assert wrong == []


def test_the_fund_and_its_ledger_are_what_was_reckoned_by_hand() -> None:
    put_in = paid = 0
    for quarter, world in enumerate(year()):
        accounts = world.accounts
        row = accounts.position[FUND]
        lines = {line.kind: accounts.paid[at].tolist() for at, line in enumerate(accounts.lines) if line.fund == FUND}
        assert lines["village_station"] == ([50_000_000, 0, 0] if quarter == 0 else [0, 0, 0])
        assert lines["industry_support"] == [150_000, 0, 0]
        assert accounts.balance[row] == round(100 * BALANCE[quarter])
        put_in += int(accounts.inflow[row])
        paid += int(accounts.paid[[at for at, line in enumerate(accounts.lines) if line.fund == FUND]].sum())
        assert accounts.reserved[row] == 0 and not accounts.leaked.any() and not accounts.returned.any()
    assert (put_in, paid) == (240_000_000, 50_600_000)


def test_two_fen_more_of_upkeep_are_seen() -> None:
    """100 kW at a millionth of a yuan a watt more cost 0.025 yuan a quarter."""
    told = terms(scenario(), "village_station", upkeep=0.030001)
    world = hand_built({**VILLAGE, "kind": KINDS[0]}, told)
    first = next(iter(quarters(world, told, "policy", Pin(dict.fromkeys(range(2017, 2023), 1.0)), last_year=2018)))
    assert held(first, "villages", 0, "station_revenue") == pytest.approx(15_739.98, abs=1e-6)
    assert held(first, "villages", 0, "station_revenue") != STATION["station_revenue"][0]
