"""Training and placement (ZJ-2.2, ZJ-4.3): a slot for one working member of a listed household.

A slot costs its fee, paid to the trainer, and the trainee `lost_share` of the quarter's labour. With probability
`success` the member's wages carry a premium that fades; a member at home who succeeds is placed in local work, but for
the deadweight: with probability `deadweight` the place went to somebody who would have been hired anyway, and changes
nothing. Who has lost income asks more: log-odds of asking in a quarter = the usual ones + `dip_response` x fall, where
usually the share `slots_per_year` asks within a year, and the fall is that of wages, remittances, farm and own business
between the last two years in log points, from none to one. Incomes that fell recover in part by themselves, so that a
plain comparison of before and after flatters training (Ashenfelter's dip; Chen on Zhejiang).
"""

from __future__ import annotations

import math

from simulator.calendar import quarterly_hazard
from simulator.draws import DELIVERY, uniforms
from simulator.interventions.delivery import Kind
from simulator.interventions.units import unit_arrives
from simulator.members import HOME, LOCAL
from simulator.rules import compiled, rule


@compiled
def fall(earlier, last):  # type: ignore[no-untyped-def]
    """How far market income fell between two years, in log points, from none to one."""
    if earlier <= 0 or last >= earlier:
        return 0.0
    return min(math.log(earlier / last), 1.0) if last > 0 else 1.0


@compiled
def asking(usual, log_odds):  # type: ignore[no-untyped-def]
    """The chance of asking: the log-odds of the `usual` one moved."""
    odds = usual * math.exp(log_odds)
    return odds / (odds + 1.0 - usual)


@compiled
def trainee(household, roster_start, roster_used, member_present, member_capacity, member_work):  # type: ignore[no-untyped-def]
    """The household's full worker who is sent, one at home before others; -1 if it has none."""
    chosen = -1
    for row in range(roster_start[household], roster_start[household] + roster_used[household]):
        if member_present[row] == 1 and member_capacity[row] == 1.0:
            if chosen < 0 or (member_work[row] == HOME and member_work[chosen] != HOME):
                chosen = row
    return chosen


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    supported_rows,
    offered,
    key,
    labour,
    trained_quarters,
    earlier_market,
    last_market,
    claim,
    priority,
    cost_per_slot,
    slots_per_year,
    dip_response,
    open_now,
    kind_number,
):
    """One slot a household with labour, not within `quarters_between` of the last; a yearly share of those offered
    asks, more of those whose income fell."""
    usual = quarterly_hazard(slots_per_year)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if trained_quarters[row] > 0:
            trained_quarters[row] -= 1
        if open_now == 0 or offered[row] == 0 or labour[row] == 0.0 or trained_quarters[row] > 0:
            continue
        asks, _, _, lot = uniforms(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
        dip = dip_response * fall(earlier_market[row], last_market[row])
        if asks < asking(usual, dip):
            claim[row] = math.floor(100.0 * cost_per_slot + 0.5)
            priority[row] = lot


@rule
def delivered(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    supported_rows,
    delivered,
    trained_quarters,
    quarters_between,
    cost_per_slot,
    kind_number,
):
    """Remember the slot until the household may have another."""
    cost = math.floor(100.0 * cost_per_slot + 0.5)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if unit_arrives(seed, replicate, key[row], kind_number, moment, delivered[row], cost):
            trained_quarters[row] = math.floor(quarters_between + 0.5)


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
    member_work,
    member_premium,
    recount,
    success,
    premium,
    premium_decay,
    deadweight,
    lost_share,
    cost_per_slot,
    kind_number,
):
    """The mechanism: time at the course, a wage premium, and work for who had none. Premiums fade a little every
    quarter."""
    fade = (1.0 - premium_decay) ** 0.25
    cost = math.floor(100.0 * cost_per_slot + 0.5)
    for row in range(member_premium.shape[0]):
        if member_premium[row] > 0.0:
            member_premium[row] *= fade
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if not unit_arrives(seed, replicate, key[household], kind_number, moment, delivered[household], cost):
            continue
        chosen = trainee(household, roster_start, roster_used, member_present, member_capacity, member_work)
        if chosen < 0:
            continue
        member_capacity[chosen] *= 1.0 - lost_share
        recount[household] = 1
        _, passes, anyway, _ = uniforms(seed, replicate, key[household], DELIVERY + kind_number, moment, 0)
        if passes < success:
            member_premium[chosen] = max(member_premium[chosen], premium)
            if member_work[chosen] == HOME and anyway >= deadweight:
                member_work[chosen] = LOCAL


KIND = Kind(
    name="training",
    code="IV-TRAIN",
    number=2,
    title_zh="技能培训与就业",
    title_en="training and placement",
    to="household",
    cash=False,
    whole=True,
    mechanism="member_premium",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "cost_per_slot": "yuan/slot",
        "slots_per_year": "share/year",
        "quarters_between": "quarters",
        "success": "share",
        "premium": "log",
        "premium_decay": "share/year",
        "deadweight": "share",
        "dip_response": "ratio",
        "lost_share": "share",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
)
