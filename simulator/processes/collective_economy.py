"""The village collective: what it earns, what its station earns, what it pays, and what it owns.

Operating income of a quarter = a quarter of the lasting base, risen with rural income at its own elasticity, + the
yields of capital placed in enclaves and in assets it leases out at home + the collective's share of station revenue;
grants and subsidies are no operating income (QZ-6). A station sells kilowatts x hours of the year x season x
(1 - outage) x (1 - degradation)**age. The base price is paid at once; the subsidy, `subsidy_share` of the price, becomes
due and 1 / (1 + `subsidy_lag`) of all that is due is paid a quarter, so that a yuan waits `subsidy_lag` quarters on
average. Less upkeep and a firm's share, if it has one, revenue is shared: part for the collective, the rest for a
smoothing fund, which pays out a slow trend of it: the posts' part as wages to supported households with labour, the
rest as dividends to supported households without (to all supported ones where a village has none of a class). The
collective serves its debt out of its part, and spends `works_share` of what its assets yield on public works for the
neediest. All money is whole fen, and every quarter closes:
    change of collective_cash = operating_income + other_income - works_paid - debt_paid
    change of smoothing_fund = station_revenue - station_kept - station_firm - station_payout
    station_revenue = price x output - upkeep - change of station_subsidy_due
    assets = enclave + lease_assets + station_value, which change by what is put in and by wear (C-ASSET).
Source: model 7.6; ZJ-2.3, ZJ-2.5; stations with debt or a firm's money break FS-9 (C-PV4).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import STATION_YEAR, normal, uniform
from simulator.rules import compiled, rule


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
def lease_income(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    annual_moment,
    village_key,
    village_lease_assets,
    village_asset_yield,
    village_operating_income,
    village_collective_cash,
    village_grant_lease_yield,
    village_grant_lease_yield_sd,
):
    """Rent of assets the village leases out at home; the luck of the year is its own."""
    for row in range(village_key.shape[0]):
        if village_lease_assets[row] > 0:
            luck = normal(uniform(seed, replicate, village_key[row], STATION_YEAR, annual_moment, 2))
            year = max(village_grant_lease_yield + village_grant_lease_yield_sd * luck, 0.0)
            earned = math.floor(0.25 * year * village_lease_assets[row] + 0.5)
            village_asset_yield[row] += earned
            village_operating_income[row] += earned
            village_collective_cash[row] += earned


@rule
def enclave_income(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    annual_moment,
    province_key,
    village_enclave,
    village_asset_yield,
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
        village_asset_yield[row] += earned
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
    village_station_output,
    village_station_revenue,
    village_station_subsidy_due,
    village_station_kept,
    village_station_firm,
    village_station_shared,
    village_smoothing_fund,
    village_operating_income,
    village_collective_cash,
    village_station_design_hours,
    village_station_hours_sd,
    village_station_price,
    village_station_subsidy_share,
    village_station_subsidy_lag,
    village_station_upkeep,
    village_station_degradation,
    village_station_outage,
    village_station_collective_share,
    village_station_firm_share,
    season_sun,
):
    """Electricity sold, subsidy waited for, upkeep paid, and revenue split between firm, collective and households."""
    for row in range(village_key.shape[0]):
        kilowatts = village_station_kw[row]
        if kilowatts == 0.0:
            continue
        luck = normal(uniform(seed, replicate, village_key[row], STATION_YEAR, annual_moment, 0))
        hours = max(village_station_design_hours + village_station_hours_sd * luck, 0.0)
        wear = (1.0 - village_station_degradation) ** village_station_age[row] * (1.0 - village_station_outage)
        village_station_output[row] = kilowatts * hours * season_sun * wear
        upkeep = 0.25 * 1000.0 * village_station_upkeep * kilowatts
        sold = village_station_price * village_station_output[row]
        earned = np.int64(math.floor(100.0 * (sold - upkeep) + 0.5))
        due = village_station_subsidy_due[row] + np.int64(math.floor(100.0 * village_station_subsidy_share * sold + 0.5))
        waits = due - np.int64(math.floor(due / (1.0 + village_station_subsidy_lag) + 0.5))
        revenue = earned - (waits - village_station_subsidy_due[row])
        village_station_subsidy_due[row] = waits
        village_station_revenue[row] = revenue
        firm = np.int64(math.floor(village_station_firm_share * max(revenue, 0) + 0.5))
        left = revenue - firm
        kept = np.int64(math.floor(village_station_collective_share * left + 0.5)) if left > 0 else left
        village_station_firm[row] = firm
        village_station_kept[row] = kept
        village_operating_income[row] += kept
        village_collective_cash[row] += kept
        village_smoothing_fund[row] += left - kept
        village_station_shared[row] += left - kept
        village_station_age[row] += 0.25


@rule
def serve_debt(  # type: ignore[no-untyped-def]
    village_debt,
    village_debt_paid,
    village_station_kept,
    village_collective_cash,
    village_station_debt_rate,
):
    """Interest first, then repayment, out of the collective's part of the station's revenue; interest that part cannot
    pay is added to the debt."""
    for row in range(village_debt.shape[0]):
        if village_debt[row] > 0:
            owed = village_debt[row] + np.int64(math.floor(0.25 * village_station_debt_rate * village_debt[row] + 0.5))
            paid = min(owed, max(village_station_kept[row], 0))
            village_debt[row] = owed - paid
            village_debt_paid[row] = paid
            village_collective_cash[row] -= paid


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


@compiled
def needier(row, other, key, labour, last_income, last_persons):  # type: ignore[no-untyped-def]
    """Whether a household comes before another for public works; the key breaks ties."""
    if (labour[row] < 1.0) != (labour[other] < 1.0):
        return labour[row] < 1.0
    own, its = last_income[row] * max(last_persons[other], 1), last_income[other] * max(last_persons[row], 1)
    return own < its if own != its else key[row] < key[other]


@rule
def public_works(  # type: ignore[no-untyped-def]
    village_start,
    key,
    supported,
    labour,
    last_income,
    last_persons,
    wage_post,
    village_asset_yield,
    village_works_paid,
    village_collective_cash,
    village_grant_works_share,
    village_grant_works_wage,
):
    """As many places of public works as a share of the quarter's asset yield pays for, one a household: supported
    households with labour, those with less than a full worker first, the poorer by last year's income first."""
    wage = np.int64(math.floor(100.0 * village_grant_works_wage + 0.5))
    for village in range(village_works_paid.shape[0]):
        budget = village_grant_works_share * village_asset_yield[village]
        places = int(budget // wage) if wage > 0 else 0
        if places == 0:
            continue
        first, last = village_start[village], village_start[village + 1]
        taken = np.zeros(last - first, np.bool_)
        for _ in range(places):
            chosen = -1
            for row in range(first, last):
                if supported[row] == 1 and labour[row] > 0.0 and not taken[row - first]:
                    if chosen < 0 or needier(row, chosen, key, labour, last_income, last_persons):
                        chosen = row
            if chosen < 0:
                break
            taken[chosen - first] = True
            wage_post[chosen] += wage
            village_works_paid[village] += wage
        village_collective_cash[village] -= village_works_paid[village]


@rule
def value_assets(village_enclave, village_lease_assets, village_station_value, village_assets, collective_wear):  # type: ignore[no-untyped-def]
    """What the collective owns besides cash after a quarter's wear of what stands in the village."""
    left = (1.0 - collective_wear) ** 0.25
    for row in range(village_assets.shape[0]):
        village_lease_assets[row] = np.int64(math.floor(left * village_lease_assets[row] + 0.5))
        village_station_value[row] = np.int64(math.floor(left * village_station_value[row] + 0.5))
        village_assets[row] = village_enclave[row] + village_lease_assets[row] + village_station_value[row]


@rule
def close_collective_quarter(  # type: ignore[no-untyped-def]
    village_operating_income, village_other_income, village_year_operating, village_year_total
):
    """Add the quarter's collective income to the year."""
    for row in range(village_year_total.shape[0]):
        village_year_operating[row] += village_operating_income[row]
        village_year_total[row] += village_operating_income[row] + village_other_income[row]
