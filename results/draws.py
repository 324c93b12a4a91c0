"""What draws of parameters tell that each had several runs: how much of a chance is luck, how much is not known.

Each draw d has a probability p_d of its own. What a single run does varies by E[p(1 - p)], the aleatory part (luck, at
given parameters), and by Var[p], the epistemic part (the parameters themselves); the two add to the variance of a hit.
With h_d hits in n_d runs both are estimated without bias from pairs of runs: h(n - h)/(n(n - 1)) for the first, and
h(h - 1)/(n(n - 1)) less the mean product of different draws for the second, which chance may make negative.

Intervals resample whole draws, by weights of a Dirichlet distribution (the Bayesian bootstrap of Rubin 1981). One draw
is added, spread evenly over every result a draw can have, for what has not been seen may yet happen; the tails are
taken by the t distribution, for draws are few (Hesterberg 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

from results.intervals import LEVEL, RESAMPLES, Interval, jeffreys, keyed_generator

LEAST_TAIL = 5 / RESAMPLES
"""No quantile is taken farther out than five of the resampled values."""


class Draw(NamedTuple):
    """One draw of parameters: hits among its finished runs, and how many of its runs failed."""

    hits: int
    runs: int
    failed: int = 0


@dataclass(frozen=True)
class Parts:
    """The variance of a hit by source. `share` is that of the epistemic part, None where nothing varies; `draws` are
    those with two finished runs or more."""

    aleatory: float
    epistemic: float
    share: float | None
    aleatory_interval: Interval
    epistemic_interval: Interval
    share_interval: Interval | None
    draws: int

    @property
    def total(self) -> float:
        """Variance of what a single run does."""
        return self.aleatory + self.epistemic


def parts(draws: Sequence[Draw], label: str) -> Parts | None:
    """Both parts with their intervals; None where fewer than two draws have two finished runs. `label` keys the
    resampling."""
    useful = [draw for draw in draws if draw.runs > 1]
    if len(useful) < 2:
        return None
    hits, runs = np.array([draw[:2] for draw in useful], np.float64).T
    mean, within, both = _of(hits, runs)
    apart = (mean.sum() ** 2 - np.square(mean).sum()) / (len(mean) * (len(mean) - 1))
    aleatory, epistemic = float(within.mean()), float(both.mean() - apart)
    share = epistemic / (aleatory + epistemic) if aleatory + epistemic > 0 else None
    luck, unknown, of_all = _intervals(useful, label)
    return Parts(
        aleatory,
        epistemic,
        share,
        _holding(luck, aleatory),
        _holding(unknown, epistemic, 0.0),
        None if share is None or of_all is None else _holding(of_all, share, 0.0),
        len(useful),
    )


def chance(draws: Sequence[Draw], label: str, level: float = LEVEL) -> Interval:
    """Interval for the probability of a hit, a draw being the unit: failed runs count against at the low end and for at
    the high end. Where every run hit or none did, it is the Jeffreys interval of as many runs as there are draws. A
    single draw tells nothing of others."""
    if len(draws) < 2:
        return (0.0, 1.0)
    worst = [Draw(draw.hits, draw.runs + draw.failed) for draw in draws]
    best = [Draw(draw.hits + draw.failed, draw.runs + draw.failed) for draw in draws]
    return (_chance(worst, label, level)[0], _chance(best, label, level)[1])


def _chance(draws: Sequence[Draw], label: str, level: float) -> Interval:
    hits, runs = sum(draw.hits for draw in draws), sum(draw.runs for draw in draws)
    if hits in (0, runs):
        return jeffreys(len(draws) if hits else 0, len(draws), level=level)
    return _ends(_resampled(draws, label)[0], len(draws), level)


def _of(hits: np.ndarray, runs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each draw: its share of hits, its variance within, and how often two of its runs both hit."""
    pairs = runs * np.maximum(runs - 1, 1)
    return hits / runs, hits * (runs - hits) / pairs, hits * (hits - 1) / pairs


def _resampled(draws: Sequence[Draw], label: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean chance, aleatory and epistemic part under each set of weights, (RESAMPLES,) each."""
    most = max(draw.runs for draw in draws)
    possible = np.arange(most + 1.0)
    hits = np.concatenate([[draw.hits for draw in draws], possible])
    runs = np.concatenate([[draw.runs for draw in draws], np.full(most + 1, float(most))])
    mass = np.concatenate([np.ones(len(draws)), np.full(most + 1, 1 / (most + 1))])
    weights = keyed_generator(label).dirichlet(mass, size=RESAMPLES)
    mean, within, both = (weights @ values for values in _of(hits, runs))
    return mean, within, both - np.square(mean)


def _intervals(draws: Sequence[Draw], label: str) -> tuple[Interval, Interval, Interval | None]:
    """Of the aleatory part, the epistemic part and its share. Where no draw varies within, luck may be nothing, and the
    epistemic part as much as the chance itself allows."""
    _, within, between = _resampled(draws, label)
    luck, unknown = (_ends(values, len(draws)) for values in (within, between))
    total = within + between
    share: Interval | None = _ends(between / total, len(draws))
    if all(draw.hits in (0, draw.runs) for draw in draws):
        low, high = chance(draws, label)
        middle = min(max(0.5, low), high)
        luck, unknown = (0.0, luck[1]), (unknown[0], middle * (1 - middle))
        share = (share[0], 1.0) if share and len({draw.hits > 0 for draw in draws}) > 1 else None
    return luck, unknown, share


def _holding(interval: Interval, *values: float) -> Interval:
    """An interval stretched to hold the estimate, which is free of bias where the resampled ones are not, and what is
    known to be possible."""
    return (min(interval[0], values[0]), max(interval[1], *values))


def _ends(values: np.ndarray, draws: int, level: float = LEVEL) -> Interval:
    """The quantiles between which a parameter lies, farther out than `level` says by as much as draws are few."""
    spread = stats.t.ppf((1 + level) / 2, draws - 1) * np.sqrt(draws / (draws - 1))
    tail = max(float(stats.norm.cdf(-spread)), LEAST_TAIL)
    return (float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail)))
