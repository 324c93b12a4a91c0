"""How a purse that cannot meet every claim is shared: an equal share of every claim, or whole claims in their order;
and which of several funds that fill one purse paid whom.

Equal priorities are served together or not at all, so that a village standing for two equals two copies of it.
"""

from __future__ import annotations

import numpy as np

from simulator.rules import compiled
from simulator.villages import STRATA

GROUPS = len(STRATA)
BANDS = 256
"""Bands of priority looked at as a whole before any is sorted; how many there are changes no payment."""


@compiled
def pay_shares(claim, delivered, share):  # type: ignore[no-untyped-def]
    """Pay every claim the same share, rounded down to the fen."""
    for row in range(claim.shape[0]):
        delivered[row] = min(claim[row], np.int64(claim[row] * share))


@compiled
def pay_sorted(claim, delivered, stands_for, home, priority, order, left):  # type: ignore[no-untyped-def]
    """Pay whole claims in an order of priority until the next group of equal priority does not fit."""
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
def pay_in_order(claim, delivered, stands_for, home, priority, limit):  # type: ignore[no-untyped-def]
    """Pay whole claims, the lowest priority first, until the next group of equal priority does not fit. Bands of
    priority that fit whole are paid without being sorted; only the first that does not is."""
    low, high = np.inf, -np.inf
    for row in range(claim.shape[0]):
        if claim[row] != 0:
            low, high = min(low, priority[row]), max(high, priority[row])
    scale = BANDS / (high - low) if high > low else 0.0
    band, asked = np.full(claim.shape[0], -1, np.int64), np.zeros(BANDS, np.int64)
    for row in range(claim.shape[0]):
        if claim[row] != 0:
            band[row] = min(np.int64((priority[row] - low) * scale), BANDS - 1)
            asked[band[row]] += claim[row] * stands_for[home[row]]
    last, left = 0, limit
    while last < BANDS and asked[last] <= left:
        left -= asked[last]
        last += 1
    for row in range(claim.shape[0]):
        delivered[row] = claim[row] if band[row] < last else 0
    contested = np.flatnonzero(band == last)
    pay_sorted(claim, delivered, stands_for, home, priority, contested[np.argsort(priority[contested])], left)


@compiled
def leaked_share(delivered, share):  # type: ignore[no-untyped-def]
    """Take the share that leaks out of every payment, rounded down to the fen."""
    for row in range(delivered.shape[0]):
        delivered[row] -= np.int64(delivered[row] * share)


@compiled
def sum_by_group(fen, home, stands_for, stratum):  # type: ignore[no-untyped-def]
    """Fen for the whole place by village group (3,), each claimant's village counting for all it stands for."""
    by_group = np.zeros(GROUPS, np.int64)
    row = 0
    while row < fen.shape[0]:
        # Claimants of one village follow each other: their sum stays in a register.
        village, asked = home[row], np.int64(0)
        while row < fen.shape[0] and home[row] == village:
            asked += fen[row]
            row += 1
        by_group[stratum[village]] += asked * stands_for[village]
    return by_group


def payers(
    fen: np.ndarray, keys: np.ndarray, group: np.ndarray, by_group: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Which lines paid whom: (n, N) bool for the (n, 3) fen each of n lines paid by village group.

    Within a group the first line pays until its part is used up, then the next, in the order of the claimants' keys
    (N,), so that the order of rows does not matter and few are paid by two. `weight` (N,) is how often a claimant
    counts; claimants with one key are copies of each other and paid alike.
    """
    paid = np.zeros((len(by_group), len(fen)), np.bool_)
    paying = np.flatnonzero(by_group.any(axis=1))
    if len(paying) == 1:
        # Nothing to tell apart.
        paid[paying[0]] = fen > 0
        return paid
    for number in range(GROUPS):
        rows = np.flatnonzero((group == number) & (fen > 0))
        names, claimant = np.unique(keys[rows], return_inverse=True)
        each = np.zeros(len(names), np.int64)
        np.add.at(each, claimant, fen[rows] * weight[rows].astype(np.int64))
        ends, used_up = np.cumsum(each), np.cumsum(by_group[:, number])
        for line, fen_of_line in enumerate(by_group[:, number]):
            part = (ends > used_up[line] - fen_of_line) & (ends - each < used_up[line]) & (fen_of_line > 0)
            paid[line, rows] = part[claimant]
    return paid
