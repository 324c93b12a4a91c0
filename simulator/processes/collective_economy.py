"""The village collective: what it earns, what its station earns, and how that is shared.

Operating income of a quarter = a quarter of the lasting base, risen with rural income at its own elasticity, + the
yield of capital placed in enclaves + the collective's share of station revenue. A station sells kilowatts x hours of
the year x season x (1 - outage) x (1 - degradation)**age at its price and pays its upkeep. The households' share goes
into a smoothing fund, which pays out a slow trend of it: the posts' part as wages to supported households with labour,
the rest as dividends to supported households without (to all supported ones where a village has none of a class).
Grants are not operating income. All money of the collective is whole fen and conserved: revenue = paid out + kept.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import STATION_YEAR, normal, uniform
from simulator.rules import rule


@rule
def collective_income(  # type: ignore[no-untyped-def]
    village_collective_base,
    village_collective_subsidy,
    village_operating_income,
    village_other_income,
    village_collective_cash,
    collective_trend,
):
    """What the collective earns without policy this quarter: operating income and what is not operating."""
    for row in range(village_collective_base.shape[0]):
        village_operating_income[row] = math.floor(25.0 * collective_trend * village_collective_base[row] + 0.5)
        village_other_income[row] = math.floor(25.0 * collective_trend * village_collective_subsidy[row] + 0.5)
        village_collective_cash[row] += village_operating_income[row] + village_other_income[row]


@rule
def enclave_income(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    annual_moment,
    province_key,
    village_enclave,
    village_operating_income,
    village_collective_cash,
    village_grant_enclave_yield,
    village_grant_enclave_yield_sd,
):
    """Yield of capital placed in pooled assets. The villages of a place pool, so the year's yield is common to all."""
    luck = normal(uniform(seed, replicate, province_key, STATION_YEAR, annual_moment, 1))
    year = max(village_grant_enclave_yield + village_grant_enclave_yield_sd * luck, 0.0)
    for row in range(village_enclave.shape[0]):
        earned = math.floor(0.25 * year * village_enclave[row] + 0.5)
        village_operating_income[row] += earned
        village_collective_cash[row] += earned


@rule
def station_revenue(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    annual_moment,
    village_key,
    village_station_kw,
    village_station_age,
    village_station_insured,
    village_station_premium,
    village_station_output,
    village_station_revenue,
    village_station_kept,
    village_station_shared,
    village_smoothing_fund,
    village_operating_income,
    village_collective_cash,
    village_station_design_hours,
    village_station_hours_sd,
    village_station_price,
    village_station_upkeep,
    village_station_degradation,
    village_station_outage,
    village_station_collective_share,
    season_sun,
):
    """Electricity sold, upkeep paid, and revenue split between the collective and the households' fund. An insured
    station is paid for the hours its year lacks of those insured, less the premium in hours."""
    for row in range(village_key.shape[0]):
        kilowatts = village_station_kw[row]
        if kilowatts == 0.0:
            continue
        luck = normal(uniform(seed, replicate, village_key[row], STATION_YEAR, annual_moment, 0))
        hours = max(village_station_design_hours + village_station_hours_sd * luck, 0.0)
        wear = (1.0 - village_station_degradation) ** village_station_age[row] * (1.0 - village_station_outage)
        village_station_output[row] = kilowatts * hours * season_sun * wear
        upkeep = 0.25 * 1000.0 * village_station_upkeep * kilowatts
        insured = max(village_station_insured[row] - hours, 0.0) - village_station_premium[row]
        sold = village_station_output[row] + kilowatts * insured * season_sun
        revenue = math.floor(100.0 * (village_station_price * sold - upkeep) + 0.5)
        village_station_revenue[row] = revenue
        kept = math.floor(village_station_collective_share * revenue + 0.5) if revenue > 0 else revenue
        village_station_kept[row] = kept
        village_operating_income[row] += kept
        village_collective_cash[row] += kept
        village_smoothing_fund[row] += revenue - kept
        village_station_shared[row] += revenue - kept
        village_station_age[row] += 0.25


@rule
def station_payout(  # type: ignore[no-untyped-def]
    quarter,
    village_start,
    village_station_kw,
    village_station_age,
    village_station_expected,
    village_station_shared,
    village_station_payout,
    village_smoothing_fund,
    supported,
    labour,
    wage_post,
    station_dividend,
    village_station_posts_share,
    village_station_smoothing_high,
):
    """Pay the trend out of the smoothing fund, and what the fund holds above its band at the year's end."""
    for village in range(village_station_kw.shape[0]):
        if village_station_kw[village] == 0.0:
            continue
        if village_station_expected[village] == 0.0:
            village_station_expected[village] = float(village_station_shared[village])
        due = np.int64(min(village_station_expected[village], float(village_smoothing_fund[village])))
        if quarter == 4:
            band = np.int64(4.0 * village_station_smoothing_high * village_station_expected[village])
            due = max(due, village_smoothing_fund[village] - band)
            worked = min(max(4.0 * village_station_age[village], 1.0), 4.0)
            trend = village_station_shared[village] / worked
            village_station_expected[village] = 0.5 * village_station_expected[village] + 0.5 * trend
            village_station_shared[village] = 0
        due = max(due, np.int64(0))
        working = 0
        resting = 0
        for row in range(village_start[village], village_start[village + 1]):
            if supported[row] == 1:
                if labour[row] > 0.0:
                    working += 1
                else:
                    resting += 1
        if working + resting == 0:
            continue
        wages = np.int64(math.floor(village_station_posts_share * due)) if working > 0 else np.int64(0)
        if resting == 0:
            wages = due
        wage = wages // working if working > 0 else np.int64(0)
        dividend = (due - wages) // resting if resting > 0 else np.int64(0)
        for row in range(village_start[village], village_start[village + 1]):
            if supported[row] == 1:
                if labour[row] > 0.0:
                    wage_post[row] += wage
                else:
                    station_dividend[row] += dividend
        paid = wage * working + dividend * resting
        village_station_payout[village] = paid
        village_smoothing_fund[village] -= paid


@rule
def close_collective_quarter(  # type: ignore[no-untyped-def]
    village_operating_income, village_other_income, village_year_operating, village_year_total
):
    """Add the quarter's collective income to the year."""
    for row in range(village_year_total.shape[0]):
        village_year_operating[row] += village_operating_income[row]
        village_year_total[row] += village_operating_income[row] + village_other_income[row]
