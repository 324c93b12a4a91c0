"""Equity dividends (ZJ-2.4): fiscal money placed in asset projects, quantified as shares of listed households.

Households without labour or with a disabled member (ZJ-3.6) come first. With `without_labour_only` at 1 households with
labour receive shares only if they are also served by work or production (FS-5: no projects that only pay them
dividends); at 0, the default, all listed households do. What changes is the equity held in the asset project of the
village; the dividend it pays, its arrears and its failure are `processes/asset_projects`.
"""

from __future__ import annotations

import math

from simulator.cooperatives import ACTIVE, FAILED
from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import compiled, rule


@compiled
def at_work(  # type: ignore[no-untyped-def]
    cooperative_share, coop_member, loans_taken, start_granted, led, places, trained_quarters, helped_quarters
):
    """Whether a household, or each of many, has a link to work or production: a share or membership of a cooperative, a
    loan or grant for its business, a village leader who takes it along, a place in a workshop or post, a course or a
    placement."""
    producing = (cooperative_share > 0) | (coop_member > 0) | (loans_taken > 0) | (start_granted > 0) | (led > 0)
    return producing | (places > 0) | (trained_quarters > 0) | (helped_quarters > 0)


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    supported_rows,
    offered,
    key,
    labour,
    disabled,
    cooperative_share,
    coop_member,
    loans_taken,
    start_granted,
    led,
    places,
    trained_quarters,
    helped_quarters,
    claim,
    priority,
    share_per_year,
    without_labour_only,
    open_now,
    kind_number,
):
    """A quarter of the yearly share; who lacks labour or has a disabled member before the others, then by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0:
            continue
        fitting = without_labour_only == 0.0 or labour[row] == 0.0
        if fitting or at_work(
            cooperative_share[row],
            coop_member[row],
            loans_taken[row],
            start_granted[row],
            led[row],
            places[row],
            trained_quarters[row],
            helped_quarters[row],
        ):
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
        "without_labour_only": "ratio",
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
