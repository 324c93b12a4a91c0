"""Schooling: who learns instead of working, what it costs, and who is taken out of school for want of money.

Children of 6 to 15 are in compulsory school. At 16 a child's schooling is drawn once: with z a standard normal of its
key plus `schooling_lean` x (ability + permanent part of the household's productivity), it goes on to senior secondary
school or a vocational one (level 3, ages 16 to 18) if z exceeds the normal quantile of 1 - `senior_share`, and to
college (level 4, ages 19 to 21) if it exceeds that of 1 - `college_share`. So labour begins at 16, 19 or 22. A student
has no labour capacity and costs fees and board by stage, yuan a person a year at prices of year 0, a quarter at a time.

A household is short when the year's cost of its students past compulsory school exceeds `dropout_burden` of last year's
income and its savings do not cover it; a short household without a grant takes its students out of school with hazard
`dropout_hazard` a year, and their schooling ends at the level they had finished. Source: the order of shortfall, debt
and dropout after the model's section on consumption; the shares are assumptions. Schools charge nothing on top of
these costs (HN-1.5); who goes on to senior secondary school follows from family and means.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import SCHOOLING_YEAR, normal, uniform
from simulator.members import COLLEGE, COMPULSORY, NO_STUDENT, SENIOR, STAGES
from simulator.rules import compiled, rule

SCHOOL_FROM, SENIOR_FROM, COLLEGE_FROM, COLLEGE_UNTIL = 6, 16, 19, 22


@compiled
def stage(age, education):  # type: ignore[no-untyped-def]
    """What somebody of that age attends whose schooling will end at that level."""
    if SCHOOL_FROM <= age < SENIOR_FROM:
        return COMPULSORY
    if SENIOR_FROM <= age < COLLEGE_FROM and education >= 3:
        return SENIOR
    if COLLEGE_FROM <= age < COLLEGE_UNTIL and education >= 4:
        return COLLEGE
    return NO_STUDENT


@rule
def schooling(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    ability,
    permanent,
    savings,
    last_income,
    last_persons,
    school_aid,
    students,
    dropouts,
    roster_start,
    roster_used,
    member_key,
    member_present,
    member_age,
    member_education,
    member_student,
    trend,
    senior_share,
    college_share,
    schooling_lean,
    school_cost_senior,
    school_cost_college,
    dropout_burden,
    dropout_hazard,
):
    """Once a year: how far children of 16 will go, who is a student this year, and who has to leave school."""
    to_senior, to_college = normal(1.0 - senior_share), normal(1.0 - college_share)
    for household in range(key.shape[0]):
        first, end = roster_start[household], roster_start[household] + roster_used[household]
        cost = 0.0
        number = 0
        for row in range(first, end):
            if member_present[row] == 0:
                continue
            if member_age[row] == SENIOR_FROM:
                luck = normal(uniform(seed, replicate, member_key[row], SCHOOLING_YEAR, moment, 0))
                reach = luck + schooling_lean * (ability[household] + permanent[household])
                member_education[row] = 2 + (1 if reach > to_senior else 0) + (1 if reach > to_college else 0)
            attends = stage(member_age[row], member_education[row])
            member_student[row] = attends
            if attends != NO_STUDENT:
                number += 1
            if attends == SENIOR:
                cost += 100.0 * trend * school_cost_senior
            elif attends == COLLEGE:
                cost += 100.0 * trend * school_cost_college
        short = cost > dropout_burden * last_income[household] and savings[household] < cost
        if cost > 0.0 and short and school_aid[household] == 0 and last_persons[household] > 0:
            if uniform(seed, replicate, key[household], SCHOOLING_YEAR, moment, 1) < dropout_hazard:
                for row in range(first, end):
                    if member_present[row] == 1 and member_student[row] >= SENIOR:
                        member_education[row] = 2 if member_student[row] == SENIOR else 3
                        member_student[row] = NO_STUDENT
                        dropouts[household] += 1
                        number -= 1
        students[household] = number
        school_aid[household] = 0


@rule
def school_costs(  # type: ignore[no-untyped-def]
    students,
    school_cost,
    roster_start,
    roster_used,
    member_present,
    member_student,
    trend,
    school_cost_compulsory,
    school_cost_senior,
    school_cost_college,
):
    """What a quarter at school costs the household, before any grant: a quarter of the yearly cost of each student."""
    cost_of = np.zeros(STAGES)
    cost_of[COMPULSORY], cost_of[SENIOR] = school_cost_compulsory, school_cost_senior
    cost_of[COLLEGE] = school_cost_college
    for household in range(students.shape[0]):
        if students[household] == 0:
            continue
        yuan = 0.0
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            yuan += cost_of[member_student[row]] * member_present[row]
        school_cost[household] = math.floor(25.0 * trend * yuan + 0.5)
