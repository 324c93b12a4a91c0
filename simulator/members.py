"""The columns of members: row i is the i-th place in a household's roster, by household; it may be empty."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, stock, trait

# What a member does this quarter.
IDLE, HOME, LOCAL, MIGRANT, WORKSHOP, POST = 0, 1, 2, 3, 4, 5
STATES = 6
# Health.
GOOD, CHRONIC, DISABLED = 0, 1, 2
# What a student attends.
NO_STUDENT, COMPULSORY, SENIOR, COLLEGE = 0, 1, 2, 3
STAGES = 4
# Spare places in a roster for children born during a run: a birth needs fewer than this many children under 16, so
# that within sixteen years no birth is refused for want of a place.
SPARE_PLACES = 2


class Members(Table):
    """Members of households; `present` 0 is an empty place: never born or dead."""

    prefix = "member_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from household and ordinal, or birth")
    present: np.ndarray = trait(np.int8, "flag", "demography", "1: alive and in the household")
    age: np.ndarray = trait(np.int16, "years", "demography", "age")
    female: np.ndarray = trait(np.int8, "flag", "founding", "1: female")
    education: np.ndarray = trait(
        np.int8, "level", "founding", "0 none, 1 primary, 2 junior, 3 senior secondary, 4 college"
    )
    student: np.ndarray = trait(
        np.int8, "code", "schooling", "0 no student, 1 compulsory school, 2 senior secondary, 3 college"
    )
    health: np.ndarray = trait(np.int8, "code", "illness", "0 good, 1 chronic illness, 2 disabled")
    attached: np.ndarray = trait(
        np.int8, "flag", "founding", "1: looks for wage work; 0: hardly ever (carers, homemakers, the discouraged)"
    )
    frailty: np.ndarray = trait(
        np.float64, "ratio", "founding", "standing cost of chronic illness relative to the median one"
    )
    sick_quarters: np.ndarray = stock(np.int8, "quarters", "illness", "quarters of a serious illness still to run")
    work: np.ndarray = trait(np.int8, "code", "employment", "0 idle, 1 home, 2 local, 3 migrant, 4 workshop, 5 post")
    premium: np.ndarray = trait(np.float64, "log", "training", "wage premium of training")
    search_help: np.ndarray = stock(
        np.float64, "share", "job_placement", "hazard a quarter of being placed by the employment service"
    )
    search_quarters: np.ndarray = stock(np.int8, "quarters", "job_placement", "quarters of such help still to come")
    capacity: np.ndarray = trait(np.float64, "workers", "roster", "labour capacity: 1 full, 0.5 partial, 0 none")
    luck_death: np.ndarray = trait(np.float64, "uniform", "luck", "decides on death this quarter")
    luck_illness: np.ndarray = trait(np.float64, "uniform", "luck", "decides on serious illness this quarter")
    luck_job: np.ndarray = trait(np.float64, "uniform", "luck", "decides on losing or finding work this quarter")
    luck_route: np.ndarray = trait(np.float64, "uniform", "luck", "decides on migrant or local work when work is found")
