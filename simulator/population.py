"""The first world: villages sampled by stratum, their households and members drawn from published marginals.

Identity comes from (place, village, ordinal), so a village is the same village in a small sample and in the full place.
Each stratum (key villages, other weak villages, others) gives at least two villages, and each sampled village stands
for a whole number of villages of its stratum.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.accounts import Accounts
from simulator.calendar import Quarter
from simulator.cooperatives import Cooperatives
from simulator.counties import LINE_RULES, Counties
from simulator.draws import (
    COOPERATIVE,
    COUNTY,
    FOUNDING_ASSETS,
    FOUNDING_COUNTY,
    FOUNDING_ERRORS,
    FOUNDING_HEALTH,
    FOUNDING_HOUSEHOLD,
    FOUNDING_LABOUR,
    FOUNDING_MEMBER,
    FOUNDING_PLACE,
    FOUNDING_ROSTER,
    FOUNDING_TRAITS,
    FOUNDING_VILLAGE,
    HOUSEHOLD,
    MEMBER,
    VILLAGE,
    name_key,
    normal,
    offspring,
    uniforms,
)
from simulator.households import Households
from simulator.macro import MacroDraw, Pin, first_simulated_year, macro_path
from simulator.members import CHRONIC, DISABLED, GOOD, LOCAL, MIGRANT, NO_STUDENT, SPARE_PLACES, Members
from simulator.processes.demography import ADULT_FROM, PARTIAL_FROM, WORK_FROM, close_ranks
from simulator.processes.membership import found_membership, log_odds
from simulator.processes.schooling import SENIOR_FROM, stage
from simulator.rules import rule
from simulator.scenario import Scenario
from simulator.villages import STRATA, Villages
from simulator.world import Luck, World

DEFAULT_HOUSEHOLDS = 20_000
LARGEST_HOUSEHOLD = 6
# Spare rows of a village for households that come of a division: a share of its households, and at least so many.
SPARE_ROWS, FEWEST_SPARE_ROWS = 0.20, 3
SPARE_ROSTER = 6


def villages_in_place(scenario: Scenario) -> tuple[int, ...]:
    """Villages of the place by stratum: key villages, the others under 100,000 yuan of collective income, the rest."""
    key, weak, total = (round(scenario.values[f"place.villages_{name}"]) for name in ("key", "under_100k", "total"))
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


@rule
def found_cooperatives(seed, replicate, village_key, cooperative_key, cooperative_luck_shell, cooperative_quality):  # type: ignore[no-untyped-def]
    """One cooperative a village, of lasting quality."""
    for row in range(village_key.shape[0]):
        cooperative_key[row] = offspring(village_key[row], COOPERATIVE, 0)
        shell, quality, _, _ = uniforms(seed, replicate, cooperative_key[row], FOUNDING_VILLAGE, 0, 0)
        cooperative_luck_shell[row] = shell
        cooperative_quality[row] = math.exp(0.3 * normal(quality) - 0.045)


@rule
def found_households(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_start,
    village_stratum,
    founders,
    key,
    hamlet,
    size,
    ability,
    permanent,
    transitory,
    land,
    forest,
    house,
    enterprise,
    assets,
    remitter,
    observation_error,
    verdict_error,
    application,
    dibao_application,
    household_size,
    sd_ability,
    permanence,
    sd_permanent_shock,
    recovery,
    recovery_poor,
    sd_transitory_shock,
    land_mean,
    land_sd,
    enterprise_share,
    enterprise_sd,
    assets_sd,
    remitter_share,
    remitter_sd,
    hamlet_size,
    forest_mean,
    unsafe_key,
    unsafe_weak,
    unsafe_other,
):
    """Traits of households. The size is one plus a binomial of five with the stated mean; the income process starts
    stationary; property holding and own business lean on ability; the unsafe houses of a stratum are mostly those of
    the households that hold least. Spare rows stay empty."""
    p = (household_size - 1.0) / 5.0
    for village in range(village_key.shape[0]):
        stratum = village_stratum[village]
        unsafe = unsafe_key if stratum == 0 else (unsafe_weak if stratum == 1 else unsafe_other)
        hamlets = max(1, int(founders[village] / hamlet_size + 0.5))
        for row in range(village_start[village], village_start[village] + founders[village]):
            agent = offspring(village_key[village], HOUSEHOLD, row - village_start[village])
            key[row] = agent
            u_size, u_apply, u_dibao, u_remit = uniforms(seed, replicate, agent, FOUNDING_HOUSEHOLD, 0, 0)
            persons = 1
            probability = (1.0 - p) ** 5
            cumulative = probability
            while u_size > cumulative and persons < LARGEST_HOUSEHOLD:
                probability *= p / (1.0 - p) * (6.0 - persons) / persons
                cumulative += probability
                persons += 1
            size[row] = persons
            application[row] = u_apply
            dibao_application[row] = u_dibao
            a, b, c, d = uniforms(seed, replicate, agent, FOUNDING_TRAITS, 0, 0)
            ability[row] = sd_ability * normal(a)
            permanent[row] = sd_permanent_shock / math.sqrt(1.0 - permanence * permanence) * normal(b)
            land[row] = land_mean * math.exp(land_sd * normal(d) - 0.5 * land_sd * land_sd)
            e, f, g, h = uniforms(seed, replicate, agent, FOUNDING_ASSETS, 0, 0)
            holding = 0.6 * normal(a) + 0.8 * normal(e)
            assets[row] = math.exp(assets_sd * holding - 0.5 * assets_sd * assets_sd)
            u_hamlet, u_forest, u_house, _ = uniforms(seed, replicate, agent, FOUNDING_PLACE, 0, 0)
            hamlet[row] = int(hamlets * u_hamlet)
            forest[row] = forest_mean * math.exp(land_sd * normal(u_forest) - 0.5 * land_sd * land_sd)
            house[row] = 1 if 0.6 * holding + 0.8 * normal(u_house) < normal(unsafe) else 0
            memory = recovery + recovery_poor if assets[row] < 0.5 else recovery
            transitory[row] = sd_transitory_shock / math.sqrt(1.0 - memory * memory) * normal(c)
            if f < enterprise_share:
                enterprise[row] = (
                    math.exp(enterprise_sd * normal(g) - 0.5 * enterprise_sd * enterprise_sd) / enterprise_share
                )
            if u_remit < remitter_share:
                remitter[row] = math.exp(remitter_sd * normal(h) - 0.5 * remitter_sd * remitter_sd) / remitter_share
            o, v, _, _ = uniforms(seed, replicate, agent, FOUNDING_ERRORS, 0, 0)
            observation_error[row] = normal(o)
            verdict_error[row] = normal(v)


@rule
def found_members(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    size,
    roster_start,
    member_key,
    member_present,
    member_age,
    member_female,
    member_education,
    member_student,
    member_health,
    member_frailty,
    member_work,
    member_attached,
    attachment,
    finding,
    separation_local,
    separation_migrant,
    migrant_share,
    chronic_prevalence_adult,
    chronic_prevalence_elder,
    chronic_cost_sd,
    disability_prevalence,
    head_age_low,
    head_age_high,
    left_behind,
):
    """Members by a family pattern: head, spouse, a child (or, with `left_behind`, the child of one who has left), the
    child's spouse or child or a second child or a parent, a grandchild or a parent. Education falls with age; chronic
    illness and disability by prevalence; who can work fully is in wage work about as often as finding and separation
    balance."""
    separation = migrant_share * separation_migrant + (1.0 - migrant_share) * separation_local
    employed = finding / (finding + separation)
    for household in range(key.shape[0]):
        u_head, u_gap, u_kin, u_left = uniforms(seed, replicate, key[household], FOUNDING_ROSTER, 0, 0)
        head = int(head_age_low + (head_age_high - head_age_low) * u_head)
        child = head - 23 - int(7.0 * u_gap)
        if child >= 24 and u_left < left_behind:
            child -= 24
        for ordinal in range(size[household]):
            row = roster_start[household] + ordinal
            agent = offspring(key[household], MEMBER, ordinal)
            a, b, c, job = uniforms(seed, replicate, agent, FOUNDING_MEMBER, 0, 0)
            female = 1 if a < 0.5 else 0
            age = head
            if ordinal == 1:
                age = head + int(7.0 * b) - 4
                female = 1 - member_female[row - 1]
            elif ordinal == 2:
                age = child if child >= 0 else head + 24
            elif ordinal == 3:
                if child >= 24 and u_kin < 0.4:
                    age = child - 24
                elif child >= 24:
                    age = child + int(5.0 * b) - 2
                    female = 1 - member_female[row - 1]
                elif child >= 3 and u_kin < 0.6:
                    age = child - 3
                else:
                    age = head + 24 + int(6.0 * b)
            elif ordinal == 4:
                age = child - 25 if child >= 25 else head + 25
            elif ordinal == 5:
                age = child - 28 if child >= 28 else head + 26
            age = min(max(age, 0), 92)
            member_key[row] = agent
            member_present[row] = 1
            member_age[row] = age
            member_female[row] = female
            level = 2.6 - 0.03 * (age - 30) + 0.9 * normal(c) if age >= SENIOR_FROM else 2.0
            member_education[row] = min(max(int(level + 0.5), 0), 4)
            member_student[row] = stage(age, member_education[row])
            d, e, f, route = uniforms(seed, replicate, agent, FOUNDING_HEALTH, 0, 0)
            member_frailty[row] = math.exp(chronic_cost_sd * normal(d))
            prevalence = chronic_prevalence_elder if age >= PARTIAL_FROM else chronic_prevalence_adult
            member_health[row] = GOOD
            if e < disability_prevalence:
                member_health[row] = DISABLED
            elif age >= ADULT_FROM and f < prevalence:
                member_health[row] = CHRONIC
            _, _, _, looks = uniforms(seed, replicate, agent, FOUNDING_LABOUR, 0, 0)
            member_attached[row] = 1 if looks < attachment else 0
            able = WORK_FROM <= age < PARTIAL_FROM and member_health[row] == GOOD and member_attached[row] == 1
            able = able and member_student[row] == NO_STUDENT
            if able and job < employed:
                member_work[row] = MIGRANT if age < 50 and route < migrant_share else LOCAL
