"""Own business: who starts one, how long it lasts, what it brings.

Once a year a household without a business, with a full worker and the capital it takes, starts one with the hazard
    start = closure x s / ((1 - s) x a x w),
s the founding share of businesses, a the share of households with a full worker and w the share with the capital of
their own, so that without policy as many begin as close. Own capital is the property holding, `business_means` yuan at
the mean; it must reach `business_minimum`. A start-up grant counts towards that minimum and, with the plan that comes
with it, a household starts at `grant_start` a year; linked to a village leader it starts more often by `leader_start`.
Who would have begun anyway begins at full size, who needed the grant or the leader at `smallest_business` of it.
Leaders and grants lower the hazard of closure by `leader_survival` and `grant_survival`. Borrowed money is not counted
towards the minimum: it earns its own return below, and no yuan works twice.
Income = business factor x (season x `enterprise_yuan` x size x local demand + a quarter of the return on borrowed money
at work); the village's local demand is 1 when it is as usual. Source: model 7.1 and 7.4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

from simulator.draws import BUSINESS_YEAR, normal, uniforms
from simulator.rules import rule


def start_hazard(numbers: Mapping[str, float]) -> float:
    """Yearly hazard of starting a business for those who can, at which starts balance closures; 1 at the most."""
    share, spread = numbers["enterprise_share"], numbers["assets_sd"]
    least = numbers["business_minimum"] / numbers["business_means"]
    wealthy = 1.0 - NormalDist().cdf((math.log(least) + 0.5 * spread * spread) / spread)
    able = (1.0 - share) * numbers["business_able"] * wealthy
    return min(1.0, numbers["business_closure"] * share / able) if able > 0.0 else 1.0


@rule
def business_start(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    size,
    labour,
    assets,
    enterprise,
    start_capital,
    led,
    business_start_hazard,
    business_closure,
    business_means,
    business_minimum,
    smallest_business,
    grant_start,
    grant_survival,
    leader_start,
    leader_survival,
    enterprise_share,
    enterprise_sd,
    trend,
):
    """Businesses that close and begin this year; the size of a new one is drawn as at founding. Yuan of year 0."""
    for row in range(key.shape[0]):
        if size[row] == 0:
            continue
        granted = start_capital[row] > 0.0
        if enterprise[row] > 0.0:
            _, closes, _, _ = uniforms(seed, replicate, key[row], BUSINESS_YEAR, moment, 0)
            hazard = business_closure * (1.0 - leader_survival * led[row])
            if closes < (hazard * (1.0 - grant_survival) if granted else hazard):
                enterprise[row] = 0.0
                start_capital[row] = 0.0
            continue
        own = business_means * assets[row]
        if labour[row] < 1.0 or own + start_capital[row] / trend < business_minimum:
            continue
        starts, _, big, _ = uniforms(seed, replicate, key[row], BUSINESS_YEAR, moment, 0)
        unhelped = business_start_hazard if own >= business_minimum else 0.0
        helped = unhelped * (1.0 + leader_start * led[row])
        if starts < (max(helped, grant_start) if granted else helped):
            drawn = math.exp(enterprise_sd * normal(big) - 0.5 * enterprise_sd * enterprise_sd) / enterprise_share
            enterprise[row] = drawn if starts < unhelped else smallest_business * drawn


@rule
def own_business(  # type: ignore[no-untyped-def]
    village,
    size,
    enterprise,
    loan_capital,
    business_factor,
    enterprise_income,
    village_demand_factor,
    enterprise_yuan,
    loan_return,
    season_business,
):
    """Net income of the own business this quarter. `enterprise_yuan` is yuan a year for the mean business at mean
    productivity, incomes of the day; borrowed money at work yields `loan_return` a year times productivity."""
    for row in range(size.shape[0]):
        if size[row] > 0 and (enterprise[row] > 0.0 or loan_capital[row] > 0.0):
            own = season_business * enterprise_yuan * enterprise[row] * village_demand_factor[village[row]]
            borrowed = 0.25 * loan_return * loan_capital[row]
            enterprise_income[row] = math.floor(100.0 * business_factor[row] * (own + borrowed) + 0.5)
