"""Plain-Python twins of what strikes villages and households, written from the equations of the processes."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from simulator import draws
from tests.twins import Names, fen, patient_pays, present, uniform


def disasters(names: Names) -> Names:
    """Every village draws a strike and a severity; each strike leaves its part of what was left of the crop."""
    now = names["moment"]
    village_share = names["village_disaster"].copy()
    share, lost, house = (names[name].copy() for name in ("disaster_share", "crop_lost", "house"))
    struck, year, damaged = (names[name].copy() for name in ("struck", "struck_year", "house_damaged"))
    for village, key in enumerate(names["village_key"]):
        if uniform(names, key, draws.DISASTER_QUARTER, now, 0) >= names["disaster_hazard"]:
            continue
        size = 2 * uniform(names, key, draws.DISASTER_QUARTER, now, 1)
        before = village_share[village]
        village_share[village] += (1 - village_share[village]) * min(size * names["disaster_loss"], 1)
        for row in np.flatnonzero((names["village"] == village) & (names["size"] > 0)):
            struck[row] = year[row] = 1
            share[row] = village_share[village]
            lost[row] = (village_share[village] - before) * names["crop_ahead"]
            chance = size * (names["disaster_house_safe"], names["disaster_house_unsafe"], 0.0)[house[row]]
            if uniform(names, names["key"][row], draws.HOUSE_EVENTS, now, 0) < chance:
                damaged[row] = 1 + (house[row] == 1)
                house[row] = 1
    return {
        "village_disaster": village_share,
        "disaster_share": share,
        "crop_lost": lost,
        "house": house,
        "struck": struck,
        "struck_year": year,
        "house_damaged": damaged,
    }


def cover(names: Names) -> Names:
    """Bills of who fell ill this quarter under both sets of terms, and a quarter of the premiums, of those offered."""
    standing = [(names[f"{layer}_rate"], names[f"{layer}_deductible"]) for layer in ("basic", "catastrophic")]
    (basic, basic_from), (catastrophic, catastrophic_from) = standing
    rise = names["basic_rise"] * (basic if names["rise_of_rate"] else 1)
    better = [
        (min(basic + rise, 1), basic_from),
        (min(catastrophic + names["catastrophic_rise"], 1), catastrophic_from * names["deductible_factor"]),
        (names["assistance_rate"], names["assistance_cap"]),
        (names["supplementary_rate"], names["supplementary_deductible"]),
    ]
    extra, claim = names["cover_extra"].copy(), names["claim"].copy()
    for household in np.flatnonzero((names["offered"] == 1) & (names["size"] > 0)):
        yuan = 0.0
        for row in present(names, household):
            if names["gravely_ill"][household] and names["member_sick_quarters"][row] == names["serious_quarters"]:
                hazard = names["serious_hazard_elder" if names["member_age"][row] >= 60 else "serious_hazard_adult"]
                z = ndtri(names["member_luck_illness"][row] / hazard)
                bill = names["serious_bill_median"] * math.exp(names["serious_bill_sd"] * z)
                yuan += names["trend"] * (patient_pays(bill, *standing) - patient_pays(bill, *better))
        extra[household] = min(math.floor(100 * yuan + 1e-6), names["out_of_pocket"][household])
        premium = names["medical_premium"] * names["trend"] / 4
        claim[household] = extra[household] + fen(names["premium_share"] * premium * names["size"][household])
    return {"cover_extra": extra, "claim": claim}
