"""Job placement (ZJ-4.3, HN-1.3, FS-11): the employment service looks for work for a member at home.

A placement costs its fee, paid to the service. For four quarters the member's chance of an offer rises by
`search_gain`, part of it for work away (see `employment`); for `reserved_share` an employer keeps a vacancy, and
the offer comes in the next quarter. Some would have found work anyway: that deadweight is not assumed, it follows from
the member's own search. Who is placed near home fills an opening that others looked for (see `network`).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.calendar import quarterly_hazard
from simulator.draws import DELIVERY, uniforms
from simulator.interventions.delivery import Kind
from simulator.interventions.units import unit_arrives
from simulator.members import HOME
from simulator.rules import compiled, rule

YEAR = 4


@compiled
def seeker(household, roster_start, roster_used, member_present, member_capacity, member_attached, member_work):  # type: ignore[no-untyped-def]
    """The member at home the service would look after: who looks for work before who hardly does, then the one with
    most labour; -1 if nobody can work."""
    chosen = -1
    best = 0.0
    for row in range(roster_start[household], roster_start[household] + roster_used[household]):
        if member_present[row] == 1 and member_capacity[row] > 0.0 and member_work[row] == HOME:
            rank = member_capacity[row] + 2.0 * member_attached[row]
            if rank > best:
                chosen = row
                best = rank
    return chosen


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    supported_rows,
    offered,
    key,
    helped_quarters,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_attached,
    member_work,
    claim,
    priority,
    cost_per_placement,
    places_per_year,
    open_now,
    kind_number,
):
    """One placement a household with somebody at home who can work, not within a year of the last; a yearly share of
    those offered asks."""
    chance = quarterly_hazard(places_per_year)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if helped_quarters[row] > 0:
            helped_quarters[row] -= 1
        if open_now == 0 or offered[row] == 0 or helped_quarters[row] > 0:
            continue
        asks, _, _, lot = uniforms(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
        if asks >= chance:
            continue
        if seeker(row, roster_start, roster_used, member_present, member_capacity, member_attached, member_work) >= 0:
            claim[row] = math.floor(100.0 * cost_per_placement + 0.5)
            priority[row] = lot


@rule
def delivered(  # type: ignore[no-untyped-def]
    seed, replicate, moment, key, supported_rows, delivered, helped_quarters, cost_per_placement, kind_number
):
    """Remember the placement for a year."""
    cost = math.floor(100.0 * cost_per_placement + 0.5)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if unit_arrives(seed, replicate, key[row], kind_number, moment, delivered[row], cost):
            helped_quarters[row] = YEAR


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    supported_rows,
    delivered,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_attached,
    member_work,
    member_search_help,
    member_search_quarters,
    search_gain,
    reserved_share,
    cost_per_placement,
    kind_number,
):
    """The mechanism: offers of work that come from the service, for a year, or at once where a vacancy is reserved."""
    for row in range(member_search_quarters.shape[0]):
        if member_search_quarters[row] > 0:
            member_search_quarters[row] -= 1
            if member_search_quarters[row] == 0:
                member_search_help[row] = 0.0
    cost = math.floor(100.0 * cost_per_placement + 0.5)
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if not unit_arrives(seed, replicate, key[household], kind_number, moment, delivered[household], cost):
            continue
        member = seeker(
            household, roster_start, roster_used, member_present, member_capacity, member_attached, member_work
        )
        if member >= 0:
            _, kept, _, _ = uniforms(seed, replicate, key[household], DELIVERY + kind_number, moment, 0)
            reserved = kept < reserved_share
            member_search_help[member] = 1.0 if reserved else search_gain
            member_search_quarters[member] = np.int64(1) if reserved else np.int64(YEAR)


KIND = Kind(
    name="job_placement",
    code="IV-JOB",
    number=13,
    title_zh="就业介绍与定向岗位",
    title_en="job placement and reserved vacancies",
    to="household",
    cash=False,
    whole=True,
    mechanism="member_search_help",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "cost_per_placement": "yuan/job",
        "places_per_year": "share/year",
        "search_gain": "share/quarter",
        "reserved_share": "share",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="exclusive",
    shares="a member's hours",
    once=True,
)
