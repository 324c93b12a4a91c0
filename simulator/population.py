"""The first world: villages sampled by stratum, their households and members drawn from published marginals.

Identity comes from (place, village, ordinal), so a village is the same village in a small sample and in the full place.
Each stratum (key villages, other weak villages, others) gives at least two villages, and each sampled village stands
for a whole number of villages of its stratum. What tells villages apart (where they lie, how fit they are to live in,
what their collective earns, what land and forest there is) is drawn here and stays (LL-3.1.2).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from simulator.accounts import Accounts
from simulator.calendar import Quarter
from simulator.cooperatives import Cooperatives
from simulator.counties import LINE_RULES, Counties
from simulator.draws import (
    COUNTY,
    FOUNDING_COUNTY,
    FOUNDING_PLACE,
    FOUNDING_VILLAGE,
    VILLAGE,
    name_key,
    normal,
    offspring,
    uniforms,
)
from simulator.founding import found_cooperatives, found_households, found_members
from simulator.households import Households
from simulator.macro import MacroDraw, Pin, first_simulated_year, macro_path
from simulator.members import SPARE_PLACES, Members
from simulator.processes.demography import close_ranks
from simulator.processes.membership import found_membership, log_odds
from simulator.scenario import Scenario
from simulator.villages import STRATA, Villages
from simulator.world import Luck, World

DEFAULT_HOUSEHOLDS = 20_000
# Spare rows of a village for households that come of a division: a share of its households, and at least so many.
SPARE_ROWS, FEWEST_SPARE_ROWS = 0.20, 3
SPARE_ROSTER = 6


def villages_in_place(scenario: Scenario) -> tuple[int, ...]:
    """Villages of the place by stratum: key villages, the others under 100,000 yuan of collective income, the rest."""
    return villages_by_stratum(scenario.values)


def villages_by_stratum(values: Mapping[str, float]) -> tuple[int, ...]:
    """The same of numbers alone, drawn or stated."""
    key, weak, total = (round(values[f"place.villages_{name}"]) for name in ("key", "under_100k", "total"))
    return key, weak - key, total - weak


def villages_to_sample(scenario: Scenario, households: int | None) -> tuple[int, ...]:
    """Villages to draw by stratum for about that many households (None: all). Small samples keep two a stratum."""
    in_place = villages_in_place(scenario)
    if households is None:
        return in_place
    scale = households / DEFAULT_HOUSEHOLDS
    wanted = [round(scale * scenario.values[f"place.sample_{stratum}"]) for stratum in STRATA]
    return tuple(min(there, max(2, number)) for number, there in zip(wanted, in_place, strict=True))


def found_counties(scenario: Scenario, luck: Luck) -> Counties:
    """Counties with their lasting level and the way each sets its identification line. Raises ValueError for a fixed
    line without its yuan."""
    number, supported = round(scenario.values["place.counties"]), round(scenario.values["place.counties_supported"])
    place_key = name_key(scenario.place)
    counties = Counties(number)
    choice = scenario.switches["place.line_rule"]
    if choice == "fixed" and "place.poverty_line" not in scenario.values:
        raise ValueError("a fixed identification line needs its yuan: place.poverty_line")
    for row in range(number):
        key = np.uint64(offspring(place_key, COUNTY, row))
        u_level, u_rule, _, _ = uniforms(luck.seed, luck.replicate, key, FOUNDING_COUNTY, 0, 0)
        counties.key[row] = key
        counties.supported[row] = 1 if row < supported else 0
        gap = scenario.values["place.supported_county_gap"] if row < supported else 0.0
        counties.level[row] = scenario.values["place.county_level_sd"] * normal(u_level) - gap
        counties.line_rule[row] = LINE_RULES.index(choice) if choice in LINE_RULES else int(u_rule < 0.5)
    return counties


def found_villages(
    scenario: Scenario, luck: Luck, counties: Counties, households: int | None
) -> tuple[Villages, np.ndarray]:
    """Sampled villages, and how many households each has (V,)."""
    values = scenario.values
    in_place, sampled = villages_in_place(scenario), villages_to_sample(scenario, households)
    villages = Villages(sum(sampled))
    villages.farm_price[:], villages.market_factor[:], villages.demand_factor[:] = 1.0, 1.0, 1.0
    sizes = np.zeros(sum(sampled), np.int64)
    place_key = name_key(scenario.place)
    supported = np.flatnonzero(counties.supported == 1)
    row = 0
    for stratum, (there, drawn) in enumerate(zip(in_place, sampled, strict=True)):
        for ordinal in range(drawn):
            key = np.uint64(offspring(place_key, VILLAGE, stratum * 1_000_000 + ordinal))
            u_size, u_base, u_level, u_county = uniforms(luck.seed, luck.replicate, key, FOUNDING_VILLAGE, 0, 0)
            spread = values["place.village_size_sd"]
            size = values["place.households_per_village"] * math.exp(spread * normal(u_size) - 0.5 * spread * spread)
            sizes[row] = max(20, round(size))
            # Key villages lie in the supported counties (ZJ-1.3, ZJ-2.5: the weak villages of the 26 counties).
            pool = supported if stratum == 0 else np.arange(counties.length)
            villages.key[row] = key
            villages.stratum[row] = stratum
            villages.county[row] = pool[int(u_county * len(pool))]
            villages.stands_for[row] = there // drawn + (1 if ordinal < there % drawn else 0)
            villages.level[row] = counties.level[villages.county[row]] + values["place.village_level_sd"] * normal(
                u_level
            )
            low, high = (
                values[f"place.collective_low_{STRATA[stratum]}"],
                values[f"place.collective_high_{STRATA[stratum]}"],
            )
            total = low * (high / low) ** u_base
            operating = values["place.collective_operating_share"]
            villages.collective_base[row] = operating * total
            villages.collective_subsidy[row] = (1.0 - operating) * total
            place_village(scenario, luck, villages, row)
            row += 1
    return villages, sizes


def place_village(scenario: Scenario, luck: Luck, villages: Villages, row: int) -> None:
    """Where a village lies: log odds of remoteness are normal around its stratum's; habitability falls with it."""
    values, key = scenario.values, villages.key[row]
    u_remote, u_fit, _, _ = uniforms(luck.seed, luck.replicate, key, FOUNDING_PLACE, 0, 0)
    middle, spread = values[f"place.remoteness_{STRATA[villages.stratum[row]]}"], values["place.remoteness_sd"]
    remote = log_odds(middle) + spread * normal(u_remote)
    fit = log_odds(values["place.habitability_median"]) - 0.6 * remote + 0.5 * normal(u_fit)
    villages.remoteness[row] = 1.0 / (1.0 + math.exp(-remote))
    villages.habitability[row] = 1.0 / (1.0 + math.exp(-fit))


def rows_of(founders: np.ndarray) -> np.ndarray:
    """Household rows of villages (V,) with so many founding households: theirs and the spare ones."""
    spare = np.maximum(np.ceil(SPARE_ROWS * founders), FEWEST_SPARE_ROWS)
    return founders + spare.astype(np.int64)


def found_world(scenario: Scenario, luck: Luck, households: int | None, macro: MacroDraw) -> World:
    """The world at the start of the burn-in, before anything has happened."""
    counties = found_counties(scenario, luck)
    villages, founders = found_villages(scenario, luck, counties, households)
    rows = rows_of(founders)
    village_start = np.concatenate([[0], np.cumsum(rows)]).astype(np.int64)
    table = Households(int(village_start[-1]))
    table.village[:] = np.repeat(np.arange(villages.length), rows)
    cooperatives = Cooperatives(villages.length)
    world = World(
        households=table,
        members=Members(0),
        villages=villages,
        counties=counties,
        cooperatives=cooperatives,
        roster_start=np.zeros(1, np.int64),
        village_start=village_start,
        accounts=Accounts(scenario.funds),
        luck=luck,
        path=macro_path(scenario, macro),
        pin=Pin(),
        now=Quarter(first_simulated_year(scenario), 1),
        province_key=name_key(scenario.place),
    )
    world.bind(scenario)
    found_households({**world.names, "founders": founders})
    found_cooperatives(world.names)
    found_membership(world.names)
    places = np.where(table.size > 0, table.size + SPARE_PLACES, SPARE_ROSTER)
    world.roster_start = np.concatenate([[0], np.cumsum(places)]).astype(np.int64)
    world.members = Members(int(world.roster_start[-1]))
    world.bind(scenario)
    found_members(world.names)
    close_ranks(world.names)
    return world
