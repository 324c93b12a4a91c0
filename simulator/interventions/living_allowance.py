"""A living allowance in cash for disabled members of listed households (ZJ-3.6)."""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(supported_rows, offered, disabled, claim, allowance_month, price_trend, open_now):  # type: ignore[no-untyped-def]
    """Three months of the allowance for every disabled member."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1 and disabled[row] > 0:
            claim[row] = math.floor(300.0 * allowance_month * price_trend * disabled[row] + 0.5)


@rule
def changed(supported_rows, delivered, allowance):  # type: ignore[no-untyped-def]
    """The mechanism is the cash itself."""
    for index in range(supported_rows.shape[0]):
        allowance[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="living_allowance",
    code="IV-PENSION",
    number=8,
    title_zh="困难残疾人生活补贴",
    title_en="living allowance for the disabled",
    to="household",
    cash=True,
    whole=False,
    mechanism="allowance",
    terms={"budget_share": "share", "take_up": "share", "ramp_quarters": "quarters", "allowance_month": "yuan/month"},
    want=want,
    changed=changed,
)
