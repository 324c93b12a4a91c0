"""A photovoltaic station owned by the village collective (ZJ-2.3; FS-9 sets the stricter terms of another programme).

Who: key and other weak villages first, some others. Wants its building cost, less what debt and a firm's share pay for
where a plan has them (FS-9 forbids both: C-PV4); once it is paid for, kilowatts are what changes, as many as the money
that arrived builds: of a grant that leaked in part, fewer. What they earn, and how it is shared, is
`processes/stations`: hours x kilowatts x price, less upkeep; part to the collective, the rest to listed households as
post wages and dividends through a smoothing fund.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import compiled, rule


@compiled
def granted(capacity_kw, build_cost, debt_share, firm_share):  # type: ignore[no-untyped-def]
    """The part of the building cost that the fund is asked for, fen."""
    share = max(1.0 - debt_share - firm_share, 0.0)
    return np.int64(math.floor(100.0 * 1000.0 * capacity_kw * build_cost * share + 0.5))


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_offered,
    village_claim,
    village_priority,
    village_station_built,
    capacity_kw,
    build_cost,
    debt_share,
    firm_share,
    open_now,
    kind_number,
):
    """Claim the building cost once, key villages before weak ones before others."""
    for row in range(village_key.shape[0]):
        if open_now == 1 and village_offered[row] == 1 and village_station_built[row] == 0:
            village_claim[row] = granted(capacity_kw, build_cost, debt_share, firm_share)
            lot = uniform(seed, replicate, village_key[row], DELIVERY + kind_number, 0, 0)
            village_priority[row] = village_stratum[row] + lot


@rule
def delivered(village_claim, village_delivered, village_station_built):  # type: ignore[no-untyped-def]
    """A station paid for is built."""
    for row in range(village_claim.shape[0]):
        if village_delivered[row] > 0:
            village_station_built[row] = 1


@rule
def changed(  # type: ignore[no-untyped-def]
    village_delivered,
    village_station_kw,
    village_station_value,
    village_debt,
    capacity_kw,
    build_cost,
    debt_share,
    firm_share,
):
    """The mechanism: kilowatts on the grid, with what the collective owns of the station and owes for it."""
    grant = granted(capacity_kw, build_cost, debt_share, firm_share)
    for row in range(village_station_kw.shape[0]):
        if village_delivered[row] > 0:
            cost = 100.0 * 1000.0 * capacity_kw * build_cost
            leaked = grant - village_delivered[row]
            village_station_kw[row] = capacity_kw * (1.0 - leaked / cost)
            village_station_value[row] += np.int64(math.floor((1.0 - firm_share) * cost + 0.5)) - leaked
            village_debt[row] += np.int64(math.floor(debt_share * cost + 0.5))


KIND = Kind(
    name="village_station",
    code="IV-PV",
    number=1,
    title_zh="村级光伏电站",
    title_en="village photovoltaic station",
    to="village",
    cash=False,
    whole=True,
    mechanism="village_station_kw",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "capacity_kw": "kW/station",
        "build_cost": "yuan/W",
        "design_hours": "hours/year",
        "hours_sd": "hours/year",
        "price": "yuan/kWh",
        "upkeep": "yuan/W/year",
        "degradation": "share/year",
        "outage": "share",
        "collective_share": "share",
        "posts_share": "share",
        "smoothing_high": "ratio",
        "subsidy_share": "share",
        "subsidy_lag": "quarters",
        "debt_share": "share",
        "debt_rate": "share/year",
        "firm_share": "share",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
    project="station",
)
