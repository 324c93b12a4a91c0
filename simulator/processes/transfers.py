"""Income that comes without work: rent and interest, the basic pension, money sent by absent kin."""

from __future__ import annotations

import math

from simulator.rules import rule


@rule
def standing_income(  # type: ignore[no-untyped-def]
    size,
    leased,
    assets,
    elders,
    remitter,
    rent_income,
    pension,
    remittance,
    rent_per_mu,
    property_yuan,
    pension_month,
    remittance_yuan,
    season_property,
    season_transfer,
):
    """Rent of leased land and return on assets, pensions, and remittances of this quarter. All yuan amounts are at
    prices of the day: rent a mu and year, property and remittance a year for a household with the mean holding,
    pension a month and elder."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        rent_income[row] = math.floor(
            100.0 * season_property * (rent_per_mu * leased[row] + property_yuan * assets[row]) + 0.5
        )
        pension[row] = math.floor(300.0 * pension_month * elders[row] + 0.5)
        remittance[row] = math.floor(100.0 * season_transfer * remittance_yuan * remitter[row] + 0.5)
