"""Local demand: what the households of a village spend beyond year 0 comes back in part to its own businesses.

Let C be the village's consumption of the quarter, C0 that of the same quarter of year 0 moved with the trend, and B0
the income of its own businesses in year 0. Next quarter their income is multiplied by 1 + e with

    e = m (C / C0 - 1) (C of year 0 / B0),    m = local_spend / consumption_share

so that over a year they earn m yuan more for every yuan spent more. As a lasting yuan of income raises consumption by
`consumption_share`, a yuan from outside becomes 1 / (1 - local_spend) yuan in the village (model 7.11). The reference
is taken in year 0, before any programme; until then, and where a village has no own business, e is nothing. Both arms
meet local demand; with the process off every factor stays 1.
"""

from __future__ import annotations

import numpy as np

from simulator.rules import rule
from simulator.world import World

SPENT = ("spent_q1", "spent_q2", "spent_q3", "spent_q4")


@rule
def remember_demand(  # type: ignore[no-untyped-def]
    size, village, consumption, enterprise_income, village_spent_then, village_own_income
):
    """Add the quarter's consumption and income of own businesses to what is remembered of year 0."""
    for row in range(size.shape[0]):
        if size[row] > 0:
            village_spent_then[village[row]] += consumption[row]
            village_own_income[village[row]] += enterprise_income[row]


@rule
def local_demand(  # type: ignore[no-untyped-def]
    size,
    village,
    consumption,
    village_spent_then,
    village_spent_q1,
    village_spent_q2,
    village_spent_q3,
    village_spent_q4,
    village_own_income,
    village_demand_factor,
    trend,
    local_spend,
    consumption_share,
):
    """Factor on the income of own businesses of each village next quarter; never below zero."""
    spent = np.zeros(village_demand_factor.shape[0])
    for row in range(size.shape[0]):
        if size[row] > 0:
            spent[village[row]] += consumption[row]
    for home in range(spent.shape[0]):
        village_demand_factor[home] = 1.0
        if village_spent_then[home] <= 0 or village_own_income[home] <= 0:
            continue
        more = spent[home] / (trend * village_spent_then[home]) - 1.0
        year = village_spent_q1[home] + village_spent_q2[home] + village_spent_q3[home] + village_spent_q4[home]
        extra = local_spend / consumption_share * more * year / village_own_income[home]
        village_demand_factor[home] = max(1.0 + extra, 0.0)


def spill_over(world: World) -> None:
    """In year 0 remember what is spent; afterwards turn what is spent beyond it into demand."""
    then = getattr(world.villages, SPENT[world.now.quarter - 1])
    names = world.names | {"village_spent_then": then}
    if world.now.year == world.path.year0:
        remember_demand(names)
    elif world.now.year > world.path.year0:
        local_demand(names)
