"""Organised lease of land and idle rooms (ZJ-2.4, FS-8): for listed households short of hands.

A listed household with less labour than `lease_below` that takes it up has `organised_share` of its land leased out
through the village until the year ends, at a premium over the usual rent, and its idle rooms let if it has any. The
fund pays for surveying and brokerage by the mu; rent is paid by the tenants. What changes is the land leased out and
what the organised lease adds to rent; the usual rent of all land leased out is `processes/transfers`.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.processes.farming import land_worked
from simulator.rules import rule


@rule
def want(supported_rows, offered, land, labour, claim, lease_below, organised_share, cost_per_mu, open_now):  # type: ignore[no-untyped-def]
    """A quarter of the yearly cost of organising the lease."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1 and labour[row] < lease_below:
            claim[row] = math.floor(25.0 * cost_per_mu * organised_share * land[row] + 0.5)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    delivered,
    land,
    leased,
    rented,
    land_factor,
    land_rent_extra,
    organised_share,
    rent_premium,
    idle_share,
    room_rent,
    rent_per_mu,
    trend,
    season_property,
    land_mean,
    land_exponent,
    kind_number,
):
    """The mechanism: more land leased out for the rest of the year, the premium on all of it, rent of idle rooms."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] == 0:
            continue
        leased[row] = max(leased[row], organised_share * land[row])
        land_factor[row] = land_worked(land[row], leased[row], rented[row], land_mean, land_exponent)
        idle = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0) < idle_share
        rooms = trend * room_rent if idle else 0.0
        yuan = season_property * (rent_premium * rent_per_mu * leased[row] + rooms)
        land_rent_extra[row] = math.floor(100.0 * yuan + 0.5)


KIND = Kind(
    name="land_lease",
    code="IV-LAND",
    number=17,
    title_zh="土地与闲置农房流转",
    title_en="organised lease of land and idle rooms",
    to="household",
    cash=False,
    whole=False,
    mechanism="land_rent_extra",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "organised_share": "share",
        "cost_per_mu": "yuan/mu/year",
        "rent_premium": "ratio",
        "idle_share": "share",
        "room_rent": "yuan/household/year",
    },
    want=want,
    changed=changed,
    overlap="exclusive",
    shares="a mu of land is worked or leased out once",
)
