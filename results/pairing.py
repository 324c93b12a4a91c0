"""Differences of paired runs: their mean, its interval, and how many unpaired runs one pair is worth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from results.intervals import LEVEL, Interval, paired_mean

NOTHING = 1e-12
"""A spread this much smaller than the values themselves is what rounding leaves of no difference at all."""


def contrast(first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray) -> dict[str, Any] | None:
    """The second of paired runs less the first, (R,) each: `difference` with its `interval` over `pairs`, and the
    `reduction` of variance against unpaired runs with its own. Pairs without a number on either side are left out;
    None where none is left."""
    before, after = np.asarray(first, np.float64), np.asarray(second, np.float64)
    both = np.isfinite(before) & np.isfinite(after)
    if not both.any():
        return None
    before, after = before[both], after[both]
    difference, interval = paired_mean(after - before)
    reduction, reach = variance_reduction(before, after)
    return {
        "pairs": len(before),
        "difference": difference,
        "interval": interval,
        "reduction": reduction,
        "reduction_interval": reach,
    }


def variance_reduction(first: np.ndarray, second: np.ndarray) -> tuple[float | None, Interval | None]:
    """(Var A + Var B) / Var (B - A): by what factor pairing divides the variance of a difference of means, which is
    also how many times the runs one would need without it.

    With S = A + B and D = B - A it is (1 + Var S / Var D) / 2, and the interval is that of a ratio of two correlated
    variances, exact for normal values (Morgan 1939, Pitman 1939): with F the ratio of the two estimates, r their
    correlation, t the quantile and K = 1 + 2 (1 - r^2) t^2 / (n - 2), it lies between F (K -+ sqrt(K^2 - 1)).
    None where the runs do not differ in their difference, and for the interval of fewer than three pairs.
    """
    number = len(first)
    total, difference = first + second, second - first
    scale = float(np.abs(first).max() + np.abs(second).max()) if number else 0.0
    if number < 2 or difference.std() <= NOTHING * scale:
        return None, None
    ratio = float(total.var() / difference.var())
    if number < 3 or total.std() <= NOTHING * scale:
        return (1 + ratio) / 2, None
    correlation = float(np.corrcoef(total, difference)[0, 1])
    spread = 1 + 2 * max(1 - correlation**2, 0.0) * _quantile(number - 2) ** 2 / (number - 2)
    reach = float(np.sqrt(spread**2 - 1))
    return (1 + ratio) / 2, ((1 + ratio * (spread - reach)) / 2, (1 + ratio * (spread + reach)) / 2)


@cache
def _quantile(freedom: int) -> float:
    return float(stats.t.ppf((1 + LEVEL) / 2, freedom))
