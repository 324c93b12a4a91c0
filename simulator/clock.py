"""The clock: what a quarter's date means in names that rules ask for: seasons, price levels of the day, moments."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.counties import books_of_last_year, expected_market
from simulator.macro import Pin
from simulator.processes.pandemic import expected_share, strikes
from simulator.processes.prices import price_of_year
from simulator.world import World

SEASONS = ("wage", "business", "property", "transfer", "sun")


def season(values: Mapping[str, float], what: str, quarter: int) -> float:
    """Share of the year's flow that falls in a quarter; the second and third share what the others leave."""
    first, last = values[f"season_{what}_q1"], values[f"season_{what}_q4"]
    return {1: first, 4: last}.get(quarter, 0.5 * (1.0 - first - last))


def seasons_of_year(values: Mapping[str, float], what: str) -> tuple[float, ...]:
    """Shares of the year's flow by quarter."""
    return tuple(season(values, what, quarter) for quarter in (1, 2, 3, 4))


def set_clock(world: World) -> None:
    """Write the date, the seasons and the yuan levels of the day into the world's names."""
    names, now = world.names, world.now
    names["moment"] = now.number
    names["annual_moment"] = 4 * now.year
    names["quarter"] = now.quarter
    for what in SEASONS:
        names[f"season_{what}"] = season(names, what, now.quarter)
    names["crop_ahead"] = sum(seasons_of_year(names, "business")[now.quarter - 1 :])
    trend = world.path.trend(now.year)
    market = trend * world.pin.factors.get(now.year, 1.0)
    names["trend"] = trend
    names["collective_trend"] = trend ** names["collective_elasticity"]
    names["wage_local"] = market * names["wage_level"] * names["wage_local_month"] * names["months_local"]
    names["wage_migrant"] = market * names["wage_level"] * names["wage_migrant_month"] * names["months_migrant"]
    names["farm_price"] = 1.0 if "prices" in names["off"] else price_of_year(names)
    names["farm_yuan"] = names["farm_price"] * market * names["business_level"] * names["farm_base"]
    names["enterprise_yuan"] = market * names["business_level"] * names["enterprise_base"]
    names["remittance_yuan"] = market * names["transfer_level"] * names["remittance_base"]
    names["rent_per_mu"] = trend * names["land_rent"]
    names["property_yuan"] = trend * names["property_level"] * names["property_base"]
    names["pension_month"] = trend * names["pension_month_year0"]
    names["season_wage_year"] = np.array(seasons_of_year(names, "wage"))
    # Without the kind no rule that needs its return has anything to work on.
    names["loan_return"] = names.get("micro_loan_loan_return", names.get("mutual_fund_loan_return", 0.0))


def set_pin(world: World) -> None:
    """In the first quarter of the null arm (and of the burn-in): the factor on wages and prices that brings the
    predicted rural mean of the year to the path. Market income is expected from who holds what work and from the year's
    productivity, other income rises with the trend; both carry the drift they have shown. The names hold the prices of
    the day at a factor of one and without a pandemic, which comes on top."""
    pin, year, path = world.pin, world.now.year, world.path
    expected, persons = expected_market(world.names)
    if year - 1 not in world.realised_mean:
        # Nothing is booked yet: the first year of the burn-in expects a mean at the path, transfers a tenth of it.
        pin.factors[year] = 0.9 * path.rural_mean[year] * persons / expected
        pin.expected, pin.persons = expected * pin.factors[year], persons
        return
    booked, other, person_years = books_of_last_year(world.names)
    pin.drift_persons = 0.5 * pin.drift_persons + 0.5 * person_years / pin.persons
    pin.persons = persons
    pin.drift = 0.5 * pin.drift + 0.5 * booked / pin.expected
    if pin.expected_other > 0.0:
        pin.drift_other = 0.5 * pin.drift_other + 0.5 * other / pin.expected_other
    pin.expected_other = other * path.rural_mean[year] / path.rural_mean[year - 1]
    wanted = path.rural_mean[year] * persons * pin.drift_persons - pin.expected_other * pin.drift_other
    pin.factors[year] = wanted / (expected * pin.drift)
    seasons = {what: seasons_of_year(world.names, what) for what in ("wage", "business")}
    struck = expected_share(world, expected, seasons)
    pin.expected = expected * pin.factors[year] * struck
    pin.stress[year] = 1.0 - (1.0 - struck) * wanted / (path.rural_mean[year] * persons * pin.drift_persons)


def follow_pin(world: World, pin: Pin) -> None:
    """Read the null arm's factor for this year, and say what mean a struck year can expect, from last year's books."""
    year = world.now.year
    world.pin.factors[year] = pin.factors[year]
    if strikes(world):
        market, other, _ = books_of_last_year(world.names)
        seasons = {what: seasons_of_year(world.names, what) for what in ("wage", "business")}
        struck = expected_share(world, expected_market(world.names)[0], seasons)
        world.pin.stress[year] = 1.0 - (1.0 - struck) * market / (market + other)
