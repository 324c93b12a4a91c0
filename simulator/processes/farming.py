"""Farming: land and labour at home, times productivity and the price level.

Net farm income of a year = level x price index x productivity**loading x (land farmed / mean land)**`land_exponent`
x (`labour_floor` + labour at home)**`labour_exponent`, spread over the quarters by the published seasonal shares of
net business income. A household short of hands leases part of its land out.
"""

from __future__ import annotations

import math

from simulator.rules import rule


@rule
def lease(land, leased, labour, lease_below, lease_share):  # type: ignore[no-untyped-def]
    """Once a year a household whose labour capacity is below `lease_below` leases out `lease_share` of its land."""
    for row in range(land.shape[0]):
        leased[row] = lease_share * land[row] if labour[row] < lease_below else 0.0


@rule
def farming(  # type: ignore[no-untyped-def]
    size,
    land,
    leased,
    home_labour,
    productivity,
    farm_income,
    enterprise,
    loan_capital,
    enterprise_income,
    farm_yuan,
    enterprise_yuan,
    loan_return,
    land_mean,
    land_exponent,
    labour_exponent,
    labour_floor,
    loading_business,
    business_correction,
    season_business,
):
    """Net farm income and net income of the own business this quarter. `farm_yuan` and `enterprise_yuan` are yuan a
    year at mean land, one worker at home and mean productivity, prices of the day; borrowed money at work in the
    household's business yields `loan_return` a year times productivity."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        theta = business_correction * math.exp(loading_business * productivity[row])
        farmed = (land[row] - leased[row]) / land_mean
        if farmed > 0.0:
            yield_factor = farmed**land_exponent * (labour_floor + home_labour[row]) ** labour_exponent
            farm_income[row] = math.floor(100.0 * season_business * farm_yuan * theta * yield_factor + 0.5)
        if enterprise[row] > 0.0 or loan_capital[row] > 0.0:
            own = enterprise_yuan * enterprise[row] * season_business
            borrowed = 0.25 * loan_return * loan_capital[row]
            enterprise_income[row] = math.floor(100.0 * theta * (own + borrowed) + 0.5)
