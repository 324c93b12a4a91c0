"""Carers: a grave illness or a severe disability also takes the labour of somebody who is well.

While a member is gravely ill (`sick_quarters` above zero), or so disabled that somebody must look after them (a lasting
uniform of the member below `severe_share`), one other able member spends `carer_loss` of a full worker's labour on it,
at most all of their own; whoever has none left gives up other work. Who cares: of those at home the one with most
labour; else of those in a post, a workshop or work near home; if all are away, a migrant comes home. One carer a
household, however many need one. The household's `labour`, by which programmes tell households with labour from those
without, is what its members could do, and is not lessened; `capacity`, the labour at hand this quarter, is, so that
hours never exceed what is there.
Source: model 7.2 and 7.4 (carer loss, return on illness at home); sizes assumed.
"""

from __future__ import annotations

from simulator.draws import CARE, uniform
from simulator.members import DISABLED, HOME, IDLE, MIGRANT
from simulator.rules import compiled, rule


@compiled
def carer(first, last, member_present, member_capacity, member_work):  # type: ignore[no-untyped-def]
    """Row of the member who cares: at home before near home before away, then by most labour; -1 if nobody is able."""
    chosen = -1
    best = 0.0
    for row in range(first, last):
        if member_present[row] == 0 or member_capacity[row] == 0.0:
            continue
        state = member_work[row]
        # A full worker has a labour of one: the nearer place always outweighs it.
        rank = member_capacity[row] + (4.0 if state == HOME else 0.0 if state == MIGRANT else 2.0)
        if rank > best:
            chosen = row
            best = rank
    return chosen


@rule
def carers(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    roster_start,
    roster_used,
    unwell,
    care_needed,
    member_key,
    member_present,
    member_health,
    member_sick_quarters,
    member_capacity,
    member_work,
    carer_loss,
    severe_share,
):
    """Who needs looking after this quarter, who does it, and what labour is left; after `count_roster`."""
    for household in range(care_needed.shape[0]):
        if unwell[household] == 0:
            continue
        first, last = roster_start[household], roster_start[household] + roster_used[household]
        needed = 0
        for row in range(first, last):
            if (member_health[row] != DISABLED and member_sick_quarters[row] == 0) or member_present[row] == 0:
                continue
            if member_sick_quarters[row] > 0:
                needed += 1
            else:
                needed += 1 if uniform(seed, replicate, member_key[row], CARE, 0, 0) < severe_share else 0
        care_needed[household] = needed
        if needed == 0:
            continue
        chosen = carer(first, last, member_present, member_capacity, member_work)
        if chosen >= 0:
            member_capacity[chosen] = max(member_capacity[chosen] - carer_loss, 0.0)
            if member_capacity[chosen] == 0.0:
                member_work[chosen] = IDLE
            elif member_work[chosen] == MIGRANT:
                member_work[chosen] = HOME
