"""The columns of counties, and the sums that couple villages: of a county for the list, of the place for the pin."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, trait
from simulator.members import LOCAL, MIGRANT
from simulator.processes.employment import (
    YOUNG,
    ease_near_home,
    home_pull,
    offers,
    route_away,
    route_offered,
    wage_pull,
)
from simulator.processes.farming import hands_left
from simulator.rules import compiled, rule

# How a county sets its identification line: as ZJ-1.3 lets it choose, or by one line of yuan that follows prices.
DIBAO_150, MEAN_40, LOWER, HIGHER, FIXED = 0, 1, 2, 3, 4
LINE_RULES = ("dibao150", "mean40", "min", "max", "fixed")


class Counties(Table):
    """Counties of the place."""

    prefix = "county_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from place and ordinal")
    supported: np.ndarray = trait(np.int8, "flag", "founding", "1: one of the counties the province supports")
    level: np.ndarray = trait(np.float64, "log", "founding", "lasting log distance of local productivity")
    shock: np.ndarray = trait(np.float64, "log", "productivity", "shock of the year common to the county")
    line_rule: np.ndarray = trait(
        np.int64, "code", "founding", "0 1.5 x dibao, 1 40 % of the mean, 2 the lower, 3 the higher, 4 fixed in yuan"
    )
    line: np.ndarray = trait(np.float64, "yuan/person/year", "register", "identification line of the coming review")
    persons: np.ndarray = trait(np.int64, "persons", "counties", "rural persons, sampled villages standing for others")
    listed_persons: np.ndarray = trait(np.int64, "persons", "counties", "persons of listed households, likewise")
    results: np.ndarray = trait(
        np.float64, "share", "review", "of the persons on the list those reported at or above the line last time"
    )
    room: np.ndarray = trait(np.int64, "persons", "register", "persons the quota still admits")


@rule
def count_county_persons(  # type: ignore[no-untyped-def]
    village, size, list_state, village_county, village_stands_for, county_persons, county_listed_persons
):
    """Rural persons and listed persons of every county, each sampled village counting for all it stands for."""
    county_persons[:] = 0
    county_listed_persons[:] = 0
    for row in range(village.shape[0]):
        weight = village_stands_for[village[row]] * size[row]
        county = village_county[village[row]]
        county_persons[county] += weight
        if list_state[row] == 1 or list_state[row] == 2:
            county_listed_persons[county] += weight


@rule
def count_county_results(  # type: ignore[no-untyped-def]
    village, size, reviewed, list_state, village_county, village_stands_for, county_results
):
    """What every county reports of its year (LL-4.3): of the persons on the list when the review opened the share found
    at or above the line, under observation or off the list now; 0 where nobody was on it."""
    asked = np.zeros(county_results.shape[0], np.int64)
    above = np.zeros(county_results.shape[0], np.int64)
    for row in range(village.shape[0]):
        if reviewed[row] == 1:
            weight = village_stands_for[village[row]] * size[row]
            asked[village_county[village[row]]] += weight
            if list_state[row] == 2 or list_state[row] == 3:
                above[village_county[village[row]]] += weight
    for county in range(county_results.shape[0]):
        county_results[county] = above[county] / asked[county] if asked[county] > 0 else 0.0


@rule
def entry_thresholds(  # type: ignore[no-untyped-def]
    candidate_rows, order, village, size, priority, village_county, village_stands_for, county_room, county_thresholds
):
    """The last place in the queue each county still admits: candidates in `order` of county and priority enter until
    the county's room in persons is used up; equal places enter together or not at all."""
    county_thresholds[:] = -np.inf
    start = 0
    while start < order.shape[0]:
        first = candidate_rows[order[start]]
        county = village_county[village[first]]
        left = county_room[county]
        end = start
        while end < order.shape[0]:
            leader = candidate_rows[order[end]]
            if village_county[village[leader]] != county:
                break
            tied = end
            persons = np.int64(0)
            while tied < order.shape[0]:
                row = candidate_rows[order[tied]]
                if village_county[village[row]] != county or priority[row] != priority[leader]:
                    break
                persons += size[row] * village_stands_for[village[row]]
                tied += 1
            if persons > left and priority[leader] != -np.inf:
                break
            left -= persons
            county_thresholds[county] = priority[leader]
            end = tied
        while end < order.shape[0] and village_county[village[candidate_rows[order[end]]]] == county:
            end += 1
        start = end


@rule
def lowest_admitted(  # type: ignore[no-untyped-def]
    rows, order, village, size, verified_income, village_stands_for, county_persons, dibao_coverage
):
    """The verified income up to which households `rows`, taken in `order` from the lowest, fill the share
    `dibao_coverage` of all rural persons; equal incomes are admitted together or not at all."""
    left = dibao_coverage * county_persons.sum()
    cut = -np.inf
    start = 0
    while start < order.shape[0]:
        leader = verified_income[rows[order[start]]]
        end = start
        persons = 0
        while end < order.shape[0] and verified_income[rows[order[end]]] == leader:
            persons += size[rows[order[end]]] * village_stands_for[village[rows[order[end]]]]
            end += 1
        if persons > left:
            break
        left -= persons
        cut = leader
        start = end
    return cut


@compiled
def expected_work(working, finding, leaving, leaving_found, season_wage_year):  # type: ignore[no-untyped-def]
    """Share of the year's wages, by season, that a member can expect from the work held when the year opens and from
    work yet to be found, and the mean share of quarters spent at home. `working` is 1 or 0; hazards a quarter."""
    held, found, home = working, 0.0, 1.0 - working
    from_held, from_found, at_home = 0.0, 0.0, 0.0
    for quarter in range(4):
        lost = held * leaving
        home, found = (
            home * (1.0 - finding) + lost + found * leaving_found,
            found * (1.0 - leaving_found) + home * finding,
        )
        held -= lost
        from_held += season_wage_year[quarter] * held
        from_found += season_wage_year[quarter] * found
        at_home += 0.25 * home
    return from_held, from_found, at_home


@compiled
def expected_worker(  # type: ignore[no-untyped-def]
    state,
    search,
    away,
    local,
    finding,
    separation_local,
    separation_migrant,
    wage_local,
    wage_migrant,
    season_wage_year,
):
    """Wages of the year a mean full worker can expect who does `state` when it opens, and the mean share of quarters
    spent at home. `search` is relative to a full, attached worker's, `away` the chance that work found is far."""
    far = route_offered(away, local)
    held = 1.0 if state == LOCAL or state == MIGRANT else 0.0
    leaving = separation_migrant if state == MIGRANT else separation_local
    from_held, from_found, at_home = expected_work(
        held,
        search * offers(finding, away, local, 0.0),
        leaving,
        far * separation_migrant + (1.0 - far) * separation_local,
        season_wage_year,
    )
    held_wage = wage_migrant if state == MIGRANT else wage_local
    return from_held * held_wage + from_found * (far * wage_migrant + (1.0 - far) * wage_local), at_home


@rule
def expected_market(  # type: ignore[no-untyped-def]
    village,
    village_stands_for,
    size,
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_work,
    member_age,
    member_education,
    member_attached,
    peer_migrants,
    care_needed,
    access,
    village_vacancies,
    village_remoteness,
    wage_factor,
    business_factor,
    member_factor,
    land_factor,
    enterprise,
    remitter,
    finding,
    finding_partial,
    finding_detached,
    separation_local,
    separation_migrant,
    migrant_share,
    migration_wage,
    migration_peers,
    migration_care,
    migration_remoteness,
    commute_effect,
    wage_local_month,
    wage_migrant_month,
    months_local,
    months_migrant,
    season_wage_year,
    education_factor,
    wage_local,
    wage_migrant,
    farm_yuan,
    enterprise_yuan,
    remittance_yuan,
    village_demand_factor,
    village_infrastructure,
    business_hands,
    infrastructure_margin,
    labour_exponent,
    labour_floor,
):
    """Market income (wages, farm, own business, remittances) the place can expect this year from who holds what work
    when it opens and from this year's productivity, and persons: yuan at the price names given, persons. Work is found
    as in `employment`, without what a programme adds to the search."""
    expected = 0.0
    persons = 0.0
    day = wage_pull(
        migration_wage, wage_migrant, wage_local, wage_migrant_month, months_migrant, wage_local_month, months_local
    )
    for household in range(size.shape[0]):
        if size[household] == 0:
            continue
        at = village[household]
        local = ease_near_home(village_vacancies[at], access[household], commute_effect, village_infrastructure[at])
        pull = day + home_pull(
            peer_migrants[household],
            care_needed[household],
            village_remoteness[at],
            migration_peers,
            migration_care,
            migration_remoteness,
        )
        away = route_away(migrant_share, pull)
        wages = 0.0
        home = 0.0
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            capacity = member_capacity[row]
            if member_present[row] == 0 or capacity == 0.0:
                continue
            full = capacity == 1.0
            search = 1.0 if full else finding_partial
            if member_attached[row] == 0:
                search *= finding_detached
            wage, at_home = expected_worker(
                member_work[row],
                search,
                away if full and member_age[row] < YOUNG else 0.0,
                local,
                finding,
                separation_local,
                separation_migrant,
                wage_local,
                wage_migrant,
                season_wage_year,
            )
            wages += capacity * education_factor[member_education[row]] * wage
            home += capacity * at_home
        income = wages * wage_factor[household]
        theta = business_factor[household]
        if land_factor[household] > 0.0:
            hands = hands_left(home, enterprise[household], business_hands)
            margin = 1.0 + infrastructure_margin * village_infrastructure[village[household]]
            crop = member_factor[household] * land_factor[household] * (labour_floor + hands) ** labour_exponent
            income += theta * farm_yuan * margin * crop
        demand = village_demand_factor[village[household]]
        income += theta * enterprise_yuan * enterprise[household] * demand + remittance_yuan * remitter[household]
        weight = village_stands_for[village[household]]
        expected += weight * income
        persons += weight * size[household]
    return expected, persons


@rule
def books_of_last_year(village, village_stands_for, size, last_market, last_income, last_persons):  # type: ignore[no-untyped-def]
    """Market income, all other income and person-years of last year, yuan and persons for the whole place."""
    market = 0.0
    other = 0.0
    persons = 0.0
    for row in range(size.shape[0]):
        weight = village_stands_for[village[row]]
        market += 0.01 * weight * last_market[row]
        other += 0.01 * weight * (last_income[row] - last_market[row])
        persons += 0.25 * weight * last_persons[row]
    return market, other, persons
