"""Intervals that may be looked at after every run: valid at whatever moment one stops.

A probability p has seen `met` hits in `runs`. Mix the likelihood over the prior Beta(1/2, 1/2) and divide by the
likelihood of p: prior(p)/posterior(p). Under p this is a martingale of mean 1, hence it ever exceeds 1/alpha with a
chance of at most alpha (Ville), and {p: prior(p)/posterior(p) < 1/alpha} covers p at all times at once
(Waudby-Smith and Ramdas 2020). For draws between 0 and 1 that are not whole it is a supermartingale, by convexity: the
interval then is wider than need be, never too narrow.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, xlog1py, xlogy

from results.intervals import LEVEL, Interval

PRIOR = 0.5
"""Both parameters of the prior: Beta(1/2, 1/2) gives up least where a probability is near 0 or 1."""

HALVINGS = 60


def sequences(met: np.ndarray, runs: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends for many counts at once; of one shape, `met` between 0 and `runs`. No runs: (0, 1)."""
    met, missed = np.asarray(met, np.float64), np.asarray(runs, np.float64) - met
    with np.errstate(invalid="ignore"):
        middle = np.where(met + missed > 0, met / (met + missed), 0.5)
    low = _end(met, missed, middle, np.zeros_like(middle), level)
    high = _end(met, missed, middle, np.ones_like(middle), level)
    none = met + missed == 0
    return np.where(none | (met == 0), 0.0, low), np.where(none | (missed == 0), 1.0, high)


def _end(met: np.ndarray, missed: np.ndarray, inside: np.ndarray, outside: np.ndarray, level: float) -> np.ndarray:
    """Where the ratio crosses 1/alpha between the best p and an end of the unit interval; it grows on the way."""
    evidence = betaln(met + PRIOR, missed + PRIOR) - betaln(PRIOR, PRIOR) + np.log(1 - level)
    for _ in range(HALVINGS):
        p = (inside + outside) / 2
        within = evidence < xlogy(met, p) + xlog1py(missed, -p)
        inside, outside = np.where(within, p, inside), np.where(within, outside, p)
    return outside


def sequence(met: float, runs: float, failed: float = 0, level: float = LEVEL) -> Interval:
    """Interval for a probability that covers it at every number of runs at once, `met` of `runs` having met it.

    `failed` more are unknown: against at the low end, for at the high end. `met` may be a sum of probabilities, or of
    the shares of hits in groups of runs; `runs` and `failed` then count groups. Raises ValueError for counts that
    cannot be.
    """
    if not 0 <= met <= runs or failed < 0:
        raise ValueError(f"{met} of {runs} runs, {failed} failed")
    total = runs + failed
    low, high = sequences(np.array([met, min(met + failed, total)]), np.array([total, total]), level)
    return (float(low[0]), float(high[1]))


def half_width(interval: Interval) -> float:
    """Half of the distance between both ends."""
    return (interval[1] - interval[0]) / 2


def most_needed(until: float, level: float = LEVEL) -> int:
    """Runs after which a half-width of `until` is reached whatever was met, if none failed: widest is one half of the
    runs. Raises ValueError for a half-width that no number of runs brings about."""
    if until <= 0:
        raise ValueError(f"a half-width of {until} is never reached")
    few, enough = 0, 1
    while half_width(sequence(enough / 2, enough, level=level)) > until:
        few, enough = enough, 2 * enough
    while enough - few > 1:
        middle = (few + enough) // 2
        wide = half_width(sequence(middle / 2, middle, level=level)) > until
        few, enough = (middle, enough) if wide else (few, middle)
    return enough
