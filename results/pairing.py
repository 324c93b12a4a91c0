"""Differences of paired runs: their mean, its interval, and how many unpaired runs one pair is worth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from results.intervals import LEVEL

NOTHING = 1e-12
"""A spread this much smaller than the values themselves is what rounding leaves of no difference at all."""

Contrast = dict[str, Any]


def contrast(first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray) -> Contrast | None:
    """The second of paired runs less the first, (R,) each: `contrasts` of one figure."""
    before, after = np.asarray(first, np.float64), np.asarray(second, np.float64)
    return contrasts(before[:, None], after[:, None])[0]


def contrasts(first: np.ndarray, second: np.ndarray) -> list[Contrast | None]:
    """The second of paired runs less the first, (R, K) each, for every one of K figures.

    `difference` is the mean with its t `interval` over `pairs`; pairs without a number on either side are left out, and
    None stands where none is left. `reduction` is (Var A + Var B) / Var (B - A): by what factor pairing divides the
    variance of a difference of means, which is also how many times the runs one would need without it. With S = A + B
    and D = B - A it is (1 + Var S / Var D) / 2, and its `reduction_interval` that of a ratio of two correlated
    variances, exact for normal values (Morgan 1939, Pitman 1939): with F the ratio of the two estimates, r their
    correlation, t the quantile and K = 1 + 2 (1 - r^2) t^2 / (n - 2), the ratio lies between F (K -+ sqrt(K^2 - 1)).
    None where the runs do not differ in their difference, and for intervals of too few pairs.
    """
    both = np.isfinite(first) & np.isfinite(second)
    before, after = np.where(both, first, 0.0), np.where(both, second, 0.0)
    pairs = both.sum(axis=0)
    mean, apart = _about_mean(after - before, both, pairs)
    _, total = _about_mean(after + before, both, pairs)
    scale = NOTHING * (np.abs(before).max(axis=0, initial=0.0) + np.abs(after).max(axis=0, initial=0.0))
    figures = zip(
        pairs.tolist(),
        mean.tolist(),
        (apart * apart).sum(axis=0).tolist(),
        (total * total).sum(axis=0).tolist(),
        (total * apart).sum(axis=0).tolist(),
        scale.tolist(),
        strict=True,
    )
    return [_told(*figure) for figure in figures]


def _about_mean(values: np.ndarray, there: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of the values that are there, and how far each lies from its own."""
    mean = values.sum(axis=0) / np.maximum(number, 1)
    return mean, np.where(there, values - mean, 0.0)


def _told(
    pairs: int, difference: float, of_difference: float, of_total: float, common: float, nothing: float
) -> Contrast | None:
    """One figure from its mean difference and the sums of squares and products of difference and total."""
    if pairs == 0:
        return None
    half = _quantile(pairs - 1) * (of_difference / (pairs - 1) / pairs) ** 0.5 if pairs > 1 else None
    told: Contrast = {
        "pairs": pairs,
        "difference": difference,
        "interval": None if half is None else (difference - half, difference + half),
        "reduction": None,
        "reduction_interval": None,
    }
    if pairs < 2 or (of_difference / pairs) ** 0.5 <= nothing:
        return told
    ratio = of_total / of_difference
    told["reduction"] = (1 + ratio) / 2
    if pairs > 2 and (of_total / pairs) ** 0.5 > nothing:
        unlike = max(1 - common**2 / (of_difference * of_total), 0.0)
        spread = 1 + 2 * unlike * _quantile(pairs - 2) ** 2 / (pairs - 2)
        reach = (spread**2 - 1) ** 0.5
        told["reduction_interval"] = ((1 + ratio * (spread - reach)) / 2, (1 + ratio * (spread + reach)) / 2)
    return told


@cache
def _quantile(freedom: int) -> float:
    return float(stats.t.ppf((1 + LEVEL) / 2, freedom))
