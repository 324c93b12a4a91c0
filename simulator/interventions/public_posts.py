"""Public-welfare posts (ZJ-4.3): cleaning, road and water care, nursing, for members who can work a little.

A household offered a post fills it with a member at home, those with partial capacity first; the wage is paid out of
the fund, whole posts in that order. What changes is the member's work, the wage, and the labour left for the home.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.interventions.workshop import POST_PLACE, fill_places, worker
from simulator.members import POST
from simulator.rules import rule


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
    claim,
    priority,
    wage_month,
    trend,
    open_now,
    kind_number,
):
    """A quarter's wage for every household that can fill a post; partial capacity first, then by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0:
            continue
        member = worker(row, roster_start, roster_used, member_present, member_capacity, member_work, POST)
        if member >= 0:
            claim[row] = math.floor(300.0 * wage_month * trend + 0.5)
            lot = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)
            priority[row] = lot if member_capacity[member] < 1.0 else 1.0 + lot


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    places,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_work,
    wage_post,
):
    """The mechanism: hours in a post and its wage."""
    fill_places(
        delivered, places, POST_PLACE, roster_start, roster_used, member_present, member_capacity, member_work, POST
    )
    for index in range(supported_rows.shape[0]):
        wage_post[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="public_posts",
    code="IV-PWJ",
    number=6,
    title_zh="公益性岗位",
    title_en="public-welfare posts",
    to="household",
    cash=True,
    whole=True,
    mechanism="wage_post",
    terms={"budget_share": "share", "take_up": "share", "ramp_quarters": "quarters", "wage_month": "yuan/month"},
    want=want,
    changed=changed,
    overlap="exclusive",
    shares="a member's hours",
)
