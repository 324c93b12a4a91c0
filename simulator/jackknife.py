"""What a sample of villages says of the whole place, and how sure it is of it.

A sample is whole villages drawn by stratum, each standing for a whole number of villages. An estimate is made from
weighted totals; its sampling variance comes from leaving each village out in turn and letting the rest of its stratum
stand for it (the delete-one jackknife within strata: Wolter, Introduction to Variance Estimation, 2007, 4.6).
"""

from __future__ import annotations

import math

import numpy as np


class Sample:
    """The sampled villages. `stratum` and `stands_for`: (V,) whole numbers. Raises ValueError for an empty sample.

    `full` says that every village stands for itself alone. A stratum seen whole has no sampling error; a stratum of
    one village that stands for more is joined with a neighbouring stratum for the variance, never for the estimate,
    and where there is no neighbour the variance is not a number.
    """

    def __init__(self, stratum: np.ndarray, stands_for: np.ndarray) -> None:
        if len(stratum) == 0:
            raise ValueError("a sample without villages says nothing")
        self.stratum = np.asarray(stratum)
        self.weight = np.asarray(stands_for, dtype=np.float64)
        self.full = bool((self.weight == 1).all())
        group = _joined(self.stratum, self.weight)
        self._order = np.argsort(group, kind="stable")
        _, self._starts, self._group, counts = np.unique(
            group[self._order], return_index=True, return_inverse=True, return_counts=True
        )
        standing = np.add.reduceat(self.weight[self._order], self._starts)
        sampled = counts < standing
        self._alone = bool((sampled & (counts == 1)).any())
        kept = np.flatnonzero((sampled & (counts > 1))[self._group])
        self._left_out = kept
        self._of = self._group[kept]
        self._scale = standing[self._of] / (standing[self._of] - self.weight[self._order][kept])
        self._factor = ((1 - counts / standing) * (counts - 1) / counts)[self._of]

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Totals of the whole place from (..., V) unweighted village sums: (R, ...), the first from all villages,
        each following one with a village left out."""
        weighted = (values * self.weight)[..., self._order]
        grouped = np.add.reduceat(weighted, self._starts, axis=-1)
        total = grouped.sum(axis=-1)[..., None]
        own = grouped[..., self._of]
        without = total - own + (own - weighted[..., self._left_out]) * self._scale
        return np.moveaxis(np.concatenate((total, without), axis=-1), -1, 0)

    def variance(self, estimates: np.ndarray) -> float:
        """Sampling variance of an estimate, given it for each row of `totals`: (R,). Finite-population factor
        included; not a number where it cannot be known."""
        if self._alone:
            return math.nan
        return float(np.sum(self._factor * np.square(estimates[1:] - estimates[0])))

    def none_failing(self, failing: np.ndarray, units: np.ndarray) -> float:
        """Probability that no unit of the whole place fails, from (V,) failing units and (V,) units looked at.

        Zero when one was seen to fail. Otherwise each stratum's share of failing units has its Jeffreys posterior,
        Beta(1/2, n + 1/2), and the N - n units not seen all pass with B(1/2, N + 1/2) / B(1/2, n + 1/2). Units are
        taken as exchangeable within a stratum: likeness within a village would make the probability lower.
        """
        if np.any(failing > 0):
            return 0.0
        logarithm = 0.0
        for stratum in np.unique(self.stratum):
            inside = self.stratum == stratum
            seen = float(units[inside].sum())
            standing = float((units * self.weight)[inside].sum())
            logarithm += _log_ratio(standing) - _log_ratio(seen)
        return math.exp(logarithm)

    def quantile(self, values: np.ndarray, village: np.ndarray, probability: float) -> tuple[float, float]:
        """A weighted quantile over sampled units and its sampling variance; not numbers where there is no unit.

        `values`: (U,), `village`: (U,) rows of the sampled villages. The jackknife does not converge for quantiles:
        the share of units below the quantile is jackknifed instead and carried over by inversion (Woodruff 1952).
        """
        if len(values) == 0:
            return math.nan, math.nan
        order = np.argsort(values, kind="stable")
        ranked = values[order]
        reached = np.cumsum(self.weight[village[order]])
        reached /= reached[-1]

        def at(share: float) -> float:
            return float(ranked[min(int(np.searchsorted(reached, share - 1e-12)), len(ranked) - 1)])

        estimate = at(probability)
        many = len(self.weight)
        below = self.totals(np.bincount(village[values <= estimate], minlength=many).astype(np.float64))
        spread = math.sqrt(self.variance(below / self.totals(np.bincount(village, minlength=many).astype(np.float64))))
        if math.isnan(spread):
            return estimate, math.nan
        return estimate, ((at(min(probability + spread, 1.0)) - at(max(probability - spread, 0.0))) / 2) ** 2


def _log_ratio(units: float) -> float:
    """Logarithm of B(1/2, units + 1/2) but for the constant."""
    return math.lgamma(units + 0.5) - math.lgamma(units + 1.0)


def _joined(stratum: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Strata for the variance: one of a single village that stands for more joins the nearest that is sampled too,
    the lower of two equally near; without one it stays alone."""
    group = stratum.astype(np.int64).copy()
    for code in np.unique(stratum):
        inside = group == code
        others = [
            other
            for other in np.unique(group)
            if other != code and np.count_nonzero(group == other) < weight[group == other].sum()
        ]
        if np.count_nonzero(inside) == 1 and weight[inside].sum() > 1 and others:
            group[inside] = min(others, key=lambda other: (abs(other - code), other))
    return group
