"""Consumption, saving and debt: how a household's income of a quarter becomes what it spends and what it is left with.

A household takes for usual what its income has slowly averaged, P = persons x trend x `usual_income`, and consumes

    C = consumption_share x P + pass_through x (Y - P)

out of income Y. The pass-through of what is transitory falls from `mpc_poor` in the poorest third by property to
`mpc_rich` in the richest, linearly in between (Jalan and Ravallion 1999: 0.40 and 0.10). As C is linear in Y, the
seasons of income cancel over a year. Bills (medicine, school, house, own premiums) and loans falling due come on top;
a share in the cooperative was paid out of savings when the household joined. What is left first pays debt back and is
then saved; a shortfall is met out of savings, by borrowing from kin up to `debt_limit` years of usual income, by
selling property, by cutting consumption, and at last by owing the bill. A patient treated before paying need not: the
bill of the quarter may be owed on top of what kin would lend. Y is cash: what insurance and health cover settled at the
hospital is income by the accounts, but never reaches the household, and bills are what is left to pay. So the cash of
every household adds up to the fen:

    Y + loan_cash + borrowed + property_sold
        = C + bills + loan_service + debt_repaid + change of savings

Savings bear no interest here: the yield of `assets` (rent and interest) is booked as property income already.
"""

from __future__ import annotations

import math

from simulator.rules import compiled, rule

# The standard normal quantile of two thirds.
TWO_THIRDS = 0.4307272992954576


def thirds(sd: float) -> tuple[float, float]:
    """Where the poorest third of property holdings ends and the richest begins: the holding is lognormal, mean one."""
    return math.exp(-TWO_THIRDS * sd - 0.5 * sd * sd), math.exp(TWO_THIRDS * sd - 0.5 * sd * sd)


@compiled
def pass_through(assets, assets_poor, assets_rich, mpc_poor, mpc_rich):  # type: ignore[no-untyped-def]
    """Part of a transitory yuan that is consumed, by property holding relative to the mean."""
    if assets <= assets_poor:
        return mpc_poor
    if assets >= assets_rich:
        return mpc_rich
    return mpc_poor - (mpc_poor - mpc_rich) * (assets - assets_poor) / (assets_rich - assets_poor)


@compiled
def meet(short, credit, worth, wanted):  # type: ignore[no-untyped-def]
    """How a shortfall is met, fen: (borrowed, property sold, consumption cut). What neither credit, property nor the
    `wanted` consumption can cover is owed beyond the credit."""
    borrowed = min(short, max(credit, 0))
    sold = min(short - borrowed, worth)
    cut = min(short - borrowed - sold, wanted)
    return short - sold - cut, sold, cut


@rule
def spend(  # type: ignore[no-untyped-def]
    size,
    quarter,
    wage,
    business,
    property,
    transfer,
    out_of_pocket,
    reimbursement,
    cover_settled,
    treat_first,
    school_cost,
    house_cost,
    insurance_premium,
    loan_cash,
    loan_service,
    assets,
    savings,
    debt,
    usual_income,
    distressed,
    consumption,
    borrowed,
    debt_repaid,
    property_sold,
    trend,
    property_yuan,
    consumption_share,
    mpc_poor,
    mpc_rich,
    assets_poor,
    assets_rich,
    usual_weight,
    debt_limit,
    asset_yield,
):
    """Consume, pay, save or borrow: see the equations above. A household seen for the first time takes its first
    quarter for usual. `assets` x property_yuan / `asset_yield` is what its property would fetch."""
    price = 100.0 * property_yuan / asset_yield
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        if quarter == 1:
            distressed[row] = 0
        income = wage[row] + business[row] + property[row] + transfer[row] - reimbursement[row] - cover_settled[row]
        each = income / (trend * size[row])
        if usual_income[row] == 0.0:
            usual_income[row] = each
        usual = max(trend * size[row] * usual_income[row], 0.0)
        usual_income[row] += usual_weight * (each - usual_income[row])
        part = pass_through(assets[row], assets_poor, assets_rich, mpc_poor, mpc_rich)
        wanted = math.floor(max(consumption_share * usual + part * (income - usual), 0.0) + 0.5)
        bills = out_of_pocket[row] + school_cost[row] + house_cost[row] + insurance_premium[row]
        left = savings[row] + income + loan_cash[row] - bills - loan_service[row] - wanted
        if left >= 0:
            debt_repaid[row] = min(debt[row], left)
            savings[row] = left - debt_repaid[row]
            debt[row] -= debt_repaid[row]
            consumption[row] = wanted
            continue
        credit = max(math.floor(4.0 * debt_limit * usual) - debt[row], 0)
        if treat_first[row] == 1:
            credit += out_of_pocket[row]
        worth = math.floor(assets[row] * price)
        borrowed[row], property_sold[row], cut = meet(-left, credit, worth, wanted)
        if borrowed[row] > credit or property_sold[row] > 0 or cut > 0:
            distressed[row] = 1
        if property_sold[row] > 0:
            assets[row] = max(assets[row] - property_sold[row] / price, 0.0)
        consumption[row] = wanted - cut
        debt[row] += borrowed[row]
        savings[row] = 0
