"""Intervals for what an ensemble estimates: probabilities, paired differences of them, and paired means.

All are two-sided at `LEVEL`. A failed run counts against at the low end and for at the high end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from scipy import stats

LEVEL = 0.95
RESAMPLES = 2000

Interval = tuple[float, float]


def jeffreys(met: float, runs: int, failed: int = 0, level: float = LEVEL) -> Interval:
    """Jeffreys interval for a probability, `met` of `runs` having met it and `failed` more being unknown.

    The low end is 0 when none met and the high end 1 when all did (Brown, Cai and DasGupta 2001). `met` may be a sum
    of probabilities; the interval is then wider than need be, never narrower.
    """
    total = runs + failed
    if total == 0:
        return (0.0, 1.0)
    tail = (1 - level) / 2
    best = met + failed
    low = 0.0 if met == 0 else float(stats.beta.ppf(tail, met + 0.5, total - met + 0.5))
    high = 1.0 if best == total else float(stats.beta.ppf(1 - tail, best + 0.5, total - best + 0.5))
    return (low, high)


def paired_probabilities(
    first: Sequence[bool], second: Sequence[bool], failed: int = 0, level: float = LEVEL
) -> tuple[float, Interval]:
    """Change of a probability from the first to the second of paired arms, with its interval.

    The interval is the adjusted Wald interval for paired proportions of Bonett and Price (2012): one is added to
    either count of discordant pairs. `failed` pairs, of which one or both runs failed, count as lost at the low end
    and as gained at the high end. Raises ValueError if the arms are not of one length.
    """
    if len(first) != len(second):
        raise ValueError("paired arms must have the same runs")
    gained = sum(after and not before for before, after in zip(first, second, strict=True))
    lost = sum(before and not after for before, after in zip(first, second, strict=True))
    pairs = len(first)
    change = (gained - lost) / pairs if pairs else float("nan")
    low = _bonett_price(gained, lost + failed, pairs + failed, level)[0]
    high = _bonett_price(gained + failed, lost, pairs + failed, level)[1]
    return change, (low, high)


def _bonett_price(gained: int, lost: int, pairs: int, level: float) -> Interval:
    up, down = (gained + 1) / (pairs + 2), (lost + 1) / (pairs + 2)
    spread = stats.norm.ppf((1 + level) / 2) * np.sqrt((up + down - (up - down) ** 2) / (pairs + 2))
    return (float(max(-1.0, up - down - spread)), float(min(1.0, up - down + spread)))


def paired_mean(differences: Sequence[float] | np.ndarray, level: float = LEVEL) -> tuple[float, Interval | None]:
    """Mean of paired differences with its t interval; None in place of the interval for fewer than two pairs."""
    values = np.asarray(differences, dtype=np.float64)
    if len(values) == 0:
        return float("nan"), None
    mean = float(values.mean())
    if len(values) == 1:
        return mean, None
    spread = stats.t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return mean, (mean - float(spread), mean + float(spread))


def mean_probability(chances: Sequence[float], label: str, failed: int = 0) -> Interval:
    """Interval for the mean of per-run probabilities, by resampling the runs under a key made of `label`.

    Where every run says 0, or every run says 1, resampling would give a point; the Jeffreys interval stands instead.
    """
    total = sum(chances)
    if total in (0.0, float(len(chances))):
        return jeffreys(total, len(chances), failed)
    low = _resampled_means([*chances, *[0.0] * failed], label)
    high = _resampled_means([*chances, *[1.0] * failed], label)
    return (float(np.quantile(low, (1 - LEVEL) / 2)), float(np.quantile(high, (1 + LEVEL) / 2)))


def _resampled_means(values: Sequence[float], label: str) -> np.ndarray:
    rows = keyed_generator(label).integers(0, len(values), size=(RESAMPLES, len(values)))
    means: np.ndarray = np.asarray(values)[rows].mean(axis=1)
    return means


def keyed_generator(label: str) -> np.random.Generator:
    """A generator that depends on nothing but its label, so that an answer is the same whoever asks."""
    words = np.frombuffer(hashlib.sha256(label.encode()).digest()[:16], dtype="<u8")
    return np.random.Generator(np.random.Philox(key=words))
