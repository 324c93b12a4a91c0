"""Ageing, births and deaths, and the roster that follows from them.

Deaths follow a Gompertz hazard by age, births a yearly hazard for households with a woman of childbearing age and a
free place in the roster. A child's key is mixed from its household's key, the event and the year, so that it meets
the same fortune in every arm. Households divide and join in `families`, students learn in `schooling`. Every birth,
death and move is known to the list at once (FS-23).
"""

from __future__ import annotations

import numpy as np

from simulator.calendar import quarterly_hazard
from simulator.draws import BIRTH, HOUSEHOLD_EVENTS, MEMBER_YEAR, offspring, uniform, uniforms_of_many
from simulator.members import CHRONIC, DISABLED, GOOD, HOME, IDLE, SPARE_PLACES
from simulator.rules import compiled, rule

OLDEST = 110
CHILD_UNTIL = 16
WORK_FROM = 16
ADULT_FROM = 18
PARTIAL_FROM = 60
WORK_UNTIL = 75
MOTHER_FROM, MOTHER_UNTIL = 20, 45


def mortality_by_age(base: float, slope: float) -> np.ndarray:
    """Quarterly hazard of death by age (OLDEST + 1,), from a yearly Gompertz hazard base x exp(slope x age)."""
    yearly = np.minimum(base * np.exp(slope * np.arange(OLDEST + 1)), 1.0)
    yearly[-1] = 1.0
    return np.array([quarterly_hazard(hazard) for hazard in yearly])


@rule
def age_members(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    member_key,
    member_present,
    member_age,
    member_health,
    chronic_onset_adult,
    chronic_onset_elder,
):
    """Once a year everyone grows a year older; some fall chronically ill (lane 0 of the yearly block)."""
    luck = uniforms_of_many(seed, replicate, member_key, MEMBER_YEAR, moment)
    for row in range(member_key.shape[0]):
        if member_present[row] == 0:
            continue
        member_age[row] = min(member_age[row] + 1, OLDEST)
        onset = chronic_onset_elder if member_age[row] >= PARTIAL_FROM else chronic_onset_adult
        if luck[row] < onset and member_health[row] == GOOD and member_age[row] >= ADULT_FROM:
            member_health[row] = CHRONIC


@rule
def births(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    roster_start,
    roster_used,
    member_key,
    member_present,
    member_age,
    member_female,
    member_education,
    member_student,
    member_health,
    member_sick_quarters,
    member_frailty,
    member_attached,
    member_work,
    member_premium,
    member_search_help,
    member_search_quarters,
    fertility,
):
    """Once a year a household with a woman of childbearing age and fewer than two children may have a child."""
    for household in range(key.shape[0]):
        children = 0
        mothers = 0
        place = -1
        for row in range(roster_start[household], roster_start[household + 1]):
            if member_present[row] == 0:
                place = row if place < 0 else place
                continue
            if member_age[row] < CHILD_UNTIL:
                children += 1
            if member_female[row] == 1 and MOTHER_FROM <= member_age[row] < MOTHER_UNTIL:
                mothers += 1
        if mothers == 0 or children >= SPARE_PLACES or place < 0:
            continue
        if uniform(seed, replicate, key[household], HOUSEHOLD_EVENTS, moment, 0) < fertility:
            roster_used[household] = max(roster_used[household], place + 1 - roster_start[household])
            member_key[place] = offspring(key[household], BIRTH, moment)
            member_present[place] = 1
            member_age[place] = 0
            member_female[place] = (
                1 if uniform(seed, replicate, key[household], HOUSEHOLD_EVENTS, moment, 1) < 0.48 else 0
            )
            member_education[place] = 2
            member_student[place] = 0
            member_health[place] = GOOD
            member_sick_quarters[place] = 0
            member_frailty[place] = 1.0
            member_attached[place] = 1
            member_work[place] = IDLE
            member_premium[place] = 0.0
            member_search_help[place] = 0.0
            member_search_quarters[place] = 0


@rule
def close_ranks(roster_start, roster_used, member_present):  # type: ignore[no-untyped-def]
    """Once a year, when everybody has found a place: how many places of each roster lie before its last one in use."""
    for household in range(roster_used.shape[0]):
        roster_used[household] = 0
        for row in range(roster_start[household], roster_start[household + 1]):
            if member_present[row] == 1:
                roster_used[household] = row + 1 - roster_start[household]


@rule
def deaths(  # type: ignore[no-untyped-def]
    roster_start, member_present, member_age, member_luck_death, member_work, recount, mortality
):
    """A member dies when the quarter's uniform is below the hazard of the age; the place in the roster falls empty."""
    for row in range(member_present.shape[0]):
        if member_luck_death[row] < mortality[member_age[row]] and member_present[row] == 1:
            member_present[row] = 0
            member_work[row] = IDLE
            # Few die: their households are looked up, so that no roster need be walked through.
            recount[np.searchsorted(roster_start, row, side="right") - 1] = 1


@compiled
def capacity_of(age, health, sick_quarters, student):  # type: ignore[no-untyped-def]
    """Labour capacity of a member: 1 full, 0.5 partial from 60 or when chronically ill, 0 for children, students, the
    disabled, the seriously ill and from 75."""
    if age < WORK_FROM or age >= WORK_UNTIL or student > 0 or health == DISABLED or sick_quarters > 0:
        return 0.0
    return 0.5 if age >= PARTIAL_FROM or health == CHRONIC else 1.0


@compiled
def count_household(  # type: ignore[no-untyped-def]
    household,
    roster_start,
    roster_used,
    member_present,
    member_age,
    member_health,
    member_sick_quarters,
    member_student,
    member_work,
    member_capacity,
    size,
    labour,
    elders,
    contributors,
    disabled,
    unwell,
    pension_age,
):
    """One household of `count_roster`."""
    persons = old = paying = unable = ailing = 0
    workers = 0.0
    for row in range(roster_start[household], roster_start[household] + roster_used[household]):
        if member_present[row] == 0:
            continue
        persons += 1
        age, health, sick = member_age[row], member_health[row], member_sick_quarters[row]
        old += 1 if age >= pension_age else 0
        paying += 1 if CHILD_UNTIL <= age < pension_age else 0
        unable += 1 if health == DISABLED else 0
        ailing += 1 if health == DISABLED or sick > 0 else 0
        capacity = capacity_of(age, health, sick, member_student[row])
        member_capacity[row] = capacity
        if capacity == 0.0:
            member_work[row] = IDLE
        elif member_work[row] == IDLE:
            member_work[row] = HOME
        workers += capacity
    size[household] = persons
    labour[household] = workers
    elders[household] = old
    contributors[household] = paying
    disabled[household] = unable
    unwell[household] = ailing


@rule
def count_roster(  # type: ignore[no-untyped-def]
    roster_start,
    roster_used,
    member_present,
    member_age,
    member_health,
    member_sick_quarters,
    member_student,
    member_work,
    member_capacity,
    size,
    labour,
    elders,
    contributors,
    disabled,
    unwell,
    pension_age,
):
    """Labour capacity of every member and the household's size, labour, elders, contributors (from 16 to the pension
    age), disabled and unwell. Who can work and is idle works at home; who cannot is idle."""
    for household in range(size.shape[0]):
        count_household(
            household,
            roster_start,
            roster_used,
            member_present,
            member_age,
            member_health,
            member_sick_quarters,
            member_student,
            member_work,
            member_capacity,
            size,
            labour,
            elders,
            contributors,
            disabled,
            unwell,
            pension_age,
        )


@rule
def recount_roster(  # type: ignore[no-untyped-def]
    roster_start,
    roster_used,
    member_present,
    member_age,
    member_health,
    member_sick_quarters,
    member_student,
    member_work,
    member_capacity,
    size,
    labour,
    elders,
    contributors,
    disabled,
    unwell,
    recount,
    gravely_ill,
    pension_age,
):
    """The same within a year, for the households in which it can have changed: somebody died or fell gravely ill, or
    was in training or unwell, so that a trainee's, a carer's or a patient's labour may be free again."""
    for household in range(size.shape[0]):
        if recount[household] == 1 or gravely_ill[household] == 1 or unwell[household] > 0:
            recount[household] = 0
            count_household(
                household,
                roster_start,
                roster_used,
                member_present,
                member_age,
                member_health,
                member_sick_quarters,
                member_student,
                member_work,
                member_capacity,
                size,
                labour,
                elders,
                contributors,
                disabled,
                unwell,
                pension_age,
            )
