"""A workshop with a wage top-up (ZJ-2.1, ZJ-4.3): outwork near home for listed members who work at home.

A household offered a place sends one member who can work and works at home. The workshop pays piece wages at the
monthly rate, productivity to the wage loading; the public claim is the top-up, a share of what was earned; places are
paid for whole, by lot. What changes is the member's work and the wages. A lasting `deadweight` of the places would be
worked without the top-up, and of the others some go to members who would have found work: whoever has a place looks for
other work less (`search_from_post`, see `employment`).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.members import HOME, WORKSHOP
from simulator.rules import compiled, rule

WORKSHOP_PLACE, POST_PLACE = 1, 2


@compiled
def piece_wage(row, wage_factor, piece_wage_month, trend):  # type: ignore[no-untyped-def]
    """Fen a quarter of a full worker of this household, before the top-up."""
    return 300.0 * trend * piece_wage_month * wage_factor[row]


@compiled
def worker(household, roster_start, roster_used, member_present, member_capacity, member_work, state):  # type: ignore[no-untyped-def]
    """Who fills the household's place: the member who holds it already, else the one at home with the least labour
    capacity; -1 if nobody can."""
    chosen = -1
    for row in range(roster_start[household], roster_start[household] + roster_used[household]):
        if member_present[row] == 0 or member_capacity[row] == 0.0:
            continue
        if member_work[row] == state:
            return row
        if member_work[row] == HOME and (chosen < 0 or member_capacity[row] < member_capacity[chosen]):
            chosen = row
    return chosen


@compiled
def fill_places(delivered, places, bit, roster_start, roster_used, member_present, member_capacity, member_work, state):  # type: ignore[no-untyped-def]
    """Give every household that was paid for its place to its worker, and send home whoever held one otherwise; `bit`
    marks in `places` which households hold one, so that the others need not be looked through."""
    for household in range(delivered.shape[0]):
        if delivered[household] == 0 and places[household] & bit == 0:
            continue
        member = -1
        if delivered[household] > 0:
            member = worker(household, roster_start, roster_used, member_present, member_capacity, member_work, state)
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            if member_work[row] == state and row != member:
                member_work[row] = HOME
        if member >= 0:
            member_work[member] = state
            places[household] |= bit
        else:
            places[household] &= ~bit


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    supported_rows,
    offered,
    key,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_work,
    wage_factor,
    claim,
    priority,
    piece_wage_month,
    top_up_share,
    trend,
    open_now,
    kind_number,
):
    """The top-up on the quarter's earnings of the member who will work there."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0:
            continue
        member = worker(row, roster_start, roster_used, member_present, member_capacity, member_work, WORKSHOP)
        if member >= 0:
            lot = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)
            priority[row] = lot
            earned = piece_wage(row, wage_factor, piece_wage_month, trend)
            claim[row] = math.floor(top_up_share * member_capacity[member] * earned + 0.5)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    delivered,
    places,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_work,
    wage_factor,
    wage_workshop,
    piece_wage_month,
    trend,
    deadweight,
    kind_number,
):
    """The mechanism: hours in the workshop, paid by the piece with the top-up; for who would have done this outwork
    anyway, the top-up alone."""
    held = np.zeros_like(delivered)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            anyway = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 1) < deadweight
            held[row] = 0 if anyway else delivered[row]
            wage_workshop[row] = delivered[row]
    fill_places(
        held, places, WORKSHOP_PLACE, roster_start, roster_used, member_present, member_capacity, member_work, WORKSHOP
    )
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if held[row] > 0:
            member = worker(row, roster_start, roster_used, member_present, member_capacity, member_work, WORKSHOP)
            earned = piece_wage(row, wage_factor, piece_wage_month, trend)
            wage_workshop[row] += math.floor(member_capacity[member] * earned + 0.5)


KIND = Kind(
    name="workshop",
    code="IV-WORKSHOP",
    number=5,
    title_zh="扶贫车间与来料加工补助",
    title_en="workshop with wage top-up",
    to="household",
    cash=True,
    whole=True,
    mechanism="wage_workshop",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "piece_wage_month": "yuan/month",
        "top_up_share": "share",
        "deadweight": "share",
    },
    want=want,
    changed=changed,
    overlap="exclusive",
    shares="a member's hours",
)
