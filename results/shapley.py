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

from results.coalitions import every, everyone


def pairs(players: int) -> np.ndarray:
    """All pairs of players, (pairs, 2), the lower first."""
    return np.stack(np.triu_indices(players, 1), axis=1)


def leave_one_out(values: np.ndarray) -> np.ndarray:
    """v(N) - v(N \\ i) of games (..., 2^players, outcomes): (..., players, outcomes)."""
    players = count_of(values)
    missing = everyone(players) & ~(1 << np.arange(players))
    return values[..., -1:, :] - values[..., missing, :]


def add_one_in(values: np.ndarray) -> np.ndarray:
    """v(i) - v(0) of games (..., 2^players, outcomes): (..., players, outcomes)."""
    return values[..., 1 << np.arange(count_of(values)), :] - values[..., :1, :]


def shapley(values: np.ndarray) -> np.ndarray:
    """Shapley values of games (..., 2^players, outcomes), (..., players, outcomes): the sum over S without i of
    |S|! (n - |S| - 1)! / n! times v(S + i) - v(S)."""
    players = count_of(values)
    chance = np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])
    found = []
    for bit in (1 << np.arange(players)).tolist():
        before = every(players)[every(players) & bit == 0]
        added = values[..., before | bit, :] - values[..., before, :]
        found.append(_weighted(chance[np.bitwise_count(before)], added))
    return np.stack(found, axis=-2)


def interaction(values: np.ndarray) -> np.ndarray:
    """Interactions of games (..., 2^players, outcomes), (..., pairs, outcomes): the sum over S without i and j of
    |S|! (n - |S| - 2)! / (n - 1)! times v(S + i + j) - v(S + i) - v(S + j) + v(S)."""
    players = count_of(values)
    chance = np.array([1.0 / ((players - 1) * comb(players - 2, size)) for size in range(players - 1)])
    found = []
    for one, other in (1 << pairs(players)).tolist():
        before = every(players)[every(players) & (one | other) == 0]
        with_other = values[..., before | one | other, :] - values[..., before | other, :]
        added = with_other - (values[..., before | one, :] - values[..., before, :])
        found.append(_weighted(chance[np.bitwise_count(before)], added))
    return np.stack(found, axis=-2)


def count_of(values: np.ndarray) -> int:
    """The number of players of games (..., 2^players, outcomes)."""
    return values.shape[-2].bit_length() - 1


def _weighted(chance: np.ndarray, added: np.ndarray) -> np.ndarray:
    # Without optimising, einsum adds up in one order on every machine and any number of threads. What adds nothing
    # anywhere comes to nothing, not to the rounding of large numbers that cancel.
    return np.einsum("c,...co->...o", chance, added, optimize=False)


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
    second_difference = (joined[..., 2:, :] - joined[..., 1:-1, :]) - (swapped - joined[..., :-2, :])
    sums = np.zeros((len(orders), len(first), joined.shape[-1]))
    counts = np.zeros((len(orders), len(first)), np.int64)
    replicate = np.broadcast_to(np.arange(len(orders))[:, None, None], pair.shape)
    np.add.at(sums, (replicate, pair), second_difference)
    np.add.at(counts, (replicate, pair), 1)
    return sums, counts
