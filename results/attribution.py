"""What each kind of intervention, or group of kinds, adds to what a programme comes to.

Every replicate runs all coalitions it needs from one burned-in world under one luck, so that what a player adds is a
paired difference there, and intervals are over replicates. Nothing is normalised: Shapley values add up to the whole
programme less nobody by their formula, and what is left over is told. Nobody is not the null arm: a programme without
a single kind still has its funds, its indicators and a register that knows it; the distance is told too.

With few players all 2^n coalitions run. With many, each replicate has orders of its own in which they join one by one:
its estimate is the mean over its orders, and the standard error over replicates holds the orders' share as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results import coalitions, shapley
from results.game import COST, INCOME, NULL, Game, Measured
from results.intervals import jeffreys, mean_probability, paired_mean
from results.players import Player
from results.shares import Estimates, as_rows, over_replicates, ratio

EXACT = 6
"""Players up to which every coalition runs."""

SEEN = 4
"""Replicates that must have seen a sampled pair before its interval is worth telling: with two or three it covers too
seldom."""

MEASURES = {
    "leave_one_out": shapley.leave_one_out,
    "add_one_in": shapley.add_one_in,
    "shapley": shapley.shapley,
}


@dataclass(frozen=True)
class Shares:
    """What was found in each replicate: of each of MEASURES (replicates, players, measured); of interactions the sums
    and counts over the contexts seen, (replicates, pairs, measured); in each order, where there are orders,
    (replicates, orders, players, measured)."""

    added: Mapping[str, np.ndarray]
    interactions: np.ndarray
    contexts: np.ndarray
    of_order: np.ndarray | None = None

    def whole(self) -> np.ndarray:
        """Replicates that have every number they need, (replicates, measured): all shares are then of the same runs."""
        parts = [*self.added.values(), self.interactions]
        return np.logical_and.reduce([np.isfinite(part).all(axis=1) for part in parts])


def attribution(game: Game, players: Sequence[Player], orders: int, seed: int) -> dict[str, Any]:
    """The numbers of `attribution.json` that come from the runs. `orders`: how many each replicate has, keyed by
    `seed`; 0 where every coalition ran."""
    kinds = [player.kinds for player in players]
    shares = sampled(game, kinds, orders, seed) if orders else exact(game, kinds)
    ends = game.values([_ends(kinds)] * len(game.replicates))
    whole = shares.whole() & np.isfinite(ends).all(axis=1)
    found = _estimated(shares, whole, np.array([one.chance for one in game.measured]))
    owed = owed_to_orders(shares, whole, found["shapley"])
    outcomes = [
        {
            **one.described,
            "replicates": int(whole[:, at].sum()),
            "dropped": int((~whole[:, at]).sum()),
            **_levels(ends[whole[:, at], :, at], one),
            "players": _players(found, at),
            **_check(found["shapley"].mean[:, at], ends[whole[:, at], :, at]),
            "owed_to_orders": None if owed is None else owed[:, at].tolist(),
            "interactions": _pairs(found["interactions"], at, len(players)),
        }
        for at, one in enumerate(game.measured)
    ]
    return {"outcomes": outcomes, "cost_per_yuan": _cost_per_yuan(game, shares.added["shapley"], whole)}


def arms(players: Sequence[Player], orders: int, seed: int, replicate: int) -> tuple[str, ...]:
    """The arms a replicate needs, the null arm first; `orders` and `seed` as `attribution` takes them."""
    kinds, count = [player.kinds for player in players], len(players)
    needed = coalitions.every(count).tolist()
    if orders:
        needed = coalitions.sampled(coalitions.orders(count, seed, replicate, orders))
    return (NULL, *(coalitions.arm(kinds, coalition) for coalition in needed))


def _ends(kinds: coalitions.Kinds) -> list[str]:
    return [NULL, coalitions.arm(kinds, 0), coalitions.arm(kinds, coalitions.everyone(len(kinds)))]


def _estimated(shares: Shares, whole: np.ndarray, chance: np.ndarray) -> dict[str, Estimates]:
    kept = whole[:, None, :]
    found = {
        name: over_replicates(values, np.broadcast_to(kept, values.shape), chance, 1.0)
        for name, values in shares.added.items()
    }
    # A difference of differences of probabilities lies between -2 and 2.
    least = 2 if shares.of_order is None else SEEN
    found["interactions"] = over_replicates(shares.interactions, shares.contexts * kept, chance, 2.0, least)
    return found


def exact(game: Game, kinds: coalitions.Kinds) -> Shares:
    """Shares from all coalitions of every replicate."""
    count = len(kinds)
    arms = [coalitions.arm(kinds, coalition) for coalition in coalitions.every(count).tolist()]
    values = game.values([arms] * len(game.replicates))
    added = {name: measure(values) for name, measure in MEASURES.items()}
    together = shapley.interaction(values)
    return Shares(added, together, np.ones(together.shape))


def sampled(game: Game, kinds: coalitions.Kinds, orders: int, seed: int) -> Shares:
    """Shares from the orders of every replicate; what a player adds first and last is exact there too."""
    count, everyone = len(kinds), coalitions.everyone(len(kinds))
    drawn = np.array([coalitions.orders(count, seed, replicate, orders) for replicate in game.replicates])

    def values(needed: Sequence[Sequence[int]]) -> np.ndarray:
        return game.values([[coalitions.arm(kinds, coalition) for coalition in own] for own in needed])

    def along(of_order: Callable[[np.ndarray], list[int]]) -> np.ndarray:
        found = values([[coalition for order in own for coalition in of_order(order)] for own in drawn])
        return found.reshape(len(drawn), orders, -1, found.shape[-1])

    joined = along(coalitions.joined)
    first = values([[1 << player for player in range(count)]] * len(drawn))
    last = values([[everyone & ~(1 << player) for player in range(count)]] * len(drawn))
    of_order = shapley.shapley_of_orders(drawn, joined)
    sums, contexts = shapley.interactions_of_orders(drawn, joined, along(coalitions.swapped))
    added = {
        "leave_one_out": joined[:, 0, -1:] - last,
        "add_one_in": first - joined[:, 0, :1],
        "shapley": of_order.mean(axis=1),
    }
    return Shares(added, sums, np.broadcast_to(contexts[..., None], sums.shape), of_order)


def _players(found: Mapping[str, Estimates], at: int) -> list[dict[str, Any]]:
    """By player, what it adds in every sense."""
    told = [as_rows(found[name], at) for name in MEASURES]
    return [dict(zip(MEASURES, own, strict=True)) for own in zip(*told, strict=True)]


def _levels(ends: np.ndarray, one: Measured) -> dict[str, Any]:
    """Null, nobody and everyone with their intervals; what all kinds add, and how far nobody is from null."""
    null, nobody, everyone = ends.T
    names = {"null": null, "nobody": nobody, "everyone": everyone}
    levels = {name: _level(values, one, name) for name, values in names.items()}
    changes = np.stack([everyone - nobody, nobody - null], axis=1)[..., None]
    found = over_replicates(changes, np.ones(changes.shape), np.array([one.chance]), 1.0)
    total, apart = as_rows(found, 0)
    return {"levels": levels, "total": total, "apart": apart}


def _level(values: np.ndarray, one: Measured, name: str) -> dict[str, Any]:
    if not one.chance:
        mean, interval = paired_mean(values)
        return {"estimate": mean, "interval": interval}
    if len(values) == 0:
        return {"estimate": None, "interval": None}
    sure = np.isin(values, (0.0, 1.0)).all()
    interval = jeffreys(values.sum(), len(values)) if sure else mean_probability(values.tolist(), f"{name} {one.name}")
    return {"estimate": float(values.mean()), "interval": interval}


def _check(shared: np.ndarray, ends: np.ndarray) -> dict[str, float]:
    """The sum of the Shapley values, and what is left of the whole when it is taken away: rounding and nothing else."""
    summed = float(shared.sum())
    left = float((ends[:, 2] - ends[:, 1]).mean() - summed) if len(ends) else float("nan")
    return {"sum": summed, "remainder": left}


def _pairs(found: Estimates, at: int, players: int) -> list[dict[str, Any]]:
    """Every pair with what the two add together, and in how many contexts and replicates it was seen."""
    seen = zip(found.contexts[:, at], found.replicates[:, at], strict=True)
    return [
        {"pair": pair, **told, "contexts": int(contexts), "replicates": int(replicates)}
        for pair, told, (contexts, replicates) in zip(
            shapley.pairs(players).tolist(), as_rows(found, at), seen, strict=True
        )
    ]


def owed_to_orders(shares: Shares, whole: np.ndarray, found: Estimates) -> np.ndarray | None:
    """The share of a Shapley value's squared error that more orders in the same replicates would take away, (players,
    measured): the variance among pairs of an order and its reverse within a replicate, over that of replicates. None
    where all coalitions ran or a replicate has a single pair."""
    if shares.of_order is None or shares.of_order.shape[1] < 4:
        return None
    runs, orders, players, measured = shares.of_order.shape
    pairs = shares.of_order.reshape(runs, orders // 2, 2, players, measured).mean(axis=2)
    within = np.where(whole[:, None, :], pairs.var(axis=1, ddof=1) / (orders // 2), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.minimum(within.sum(axis=0) / (whole.sum(axis=0) * found.error) ** 2, 1.0)


def _cost_per_yuan(game: Game, shared: np.ndarray, whole: np.ndarray) -> list[dict[str, Any]] | None:
    """By player, yuan paid per household of the baseline list over the period for one yuan a person and year more in
    the last year, in Shapley values; None for a player whose income cannot be told from nothing."""
    names = [one.name for one in game.measured]
    income, cost = names.index(INCOME), names.index(COST)
    households = game.listed_households()
    kept = whole[:, income] & whole[:, cost] & (households > 0)
    if not kept.any():
        return None
    per_household = shared[kept][:, :, cost] / households[kept, None]
    found = [ratio(paid, gained) for paid, gained in zip(per_household.T, shared[kept][:, :, income].T, strict=True)]
    return [{"estimate": one[0], "interval": one[1]} if one else {"estimate": None, "interval": None} for one in found]
