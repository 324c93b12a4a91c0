"""The pandemic of 2020 by quarter: fewer hours of migrants, of work near home and of business, farm hardly touched.

In every quarter of 2020 the yuan levels of the day are multiplied by `pandemic_<what>_q<quarter>` for migrants' wages,
wages near home, own business and farm income; in the first `pandemic_return` more migrants come home for good. It is a
stress in forecast mode alone: the published series has it inside. It comes on top of the pin, which neither expects it
nor makes up for it a year later (`expected_share`).
Source: model 7.2 and 8; business suffers most, then wages, farm and transfers hardly (Long and others 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.counties import expected_market
from simulator.world import World

YEAR = 2020
# What is multiplied: the level of the day, by the name of its multiplier, and the season its flow follows.
LEVELS = {
    "wage_migrant": ("migrant", "wage"),
    "wage_local": ("local", "wage"),
    "enterprise_yuan": ("business", "business"),
    "farm_yuan": ("farm", "business"),
}


def strikes(world: World) -> bool:
    """Whether the year at hand is the pandemic's, in the mode and with the switch that show it."""
    return world.now.year == YEAR and world.path.mode == "forecast" and "pandemic" not in world.names["off"]


def multiplier(names: Mapping[str, Any], what: str, quarter: int) -> float:
    """The stated multiplier of a quarter of 2020."""
    return float(names[f"pandemic_{what}_q{quarter}"])


def pandemic(world: World) -> None:
    """Lower the levels of the day; after `set_clock`, in every quarter. Without the pandemic nothing changes."""
    names, quarter = world.names, world.now.quarter
    struck = strikes(world)
    names["pandemic_homecoming"] = names["pandemic_return"] if struck and quarter == 1 else 0.0
    names["pandemic_business"] = multiplier(names, "business", quarter) if struck else 1.0
    if struck:
        for level, (what, _) in LEVELS.items():
            names[level] *= multiplier(names, what, quarter)


def expected_share(world: World, expected: float, seasons: Mapping[str, tuple[float, ...]]) -> float:
    """Market income the year can expect with the pandemic, relative to `expected` without; 1 in any other year.
    `seasons`: shares of the year's flow by quarter."""
    if not strikes(world):
        return 1.0
    names = dict(world.names)
    for level, (what, season) in LEVELS.items():
        shares = seasons[season]
        names[level] *= sum(share * multiplier(names, what, q + 1) for q, share in enumerate(shares)) / sum(shares)
    return float(expected_market(names)[0] / expected)
