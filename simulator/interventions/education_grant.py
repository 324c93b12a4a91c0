"""School costs cut and grants to students of listed households (HN-1.5, FS-14, LL-3.2.2, ZJ-4.1).

For a student in senior secondary or vocational school the fund pays `fee_share` of the school's costs to the school and
`grant_year` in cash to the household (the Yulu grant), a quarter at a time; a child that enters college brings
`college_grant` once, in the autumn. When money is short the school is paid before the household. A household that was
paid takes nobody out of school for want of money until the next school year is looked at: `school_aid`, read by
`processes/schooling`. Where schooling ends later, labour begins later: the grant costs a household that labour too.
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.members import COLLEGE, SENIOR
from simulator.processes.schooling import COLLEGE_FROM
from simulator.rules import compiled, rule


@compiled
def fees(seniors, fee_share, school_cost_senior, trend):  # type: ignore[no-untyped-def]
    """Fen of a quarter's school costs that the fund takes over for so many students."""
    return seniors * math.floor(25.0 * fee_share * school_cost_senior * trend + 0.5)


@compiled
def seniors_in(first, end, member_present, member_student):  # type: ignore[no-untyped-def]
    """Students of a roster in senior secondary or vocational school."""
    number = 0
    for row in range(first, end):
        if member_present[row] == 1 and member_student[row] == SENIOR:
            number += 1
    return number


@rule
def want(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    students,
    claim,
    roster_start,
    roster_used,
    member_present,
    member_student,
    member_age,
    quarter,
    trend,
    school_cost_senior,
    fee_share,
    grant_year,
    college_grant,
    open_now,
):
    """A quarter's fees and grant for every student in senior secondary school; once, a grant on entering college."""
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if open_now == 0 or offered[household] == 0 or students[household] == 0:
            continue
        first, end = roster_start[household], roster_start[household] + roster_used[household]
        seniors = seniors_in(first, end, member_present, member_student)
        grant = seniors * math.floor(25.0 * grant_year * trend + 0.5)
        if quarter == 3:
            for row in range(first, end):
                if member_present[row] == 1 and member_student[row] == COLLEGE and member_age[row] == COLLEGE_FROM:
                    grant += math.floor(100.0 * college_grant * trend + 0.5)
        claim[household] = fees(seniors, fee_share, school_cost_senior, trend) + grant


@rule
def delivered(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    village,
    public_money,
    village_supplier_money,
    roster_start,
    roster_used,
    member_present,
    member_student,
    trend,
    school_cost_senior,
    fee_share,
):
    """The school's part goes to the school, not through the household's hands."""
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if delivered[household] > 0:
            first, end = roster_start[household], roster_start[household] + roster_used[household]
            seniors = seniors_in(first, end, member_present, member_student)
            to_school = min(delivered[household], fees(seniors, fee_share, school_cost_senior, trend))
            public_money[household] -= to_school
            village_supplier_money[village[household]] += to_school


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    school_cost,
    grant_income,
    school_aid,
    roster_start,
    roster_used,
    member_present,
    member_student,
    trend,
    school_cost_senior,
    fee_share,
):
    """The mechanism: school costs less, the grant is income, and nobody has to leave school."""
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if delivered[household] > 0:
            first, end = roster_start[household], roster_start[household] + roster_used[household]
            seniors = seniors_in(first, end, member_present, member_student)
            to_school = min(delivered[household], fees(seniors, fee_share, school_cost_senior, trend))
            school_cost[household] -= to_school
            grant_income[household] += delivered[household] - to_school
            school_aid[household] = 1


KIND = Kind(
    name="education_grant",
    code="IV-EDU",
    number=21,
    title_zh="教育资助：学费减免与雨露计划补助",
    title_en="school fees cut and grants to students",
    to="household",
    cash=True,
    whole=False,
    mechanism="grant_income",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "fee_share": "share",
        "grant_year": "yuan/person/year",
        "college_grant": "yuan/person",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="capped",
    shares="a student's school costs",
)
