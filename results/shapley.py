"""What each player adds to a game: first, last, and on average over all orders; and what two add together.

A game gives every coalition a value; here it is a run's outcome, and every measure is linear in it, so that the mean
over runs of a measure is the measure of the mean game. `values` have the coalitions on their last axis but one and the
outcomes on their last; whatever stands before (replicates) is kept.

* leave one out: v(N) - v(N \\ i); add one in: v(i) - v(0).
* Shapley (1953): the mean of v(S + i) - v(S) over all orders of the players, S being those before i.
* interaction of i and j (Grabisch and Roubens 1999): the mean of v(S + i + j) - v(S + i) - v(S + j) + v(S) over orders
  of the players in which i and j come one after the other. Above zero they help each other, below they stand in for
  each other.
"""

from __future__ import annotations

from math import comb

import numpy as np

from results.coalitions import every, everyone, members


def pairs(players: int) -> np.ndarray:
    """All pairs of players, (pairs, 2), the lower first."""
    return np.stack(np.triu_indices(players, 1), axis=1)


def leave_one_out(players: int) -> np.ndarray:
    """Weights (players, 2^players) that turn a game into v(N) - v(N \\ i)."""
    rows, all_of_them = np.arange(players), everyone(players)
    weights = np.zeros((players, 1 << players))
    weights[rows, all_of_them & ~(1 << rows)] = -1.0
    weights[:, all_of_them] += 1.0
    return weights


def add_one_in(players: int) -> np.ndarray:
    """Weights (players, 2^players) that turn a game into v(i) - v(0)."""
    rows = np.arange(players)
    weights = np.zeros((players, 1 << players))
    weights[rows, 1 << rows] = 1.0
    weights[:, 0] -= 1.0
    return weights


def shapley(players: int) -> np.ndarray:
    """Weights (players, 2^players) that turn a game into its Shapley values: |S|! (n - |S| - 1)! / n! for S + i, the
    same below zero for S."""
    inside = members(players)
    others = np.bitwise_count(every(players))[None, :] - inside
    chance = np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])
    return np.where(inside == 1, 1.0, -1.0) * chance[others]


def interaction(players: int) -> np.ndarray:
    """Weights (pairs, 2^players) that turn a game into its interactions: |S|! (n - |S| - 2)! / (n - 1)! for S and for
    S + i + j, the same below zero for S + i and S + j."""
    first, second = pairs(players).T
    inside = members(players)
    together = inside[first] + inside[second]
    others = np.bitwise_count(every(players))[None, :] - together
    chance = np.array([1.0 / ((players - 1) * comb(players - 2, size)) for size in range(players - 1)])
    return np.where(together == 1, -1.0, 1.0) * chance[others]


def applied(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Weights (rows, coalitions) applied to games (..., coalitions, outcomes): (..., rows, outcomes)."""
    # Without optimising, einsum adds up in one order on every machine and any number of threads.
    return np.einsum("wc,...co->...wo", weights, values, optimize=False)


def shapley_of_orders(orders: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """What each player adds in each order, (..., orders, players, outcomes): a single order is an unbiased estimate of
    the Shapley values, and its sum is v(N) - v(0).

    `orders`: (..., orders, players); `joined`: (..., orders, players + 1, outcomes), the values passed through.
    """
    added = np.diff(joined, axis=-2)
    return np.take_along_axis(added, np.argsort(orders, axis=-1)[..., None], axis=-2)


def interactions_of_orders(
    orders: np.ndarray, joined: np.ndarray, swapped: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of v(S + i + j) - v(S + i) - v(S + j) + v(S) over the neighbours i, j of some orders, and their number.

    `orders`: (replicates, orders, players), `joined` as above, `swapped`: (replicates, orders, players - 1, outcomes),
    the values of S + j. Gives (replicates, pairs, outcomes) and (replicates, pairs).
    """
    players = orders.shape[-1]
    number = np.zeros((players, players), np.int64)
    first, second = pairs(players).T
    number[first, second] = number[second, first] = np.arange(len(first))
    pair = number[orders[..., :-1], orders[..., 1:]]
    second_difference = joined[..., 2:, :] - joined[..., 1:-1, :] - swapped + joined[..., :-2, :]
    sums = np.zeros((len(orders), len(first), joined.shape[-1]))
    counts = np.zeros((len(orders), len(first)), np.int64)
    replicate = np.broadcast_to(np.arange(len(orders))[:, None, None], pair.shape)
    np.add.at(sums, (replicate, pair), second_difference)
    np.add.at(counts, (replicate, pair), 1)
    return sums, counts
