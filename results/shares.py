"""Means over replicates of what was found in each, with intervals: of many rows and many measured things at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from results.intervals import LEVEL, Interval


@dataclass(frozen=True)
class Estimates:
    """Means over replicates, (rows, measured): the mean, its standard error, the ends of its interval (not a number
    where too few replicates say anything), the number of replicates that do and of contexts in them."""

    mean: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    replicates: np.ndarray
    contexts: np.ndarray


def over_replicates(
    sums: np.ndarray, counts: np.ndarray, chance: np.ndarray, reach: float, least: int = 2
) -> Estimates:
    """Mean over all contexts with its error over replicates, for (replicates, rows, measured) of sums and counts.

    A replicate with several contexts is one cluster: the error is that of a ratio of means, with one context each that
    of a mean. The interval is Student's. For changes of a probability (`chance`), which lie within `reach`, it is the
    adjusted Wald interval of Bonett and Price (2012) carried over from 0 and 1 to what lies between: two replicates
    more, one at either end of the reach. It never shrinks to a point where no replicate differs. There is none for
    rows on which fewer than `least` replicates say anything, but for probabilities one is enough by default.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        summed, sizes = np.where(counts > 0, sums, 0.0), counts.astype(np.float64)
        clusters, total = (sizes > 0).sum(axis=0), sizes.sum(axis=0)
        mean = summed.sum(axis=0) / total
        square = ((summed - sizes * mean) ** 2).sum(axis=0)
        error = np.sqrt(clusters / (clusters - 1) * square) / total
        spread = stats.t.ppf((1 + LEVEL) / 2, clusters - 1) * error
        usual = total / clusters
        centre = summed.sum(axis=0) / (total + 2 * usual)
        wider = ((summed - sizes * centre) ** 2).sum(axis=0) + 2 * usual**2 * (reach**2 + centre**2)
        wald = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(wider) / (total + 2 * usual)
        low = np.where(chance, np.maximum(-reach, centre - wald), mean - spread)
        high = np.where(chance, np.minimum(reach, centre + wald), mean + spread)
    few = clusters < np.where(chance, least - 1, least)
    return Estimates(mean, error, np.where(few, np.nan, low), np.where(few, np.nan, high), clusters, total)


def ratio(above: np.ndarray, below: np.ndarray) -> tuple[float, Interval] | None:
    """Ratio of the means of two paired samples with its interval by Fieller (1954); None where the lower one cannot be
    told from nothing, for the interval then has no end."""
    runs = len(above)
    if runs < 3:
        return None
    top, bottom = float(above.mean()), float(below.mean())
    spread = np.cov(above, below) / runs * stats.t.ppf((1 + LEVEL) / 2, runs - 1) ** 2
    a, b, c = bottom**2 - spread[1, 1], top * bottom - spread[0, 1], top**2 - spread[0, 0]
    if a <= 0:
        return None
    half = float(np.sqrt(max(b * b - a * c, 0.0)))
    return top / bottom, (float((b - half) / a), float((b + half) / a))


def as_rows(found: Estimates, at: int) -> list[dict[str, Any]]:
    """The rows of one measured thing as plain data; no interval where too few replicates say anything."""
    rows = zip(found.mean[:, at], found.error[:, at], found.low[:, at], found.high[:, at], strict=True)
    return [{"estimate": mean, "error": error, "interval": _interval(low, high)} for mean, error, low, high in rows]


def _interval(low: float, high: float) -> list[float] | None:
    return [float(low), float(high)] if np.isfinite([low, high]).all() else None
