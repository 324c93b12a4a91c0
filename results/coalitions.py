"""Which kinds of intervention are at work together: players, coalitions of them, and orders in which they join.

A player is a kind or a group of kinds. A coalition is a whole number whose bit i says whether player i is at work, so
that 0 is nobody and `everyone` all. It is simulated as the programme without the kinds of everybody else; those kinds
stand in the arm's name by the alphabet, so that equal coalitions have one name whoever lists them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from results.intervals import keyed_generator

Kinds = Sequence[Sequence[str]]


def everyone(players: int) -> int:
    """The coalition of all players."""
    return (1 << players) - 1


def every(players: int) -> np.ndarray:
    """All 2^players coalitions, (2^players,) int64, nobody first and everyone last."""
    return np.arange(1 << players, dtype=np.int64)


def arm(kinds: Kinds, coalition: int) -> str:
    """The arm in which a coalition, and nobody else, is at work. `kinds`: those of every player."""
    absent = sorted(kind for player, own in enumerate(kinds) if not coalition >> player & 1 for kind in own)
    return f"without:{'+'.join(absent)}" if absent else "policy"


def orders(players: int, seed: int, replicate: int, count: int) -> np.ndarray:
    """Orders in which the players join in a replicate, (count, players): drawn ones, each followed by its reverse.

    Keyed by (seed, replicate) and the number of the pair, so that asking for more changes none of the first. The
    reverse of a uniform order is uniform, and errs to the other side where coming early is worth more than coming late
    (Mitchell, Cooper, Frank and Holmes 2022). Raises ValueError for an odd count, which would leave one unpaired.
    """
    if count < 2 or count % 2:
        raise ValueError(f"orders come in pairs, not {count}")
    drawn = [
        np.argsort(keyed_generator(f"order {seed} {replicate} {pair}").random(players), kind="stable")
        for pair in range(count // 2)
    ]
    return np.array([order for forth in drawn for order in (forth, forth[::-1])], dtype=np.int64)


def joined(order: np.ndarray) -> list[int]:
    """The coalitions an order passes through, from nobody to everyone."""
    found = [0]
    for player in order.tolist():
        found.append(found[-1] | 1 << player)
    return found


def swapped(order: np.ndarray) -> list[int]:
    """For every two neighbours in an order: those before both, and the later of the two without the earlier."""
    return [before | 1 << later for before, later in zip(joined(order)[:-2], order.tolist()[1:], strict=True)]


def sampled(drawn: np.ndarray) -> list[int]:
    """Every coalition needed for some orders: what they pass through, swaps of neighbours, and each player alone and
    alone missing. Nobody first, everyone last, none twice."""
    players = drawn.shape[1]
    alone = [1 << player for player in range(players)]
    missing = [everyone(players) & ~one for one in alone]
    passed = [coalition for order in drawn for coalition in (*joined(order), *swapped(order))]
    return sorted({*alone, *missing, *passed})
