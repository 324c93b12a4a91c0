"""Budgets of a programme: what each fund receives a quarter, its overhead, and the share set aside for each kind.

A programme fund receives `programme.yuan_per_listed_household` a year x its `budget_share` x the households of the
baseline list, so that money is in step with the task (ZJ-6.2), a quarter of it every quarter (ZJ-6.1) from its first
kind's start to the programme's last quarter. Overhead is paid first; the rest is set aside for the fund's kinds by
their `budget_share`; what a kind does not spend it may spend later, unless the fund's money is valid for
`valid_quarters` only. Where the document states the fund's amount it receives that instead: `yuan_per_year`;
`yuan_once`, in even parts over its first `paid_in_quarters` (QZ-3, QZ-6, QZ-7, QZ-11.3); or `yuan_per_village` for
every key village, for all its years together or for each of them (FS-22: `programme.village_money`). A private fund
(donations, paired assistance) receives its own `yuan_per_year`, by quarter in the proportions `inflow_q1` to
`inflow_q4` (FS-21), bears no overhead, and is not scaled with the planner's budgets. Indicators with a `budget_share`
have theirs as kinds have. A fund that may not pay for administration bears no overhead.

Money of programme and private funds passes through offices and a share of it, `leakage`, may not arrive: less then
reaches households and suppliers, and less is built. Standing funds do not leak, by choice: pensions and dibao are paid
straight into the accounts of their recipients (ZJ-3.5), and medical bills are settled with the hospital.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from simulator.accounts import UNALLOTTED
from simulator.calendar import Quarter
from simulator.indicators import Tracked
from simulator.interventions.delivery import Line
from simulator.measures import place_sum
from simulator.scenario import Fund, Scenario
from simulator.villages import KEY
from simulator.world import World

# What has a share of a fund: a kind of intervention or an indicator.
Spender = Line | Tracked

OVERHEAD_USE, OVERHEAD_KIND = "administration", "overhead"

# Terms any fund may have besides its own, with their units.
FUND_TERMS: Mapping[str, str] = {
    "leakage": "share",
    "valid_quarters": "quarters",
    "yuan_per_year": "yuan/year",
    "yuan_per_village": "yuan/village",
    "yuan_once": "yuan",
    "paid_in_quarters": "quarters",
    **{f"inflow_q{quarter}": "ratio" for quarter in (1, 2, 3, 4)},
}


def grant_budgets(world: World, scenario: Scenario, lines: Sequence[Line], factor: float) -> None:
    """Grant this quarter's budgets, `factor` times the stated ones, and set the kinds' shares aside. A fund none of
    whose kinds is at work receives nothing. Raises ValueError if a standing fund were to leak."""
    spenders: list[Spender] = [*lines, *world.indicators]
    for fund in scenario.funds:
        path, row = f"programme.funds.{fund.name}", world.accounts.position[fund.name]
        world.accounts.leakage[row] = scenario.values.get(f"{path}.leakage", 0.0)
        if fund.role == "standing" and world.accounts.leakage[row] > 0.0:
            raise ValueError(f"{path}.leakage: a standing fund pays straight into accounts and does not leak")
        world.accounts.valid[row] = round(scenario.values.get(f"{path}.valid_quarters", 0.0))
        served = [line for line in spenders if fund.name in line.funds]
        begun = any(line.begun(world.now) for line in served)
        if not begun or world.now > Quarter(scenario.last_year, 4):
            continue
        if fund.role == "programme":
            grant_budget(world, scenario, fund, served, factor)
        elif fund.role == "private":
            grant_private(world, scenario, fund, served)


def grant_budget(world: World, scenario: Scenario, fund: Fund, lines: Sequence[Spender], factor: float) -> None:
    """One fund's budget of the quarter: inflow, overhead, allotments."""
    told = scenario.under(f"programme.funds.{fund.name}")
    if "yuan_per_village" in told:
        inflow = village_money(world, scenario, lines, factor * told["yuan_per_village"])
    elif "yuan_once" in told:
        inflow = money_once(world.now, lines, factor * told["yuan_once"], told.get("paid_in_quarters", 1.0))
    elif "yuan_per_year" in told:
        inflow = math.floor(25.0 * factor * told["yuan_per_year"])
    else:
        yearly = factor * told["budget_share"] * scenario.values["programme.yuan_per_listed_household"]
        inflow = math.floor(25.0 * yearly) * world.baseline_listed
    world.accounts.grant(fund.name, inflow)
    bearing = OVERHEAD_USE in fund.uses
    overhead = pay_overhead(world, fund, inflow, scenario.values["programme.overhead"]) if bearing else 0
    allot_shares(world, fund, lines, inflow - overhead)


def first_quarter(lines: Sequence[Spender]) -> Quarter:
    """When the first of them starts."""
    return min(Quarter(*line.entry.start) for line in lines)


def money_once(now: Quarter, lines: Sequence[Spender], yuan: float, quarters: float) -> int:
    """Fen of the quarter of a fund that receives so many yuan once, over so many quarters from its first start."""
    number = max(round(quarters), 1)
    return math.ceil(100.0 * yuan / number) if now.number - first_quarter(lines).number < number else 0


def village_money(world: World, scenario: Scenario, lines: Sequence[Spender], yuan: float) -> int:
    """Fen of the quarter for the whole place of a fund that owes so many yuan to a key village: at least so many, so
    that a broken fen is made whole."""
    yearly = scenario.switches.get("programme.village_money") == "yearly"
    quarters = 4 if yearly else Quarter(scenario.last_year, 4).number - first_quarter(lines).number + 1
    return math.ceil(100.0 * yuan / quarters) * int(place_sum(world.villages.stratum == KEY, world.villages))


def grant_private(world: World, scenario: Scenario, fund: Fund, lines: Sequence[Spender]) -> None:
    """What private givers put in this quarter; the four proportions are equal unless stated."""
    path = f"programme.funds.{fund.name}"
    parts = [scenario.values.get(f"{path}.inflow_q{quarter}", 1.0) for quarter in (1, 2, 3, 4)]
    if sum(parts) > 0.0:
        yearly = scenario.values[f"programme.funds.{fund.name}.yuan_per_year"]
        inflow = math.floor(100.0 * yearly * parts[world.now.quarter - 1] / sum(parts))
        world.accounts.grant(fund.name, inflow)
        allot_shares(world, fund, lines, inflow)


def allot_shares(world: World, fund: Fund, lines: Sequence[Spender], fen: int) -> None:
    """Set each kind's `budget_share` of the fund's new money aside. Money with a window of validity that is nobody's
    share waits, and lapses, on a line of its own."""
    accounts = world.accounts
    left = fen
    for line in lines:
        if "budget_share" in line.terms:
            part = int(fen * line.terms["budget_share"])
            accounts.allot(line.line_of(fund.name), part)
            left -= part
    if left > 0 and accounts.valid[accounts.position[fund.name]]:
        accounts.allot(accounts.open_line(fund.name, UNALLOTTED, UNALLOTTED), left)


def pay_overhead(world: World, fund: Fund, inflow: int, share: float) -> int:
    """Pay the fund's overhead to the offices of the villages, by listed households of the baseline; returns the fen
    taken out of the fund."""
    villages, accounts = world.villages, world.accounts
    line = accounts.open_line(fund.name, OVERHEAD_USE, OVERHEAD_KIND)
    villages.claim[:] = villages.baseline_listed * int(share * (inflow / max(world.baseline_listed, 1)))
    accounts.pay_villages(line, villages, whole=False)
    villages.supplier_money += villages.delivered
    return int(accounts.paid[line].sum() + accounts.leaked[line].sum())
