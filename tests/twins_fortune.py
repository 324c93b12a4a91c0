"""Plain-Python twins of what strikes villages and households, written from the equations of the processes."""

from __future__ import annotations

import numpy as np

from simulator import draws
from tests.twins import Names, uniform


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
            lost[row] = village_share[village] - before
            chance = size * {0: names["disaster_house_safe"], 1: names["disaster_house_unsafe"], 2: 0.0}[int(house[row])]
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
