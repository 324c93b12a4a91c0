"""Relief in cash after a disaster or a grave illness (FS-17, FS-21, ZJ-3.8): once it has happened, by what it took.

A listed household is due `disaster_amount` a member when a disaster took at least `loss_trigger` of the year's crop or
damaged its house, and `illness_share` of what a quarter with a grave illness left it to pay beyond `bill_trigger`.
Both together end at `relief_cap`. ZJ-3.8 speaks of all rural households; the programme's money serves the list. Bills
are read after `health_cover`, which is served before: a yuan of a bill is not paid twice.
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    size,
    crop_lost,
    house_damaged,
    struck,
    gravely_ill,
    out_of_pocket,
    claim,
    loss_trigger,
    disaster_amount,
    bill_trigger,
    illness_share,
    relief_cap,
    trend,
    open_now,
):
    """What the quarter's misfortunes entitle to. Amounts rise with the trend of rural income."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0:
            continue
        due = 0.0
        if struck[row] == 1 and (crop_lost[row] >= loss_trigger or house_damaged[row] > 0):
            due += disaster_amount * trend * size[row]
        if gravely_ill[row] == 1:
            due += illness_share * max(0.01 * out_of_pocket[row] - bill_trigger * trend, 0.0)
        claim[row] = math.floor(100.0 * min(due, relief_cap * trend) + 0.5)


@rule
def changed(supported_rows, delivered, relief_received):  # type: ignore[no-untyped-def]
    """The mechanism is the cash itself."""
    for index in range(supported_rows.shape[0]):
        relief_received[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="relief",
    code="IV-RELIEF",
    number=24,
    title_zh="灾害与临时救助",
    title_en="disaster and temporary relief",
    to="household",
    cash=True,
    whole=False,
    mechanism="relief_received",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "loss_trigger": "share",
        "disaster_amount": "yuan/person",
        "bill_trigger": "yuan",
        "illness_share": "share",
        "relief_cap": "yuan/household",
    },
    want=want,
    changed=changed,
    overlap="capped",
    shares="what a misfortune cost",
)
