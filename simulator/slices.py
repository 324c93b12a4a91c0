"""The households of a year as the measures of distribution see them: one compiled pass, one slice.

Here each village counts for all it stands for, so that sums over a slice are sums over the whole place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.households import EXITED, LISTED, OBSERVATION, Households
from simulator.rules import rule
from simulator.yearly import YearSlice


@rule
def slice_incomes(  # type: ignore[no-untyped-def]
    village,
    village_stands_for,
    village_county,
    county_line,
    size,
    register_accounting,
    year_persons,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_remittance,
    year_reimbursement,
    year_support,
    year_public,
):
    """The figures of a `YearSlice` that are reckoned: households and person-years for the whole place, income and its
    four parts, support and public money in yuan a person, and who is truly below the county's line."""
    number = size.shape[0]
    counted, persons, income = np.zeros(number), np.zeros(number), np.zeros(number)
    parts, support, public = np.zeros((number, 4)), np.zeros(number), np.zeros(number)
    below_line = np.zeros(number, np.bool_)
    for row in range(number):
        if size[row] == 0:
            continue
        home = village[row]
        each = 0.01 / max(0.25 * year_persons[row], 0.25)
        counted[row] = village_stands_for[home]
        persons[row] = village_stands_for[home] * 0.25 * year_persons[row]
        wage, transfer = year_wage[row], year_transfer[row]
        if register_accounting == 1:
            wage += year_remittance[row]
            transfer -= year_remittance[row] + year_reimbursement[row]
        parts[row, 0] = each * wage
        parts[row, 1] = each * year_business[row]
        parts[row, 2] = each * year_property[row]
        parts[row, 3] = each * transfer
        income[row] = each * (wage + year_business[row] + year_property[row] + transfer)
        support[row] = each * year_support[row]
        public[row] = each * year_public[row]
        below_line[row] = income[row] < county_line[village_county[home]]
    return counted, persons, income, parts, support, public, below_line


def year_slice(year: int, names: Mapping[str, Any], households: Households, lines: Mapping[str, float]) -> YearSlice:
    """What the measures of distribution need of a fourth quarter; `lines` are yuan a person and year."""
    counted, persons, income, parts, support, public, below_line = slice_incomes(names)
    listed = (households.list_state == LISTED) | (households.list_state == OBSERVATION)
    return YearSlice(
        year=year,
        key=households.key.copy(),
        village=households.village,
        households=counted,
        persons=persons,
        income=income,
        parts=parts,
        cohort=households.cohort.copy(),
        listed=listed,
        left=households.list_state == EXITED,
        able=households.labour > 0.0,
        below_line=below_line,
        support=support,
        public=public,
        order=np.argsort(income),
        lines=lines,
    )
