"""THE MODEL ON ONE PAGE: what happens in a quarter, in order.

Every step is a rule over columns, bound by the names of its arguments; the file it comes from gives its equation and
its source. `lines` are the kinds of intervention at work and `budget_factor` scales their budgets: a world without
lines is a world without policy. `pin` is another arm's factor on wages and prices; without it the world sets its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.clock import follow_pin, set_clock, set_pin
from simulator.entry import late_entry
from simulator.extra import run_extra
from simulator.indicators import serve_indicators
from simulator.interventions.budgets import grant_budgets
from simulator.interventions.delivery import Line, find_reached, serve, support
from simulator.interventions.near_poor import mark_near_poor
from simulator.invariants import check_invariants, open_books
from simulator.macro import Pin
from simulator.processes.asset_projects import settle_projects
from simulator.processes.assistance import pay_standing
from simulator.processes.carers import carers
from simulator.processes.collective_economy import (
    close_collective_quarter,
    collective_income,
    enclave_income,
    lease_income,
    public_works,
    value_assets,
)
from simulator.processes.cooperatives import earn_surplus, follow_market, review_cooperatives, settle_cooperatives
from simulator.processes.counterparty import buyers_fail, operators_fail
from simulator.processes.credit import service_loans
from simulator.processes.demography import age_members, births, close_ranks, count_roster, deaths, recount_roster
from simulator.processes.disasters import disasters
from simulator.processes.employment import earnings, employment
from simulator.processes.enterprise import business_start, own_business
from simulator.processes.families import families
from simulator.processes.farming import farming, sell_crops, take_stock_of_land
from simulator.processes.illness import illness
from simulator.processes.land import end_leases, lease_land
from simulator.processes.luck import draw_members
from simulator.processes.markets import markets
from simulator.processes.membership import membership
from simulator.processes.network import network
from simulator.processes.pandemic import pandemic
from simulator.processes.productivity import productivity_of_year, shared_shocks
from simulator.processes.schooling import school_costs, schooling
from simulator.processes.settlement import close_year, settle
from simulator.processes.spending import spend
from simulator.processes.spillover import spill_over
from simulator.processes.stations import serve_debt, station_payout, station_revenue
from simulator.processes.transfers import contribute, standing_income
from simulator.review import review
from simulator.scenario import Scenario
from simulator.world import World


def works(world: World, process: str) -> bool:
    """Whether a process is switched on (`model.process_<name>`)."""
    return process not in world.names["off"]


def open_year(world: World, pin: Pin | None) -> None:
    """Once a year, in the first quarter: everyone ages, luck moves on, the level of wages and prices is set."""
    names = world.names
    held_by = world.households.key.copy()
    world.households.dropouts_before[:] = world.households.dropouts
    age_members(names)
    if works(world, "births"):
        births(names)
    if works(world, "families"):
        families(names)
    world.forget_luck_of_take_up(np.flatnonzero(world.households.key != held_by))
    close_ranks(names)
    if works(world, "schooling"):
        schooling(names)
    count_roster(names)
    end_leases(names)
    if works(world, "land_market"):
        lease_land(names)
    take_stock_of_land(names)
    if works(world, "business_start"):
        business_start(names)
    if works(world, "membership"):
        membership(names)
    if works(world, "network"):
        network(names)
    shared_shocks(names)
    productivity_of_year(names)
    if pin is None:
        set_pin(world)
    else:
        follow_pin(world, pin)
    set_clock(world)


def settle_year(world: World) -> None:
    """At the year's end: cooperatives and asset projects earn, share out, fall into arrears or fail."""
    names = world.names
    if "industry_support_capital_return" in names:
        if works(world, "counterparty"):
            buyers_fail(names)
        if works(world, "cooperatives"):
            earn_surplus(names)
            settle_cooperatives(names)
            review_cooperatives(names)
    if "equity_dividends_dividend_rate" in names:
        if works(world, "counterparty"):
            operators_fail(names)
        if works(world, "asset_projects"):
            settle_projects(names)


def run_quarter(
    world: World, scenario: Scenario, lines: Sequence[Line] = (), budget_factor: float = 1.0, pin: Pin | None = None
) -> None:
    """One quarter, `world.now`; the world's year stays open until `close_books` when it was the fourth."""
    names, now = world.names, world.now
    for table in world.tables():
        table.open_quarter()
    world.accounts.open_quarter(now.number)
    open_books(world)
    set_clock(world)
    if now.quarter == 1:
        open_year(world, pin)
    # A stress on top of the pin, which has been set without it; neutral but for the forecast of 2020.
    pandemic(world)
    run_extra(world, "start")

    # Fortune: who dies, who falls ill, who loses or finds work.
    draw_members(names)
    if works(world, "deaths"):
        deaths(names)
    if works(world, "disasters"):
        disasters(names)
    if works(world, "illness"):
        illness(names)
    recount_roster(names)
    if works(world, "carers"):
        carers(names)
    if works(world, "employment"):
        employment(names)
    if works(world, "schooling"):
        school_costs(names)

    # Policy: who may be helped, what they want, what the funds pay, what it changes.
    support(names)
    if "near_poor_margin" in names:
        mark_near_poor(names)
    find_reached(world, lines)
    grant_budgets(world, scenario, lines, budget_factor)
    for line in lines:
        if line.begun(now):
            serve(world, line, now)
    serve_indicators(world)

    # Work and what it earns; the village's own economy.
    earnings(names)
    farming(names)
    if works(world, "markets"):
        markets(names)
    sell_crops(names)
    follow_market(names)
    own_business(names)
    standing_income(names)
    contribute(names)
    if works(world, "collective_economy"):
        collective_income(names)
        if "village_grant_enclave_yield" in names:
            enclave_income(names)
            lease_income(names)
            public_works(names)
    if works(world, "stations") and "village_station_price" in names:
        station_revenue(names)
        serve_debt(names)
        station_payout(names)
    if now.quarter == 4:
        settle_year(world)
    value_assets(names)
    close_collective_quarter(names)

    # Standing transfers, and the books of every household.
    pay_standing(world)
    run_extra(world, "before_settlement")
    settle(names)
    if works(world, "credit") and "micro_loan_default_hazard" in names:
        service_loans({**names, "cash_kept": int(works(world, "spending"))})
    if works(world, "spending"):
        spend(names)
    if works(world, "spillover"):
        spill_over(world)
    check_invariants(world)
    if now.quarter < 4 and now.year >= scenario.first_year and works(world, "late_entry"):
        late_entry(names)
    if now.quarter == 4:
        review(world, scenario, lines)
    run_extra(world, "end")


def close_books(world: World) -> None:
    """Turn the page: the year's sums become last year's after the fourth quarter, and the clock moves on."""
    if world.now.quarter == 4:
        close_year(world.names)
        world.villages.year_operating.fill(0)
        world.villages.year_total.fill(0)
        world.villages.disaster.fill(0.0)
    world.now = world.now.next()
