"""Village stations: what their electricity earns, when it is paid, and how it is shared.

A station sells kilowatts x hours of the year x season x (1 - outage) x (1 - degradation)**age. The base price is paid
at once; the subsidy, `subsidy_share` of the price, becomes due, and 1 / (1 + `subsidy_lag`) of what is due is paid a
quarter, so that a yuan waits `subsidy_lag` quarters on average. A station whose sunshine is insured receives the price
of the hours its year lacks of those insured and pays a premium in hours' worth, both by kilowatt and season and without
subsidy (`interventions/insurance`). Less upkeep and a firm's share, if it has one, revenue
is shared: part for the collective, which serves the station's debt out of it, the rest for a smoothing fund, which pays
out a slow trend of it: the posts' part as wages to supported households with labour, the rest as dividends to supported
households without (to all supported ones where a village has none of a class). Whole fen, and every quarter closes:
    station_revenue = price x output + indemnity - premium - upkeep - change of station_subsidy_due
    change of smoothing_fund = station_revenue - station_kept - station_firm - station_payout.
Source: model 7.6; ZJ-2.3. Stations with debt or a firm's money break FS-9 (C-PV4).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import STATION_YEAR, normal, uniform
from simulator.rules import rule


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
    village_station_indemnity,
    village_station_premium_paid,
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
    """Electricity sold, subsidy waited for, missing sunshine made good, upkeep paid, and revenue split between firm,
    collective and households."""
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
        subsidy = np.int64(math.floor(100.0 * village_station_subsidy_share * sold + 0.5))
        due = village_station_subsidy_due[row] + subsidy
        waits = due - np.int64(math.floor(due / (1.0 + village_station_subsidy_lag) + 0.5))
        hour = 100.0 * village_station_price * kilowatts * season_sun
        indemnity = np.int64(math.floor(hour * max(village_station_insured[row] - hours, 0.0) + 0.5))
        premium = np.int64(math.floor(hour * village_station_premium[row] + 0.5))
        village_station_indemnity[row], village_station_premium_paid[row] = indemnity, premium
        revenue = earned + indemnity - premium - (waits - village_station_subsidy_due[row])
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
