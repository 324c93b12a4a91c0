"""Industry support through cooperatives (ZJ-2.1): fiscal capital, quantified as shares of the linked households.

An offered household claims its yearly grant, paid to the village's cooperative, which holds it as that household's
share. What changes is the cooperative's capital; what that capital earns beyond its absorptive capacity, and how wages,
guaranteed dividend and refund are settled, is `processes/cooperatives`.
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(supported_rows, offered, claim, quarter, grant_per_year, open_now):  # type: ignore[no-untyped-def]
    """A quarter of the yearly grant for every household offered it."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * grant_per_year + 0.5)


@rule
def changed(supported_rows, delivered, village, cooperative_share, cooperative_capital, cooperative_failed):  # type: ignore[no-untyped-def]
    """The mechanism: capital at work in the cooperative, held as the household's share. A failed cooperative starts
    anew with what it receives."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            cooperative_share[row] += delivered[row]
            cooperative_capital[village[row]] += delivered[row]
            cooperative_failed[village[row]] = 0


KIND = Kind(
    name="industry_support",
    code="IV-IND",
    number=4,
    title_zh="产业扶持（合作社带动）",
    title_en="industry support through cooperatives",
    to="household",
    cash=False,
    whole=False,
    mechanism="cooperative_capital",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "grant_per_year": "yuan/household/year",
        "capital_return": "share/year",
        "return_sd": "log",
        "absorptive_capacity": "yuan/household",
        "saturation": "ratio",
        "wage_share": "share",
        "guaranteed_rate": "share/year",
        "reserve_share": "share",
        "refund_share": "share",
        "failure_hazard": "share/year",
        "recovery_share": "share",
        "shell_share": "share",
    },
    want=want,
    changed=changed,
)
