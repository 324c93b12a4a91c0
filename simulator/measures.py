"""What is measured: sums by village once a year, sums for the place every quarter, each in one compiled pass.

Yearly sums are unweighted and kept by village, so that any ratio of them can be jackknifed by leaving a village out;
`stands_for` enters when they are added up. Populations: rural (all), cohort (on the list at Q4 of year -1), before and
after (the current list when the Q4 review opens and closes), each also with labour.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.distribution import poverty_terms, weighted_sum
from simulator.households import Households
from simulator.register import register_income
from simulator.rules import compiled, rule
from simulator.villages import Villages

POPULATIONS = ("rural", "cohort", "before", "after", "cohort_labour", "before_labour", "after_labour")
YEARLY: tuple[str, ...] = (
    *(f"{what}_{population}" for population in POPULATIONS for what in ("persons", "income")),
    *(f"{part}_{who}" for who in ("rural", "cohort") for part in ("wage", "business", "property", "transfer")),
    "households_rural",
    "households_cohort",
    "households_before",
    "households_cohort_labour",
    "square_income_cohort",
    "square_income_before",
    "matched_persons",
    "matched_income",
    "matched_last_persons",
    "matched_last_income",
    "before_below_floor_register",
    "before_below_floor_true",
    "rural_below_absolute",
    "persons_rural_below_absolute",
    "rural_below_absolute_real",
    "cohort_labour_reaching",
    "entitled_observed",
    "entitled_observed_covered",
    "entitled_true",
    "entitled_true_covered",
    "exits_labour",
    "exits_gift_led",
    "persons_below_line",
    "persons_dibao",
    "households_returned",
    "households_exited",
    "exited_below_line",
    "entries_income",
    "entries_illness",
    "entries_disaster",
    "unsafe_houses_before",
)
COLUMN = {name: position for position, name in enumerate(YEARLY)}
_PARTS = COLUMN["wage_rural"]
HOUSEHOLDS_RURAL = COLUMN["households_rural"]
HOUSEHOLDS_COHORT = COLUMN["households_cohort"]
HOUSEHOLDS_BEFORE = COLUMN["households_before"]
HOUSEHOLDS_COHORT_LABOUR = COLUMN["households_cohort_labour"]
SQUARE_INCOME_COHORT = COLUMN["square_income_cohort"]
SQUARE_INCOME_BEFORE = COLUMN["square_income_before"]
MATCHED_PERSONS = COLUMN["matched_persons"]
MATCHED_INCOME = COLUMN["matched_income"]
MATCHED_LAST_PERSONS = COLUMN["matched_last_persons"]
MATCHED_LAST_INCOME = COLUMN["matched_last_income"]
BEFORE_BELOW_FLOOR_REGISTER = COLUMN["before_below_floor_register"]
BEFORE_BELOW_FLOOR_TRUE = COLUMN["before_below_floor_true"]
RURAL_BELOW_ABSOLUTE = COLUMN["rural_below_absolute"]
PERSONS_RURAL_BELOW_ABSOLUTE = COLUMN["persons_rural_below_absolute"]
RURAL_BELOW_ABSOLUTE_REAL = COLUMN["rural_below_absolute_real"]
COHORT_LABOUR_REACHING = COLUMN["cohort_labour_reaching"]
ENTITLED_OBSERVED = COLUMN["entitled_observed"]
ENTITLED_OBSERVED_COVERED = COLUMN["entitled_observed_covered"]
ENTITLED_TRUE = COLUMN["entitled_true"]
ENTITLED_TRUE_COVERED = COLUMN["entitled_true_covered"]
EXITS_LABOUR = COLUMN["exits_labour"]
EXITS_GIFT_LED = COLUMN["exits_gift_led"]
PERSONS_BELOW_LINE = COLUMN["persons_below_line"]
PERSONS_DIBAO = COLUMN["persons_dibao"]
HOUSEHOLDS_RETURNED = COLUMN["households_returned"]
HOUSEHOLDS_EXITED = COLUMN["households_exited"]
EXITED_BELOW_LINE = COLUMN["exited_below_line"]
ENTRIES_INCOME = COLUMN["entries_income"]
UNSAFE_HOUSES_BEFORE = COLUMN["unsafe_houses_before"]


@compiled
def add_population(sums, position, persons, income):  # type: ignore[no-untyped-def]
    """Add a household's person-years and income to one population."""
    sums[2 * position] += persons
    sums[2 * position + 1] += income


@rule
def measure_year(  # type: ignore[no-untyped-def]
    sums,
    village,
    village_county,
    county_line,
    size,
    labour,
    cohort,
    reviewed,
    list_state,
    returned,
    dibao,
    dibao_entitled,
    exit_gift_share,
    entered_for,
    house,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_remittance,
    year_reimbursement,
    year_out_of_pocket,
    year_dibao,
    year_persons,
    last_income,
    last_persons,
    register_accounting,
    medical_deduction,
    assets,
    enterprise,
    asset_limit,
    floor_threshold,
    labour_threshold,
    absolute_threshold,
    absolute_real_threshold,
    gift_threshold,
    dibao_line_next,
):
    """Fill `sums` (V, len(YEARLY)) with the year's sums over the households of each village; money in yuan."""
    for row in range(size.shape[0]):
        if size[row] == 0 or year_persons[row] == 0:
            continue
        out = sums[village[row]]
        persons = 0.25 * year_persons[row]
        wage = 0.01 * year_wage[row]
        transfer = 0.01 * year_transfer[row]
        if register_accounting == 1:
            wage += 0.01 * year_remittance[row]
            transfer -= 0.01 * (year_remittance[row] + year_reimbursement[row])
        business = 0.01 * year_business[row]
        holding = 0.01 * year_property[row]
        income = wage + business + holding + transfer
        each = income / persons
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
        in_list_after = list_state[row] == 1 or list_state[row] == 2
        add_population(out, 0, persons, income)
        out[_PARTS] += wage
        out[_PARTS + 1] += business
        out[_PARTS + 2] += holding
        out[_PARTS + 3] += transfer
        out[HOUSEHOLDS_RURAL] += 1.0
        if each < absolute_threshold:
            out[RURAL_BELOW_ABSOLUTE] += 1.0
            out[PERSONS_RURAL_BELOW_ABSOLUTE] += persons
        if each < absolute_real_threshold:
            out[RURAL_BELOW_ABSOLUTE_REAL] += 1.0
        if each < county_line[village_county[village[row]]]:
            out[PERSONS_BELOW_LINE] += persons
        if dibao_entitled[row] == 1:
            out[ENTITLED_OBSERVED] += 1.0
            if dibao[row] == 1:
                out[ENTITLED_OBSERVED_COVERED] += 1.0
        poor_in_assets = assets[row] <= asset_limit and enterprise[row] == 0.0
        if poor_in_assets and 0.01 * (fen - year_dibao[row]) < dibao_line_next * persons:
            out[ENTITLED_TRUE] += 1.0
            if dibao[row] == 1:
                out[ENTITLED_TRUE_COVERED] += 1.0
        if dibao[row] == 1:
            out[PERSONS_DIBAO] += persons
        if returned[row] == 1 and in_list_after:
            out[HOUSEHOLDS_RETURNED] += 1.0
        if list_state[row] == 3:
            out[HOUSEHOLDS_EXITED] += 1.0
            if each < county_line[village_county[village[row]]]:
                out[EXITED_BELOW_LINE] += 1.0
        if entered_for[row] > 0:
            out[ENTRIES_INCOME + entered_for[row] - 1] += 1.0
        if exit_gift_share[row] >= 0.0 and labour[row] > 0.0:
            out[EXITS_LABOUR] += 1.0
            if exit_gift_share[row] > gift_threshold:
                out[EXITS_GIFT_LED] += 1.0
        if cohort[row] == 1:
            add_population(out, 1, persons, income)
            out[_PARTS + 4] += wage
            out[_PARTS + 5] += business
            out[_PARTS + 6] += holding
            out[_PARTS + 7] += transfer
            out[HOUSEHOLDS_COHORT] += 1.0
            out[SQUARE_INCOME_COHORT] += persons * each * each
            if labour[row] > 0.0:
                add_population(out, 4, persons, income)
                out[HOUSEHOLDS_COHORT_LABOUR] += 1.0
                if each >= labour_threshold:
                    out[COHORT_LABOUR_REACHING] += 1.0
        if reviewed[row] == 1:
            if house[row] == 1:
                out[UNSAFE_HOUSES_BEFORE] += 1.0
            add_population(out, 2, persons, income)
            out[HOUSEHOLDS_BEFORE] += 1.0
            out[SQUARE_INCOME_BEFORE] += persons * each * each
            if last_persons[row] > 0:
                out[MATCHED_PERSONS] += persons
                out[MATCHED_INCOME] += income
                out[MATCHED_LAST_PERSONS] += 0.25 * last_persons[row]
                out[MATCHED_LAST_INCOME] += 0.01 * last_income[row]
            if 0.01 * fen < floor_threshold * persons:
                out[BEFORE_BELOW_FLOOR_REGISTER] += 1.0
            if each < floor_threshold:
                out[BEFORE_BELOW_FLOOR_TRUE] += 1.0
            if labour[row] > 0.0:
                add_population(out, 5, persons, income)
        if in_list_after:
            add_population(out, 3, persons, income)
            if labour[row] > 0.0:
                add_population(out, 6, persons, income)


@rule
def measure_quarter(  # type: ignore[no-untyped-def]
    village, village_stands_for, size, cohort, list_state, dibao, wage, business, property, transfer, quarter_line
):
    """Sums of the quarter for the whole place, each sampled village counting for all it stands for: (rural persons,
    cohort persons, listed persons, dibao persons, rural income, cohort income), persons and fen; and poverty of the
    quarter's income below `quarter_line` fen a person, (2, 4): rural and cohort; poor, gap, squared gap, Watts."""
    sums = np.zeros(6, np.int64)
    poor = np.zeros((2, 4))
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        weight = village_stands_for[village[row]]
        persons = weight * size[row]
        income = weight * (wage[row] + business[row] + property[row] + transfer[row])
        sums[0] += persons
        sums[4] += income
        each = (wage[row] + business[row] + property[row] + transfer[row]) / size[row]
        if each < quarter_line:
            gap, square, watts = poverty_terms(each, quarter_line)
            for who in range(2 if cohort[row] == 1 else 1):
                poor[who, 0] += persons
                poor[who, 1] += persons * gap
                poor[who, 2] += persons * square
                poor[who, 3] += persons * watts
        if cohort[row] == 1:
            sums[1] += persons
            sums[5] += income
        if list_state[row] == 1 or list_state[row] == 2:
            sums[2] += persons
        if dibao[row] == 1:
            sums[3] += persons
    return sums, poor


def weighted(sums: np.ndarray, villages: Villages) -> dict[str, float]:
    """Totals for the whole place of the yearly sums of villages (V, len(YEARLY))."""
    totals = villages.stands_for @ sums
    return {name: float(totals[position]) for name, position in COLUMN.items()}


def place_sum(values: np.ndarray, villages: Villages) -> float:
    """Sum over the whole place of a quantity of the sampled villages (V,)."""
    return (values @ villages.stands_for).item()


def stratum_mean(values: np.ndarray, villages: Villages, stratum: int) -> float:
    """Mean over the villages of a stratum in the place of a quantity of the sampled ones (V,); NaN if it is empty."""
    chosen = villages.stratum == stratum
    if not chosen.any():
        return math.nan
    counted = villages.stands_for[chosen]
    return float(values[chosen] @ counted / counted.sum())


def observed_mean(households: Households, villages: Villages) -> float:
    """Per-capita income of the list that the review opened with, as the register observed it; NaN for an empty list."""
    seen = (households.reviewed == 1) & (households.size > 0) & np.isfinite(households.observed_income)
    persons = (villages.stands_for[households.village] * households.size)[seen]
    return float(weighted_sum(households.observed_income[seen], persons) / persons.sum()) if seen.any() else math.nan


def labour_per_head(households: Households, villages: Villages, chosen: np.ndarray) -> float:
    """Labour capacity over persons of the `chosen` households (N,) flags in the whole place; NaN without persons."""
    weight = villages.stands_for[households.village] * chosen
    persons = int(weight @ households.size)
    return float(weighted_sum(households.labour, weight)) / persons if persons else math.nan
