"""Equity dividends (ZJ-2.4): fiscal money placed in asset projects, quantified as shares of listed households.

Households without labour or with a disabled member (ZJ-3.6) come first. What changes is the equity held in the asset
project of the village; the dividend it pays, its arrears and its failure are `processes/asset_projects`.
"""

from __future__ import annotations

import math

from simulator.cooperatives import ACTIVE, FAILED
from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    supported_rows,
    offered,
    key,
    labour,
    disabled,
    claim,
    priority,
    share_per_year,
    open_now,
    kind_number,
):
    """A quarter of the yearly share; who lacks labour or has a disabled member before the others, then by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * share_per_year + 0.5)
            lot = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)
            priority[row] = lot if labour[row] == 0.0 or disabled[row] > 0 else 1.0 + lot


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    village,
    equity,
    cooperative_project_capital,
    cooperative_project_received,
    cooperative_project_status,
):
    """The mechanism: shares held, and capital in the village's asset project. A failed one starts anew."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            home = village[row]
            equity[row] += delivered[row]
            cooperative_project_capital[home] += delivered[row]
            cooperative_project_received[home] += delivered[row]
            if cooperative_project_status[home] == FAILED:
                cooperative_project_status[home] = ACTIVE


KIND = Kind(
    name="equity_dividends",
    code="IV-EQUITY",
    number=7,
    title_zh="资产收益分红",
    title_en="equity dividends",
    to="household",
    cash=False,
    whole=True,
    mechanism="equity",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "share_per_year": "yuan/household/year",
        "dividend_rate": "share/year",
        "failure_hazard": "share/year",
        "project_return": "share/year",
        "project_sd": "log",
        "recovery_share": "share",
    },
    want=want,
    changed=changed,
    project="asset_project",
)
