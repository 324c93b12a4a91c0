"""Cooperatives at the year's end: what their capital earned and who gets it.

Working capital saturates beyond the absorptive capacity A of the linked households: K up to A, then A + s A ln(1 +
(K - A) / A). The surplus is return x quality x luck x working capital; shells earn nothing. It is settled in a stated
order: wages to linked households with labour, the guaranteed dividend on shares (the shortfall becomes arrears, paid
first next year), and of what the year leaves a reserve and a refund to all linked households; the rest stays in the
reserve. A cooperative fails with
a yearly hazard: part of its capital is recovered, the rest is lost, and shares fall with it. Whole fen, conserved.
Source: model 7.5; the order of settlement follows the law on farmers' cooperatives.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import COOPERATIVE_YEAR, normal, uniforms
from simulator.rules import compiled, rule


@compiled
def working_capital(capital, capacity, saturation):  # type: ignore[no-untyped-def]
    """Capital at work, yuan, of `capital` yuan where `capacity` yuan can be absorbed."""
    if capital <= capacity:
        return capital
    if capacity <= 0.0:
        return 0.0
    return capacity + saturation * capacity * math.log(1.0 + (capital - capacity) / capacity)


@rule
def settle_cooperatives(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    village_start,
    size,
    labour,
    cooperative_share,
    wage_cooperative,
    cooperative_dividend,
    cooperative_refund,
    cooperative_key,
    cooperative_luck_shell,
    cooperative_quality,
    cooperative_capital,
    cooperative_reserve,
    cooperative_arrears,
    cooperative_surplus,
    cooperative_linked,
    cooperative_failed,
    cooperative_lost,
    industry_support_capital_return,
    industry_support_return_sd,
    industry_support_absorptive_capacity,
    industry_support_saturation,
    industry_support_wage_share,
    industry_support_guaranteed_rate,
    industry_support_reserve_share,
    industry_support_refund_share,
    industry_support_failure_hazard,
    industry_support_recovery_share,
    industry_support_shell_share,
):
    """Settle the year of every cooperative that holds capital."""
    for village in range(cooperative_key.shape[0]):
        cooperative_surplus[village] = 0
        if cooperative_capital[village] == 0 or cooperative_failed[village] == 1:
            continue
        linked = 0
        workers = 0
        shares = np.int64(0)
        for row in range(village_start[village], village_start[village + 1]):
            if cooperative_share[row] > 0 and size[row] > 0:
                linked += 1
                shares += cooperative_share[row]
                if labour[row] > 0.0:
                    workers += 1
        cooperative_linked[village] = linked
        fails, luck, _, _ = uniforms(seed, replicate, cooperative_key[village], COOPERATIVE_YEAR, moment, 0)
        if linked == 0 or fails < industry_support_failure_hazard:
            kept = industry_support_recovery_share if linked > 0 else 1.0
            before = cooperative_capital[village]
            for row in range(village_start[village], village_start[village + 1]):
                cooperative_share[row] = np.int64(math.floor(kept * cooperative_share[row]))
            cooperative_capital[village] = np.int64(math.floor(kept * before))
            cooperative_lost[village] += before - cooperative_capital[village]
            cooperative_failed[village] = 1 if linked > 0 else 0
            continue
        serves = cooperative_luck_shell[village] >= industry_support_shell_share
        capital = 0.01 * cooperative_capital[village]
        at_work = working_capital(capital, industry_support_absorptive_capacity * linked, industry_support_saturation)
        spread = industry_support_return_sd
        year = math.exp(spread * normal(luck) - 0.5 * spread * spread)
        yuan = industry_support_capital_return * cooperative_quality[village] * year * at_work if serves else 0.0
        surplus = np.int64(math.floor(100.0 * max(yuan, 0.0)))
        cooperative_surplus[village] = surplus
        wages = np.int64(math.floor(industry_support_wage_share * surplus)) if workers > 0 else np.int64(0)
        wage = wages // workers if workers > 0 else np.int64(0)
        left = cooperative_reserve[village] + surplus - wage * workers
        owed = np.int64(math.floor(industry_support_guaranteed_rate * shares)) + cooperative_arrears[village]
        dividend_rate = min(owed, left) / shares if serves else 0.0
        dividends = np.int64(0)
        for row in range(village_start[village], village_start[village + 1]):
            if cooperative_share[row] > 0 and size[row] > 0:
                cooperative_dividend[row] = np.int64(math.floor(dividend_rate * cooperative_share[row]))
                dividends += cooperative_dividend[row]
                if labour[row] > 0.0:
                    wage_cooperative[row] = wage
        cooperative_arrears[village] = max(owed - dividends, np.int64(0))
        left -= dividends
        earned = max(surplus - wage * workers - dividends, np.int64(0))
        free = np.int64(math.floor((1.0 - industry_support_reserve_share) * earned))
        refund = np.int64(math.floor(industry_support_refund_share * free)) // linked
        for row in range(village_start[village], village_start[village + 1]):
            if cooperative_share[row] > 0 and size[row] > 0:
                cooperative_refund[row] = refund
        cooperative_reserve[village] = left - refund * linked
