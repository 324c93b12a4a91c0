"""Indices of sensitivity from simulated designs: elementary effects (Morris) and shares of variance (Sobol').

Every estimator takes all outputs at once, knows a failed point by its NaN, fills nothing in, and gives an interval by
resampling what is independent: whole trajectories, whole rows of a Saltelli design. On complete data the estimates are
those of SALib (same differences, same centring, same normalising). The interval is the estimate plus and minus t
standard errors of the bootstrap, t with one degree of freedom fewer than there are independent units: for a mean of few
trajectories it is then the usual t interval, where percentiles of a bootstrap would be too narrow.

Sources: Morris (1991), Campolongo et al. (2007); Saltelli (2002), Saltelli et al. (2010), Jansen (1999).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from results.intervals import LEVEL, keyed_generator

RESAMPLES = 500
EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Estimate:
    """An index by factor (or pair of factors) and output: `value` and half the width of its interval, both
    (factors, outputs); NaN where the output does not vary or too little is left to tell."""

    value: np.ndarray
    half: np.ndarray


Estimates = dict[str, Estimate]


def resampled(units: int, label: str, resamples: int = RESAMPLES) -> np.ndarray:
    """How often each unit is drawn in each resample, (1 + resamples, units); the first row is the sample itself."""
    drawn = keyed_generator(label).multinomial(units, np.full(units, 1.0 / units), size=resamples)
    return np.vstack([np.ones(units), drawn])


def alike(usable: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(units, outputs) that can be estimated together: outputs whose `usable` (units, outputs) is the same."""
    patterns, which = np.unique(usable, axis=1, return_inverse=True)
    for index in range(patterns.shape[1]):
        yield np.flatnonzero(patterns[:, index]), np.flatnonzero(which.ravel() == index)


def with_interval(found: np.ndarray, units: np.ndarray | int) -> Estimate:
    """The estimate in the first of (1 + resamples, ...) and the half width from the others; `units` are those that
    were resampled, one number or one an entry."""
    counted = np.asarray(units, dtype=float)
    known = np.isfinite(found)
    many = known[1:].sum(axis=0) > found.shape[0] / 2
    filled = np.where(known, found, 0.0)[1:]
    shown = np.maximum(known[1:].sum(axis=0), 2)
    mean = filled.sum(axis=0) / shown
    error = np.sqrt((np.where(known[1:], filled - mean, 0.0) ** 2).sum(axis=0) / (shown - 1))
    free = np.maximum(counted - 1, 1)
    half = stats.t.ppf((1 + LEVEL) / 2, free) * error * np.sqrt(np.maximum(counted, 2) / free)
    return Estimate(found[0], np.where(many & (counted >= 2), half, np.nan))


def elementary_effects(places: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Change of each output a unit of each factor, (trajectories, factors, outputs).

    `places` (trajectories, factors + 1, factors): the points in the unit cube, one factor stepped from each to the
    next. `outputs` (trajectories, factors + 1, outputs). An effect one of whose two points failed is NaN; the others
    of its trajectory stand. Raises ValueError unless every trajectory steps each factor once.
    """
    steps = np.diff(places, axis=1)
    stepped = np.argmax(np.abs(steps), axis=2)
    factors = places.shape[2]
    if not np.array_equal(np.sort(stepped, axis=1), np.tile(np.arange(factors), (len(places), 1))):
        raise ValueError("every trajectory has to step each factor once")
    size = np.take_along_axis(steps, stepped[:, :, None], axis=2)
    found = np.empty((len(places), factors, outputs.shape[2]))
    np.put_along_axis(found, stepped[:, :, None], np.diff(outputs, axis=1) / size, axis=1)
    return found


def morris(places: np.ndarray, outputs: np.ndarray, label: str) -> Estimates:
    """`mu`, `mu_star` and `sigma`: mean, mean size and standard deviation of the elementary effects, each (factors,
    outputs) in units of the output for a step across the whole range."""
    effects = elementary_effects(places, outputs)
    trajectories, shape = len(effects), effects.shape[1:]
    weights = resampled(trajectories, f"{label}/morris")
    known = np.isfinite(effects)
    flat = np.where(known, effects, 0.0).reshape(trajectories, -1)
    counted = (weights @ known.reshape(trajectories, -1).astype(float)).reshape(-1, *shape)
    enough = np.where(counted >= 1, counted, np.nan)
    mean, size, square = (
        (weights @ part).reshape(-1, *shape) / enough for part in (flat, np.abs(flat), np.square(flat))
    )
    variance = np.maximum(square - mean**2, 0.0) * enough / np.where(enough > 1, enough - 1, np.nan)
    units = known.sum(axis=0)
    named = {"mu": mean, "mu_star": size, "sigma": np.sqrt(variance)}
    return {name: with_interval(found, units) for name, found in named.items()}


def pairs(factors: int) -> list[tuple[int, int]]:
    """Pairs of factors in the order of `S2`."""
    return list(combinations(range(factors), 2))


def sobol(blocks: np.ndarray, label: str) -> Estimates:
    """First-order `S1` and total `ST` (factors, outputs), second-order `S2` (pairs, outputs) and `sum_S1` (1, outputs).

    `blocks` (rows, 2 * factors + 2, outputs): the outputs of a row of the Saltelli design in SALib's order: A, AB_1 and
    so on, BA_1 and so on, B. A row of which one point failed is left out whole, for that output.
    S1 = E[B (AB - A)] / V, ST = E[(A - AB)^2] / 2 V, S2_jk = E[BA_j AB_k - A B] / V - S1_j - S1_k, V of A and B
    together, all outputs centred and scaled first.
    """
    _, columns, outputs = blocks.shape
    factors = (columns - 2) // 2
    counts = {"S1": factors, "ST": factors, "S2": len(pairs(factors)), "sum_S1": 1}
    found = {name: Estimate(*np.full((2, count, outputs), np.nan)) for name, count in counts.items()}
    for kept, these in alike(np.isfinite(blocks).all(axis=1)):
        if len(kept) < 2:
            continue
        for name, estimate in _shares(blocks[np.ix_(kept, np.arange(columns), these)], f"{label}/sobol").items():
            found[name].value[:, these], found[name].half[:, these] = estimate.value, estimate.half
    return found


def _shares(blocks: np.ndarray, label: str) -> Estimates:
    rows, columns, outputs = blocks.shape
    factors = (columns - 2) // 2
    spread = blocks.std(axis=(0, 1))
    scaled = (blocks - blocks.mean(axis=(0, 1))) / np.where(spread > 0, spread, 1.0)
    first, one, other, last = np.split(scaled, (1, 1 + factors, 1 + 2 * factors), axis=1)
    left, right = (np.array(side, dtype=int) for side in zip(*pairs(factors), strict=True))
    terms = (
        last * (one - first),
        0.5 * (first - one) ** 2,
        other[:, left] * one[:, right] - first * last,
        0.5 * (first**2 + last**2),
        0.5 * (first + last),
    )
    joined = np.concatenate(terms, axis=1).reshape(rows, -1)
    means = (resampled(rows, label) @ joined / rows).reshape(-1, joined.shape[1] // outputs, outputs)
    ends = np.cumsum([term.shape[1] for term in terms])[:-1]
    direct, total, crossed, square, level = np.split(means, ends, axis=1)
    variance = square - level**2
    varies = variance > EPSILON
    direct, total, crossed = (
        np.where(varies, part / np.where(varies, variance, 1.0), 0.0) for part in (direct, total, crossed)
    )
    crossed = crossed - direct[:, left] - direct[:, right]
    named = {"S1": direct, "ST": total, "S2": crossed, "sum_S1": direct.sum(axis=1, keepdims=True)}
    told = {name: with_interval(part, rows) for name, part in named.items()}
    moves = varies[0, 0]
    return {
        name: Estimate(np.where(moves, e.value, np.nan), np.where(moves, e.half, np.nan)) for name, e in told.items()
    }
