"""Income that comes without work (rent and interest, the basic pension, money sent by absent kin) and what leaves a
household without a return: interest on informal debt, and the contributions to the residents' pension and medical
insurance, which the national survey subtracts from transfer income.
"""

from __future__ import annotations

import math

from simulator.rules import compiled, rule


@compiled
def pension_due(contributors, pension_contribution):  # type: ignore[no-untyped-def]
    """Fen a quarter that the lowest tier of the residents' pension asks of members between 16 and the pension age. The
    tier is a stated amount: it does not rise with prices."""
    return math.floor(25.0 * pension_contribution * contributors + 0.5)


@rule
def standing_income(  # type: ignore[no-untyped-def]
    size,
    leased,
    assets,
    elders,
    remitter,
    debt,
    rent_income,
    pension,
    remittance,
    loan_interest,
    rent_per_mu,
    property_yuan,
    pension_month,
    remittance_yuan,
    debt_rate,
    season_property,
    season_transfer,
):
    """Rent of leased land and return on assets, pensions, remittances, and interest on what is owed to kin. All yuan
    amounts rise with rural incomes: rent a mu and year, property and remittance a year for a household with the mean
    holding, pension a month and elder."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        rent_income[row] = math.floor(
            100.0 * season_property * (rent_per_mu * leased[row] + property_yuan * assets[row]) + 0.5
        )
        pension[row] = math.floor(300.0 * pension_month * elders[row] + 0.5)
        remittance[row] = math.floor(100.0 * season_transfer * remittance_yuan * remitter[row] + 0.5)
        if debt[row] > 0:
            loan_interest[row] += math.floor(0.25 * debt_rate * debt[row] + 0.5)


@rule
def contribute(  # type: ignore[no-untyped-def]
    size, contributors, contribution_paid, contributions, pension_contribution, medical_premium, trend
):
    """Contributions of the quarter: the lowest tier of the residents' pension for every member between 16 and the
    pension age, less what government pays of it, and the medical premium for every member."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        own = pension_due(contributors[row], pension_contribution) - contribution_paid[row]
        premium = math.floor(25.0 * medical_premium * trend * size[row] + 0.5)
        contributions[row] = max(own, 0) + premium
