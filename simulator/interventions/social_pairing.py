"""Pairing with helpers and firms (FS-27, LL-3.5, QZ-8, ZJ-5.1): gifts, and somebody who sees that help is taken up.

A listed household that is offered a helper receives a quarter of the yearly gifts, in cash and in kind; what is given
in kind is worth `kind_value` of its cost to the household. What changes is the gifts, private transfer income, and the
take-up of all other kinds, which a helper raises by `take_up_shift` (`delivery.offer_households`). Private money pays:
no public money is saved or spent.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed, replicate, supported_rows, offered, key, claim, priority, gift_per_year, open_now, kind_number
):
    """A quarter of the yearly gifts, in a lasting order by lot."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = math.floor(25.0 * gift_per_year + 0.5)
            priority[row] = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0)


@rule
def changed(supported_rows, delivered, helped, gifts, in_kind_share, kind_value):  # type: ignore[no-untyped-def]
    """The mechanism: gifts received, and a helper for as long as they come."""
    worth = 1.0 - in_kind_share * (1.0 - kind_value)
    helped[:] = 0
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            gifts[row] += math.floor(worth * delivered[row] + 0.5)
            helped[row] = 1


KIND = Kind(
    name="social_pairing",
    code="IV-SOCIAL",
    number=27,
    title_zh="结对帮扶与社会帮扶",
    title_en="pairing with helpers and firms",
    to="household",
    cash=True,
    whole=True,
    mechanism="gifts",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "gift_per_year": "yuan/household/year",
        "in_kind_share": "share",
        "kind_value": "ratio",
        "take_up_shift": "share",
    },
    want=want,
    changed=changed,
)
