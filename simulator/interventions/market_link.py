"""Linking a village to the market (FS-3, FS-4, ZJ-4.5): sales contracts, online sales, buying instead of donating.

A village served pays for grading, cold storage and a broker by the quarter. What changes while it is paid is the share
of what is marketed that is under contract, with a price floor and, at first, a premium from buyers who mean it as
help; the premium fades. What contracts do to prices and unsold produce is `processes/markets`.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_offered,
    village_claim,
    village_priority,
    cost_per_year,
    open_now,
    kind_number,
):
    """A quarter of the yearly cost, key villages before weak ones."""
    for row in range(village_key.shape[0]):
        if open_now == 1 and village_offered[row] == 1:
            village_claim[row] = math.floor(25.0 * cost_per_year + 0.5)
            lot = uniform(seed, replicate, village_key[row], DELIVERY + kind_number, 0, 0)
            village_priority[row] = village_stratum[row] + lot


@rule
def changed(  # type: ignore[no-untyped-def]
    village_delivered,
    village_contracted,
    village_price_floor,
    village_contract_premium,
    contract_share,
    floor,
    premium,
    premium_decay,
    cost_per_year,
):
    """The mechanism: contracts as long as they are paid for, as many as the money that arrived pays for, and a premium
    that fades from the first quarter on."""
    cost = math.floor(25.0 * cost_per_year + 0.5)
    fade = (1.0 - premium_decay) ** 0.25
    for row in range(village_contracted.shape[0]):
        if village_delivered[row] == 0:
            village_contracted[row], village_price_floor[row], village_contract_premium[row] = 0.0, 0.0, 0.0
        elif village_contracted[row] > 0.0:
            village_contract_premium[row] *= fade
        else:
            village_contracted[row] = contract_share * min(village_delivered[row] / cost, 1.0)
            village_price_floor[row] = floor
            village_contract_premium[row] = premium


KIND = Kind(
    name="market_link",
    code="IV-MKT",
    number=12,
    title_zh="产销对接与消费帮扶",
    title_en="sales contracts and consumption support",
    to="village",
    cash=False,
    whole=True,
    mechanism="village_contracted",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "cost_per_year": "yuan/village/year",
        "contract_share": "share",
        "floor": "ratio",
        "premium": "ratio",
        "premium_decay": "share/year",
    },
    want=want,
    changed=changed,
    overlap="capped",
    shares="produce of the village that is marketed",
)
