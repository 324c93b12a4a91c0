"""Equity dividends (ZJ-2.4): fiscal money placed in asset projects, quantified as shares of listed households.

Households without labour come first. What changes is the equity held and the dividend it pays at the year's end; every
year a project may fail, which ends the dividends of the shares in it.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed, replicate, supported_rows, offered, key, labour, claim, priority, share_per_year, open_now, kind_number
):
    """A quarter of the yearly share; households without labour before the others, then by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * share_per_year + 0.5)
            lot = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)
            priority[row] = lot if labour[row] == 0.0 else 1.0 + lot


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    quarter,
    size,
    village,
    village_key,
    supported_rows,
    delivered,
    equity,
    equity_dividend,
    dividend_rate,
    failure_hazard,
    kind_number,
):
    """The mechanism: shares held, and their dividend in the fourth quarter. The projects of a village fail together."""
    for index in range(supported_rows.shape[0]):
        equity[supported_rows[index]] += delivered[supported_rows[index]]
    if quarter != 4:
        return
    for row in range(equity.shape[0]):
        if equity[row] > 0:
            if uniform(seed, replicate, village_key[village[row]], DELIVERY + kind_number, moment, 1) < failure_hazard:
                equity[row] = 0
            elif size[row] > 0:
                equity_dividend[row] = math.floor(dividend_rate * equity[row] + 0.5)


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
    },
    want=want,
    changed=changed,
)
