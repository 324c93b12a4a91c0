"""How households move between years: transitions, spells, returns, chronic and transient poverty, vulnerability.

Pure functions of `income` (N, T) yuan a person and year of the same N households in T years and `weight` (N,) persons.
Sources: Jalan and Ravallion 1998 (transient = squared gap less that at the mean income); Duclos, Araar and Giles 2010
(equally-distributed-equivalent gaps); Chaudhuri 2003 (vulnerability as expected poverty).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.distribution import group_of


def transition_matrix(before: np.ndarray, after: np.ndarray, weight: np.ndarray, groups: int = 5) -> np.ndarray:
    """Share of each group of persons by income before (rows) found in each group after (columns): (groups, groups), rows
    add up to one."""
    counted = np.zeros((groups, groups))
    np.add.at(counted, (group_of(before, weight, groups), group_of(after, weight, groups)), weight)
    with np.errstate(invalid="ignore"):
        return counted / counted.sum(axis=1, keepdims=True)


def spells(poor: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of persons poor in exactly 0, 1, ... T of the T years: (T + 1,). `poor`: (N, T) bool."""
    return np.bincount(poor.sum(axis=1), weight, poor.shape[1] + 1) / weight.sum()


def return_hazard(poor: np.ndarray, weight: np.ndarray, longest: int | None = None) -> np.ndarray:
    """Hazard of being poor again in the k-th year after leaving poverty, k = 1, 2, ...: (T - 1,). A spell begins with a
    poor year followed by one that is not, and ends with the next poor year; spells still open count as long as they
    were seen. NaN where nobody was left to return."""
    households, years = poor.shape
    length = longest or years - 1
    at_risk, returned = np.zeros(length), np.zeros(length)
    out_for = np.zeros(households, np.int64)
    for year in range(1, years):
        leaving = poor[:, year - 1] & ~poor[:, year]
        out = out_for > 0
        back = out & poor[:, year]
        for places, chosen in ((at_risk, out), (returned, back)):
            places += np.bincount(np.minimum(out_for[chosen], length) - 1, weight[chosen], length)
        out_for = np.where(back, 0, np.where(out, out_for + 1, np.where(leaving, 1, 0)))
    with np.errstate(invalid="ignore"):
        return returned / at_risk


class Persistence(NamedTuple):
    """Total poverty over years and its chronic and transient parts, which add up to it."""

    total: float
    chronic: float
    transient: float


def gaps(income: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Shares of the line each income lacks, never above one: (N, T). `line`: (T,) one line a year."""
    return np.clip(1.0 - income / line, 0.0, 1.0)


def jalan_ravallion(income: np.ndarray, weight: np.ndarray, line: np.ndarray) -> Persistence:
    """Mean squared gap over years; chronic is the squared gap at each household's mean income relative to the lines."""
    relative = income / line
    total = np.clip(1.0 - relative, 0.0, None) ** 2
    chronic = np.clip(1.0 - relative.mean(axis=1), 0.0, None) ** 2
    persons = weight.sum()
    whole, lasting = float(weight @ total.mean(axis=1)) / persons, float(weight @ chronic) / persons
    return Persistence(whole, lasting, whole - lasting)


def duclos_araar_giles(income: np.ndarray, weight: np.ndarray, line: np.ndarray, aversion: float = 2.0) -> Persistence:
    """Equally-distributed-equivalent gap over persons and years with the given aversion (1 or more); transient is the
    mean cost of each household's own variability, chronic the rest (mean gap and inequality between households)."""
    lacking = gaps(income, line)
    persons = weight.sum()
    whole = (float(weight @ (lacking**aversion).mean(axis=1)) / persons) ** (1.0 / aversion)
    own = (lacking**aversion).mean(axis=1) ** (1.0 / aversion)
    transient = float(weight @ (own - lacking.mean(axis=1))) / persons
    return Persistence(whole, whole - transient, transient)


def vulnerability(
    before: np.ndarray, after: np.ndarray, weight: np.ndarray, line_next: float
) -> tuple[np.ndarray, float]:
    """Each household's probability of income below `line_next` next year, were its log change drawn from a normal with
    the mean and variance of the changes just seen (N,), and their mean over persons. Incomes under one yuan count as
    one."""
    first, second = np.log(np.maximum(before, 1.0)), np.log(np.maximum(after, 1.0))
    persons = weight.sum()
    drift = float(weight @ (second - first)) / persons
    spread = math.sqrt(max(float(weight @ (second - first - drift) ** 2) / persons, 1e-12))
    distance = (math.log(line_next) - second - drift) / spread
    probability = 0.5 * (1.0 + np.vectorize(math.erf, otypes=[float])(distance / math.sqrt(2.0)))
    return probability, float(weight @ probability) / persons
