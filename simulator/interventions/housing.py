"""Unsafe houses rebuilt or repaired (HN-1.9, FS-16, QZ-3, ZJ-3.5): a subsidy, the household's own cost, a safe house.

Support goes by depth of need: for households on dibao the fund also takes `backstop_share` of the own cost, and they
come first. A yearly share of those willing rebuild; from `immediate_year` every unsafe house is helped at once
(ZJ-3.5). A household is helped so once, and not when relocation has given it a house.
"""

from __future__ import annotations

import math

from simulator.calendar import quarterly_hazard
from simulator.draws import DELIVERY, uniforms
from simulator.households import REBUILT
from simulator.interventions.delivery import Kind
from simulator.processes.disasters import SAFE, UNSAFE
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    annual_moment,
    key,
    supported_rows,
    offered,
    dibao,
    house,
    house_helped,
    claim,
    priority,
    subsidy,
    own_cost,
    backstop_share,
    rebuilt_per_year,
    immediate_year,
    open_now,
    kind_number,
):
    """The subsidy for an unsafe house; households on dibao first."""
    at_once = annual_moment >= 4.0 * immediate_year
    chance = quarterly_hazard(rebuilt_per_year)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0 or house[row] != UNSAFE or house_helped[row] & REBUILT:
            continue
        asks, lot, _, _ = uniforms(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
        if at_once or asks < chance:
            borne = backstop_share * own_cost if dibao[row] == 1 else 0.0
            claim[row] = math.floor(100.0 * (subsidy + borne) + 0.5)
            priority[row] = lot if dibao[row] == 1 else 1.0 + lot


@rule
def delivered(supported_rows, delivered, house_helped):  # type: ignore[no-untyped-def]
    """Remember who was helped."""
    for index in range(supported_rows.shape[0]):
        if delivered[supported_rows[index]] > 0:
            house_helped[supported_rows[index]] |= REBUILT


@rule
def changed(supported_rows, delivered, house, house_cost, subsidy, own_cost):  # type: ignore[no-untyped-def]
    """The mechanism: a safe house, and what the household itself spends on it: the cost less what the fund paid."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            house[row] = SAFE
            house_cost[row] += max(math.floor(100.0 * (subsidy + own_cost) + 0.5) - delivered[row], 0)


KIND = Kind(
    name="housing",
    code="IV-HOUSE",
    number=22,
    title_zh="危房改造",
    title_en="unsafe houses rebuilt",
    to="household",
    cash=False,
    whole=True,
    mechanism="house",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "subsidy": "yuan/household",
        "own_cost": "yuan/household",
        "backstop_share": "share",
        "rebuilt_per_year": "share/year",
        "immediate_year": "year",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="exclusive",
    shares="a house",
    once=True,
)
