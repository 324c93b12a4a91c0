"""Industry support through cooperatives (ZJ-2.1): fiscal capital, quantified as shares of the linked households.

An offered household claims its yearly grant. Part of it comes as inputs in kind that raise the household's farm output
at once (FS-5), part pays technical service (FS-6, ZJ-4.7), which raises the cooperative's return for the year; the rest
goes to the village's cooperative, which holds it as that household's share. What capital earns, and how wages,
guaranteed dividend and refund are settled, is `processes/cooperatives`.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.cooperatives import fresh_start
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(supported_rows, offered, claim, grant_per_year, open_now):  # type: ignore[no-untyped-def]
    """A quarter of the yearly grant for every household offered it."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * grant_per_year + 0.5)


@rule
def changed(  # type: ignore[no-untyped-def]
    quarter,
    supported_rows,
    delivered,
    village,
    land,
    cooperative_share,
    farm_inputs,
    cooperative_capital,
    cooperative_received,
    cooperative_status,
    cooperative_luck_shell,
    cooperative_shell_share,
    cooperative_tech,
    in_kind_share,
    input_return,
    tech_share,
    tech_gain,
):
    """The mechanism: capital at work in the cooperative, held as the household's share; inputs that raise this
    quarter's farm output; a year of technical service. A failed cooperative starts anew with what it receives."""
    if quarter == 1:
        cooperative_tech[:] = 0.0
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            inputs = np.int64(math.floor(in_kind_share * delivered[row])) if land[row] > 0.0 else np.int64(0)
            service = np.int64(math.floor(tech_share * delivered[row]))
            capital = delivered[row] - inputs - service
            farm_inputs[row] += np.int64(math.floor(input_return * inputs))
            cooperative_share[row] += capital
            home = village[row]
            cooperative_capital[home] += capital
            cooperative_received[home] += capital
            luck = cooperative_luck_shell[home]
            cooperative_status[home] = fresh_start(cooperative_status[home], luck, cooperative_shell_share)
            cooperative_tech[home] = tech_gain if service > 0 else cooperative_tech[home]


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
        "charge_rate": "share/year",
        "in_kind_share": "share",
        "input_return": "ratio",
        "tech_share": "share",
        "tech_gain": "share",
    },
    want=want,
    changed=changed,
    project="cooperative",
)
