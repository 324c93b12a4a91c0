"""Subsidised insurance of crops, houses and stations (HN-1.2, ZJ-2.3, ZJ-4.4).

The fund pays `subsidy_share` of a household's crop and house premium to the insurer, the household the rest. Who has
paid is insured for the coming quarter: when a disaster then takes at least `loss_trigger` of the year's crop the
insurer pays `crop_sum` a mu farmed times the share lost, and a safe house that was damaged is made good. Villages with
a station insure its sunshine: the insurer pays what hours lack of `station_trigger`, for a premium of `station_premium`
hours' worth of revenue a year, both in that revenue (`processes/stations`).
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.interventions.units import unit_arrives
from simulator.processes.disasters import SAFE, SAFE_DAMAGED
from simulator.rules import compiled, rule


@compiled
def quarter_premium(farmed, crop_premium, house_premium):  # type: ignore[no-untyped-def]
    """Premium of a quarter, yuan, for `farmed` mu and the house."""
    return 0.25 * (crop_premium * farmed + house_premium)


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    offered,
    land,
    leased,
    rented,
    claim,
    priority,
    crop_premium,
    house_premium,
    subsidy_share,
    open_now,
    kind_number,
):
    """The subsidised part of the premium."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            farmed = max(land[row] - leased[row] + rented[row], 0.0)
            due = quarter_premium(farmed, crop_premium, house_premium)
            claim[row] = math.floor(100.0 * subsidy_share * due + 0.5)
            priority[row] = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    delivered,
    size,
    land,
    leased,
    rented,
    crop_lost,
    house,
    house_damaged,
    insured,
    insurance_premium,
    insurance_payout,
    village_station_kw,
    village_station_insured,
    village_station_premium,
    crop_premium,
    crop_sum,
    loss_trigger,
    house_premium,
    subsidy_share,
    station_trigger,
    station_premium,
    open_now,
    kind_number,
):
    """The mechanism: claims on the insurer for what was insured when the disaster struck, then cover for the next
    quarter and the household's own part of the premium."""
    for row in range(size.shape[0]):
        farmed = max(land[row] - leased[row] + rented[row], 0.0)
        if insured[row] == 1 and size[row] > 0:
            if crop_lost[row] > 0.0 and crop_lost[row] >= loss_trigger:
                insurance_payout[row] += math.floor(100.0 * crop_sum * farmed * crop_lost[row] + 0.5)
            if house_damaged[row] == SAFE_DAMAGED:
                house[row] = SAFE
        insured[row] = 0
        if delivered[row] == 0:
            continue
        whole = quarter_premium(farmed, crop_premium, house_premium)
        subsidy = math.floor(100.0 * subsidy_share * whole + 0.5)
        if unit_arrives(seed, replicate, key[row], kind_number, moment, delivered[row], subsidy):
            insured[row] = 1
            insurance_premium[row] += math.floor(100.0 * (1.0 - subsidy_share) * whole + 0.5)
    for village in range(village_station_kw.shape[0]):
        covered = open_now == 1 and village_station_kw[village] > 0.0
        village_station_insured[village] = station_trigger if covered else 0.0
        village_station_premium[village] = station_premium if covered else 0.0


KIND = Kind(
    name="insurance",
    code="IV-INSUR",
    number=25,
    title_zh="农业、农房与光伏保险补贴",
    title_en="subsidised crop, house and station insurance",
    to="household",
    cash=False,
    whole=True,
    mechanism="insurance_payout",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "crop_premium": "yuan/mu/year",
        "crop_sum": "yuan/mu",
        "loss_trigger": "share",
        "house_premium": "yuan/household/year",
        "subsidy_share": "share",
        "station_trigger": "hours/year",
        "station_premium": "hours/year",
    },
    want=want,
    changed=changed,
)
