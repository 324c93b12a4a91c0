"""Work lost and found, the route it takes, and wages.

A member who can work and works at home is offered wage work with the hazard
offered = `finding` x (away + (1 - away) x local), where `away` is the chance that it is found as a migrant and
local = (1 + openings) x (1 + `commute_effect` x infrastructure) x (1 + access) says how much easier than usual work
near home is to find; the employment service adds its own: 1 - (1 - offered) x (1 - search help). Partial capacity,
hardly looking for work (less so with `effort`), a post or a workshop make them search less. The route is a logit:
log-odds of away = log-odds of `migrant_share` + `migration_wage` x ln(wages away / wages near home, relative to year 0)
+ `migration_peers` x peers - `migration_care` x members to look after - `migration_remoteness` x (remoteness - 1/2)
+ `migration_help` x search help; from fifty, and with partial capacity, work is found near home alone. Local and
migrant work end with their own separation hazards; a pandemic, or illness (`carers`), calls migrants home.
A wage is the published monthly level x months worked x premium of education and training x `wage_factor`, spread over
the quarters by the published seasonal shares. Remittances of absent kin follow wages (see `transfers`).
Source: model 7.4 (migration); hazards anchored, elasticities assumed.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.members import HOME, LOCAL, MIGRANT, POST, STATES, WORKSHOP
from simulator.rules import compiled, rule

YOUNG = 50
HALFWAY = 0.5
# What is certainly more than a chance worked out in another order.
BEYOND_ROUNDING = 1.0 + 1e-9


@compiled
def ease_near_home(vacancies, access, commute_effect, infrastructure):  # type: ignore[no-untyped-def]
    """How much easier than usual work near home is to find: a factor."""
    return (1.0 + vacancies) * (1.0 + access) * (1.0 + commute_effect * infrastructure)


@compiled
def wage_pull(  # type: ignore[no-untyped-def]
    migration_wage, wage_migrant, wage_local, wage_migrant_month, months_migrant, wage_local_month, months_local
):
    """Log-odds of leaving that follow from the day's wages, zero at the ratio of year 0."""
    usual = wage_migrant_month * months_migrant / (wage_local_month * months_local)
    return migration_wage * math.log(wage_migrant / wage_local / usual)


@compiled
def home_pull(  # type: ignore[no-untyped-def]
    peers, care_needed, remoteness, migration_peers, migration_care, migration_remoteness
):
    """Log-odds of leaving that follow from the household: neighbours who left, members to look after, distance."""
    near = migration_care * care_needed + migration_remoteness * (remoteness - HALFWAY)
    return migration_peers * peers - near


@compiled
def route_away(migrant_share, pull):  # type: ignore[no-untyped-def]
    """Chance that work is found as a migrant: the log-odds of `migrant_share` moved by `pull`."""
    odds = migrant_share * math.exp(pull)
    return odds / (odds + 1.0 - migrant_share)


@compiled
def offers(finding, away, local, search_help):  # type: ignore[no-untyped-def]
    """Chance of an offer in a quarter, from the own search or from the employment service."""
    own = min(finding * (away + (1.0 - away) * local), 1.0)
    return 1.0 - (1.0 - own) * (1.0 - search_help)


@compiled
def route_offered(away, local):  # type: ignore[no-untyped-def]
    """Share of offers that lead away."""
    return away / (away + (1.0 - away) * local)


@rule
def employment(  # type: ignore[no-untyped-def]
    village,
    size,
    roster_start,
    roster_used,
    peer_migrants,
    care_needed,
    access,
    effort,
    member_present,
    member_capacity,
    member_age,
    member_work,
    member_luck_job,
    member_luck_route,
    member_attached,
    member_search_help,
    village_vacancies,
    village_infrastructure,
    village_remoteness,
    finding,
    finding_detached,
    finding_partial,
    search_from_post,
    separation_local,
    separation_migrant,
    migrant_share,
    migration_wage,
    migration_peers,
    migration_care,
    migration_remoteness,
    migration_help,
    commute_effect,
    wage_local,
    wage_migrant,
    wage_local_month,
    wage_migrant_month,
    months_local,
    months_migrant,
    pandemic_homecoming,
):
    """Members lose or find work; hazards are of a quarter. Who loses work works at home; who holds a post or works in
    a workshop looks for other work less, by `search_from_post`."""
    wages = wage_pull(
        migration_wage, wage_migrant, wage_local, wage_migrant_month, months_migrant, wage_local_month, months_local
    )
    leaving = separation_migrant + pandemic_homecoming
    for household in range(size.shape[0]):
        if size[household] == 0:
            continue
        home = village[household]
        local = ease_near_home(village_vacancies[home], access[household], commute_effect, village_infrastructure[home])
        most = max(finding * max(local, 1.0) * BEYOND_ROUNDING, separation_local, leaving)
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            luck = member_luck_job[row]
            helped = member_search_help[row]
            # No search finds more than this and nobody loses work: most members need not be looked at more closely.
            if luck >= most + helped:
                continue
            if member_present[row] == 0 or member_capacity[row] == 0.0:
                continue
            state = member_work[row]
            if state == HOME or state == POST or state == WORKSHOP:
                full = member_capacity[row] == 1.0
                searching = 1.0 if full else finding_partial
                if member_attached[row] == 0:
                    searching *= finding_detached + (1.0 - finding_detached) * effort[household]
                if state != HOME:
                    searching *= search_from_post
                away = 0.0
                if full and member_age[row] < YOUNG:
                    pull = wages + home_pull(
                        peer_migrants[household],
                        care_needed[household],
                        village_remoteness[home],
                        migration_peers,
                        migration_care,
                        migration_remoteness,
                    )
                    away = route_away(migrant_share, pull + migration_help * helped)
                if luck < searching * offers(finding, away, local, helped):
                    far = member_luck_route[row] < route_offered(away, local)
                    member_work[row] = MIGRANT if far else LOCAL
            elif state == LOCAL:
                if luck < separation_local:
                    member_work[row] = HOME
            elif state == MIGRANT and luck < leaving:
                member_work[row] = HOME


@rule
def earnings(  # type: ignore[no-untyped-def]
    roster_start,
    roster_used,
    member_present,
    member_capacity,
    member_work,
    member_education,
    member_premium,
    wage_factor,
    wage_work,
    home_labour,
    wage_local,
    wage_migrant,
    education_factor,
    season_wage,
    post_displacement,
):
    """Wages of local and migrant work this quarter, and the labour left at home. `wage_local` and `wage_migrant` are
    yuan a year for a full worker of mean productivity, incomes of the day; a post or workshop leaves part of a worker's
    time for the home."""
    # By what a member does: the part of its labour left at home, and yuan a year for a mean full worker. Whoever cannot
    # work has a capacity of zero, so that nobody need be told apart.
    left = np.zeros(STATES)
    left[HOME], left[POST], left[WORKSHOP] = 1.0, 1.0 - post_displacement, 1.0 - post_displacement
    pay = np.zeros(STATES)
    pay[LOCAL], pay[MIGRANT] = wage_local, wage_migrant
    for household in range(wage_work.shape[0]):
        units = 0.0
        home = 0.0
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            capacity = member_capacity[row] * member_present[row]
            factor = education_factor[member_education[row]]
            if member_premium[row] != 0.0:
                factor *= math.exp(member_premium[row])
            home += capacity * left[member_work[row]]
            units += capacity * factor * pay[member_work[row]]
        home_labour[household] = home
        wage_work[household] = math.floor(100.0 * (units * season_wage * wage_factor[household]) + 0.5)
