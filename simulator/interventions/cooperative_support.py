"""Building up cooperatives and linking the poor to them (HN-1.1, FS-3, LL-3.2.1, ZJ-2.1).

For an offered household the cooperative is paid once: a membership share granted to the household and the cost of
enlarging the cooperative for it. What changes is the capital the cooperative can put to use (`capacity_gain` yuan a
yuan spent on enlarging it), membership, which is granted and needs no cash, and outreach to everybody else in the
village. What membership is worth is `processes/membership`. Granted shares are capital with which the cooperative
produces, alone or beside fiscal capital, under the terms of `industry_support`; further capacity is worth something
where there is fiscal capital to fill it: `processes/cooperatives`.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.cooperatives import fresh_start
from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    offered,
    recruited,
    claim,
    priority,
    share_grant,
    setup_cost,
    open_now,
    kind_number,
):
    """The share and the cost of enlarging, once a household, by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1 and recruited[row] == 0:
            claim[row] = math.floor(100.0 * (share_grant + setup_cost) + 0.5)
            priority[row] = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)


@rule
def delivered(supported_rows, delivered, recruited):  # type: ignore[no-untyped-def]
    """Who was paid for is not paid for again."""
    for index in range(supported_rows.shape[0]):
        if delivered[supported_rows[index]] > 0:
            recruited[supported_rows[index]] = 1


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    village,
    coop_member,
    share_granted,
    cooperative_status,
    cooperative_luck_shell,
    cooperative_shell_share,
    cooperative_outreach,
    cooperative_member_capital,
    cooperative_received,
    cooperative_capacity_added,
    share_grant,
    setup_cost,
    capacity_gain,
    outreach,
):
    """The mechanism: capacity, membership and outreach. A failed cooperative starts anew with what it receives."""
    granted_part = share_grant / (share_grant + setup_cost) if share_grant + setup_cost > 0.0 else 0.0
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            home = village[row]
            share = np.int64(math.floor(granted_part * delivered[row] + 0.5))
            coop_member[row] = 1
            share_granted[row] += share
            cooperative_member_capital[home] += share
            cooperative_received[home] += share
            cooperative_capacity_added[home] += 0.01 * capacity_gain * (delivered[row] - share)
            cooperative_outreach[home] = max(cooperative_outreach[home], outreach)
            luck = cooperative_luck_shell[home]
            cooperative_status[home] = fresh_start(cooperative_status[home], luck, cooperative_shell_share)


KIND = Kind(
    name="cooperative_support",
    code="IV-COOP",
    number=11,
    title_zh="合作社培育与入社",
    title_en="building up cooperatives and membership",
    to="household",
    cash=False,
    whole=True,
    mechanism="share_granted",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "share_grant": "yuan/household",
        "setup_cost": "yuan/household",
        "capacity_gain": "ratio",
        "outreach": "share",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
    project="cooperative",
    rests_on={
        "industry_support": (
            *("capital_return", "return_sd", "absorptive_capacity", "saturation", "charge_rate", "shell_share"),
            *("wage_share", "guaranteed_rate", "reserve_share", "refund_share"),
            *("recovery_share", "failure_hazard"),
        )
    },
)
