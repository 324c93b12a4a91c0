"""Motivation (ZJ-4.10, HN-1.12, FS-19): incentives and talks that make the discouraged look for work.

The texts want households to give up waiting for help. What they can change here is the search of members who hardly
look for work: a household reached closes `effort_gain` of the gap between their search and that of others (see
`employment`) while it is reached. No document states a size, and no evidence was found: no programme has it unless a
planner adds it.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.interventions.units import unit_arrives
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed, replicate, supported_rows, offered, key, labour, claim, priority, cost_per_household, open_now, kind_number
):
    """A quarter's cost for every household with labour that is offered it, by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1 and labour[row] > 0.0:
            claim[row] = math.floor(25.0 * cost_per_household + 0.5)
            priority[row] = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed, replicate, moment, key, supported_rows, delivered, effort, effort_gain, cost_per_household, kind_number
):
    """The mechanism: effort of the households reached in this quarter, and of no others."""
    effort[:] = 0.0
    cost = math.floor(25.0 * cost_per_household + 0.5)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if unit_arrives(seed, replicate, key[row], kind_number, moment, delivered[row], cost):
            effort[row] = effort_gain


KIND = Kind(
    name="motivation",
    code="IV-MOTIV",
    number=28,
    title_zh="激发内生动力",
    title_en="motivation",
    to="household",
    cash=False,
    whole=True,
    mechanism="effort",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "cost_per_household": "yuan/household/year",
        "effort_gain": "share",
    },
    want=want,
    changed=changed,
)
