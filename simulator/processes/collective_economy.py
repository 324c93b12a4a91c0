"""The village collective: what it earns, what it pays, and what it owns.

Operating income of a quarter = a quarter of the lasting base, risen with rural income at its own elasticity, + the
yields of capital placed in enclaves and in assets it leases out at home + its share of station revenue (`stations`);
grants and subsidies are no operating income (QZ-6). It serves its debt out of the station's revenue, and spends
`works_share` of what its assets yield on public works for the neediest. Whole fen, and every quarter closes:
    change of collective_cash = operating_income + other_income - works_paid - debt_paid
    assets = enclave + lease_assets + station_value, which change by what is put in and by wear (C-ASSET).
Source: model 7.6; ZJ-2.5, FS-8.
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
