"""What becomes of a service that is paid for whole when part of its money leaks on the way (model 7.10: less is built).

Capital, kilowatts and grants are as large as what arrived; a course, a placement or a cover is delivered or not. Of
many units as many are delivered as the money that arrived pays for: each with the share of its cost that arrived as its
chance. Without a leak every unit is delivered, and nothing is drawn.
"""

from __future__ import annotations

from simulator.draws import DELIVERY, uniforms
from simulator.rules import compiled


@compiled
def unit_arrives(seed, replicate, key, kind_number, moment, arrived, cost):  # type: ignore[no-untyped-def]
    """Whether the household with this key receives its unit of this quarter; `arrived` and `cost` in fen."""
    if arrived == 0 or arrived >= cost:
        return arrived > 0
    # The first draw of the block says who asks and comes first; this is its second.
    luck, _, _, _ = uniforms(seed, replicate, key, DELIVERY + kind_number, moment, 1)
    return luck * cost < arrived
