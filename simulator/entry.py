"""Entry to the list: who would enter at the review, in which order, and who enters in between.

At the review a household enters that applies and is observed below the line, as far as the county's quota admits
(LL-3.1.1), newly poor and returned alike (QZ-1.1). The queue is by lot or by the community's score

    community_weight x (- ln observed income) + (1 - community_weight) x signs of need + favour,

where each sign of need that neighbours see (an unsafe house, nobody who can work, a disabled member, grave illness or
disaster this year) counts `community_sign` log points and favour is a lasting draw with standard deviation
`community_favour`; disability brings a poor household nearer to help (ZJ-3.6). Between reviews a household struck by
grave illness or disaster enters at once if last year's income less this year's bills lies below the line (ZJ-3.4,
FS-23): urgent need does not wait for a quota.
Source: model 7.7.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import COMMUNITY_YEAR, HOUSEHOLD_YEAR, normal, uniform, uniforms
from simulator.households import EXITED, LISTED, OBSERVATION
from simulator.rules import compiled, rule

# Why a household entered last.
BY_INCOME, BY_ILLNESS, BY_DISASTER = 1, 2, 3


@compiled
def signs_of_need(row, house, labour, disabled, ill_year, struck_year):  # type: ignore[no-untyped-def]
    """How many signs of need the neighbours see, 0 to 4."""
    signs = 0
    if house[row] == 1:
        signs += 1
    if labour[row] == 0.0:
        signs += 1
    if disabled[row] > 0:
        signs += 1
    if ill_year[row] == 1 or struck_year[row] == 1:
        signs += 1
    return signs


@compiled
def community_score(income, line, signs, favour, community_weight, community_sign):  # type: ignore[no-untyped-def]
    """Need as the community ranks it, log points; incomes under 1 % of the line, or a yuan, count as that."""
    seen = -math.log(max(income, 0.01 * line, 1.0))
    return community_weight * seen + (1.0 - community_weight) * community_sign * signs + favour


@rule
def candidates(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    village,
    village_county,
    county_line,
    size,
    list_state,
    dibao,
    dibao_listed,
    application,
    list_take_up,
    observed_income,
    random_selection,
    house,
    labour,
    disabled,
    ill_year,
    struck_year,
    community_weight,
    community_sign,
    community_favour,
    priority,
):
    """Households that would enter: not on the list, and receiving dibao, where `dibao_listed`, or applying and observed
    below the line.
    Returns their rows; `priority` is their place in the queue (dibao first, then highest score or by lot)."""
    rows = np.empty(key.shape[0], np.int64)
    found = 0
    for row in range(key.shape[0]):
        if size[row] == 0 or list_state[row] == LISTED or list_state[row] == OBSERVATION:
            continue
        line = county_line[village_county[village[row]]]
        below = observed_income[row] < line and application[row] < list_take_up
        if dibao[row] == 1 and dibao_listed == 1:
            priority[row] = -math.inf
        elif below and random_selection == 1:
            _, _, _, lot = uniforms(seed, replicate, key[row], HOUSEHOLD_YEAR, moment, 0)
            priority[row] = lot
        elif below:
            signs = signs_of_need(row, house, labour, disabled, ill_year, struck_year)
            favour = 0.0
            if community_favour > 0.0:
                favour = community_favour * normal(uniform(seed, replicate, key[row], COMMUNITY_YEAR, 0, 0))
            priority[row] = -community_score(
                observed_income[row], line, signs, favour, community_weight, community_sign
            )
        else:
            continue
        rows[found] = row
        found += 1
    return rows[:found]


@rule
def admit(  # type: ignore[no-untyped-def]
    candidate_rows,
    village,
    village_county,
    county_thresholds,
    priority,
    list_state,
    returned,
    entered_for,
    ill_year,
    struck_year,
):
    """Enter every candidate whose place in the queue is within the county's threshold, and note the cause: grave
    illness or disaster of the year before low income alone."""
    for index in range(candidate_rows.shape[0]):
        row = candidate_rows[index]
        if priority[row] <= county_thresholds[village_county[village[row]]]:
            if list_state[row] == EXITED:
                returned[row] = 1
            list_state[row] = LISTED
            entered_for[row] = BY_ILLNESS if ill_year[row] == 1 else BY_DISASTER if struck_year[row] == 1 else BY_INCOME


@rule
def late_entry(  # type: ignore[no-untyped-def]
    village,
    village_county,
    county_line,
    size,
    list_state,
    returned,
    reviews_above,
    entered_for,
    application,
    list_take_up,
    gravely_ill,
    struck,
    last_income,
    last_persons,
    year_out_of_pocket,
    disaster_share,
    last_business,
):
    """Enter who was struck this quarter, applies, and is left below the line by it."""
    for row in range(size.shape[0]):
        if gravely_ill[row] == 0 and struck[row] == 0:
            continue
        if size[row] == 0 or last_persons[row] == 0 or list_state[row] == LISTED or list_state[row] == OBSERVATION:
            continue
        left = last_income[row] - year_out_of_pocket[row] - disaster_share[row] * last_business[row]
        line = county_line[village_county[village[row]]]
        if application[row] < list_take_up and 0.01 * left < line * 0.25 * last_persons[row]:
            if list_state[row] == EXITED:
                returned[row] = 1
            list_state[row] = LISTED
            reviews_above[row] = 0
            entered_for[row] = BY_ILLNESS if gravely_ill[row] == 1 else BY_DISASTER
