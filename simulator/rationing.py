"""How a purse that cannot meet every claim is shared: an equal share of every claim, or whole claims in their order.

Equal priorities are served together or not at all, so that a village standing for two equals two copies of it.
"""

from __future__ import annotations

import numpy as np

from simulator.rules import compiled
from simulator.villages import STRATA

GROUPS = len(STRATA)


@compiled
def pay_shares(claim, delivered, share):  # type: ignore[no-untyped-def]
    """Pay every claim the same share, rounded down to the fen."""
    for row in range(claim.shape[0]):
        delivered[row] = min(claim[row], np.int64(claim[row] * share))


@compiled
def pay_in_order(claim, delivered, stands_for, home, priority, order, limit):  # type: ignore[no-untyped-def]
    """Pay whole claims in the `order` of priority until the next group of equal priority does not fit."""
    delivered[:] = 0
    left = limit
    start = 0
    while start < order.shape[0]:
        end = start
        asked = np.int64(0)
        while end < order.shape[0] and priority[order[end]] == priority[order[start]]:
            asked += claim[order[end]] * stands_for[home[order[end]]]
            end += 1
        if asked > left:
            return
        left -= asked
        for position in range(start, end):
            delivered[order[position]] = claim[order[position]]
        start = end


@compiled
def leaked_share(delivered, share):  # type: ignore[no-untyped-def]
    """Take the share that leaks out of every payment, rounded down to the fen."""
    for row in range(delivered.shape[0]):
        delivered[row] -= np.int64(delivered[row] * share)


@compiled
def sum_by_group(fen, home, stands_for, stratum):  # type: ignore[no-untyped-def]
    """Fen for the whole place by village group (3,), each claimant's village counting for all it stands for."""
    by_group = np.zeros(GROUPS, np.int64)
    for row in range(fen.shape[0]):
        by_group[stratum[home[row]]] += fen[row] * stands_for[home[row]]
    return by_group
