"""Work lost and found, and wages.

A member who can work and works at home finds wage work with the hazard `finding` (less with partial capacity, much less
if not attached to wage work), as a migrant with probability `migrant_share`; local and migrant work end with their own
separation hazards. A wage is the published monthly level x months worked x premium of education and training x
productivity to the loading, spread over the quarters by the published seasonal shares. Remittances of absent kin follow
wages (see `transfers`).
"""

from __future__ import annotations

import math

from simulator.members import HOME, LOCAL, MIGRANT, POST, WORKSHOP
from simulator.rules import rule


@rule
def employment(  # type: ignore[no-untyped-def]
    member_present,
    member_capacity,
    member_age,
    member_work,
    member_luck_job,
    member_luck_route,
    member_attached,
    finding,
    finding_detached,
    finding_partial,
    search_from_post,
    separation_local,
    separation_migrant,
    migrant_share,
):
    """Members lose or find work; hazards are of a quarter. Who loses work works at home; who holds a post or works in
    a workshop looks for other work less, by `search_from_post`."""
    for row in range(member_present.shape[0]):
        if member_present[row] == 0 or member_capacity[row] == 0.0:
            continue
        state = member_work[row]
        luck = member_luck_job[row]
        if state == HOME or state == POST or state == WORKSHOP:
            hazard = finding if member_capacity[row] == 1.0 else finding * finding_partial
            if member_attached[row] == 0:
                hazard *= finding_detached
            if state != HOME:
                hazard *= search_from_post
            if luck < hazard:
                young = member_age[row] < 50 and member_capacity[row] == 1.0
                member_work[row] = MIGRANT if young and member_luck_route[row] < migrant_share else LOCAL
        elif state == LOCAL:
            if luck < separation_local:
                member_work[row] = HOME
        elif luck < separation_migrant:
            member_work[row] = HOME


@rule
def earnings(  # type: ignore[no-untyped-def]
    roster_start,
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
    yuan a year for a full worker of mean productivity, prices of the day; a post or workshop leaves part of a worker's
    time for the home."""
    for household in range(wage_work.shape[0]):
        units = 0.0
        home = 0.0
        for row in range(roster_start[household], roster_start[household + 1]):
            if member_present[row] == 0 or member_capacity[row] == 0.0:
                continue
            state = member_work[row]
            if state == HOME:
                home += member_capacity[row]
            elif state == POST or state == WORKSHOP:
                home += member_capacity[row] * (1.0 - post_displacement)
            else:
                factor = education_factor[member_education[row]]
                if member_premium[row] != 0.0:
                    factor *= math.exp(member_premium[row])
                units += member_capacity[row] * factor * (wage_migrant if state == MIGRANT else wage_local)
        home_labour[household] = home
        if units > 0.0:
            yuan = units * season_wage * wage_factor[household]
            wage_work[household] = math.floor(100.0 * yuan + 0.5)
