"""The price of farm produce: one a year for the whole province, relative to its usual level.

ln price moves as an AR(1) over the years, ln p = `price_persistence` x last year's ln p + `price_sd` x a standard
normal. It is drawn as the sum of the shocks that led up to the year, each keyed by its own year, so it starts
stationary and needs no memory; its mean is corrected to one. It enters `farm_yuan`, the level of farm income, before
the pin on the rural mean is set: the pin takes up what a dear or a cheap year does to the mean, and what is left is
that households who live off the land gain or lose against the others.
Source: model 7.2 and 8; `price_sd` is that of a household's mixed basket, not of a single crop.
"""

from __future__ import annotations

import math

from simulator.draws import PRICE_YEAR, normal, uniform
from simulator.rules import rule

# Shocks older than this count for nothing: at the highest persistence, 0.8, a fiftieth of a percent of the variance.
YEARS = 20


@rule
def price_of_year(seed, replicate, province_key, annual_moment, price_persistence, price_sd):  # type: ignore[no-untyped-def]
    """Price of farm produce this year relative to its usual level; its mean over luck is one."""
    log_price = 0.0
    variance = 0.0
    weight = price_sd
    for back in range(YEARS):
        log_price += weight * normal(uniform(seed, replicate, province_key, PRICE_YEAR, annual_moment - 4 * back, 0))
        variance += weight * weight
        weight *= price_persistence
    return math.exp(log_price - 0.5 * variance)
