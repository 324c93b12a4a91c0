"""Slow plain-Python twins of farming, land, local markets, farm prices and own business, from the equations stated."""

from __future__ import annotations

import math

import numpy as np

from simulator import draws
from tests.twins import Names, fen, normal, uniform

KEPT_YEARS = 20


def price_of_year(names: Names) -> float:
    """An AR(1) started from nothing twenty years ago, over the standard deviation it then has, mean one."""
    log_price, variance, persistence = 0.0, 0.0, names["price_persistence"]
    for back in reversed(range(KEPT_YEARS)):
        shock = normal(names, names["province_key"], draws.PRICE_YEAR, names["annual_moment"] - 4 * back, 0)
        log_price = persistence * log_price + names["price_sd"] * shock
        variance = persistence**2 * variance + names["price_sd"] ** 2
    return math.exp(log_price - variance / 2)


def lease_land(names: Names) -> Names:
    there, short = names["size"] > 0, names["labour"] < names["lease_below"]
    leased = np.where(there & short, names["lease_share"] * names["land"], 0.0)
    hands = np.where(there & ~short, names["home_labour"], 0.0)
    rented = np.zeros(len(leased))
    for first, last in zip(names["village_start"], names["village_start"][1:], strict=False):
        home = slice(first, last)
        if hands[home].sum() > 0:
            share = hands[home] / hands[home].sum()
            rented[home] = np.minimum(leased[home].sum() * share, names["land"][home])
    return {"leased": leased, "rented": rented}


def land_factor(names: Names) -> np.ndarray:
    worked = np.maximum(names["land"] - names["leased"] + names["rented"], 0.0) / names["land_mean"]
    return np.where((names["size"] > 0) & (worked > 0), worked ** names["land_exponent"], 0.0)


def farming(names: Names) -> Names:
    output, supply = names["farm_output"].copy(), np.zeros(len(names["village_key"]))
    for row in np.flatnonzero((names["size"] > 0) & (names["land_factor"] > 0)):
        home = names["village"][row]
        better = names["village_infrastructure"][home]
        hands = names["home_labour"][row]
        if names["enterprise"][row] > 0:
            hands = max(hands - names["business_hands"], 0.0)
        crop = names["business_factor"][row] * names["member_factor"][row] * names["land_factor"][row]
        crop *= (names["labour_floor"] + hands) ** names["labour_exponent"]
        crop *= 1 + names["infrastructure_margin"] * better
        crop *= 1 - names["disaster_share"][row] * (1 - names["infrastructure_shield"] * better)
        output[row] = names["season_business"] * names["farm_yuan"] * crop
        supply[home] += crop
    return {"farm_output": output, "village_supply": supply}


def sell_crops(names: Names) -> Names:
    rent = names["season_property"] * names["rent_per_mu"] * names["rented"]
    output = names["farm_output"] + 0.01 * names["farm_inputs"]
    yuan = output * names["village_market_factor"][names["village"]] - rent
    return {"farm_income": np.where(names["size"] > 0, np.floor(100 * yuan + 0.5), names["farm_income"])}


def markets(names: Names) -> Names:
    usual = np.where(names["village_usual_supply"] > 0, names["village_usual_supply"], names["village_supply"])
    ratio = np.divide(names["village_supply"], usual, out=np.ones(len(usual)), where=usual > 0)
    free = 1 - names["village_contracted"]
    price = np.maximum(ratio, 1 / names["market_capacity"]) ** (-names["price_slope"] * free)
    unsold = np.zeros(len(usual))
    crowded = ratio > names["market_capacity"]
    unsold[crowded] = 1 - names["market_capacity"] / ratio[crowded]
    contract = np.maximum(price, names["village_price_floor"] / names["farm_price"]) + names["village_contract_premium"]
    sold = (1 - free) * contract + free * price * (1 - unsold)
    return {
        "village_farm_price": price,
        "village_unsold": unsold,
        "village_market_factor": 1 - names["marketed_share"] + names["marketed_share"] * sold,
        "village_usual_supply": usual + names["supply_memory"] * (names["village_supply"] - usual),
    }


def business_start(names: Names) -> Names:
    enterprise, capital = names["enterprise"].copy(), names["start_capital"].copy()
    for row in np.flatnonzero(names["size"] > 0):
        key, led, granted = names["key"][row], names["led"][row] == 1, capital[row] > 0
        if enterprise[row] > 0:
            hazard = names["business_closure"] * (1 - names["leader_survival"] if led else 1.0)
            hazard *= 1 - names["grant_survival"] if granted else 1.0
            if uniform(names, key, draws.BUSINESS_YEAR, names["moment"], 1) < hazard:
                enterprise[row] = capital[row] = 0.0
            continue
        own = names["business_means"] * names["assets"][row]
        if names["labour"][row] < 1 or own + capital[row] / names["trend"] < names["business_minimum"]:
            continue
        alone = names["business_start_hazard"] if own >= names["business_minimum"] else 0.0
        hazard = alone * (1 + names["leader_start"] if led else 1.0)
        hazard = max(hazard, names["grant_start"]) if granted else hazard
        luck = uniform(names, key, draws.BUSINESS_YEAR, names["moment"], 0)
        if luck < hazard:
            size = names["enterprise_sd"] * normal(names, key, draws.BUSINESS_YEAR, names["moment"], 2)
            enterprise[row] = math.exp(size - names["enterprise_sd"] ** 2 / 2) / names["enterprise_share"]
            if luck >= alone:
                enterprise[row] *= names["smallest_business"]
    return {"enterprise": enterprise, "start_capital": capital}


def own_business(names: Names) -> Names:
    income = names["enterprise_income"].copy()
    for row in np.flatnonzero((names["size"] > 0) & (names["enterprise"] + names["loan_capital"] > 0)):
        demand = names["village_demand_factor"][names["village"][row]]
        business = names["season_business"] * names["enterprise_yuan"] * names["enterprise"][row] * demand
        borrowed = names["loan_return"] * names["loan_capital"][row] / 4
        income[row] = fen(names["business_factor"][row] * (business + borrowed))
    return {"enterprise_income": income}
