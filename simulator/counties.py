"""The columns of counties, and the only sums that couple villages of a county."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, trait
from simulator.rules import rule

# How a county sets its identification line (ZJ-1.3).
DIBAO_150, MEAN_40, LOWER, HIGHER = 0, 1, 2, 3
LINE_RULES = ("dibao150", "mean40", "min", "max")


class Counties(Table):
    """Counties of the place."""

    prefix = "county_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from place and ordinal")
    supported: np.ndarray = trait(np.int8, "flag", "founding", "1: one of the counties the province supports")
    level: np.ndarray = trait(np.float64, "log", "founding", "lasting log distance of local productivity")
    shock: np.ndarray = trait(np.float64, "log", "productivity", "shock of the year common to the county")
    line_rule: np.ndarray = trait(
        np.int64, "code", "founding", "0 1.5 x dibao, 1 40 % of the mean, 2 the lower, 3 the higher"
    )
    line: np.ndarray = trait(np.float64, "yuan/person/year", "register", "identification line of the coming review")
    persons: np.ndarray = trait(np.int64, "persons", "counties", "rural persons, sampled villages standing for others")
    listed_persons: np.ndarray = trait(np.int64, "persons", "counties", "persons of listed households, likewise")
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
