"""Farming: land and labour at home, times productivity and the price level, less what disaster takes.

Output of a quarter at the usual local price = season x `farm_yuan` x business factor x member factor
    x (land worked / mean land)**`land_exponent` x (`labour_floor` + hands)**`labour_exponent`
    x (1 + `infrastructure_margin` x infrastructure) x (1 - crop lost),
where hands are the labour at home less `business_hands` for an own business, land worked is own land less land leased
out plus land rented in, and better roads and water, `infrastructure` from 0 to 1, also shield the share
`infrastructure_shield` of the crop. Net farm income = output x the village's market factor less the rent of land rented
in. Seasons are the published quarterly shares of net business income. Source: model 7.1.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.rules import compiled, rule

# Labour at home mostly comes in half workers: so many of them are reckoned once a quarter for all.
HALVES = 16


@compiled
def land_worked(land, leased, rented, land_mean, land_exponent):  # type: ignore[no-untyped-def]
    """What land contributes to output: (own less leased out plus rented in, relative to the mean)**exponent."""
    worked = max(land - leased + rented, 0.0) / land_mean
    return worked**land_exponent if worked > 0.0 else 0.0


@rule
def take_stock_of_land(size, land, leased, rented, land_factor, land_mean, land_exponent):  # type: ignore[no-untyped-def]
    """Once a year, after leases are made: what the land each household works contributes to its output."""
    for row in range(size.shape[0]):
        if size[row] > 0:
            land_factor[row] = land_worked(land[row], leased[row], rented[row], land_mean, land_exponent)
        else:
            land_factor[row] = 0.0


@compiled
def hands_left(home_labour, enterprise, business_hands):  # type: ignore[no-untyped-def]
    """Labour at home that the own business leaves to the farm."""
    return max(home_labour - business_hands, 0.0) if enterprise > 0.0 else home_labour


@rule
def farming(  # type: ignore[no-untyped-def]
    village_start,
    size,
    land_factor,
    home_labour,
    business_factor,
    member_factor,
    enterprise,
    disaster_share,
    farm_output,
    village_infrastructure,
    village_supply,
    farm_yuan,
    labour_exponent,
    labour_floor,
    business_hands,
    infrastructure_margin,
    infrastructure_shield,
    season_business,
):
    """Farm output of the quarter at the usual local price, and what each village brings to market, season and price
    level apart. `farm_yuan` is yuan a year at mean land, one worker and mean productivity, incomes of the day."""
    labour_factor = np.zeros(HALVES)
    for halves in range(HALVES):
        labour_factor[halves] = (labour_floor + 0.5 * halves) ** labour_exponent
    for village in range(village_supply.shape[0]):
        margin = 1.0 + infrastructure_margin * village_infrastructure[village]
        exposed = 1.0 - infrastructure_shield * village_infrastructure[village]
        supply = 0.0
        for row in range(village_start[village], village_start[village + 1]):
            if size[row] == 0 or land_factor[row] == 0.0:
                continue
            hands = hands_left(home_labour[row], enterprise[row], business_hands)
            halves = int(2.0 * hands)
            if halves < HALVES and 0.5 * halves == hands:
                labour = labour_factor[halves]
            else:
                labour = (labour_floor + hands) ** labour_exponent
            crop = margin * (1.0 - exposed * disaster_share[row])
            crop *= business_factor[row] * member_factor[row] * land_factor[row] * labour
            farm_output[row] = season_business * farm_yuan * crop
            supply += crop
        village_supply[village] = supply


@rule
def sell_crops(  # type: ignore[no-untyped-def]
    village, size, farm_output, farm_inputs, rented, farm_income, village_market_factor, rent_per_mu, season_property
):
    """Net farm income of the quarter: output, with what inputs given in kind add (`farm_inputs`), as the market of the
    village takes it, less the rent of land rented in, due when those who leased it out receive theirs."""
    rent = season_property * rent_per_mu
    for row in range(size.shape[0]):
        if size[row] > 0:
            output = farm_output[row] + 0.01 * farm_inputs[row]
            yuan = output * village_market_factor[village[row]] - rent * rented[row]
            farm_income[row] = math.floor(100.0 * yuan + 0.5)
