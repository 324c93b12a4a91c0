"""Temporary aid to the near-poor (QZ-9): households not on the list, observed just above its line.

Who was observed at the last review between the county's line and `margin` times it is offered aid until the next one
looks again. The aid is cash, so much a person and year.
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def mark_near_poor(  # type: ignore[no-untyped-def]
    size, list_state, observed_income, village, village_county, county_line, near_poor, near_poor_margin
):
    """Who is near-poor this quarter: neither on the list nor under observation, and observed in the margin."""
    for row in range(size.shape[0]):
        line = county_line[village_county[village[row]]]
        outside = size[row] > 0 and list_state[row] != 1 and list_state[row] != 2
        near_poor[row] = 1 if outside and line <= observed_income[row] < near_poor_margin * line else 0


@rule
def want(supported_rows, offered, size, claim, support_year, trend, open_now):  # type: ignore[no-untyped-def]
    """A quarter of the yearly aid for every member."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * support_year * trend * size[row] + 0.5)


@rule
def changed(supported_rows, delivered, near_support):  # type: ignore[no-untyped-def]
    """The mechanism is the aid itself."""
    for index in range(supported_rows.shape[0]):
        near_support[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="near_poor",
    code="IV-NEAR",
    number=19,
    title_zh="边缘低收入户临时帮扶",
    title_en="aid to the near-poor",
    to="household",
    cash=True,
    whole=False,
    mechanism="near_support",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "margin": "ratio",
        "support_year": "yuan/person/year",
    },
    want=want,
    changed=changed,
    reach="near",
)
