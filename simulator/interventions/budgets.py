"""Budgets of a programme: what each fund receives a quarter, its overhead, and the share set aside for each kind.

A programme fund receives `programme.yuan_per_listed_household` a year x its `budget_share` x the
households of the baseline list, a quarter of it every quarter from its first kind's start to the programme's last
quarter. Overhead is paid first; the rest is set aside for the fund's kinds by their `budget_share`; what a kind does
not spend it may spend later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.calendar import Quarter
from simulator.interventions.delivery import Line
from simulator.scenario import Fund, Scenario
from simulator.world import World

OVERHEAD_USE, OVERHEAD_KIND = "administration", "overhead"


def grant_budgets(world: World, scenario: Scenario, lines: Sequence[Line], factor: float) -> None:
    """Grant this quarter's budgets, `factor` times the stated ones, and set the kinds' shares aside. A fund none of
    whose kinds is at work receives nothing."""
    for fund in scenario.funds:
        served = [line for line in lines if line.entry.fund == fund.name]
        begun = any(line.begun(world.now) for line in served)
        if fund.role == "programme" and begun and world.now <= Quarter(scenario.last_year, 4):
            grant_budget(world, scenario, fund, served, factor)


def grant_budget(world: World, scenario: Scenario, fund: Fund, lines: Sequence[Line], factor: float) -> None:
    """One fund's budget of the quarter: inflow, overhead, allotments."""
    share = scenario.values[f"programme.funds.{fund.name}.budget_share"]
    yearly = factor * share * scenario.values["programme.yuan_per_listed_household"]
    each = math.floor(25.0 * yearly)
    inflow = each * world.baseline_listed
    world.accounts.grant(fund.name, inflow)
    overhead = pay_overhead(world, fund, each, scenario.values["programme.overhead"])
    for line in lines:
        world.accounts.allot(line.ledger_line, int((inflow - overhead) * line.terms["budget_share"]))


def pay_overhead(world: World, fund: Fund, each: int, share: float) -> int:
    """Pay the fund's overhead to the offices of the villages, by listed households of the baseline; returns fen."""
    villages = world.villages
    line = world.accounts.open_line(fund.name, OVERHEAD_USE, OVERHEAD_KIND)
    villages.claim[:] = villages.baseline_listed * int(share * each)
    paid = world.accounts.pay_villages(line, villages, whole=False)
    villages.supplier_money += villages.delivered
    return paid
