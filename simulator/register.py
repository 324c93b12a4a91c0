"""The register: who the government counts as low-income, and when it stops doing so.

Once a year, at Q4, incomes are observed with an error most of which is the same every year; the dibao verdict is given
with its own lasting error; listed households at or above the line go under observation for a year, keep their support,
and leave the list when they are above again; others who apply and are observed below the line enter, lowest first (or
at random), as far as the county's quota admits. Households receiving dibao are always on the list (ZJ-6.4, HN-1.8); in
a place with `dibao_on_list` off they leave it by their income, dibao included, once the programme runs (FS-17, QZ-5).
Dibao catches who is poor by verified income, property and business, whatever the cause (ZJ-3.2). Who no longer
qualifies is found at the next review (HN-1.8, ZJ-4.10), and reviews have no last year (ZJ-1.1).
The register's income is the year's income in its own accounting (`settlement`), less part of the medical bills paid out
of pocket.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.counties import DIBAO_150, FIXED, HIGHER, LOWER, MEAN_40
from simulator.draws import HOUSEHOLD_YEAR, normal, uniforms
from simulator.households import EXITED, LISTED, NEVER, OBSERVATION
from simulator.rules import compiled, rule


@compiled
def register_income(  # type: ignore[no-untyped-def]
    row,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_reimbursement,
    year_out_of_pocket,
    medical_deduction,
):
    """Fen of the year as the register counts them: without reimbursement, and with the share `medical_deduction` of the
    bills paid out of pocket deducted."""
    income = year_wage[row] + year_business[row] + year_property[row] + year_transfer[row]
    return income - year_reimbursement[row] - np.int64(math.floor(medical_deduction * year_out_of_pocket[row] + 0.5))


@rule
def identification_lines(  # type: ignore[no-untyped-def]
    county_line_rule,
    county_line,
    county_level,
    document_line,
    list_line_share,
    mean_last_year,
    dibao_last_year,
    level_mean,
    poverty_line_now,
):
    """Lines of the coming review, yuan a person and year. Before the document's own rule applies (`document_line` 0)
    the line is `list_line_share` of last year's local mean; afterwards each county's choice between 1.5 x last year's
    dibao line and 40 % of last year's local mean (ZJ-1.3). A fixed line is one for all counties: before the programme
    `list_line_share` of last year's mean, then `poverty_line_now`, the line of year 0 at the prices of the year."""
    for county in range(county_line.shape[0]):
        local_mean = mean_last_year * math.exp(county_level[county]) / level_mean
        by_dibao = 1.5 * dibao_last_year
        by_mean = 0.4 * local_mean
        if county_line_rule[county] == FIXED:
            county_line[county] = poverty_line_now if document_line == 1 else list_line_share * mean_last_year
        elif document_line == 0:
            county_line[county] = list_line_share * local_mean
        elif county_line_rule[county] == DIBAO_150:
            county_line[county] = by_dibao
        elif county_line_rule[county] == MEAN_40:
            county_line[county] = by_mean
        elif county_line_rule[county] == LOWER:
            county_line[county] = min(by_dibao, by_mean)
        elif county_line_rule[county] == HIGHER:
            county_line[county] = max(by_dibao, by_mean)


@rule
def observe(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    size,
    list_state,
    reviewed,
    observation_error,
    verdict_error,
    observed_income,
    verified_income,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_reimbursement,
    year_out_of_pocket,
    year_dibao,
    year_persons,
    observation_sd,
    observation_persistence,
    observation_bias,
    reporting_bias,
    verdict_sd,
    verdict_memory,
    rise,
    medical_deduction,
    enterprise,
    assets,
    asset_limit,
):
    """Register income of every household as the list observes it, by `reporting_bias` higher in log points once a
    programme is measured by it (none by default: HN-2.3 asks for true figures, and
    rewards by results, ZJ-6.5, may bend them), and without dibao as the dibao office verifies it;
    who holds property above `asset_limit` times the mean or runs a business is not verified as poor. A verdict keeps
    `verdict_memory` of last year's, risen by `rise` with the rural mean: dibao looks at lasting need."""
    lasting = math.sqrt(observation_persistence)
    fresh = math.sqrt(1.0 - observation_persistence)
    bias = observation_bias + reporting_bias
    for row in range(key.shape[0]):
        reviewed[row] = 1 if list_state[row] == LISTED or list_state[row] == OBSERVATION else 0
        if size[row] == 0 or year_persons[row] == 0:
            observed_income[row] = math.inf
            verified_income[row] = math.inf
            continue
        fen = register_income(
            row,
            year_wage,
            year_business,
            year_property,
            year_transfer,
            year_reimbursement,
            year_out_of_pocket,
            medical_deduction,
        )
        person_years = 0.25 * year_persons[row]
        _, _, u, _ = uniforms(seed, replicate, key[row], HOUSEHOLD_YEAR, moment, 0)
        error = bias + observation_sd * (lasting * observation_error[row] + fresh * normal(u))
        income = 0.01 * fen / person_years
        observed_income[row] = income * math.exp(error) if income > 0.0 else income
        own = 0.01 * (fen - year_dibao[row]) / person_years
        current = own * math.exp(verdict_sd * verdict_error[row]) if own > 0.0 else own
        if assets[row] > asset_limit or enterprise[row] > 0.0:
            verified_income[row] = math.inf
        elif verified_income[row] == 0.0 or verified_income[row] == math.inf:
            verified_income[row] = current
        else:
            verified_income[row] = (
                verdict_memory * verified_income[row] * (1.0 + rise) + (1.0 - verdict_memory) * current
            )


@compiled
def dibao_gap(row, size, verified_income, line, withdrawal):  # type: ignore[no-untyped-def]
    """Fen due a quarter: the line less `withdrawal` x the verified income, for every member and rounded up to a fen a
    member, so that nobody is left a fen below the line; a millionth of a fen is the arithmetic's own."""
    return size[row] * math.ceil(25.0 * (line - withdrawal * max(verified_income[row], 0.0)) - 1e-6)


@rule
def verdict(  # type: ignore[no-untyped-def]
    size,
    verified_income,
    dibao_application,
    dibao,
    dibao_entitled,
    dibao_standing,
    dibao_due,
    dibao_line_standing,
    dibao_line_next,
    dibao_take_up,
    dibao_take_up_next,
    dibao_cut,
    dibao_cut_next,
    dibao_withdrawal,
):
    """Next year's dibao: who is verified below the line, takes it up, and is among the lowest the coverage admits; once
    under the standing terms and once with what a programme adds."""
    for row in range(size.shape[0]):
        dibao[row] = 0
        dibao_due[row] = 0
        dibao_standing[row] = 0
        income = verified_income[row]
        dibao_entitled[row] = 1 if income < dibao_line_next else 0
        if income < dibao_line_next and dibao_application[row] < dibao_take_up_next and income <= dibao_cut_next:
            dibao[row] = 1
            dibao_due[row] = dibao_gap(row, size, verified_income, dibao_line_next, dibao_withdrawal)
        if income < dibao_line_standing and dibao_application[row] < dibao_take_up and income <= dibao_cut:
            dibao_standing[row] = dibao_gap(row, size, verified_income, dibao_line_standing, dibao_withdrawal)


@rule
def review_listed(  # type: ignore[no-untyped-def]
    village,
    village_county,
    county_line,
    size,
    list_state,
    dibao,
    observed_income,
    exit_gift_share,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_gifts,
    reviews_above,
    observation_reviews,
    dibao_listed,
):
    """Who is listed and observed at or above the line goes under observation; who is above once more after
    `observation_reviews` of them leaves (0: leaves at once); who receives dibao is held on the list where
    `dibao_listed` says so."""
    for row in range(size.shape[0]):
        exit_gift_share[row] = -1.0
        if size[row] == 0:
            list_state[row] = NEVER
            continue
        if list_state[row] != LISTED and list_state[row] != OBSERVATION:
            continue
        held = dibao[row] == 1 and dibao_listed == 1
        above = observed_income[row] >= county_line[village_county[village[row]]] and not held
        reviews_above[row] = reviews_above[row] + 1 if above else 0
        if not above:
            list_state[row] = LISTED
        elif reviews_above[row] <= observation_reviews:
            list_state[row] = OBSERVATION
        else:
            list_state[row] = EXITED
            reviews_above[row] = 0
            income = year_wage[row] + year_business[row] + year_property[row] + year_transfer[row]
            exit_gift_share[row] = year_gifts[row] / income if income > 0 else 1.0


@rule
def keep_support(list_state, exit_gift_share, support_kept):  # type: ignore[no-untyped-def]
    """Who has left the list at this review keeps its support from now on (QZ-1.2, QZ-11.1)."""
    for row in range(list_state.shape[0]):
        if list_state[row] == EXITED and exit_gift_share[row] >= 0.0:
            support_kept[row] = 1
