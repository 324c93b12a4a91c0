"""The income process: what a household's work yields this year, in log points.

log productivity = ability + permanent + transitory + village, county and province shocks + lasting local levels, where
permanent follows an AR(1) with persistence `permanence`, transitory one with `recovery` (slower for households poor in
assets, `recovery_poor` on top), both started stationary. It multiplies farm and business output with the loading
`loading_business` and wages with `loading_wage`; means are corrected so that shocks do not lift the level. Both
factors are computed once a year: `wage_factor` = `wage_correction` x exp(`loading_wage` x log productivity), and
`business_factor` likewise.
Source: Jalan and Ravallion 2001 (slower recovery of the poor); the dispersion is fitted by `fupin anchor`.
"""

from __future__ import annotations

import math

from simulator.draws import COUNTY_YEAR, HOUSEHOLD_YEAR, PROVINCE_YEAR, VILLAGE_YEAR, normal, uniform, uniforms
from simulator.rules import rule


@rule
def shared_shocks(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    province_key,
    village_key,
    village_shock,
    village_county,
    county_key,
    county_shock,
    sd_village,
    sd_county,
    sd_province,
):
    """Shocks of the year common to villages, counties and the province; the province's is added to every county's."""
    province = sd_province * normal(uniform(seed, replicate, province_key, PROVINCE_YEAR, moment, 0))
    for row in range(county_key.shape[0]):
        county_shock[row] = province + sd_county * normal(
            uniform(seed, replicate, county_key[row], COUNTY_YEAR, moment, 0)
        )
    for row in range(village_key.shape[0]):
        own = sd_village * normal(uniform(seed, replicate, village_key[row], VILLAGE_YEAR, moment, 0))
        village_shock[row] = own + county_shock[village_county[row]]


@rule
def productivity_of_year(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    size,
    village,
    ability,
    permanent,
    transitory,
    assets,
    productivity,
    wage_factor,
    business_factor,
    village_shock,
    village_level,
    permanence,
    sd_permanent_shock,
    sd_transitory_shock,
    recovery,
    recovery_poor,
    loading_wage,
    loading_business,
    wage_correction,
    business_correction,
):
    """Permanent and transitory parts move on; the year's log productivity and what it multiplies income by follow."""
    for row in range(key.shape[0]):
        if size[row] == 0:
            continue
        u_permanent, u_transitory, _, _ = uniforms(seed, replicate, key[row], HOUSEHOLD_YEAR, moment, 0)
        permanent[row] = permanence * permanent[row] + sd_permanent_shock * normal(u_permanent)
        memory = recovery + recovery_poor if assets[row] < 0.5 else recovery
        transitory[row] = memory * transitory[row] + sd_transitory_shock * normal(u_transitory)
        home = village[row]
        productivity[row] = ability[row] + permanent[row] + transitory[row] + village_shock[home] + village_level[home]
        wage_factor[row] = wage_correction * math.exp(loading_wage * productivity[row])
        business_factor[row] = business_correction * math.exp(loading_business * productivity[row])


def log_variance(parameters: dict[str, float]) -> float:
    """Variance of log productivity under stationarity, for the correction of means."""
    return (
        parameters["sd_ability"] ** 2
        + parameters["sd_permanent_shock"] ** 2 / (1.0 - parameters["permanence"] ** 2)
        + parameters["sd_transitory_shock"] ** 2
        / (1.0 - (parameters["recovery"] + 0.5 * parameters["recovery_poor"]) ** 2)
        + parameters["sd_village"] ** 2
        + parameters["sd_county"] ** 2
        + parameters["sd_province"] ** 2
    )


def mean_correction(loading: float, variance: float) -> float:
    """The factor that keeps the mean of exp(loading x log productivity) at one: exp(-loading**2 x variance / 2)."""
    return math.exp(-0.5 * loading * loading * variance)
