"""How households move between years: transitions, spells, returns, chronic and transient poverty, vulnerability.

Pure functions of `income` (N, T) yuan a person and year of the same N households in T years and `weight` (N,) persons.
Sources: Jalan and Ravallion 1998 (transient = squared gap less that at the mean income); Duclos, Araar and Giles 2010
(equally-distributed-equivalent gaps); Chaudhuri 2003 (vulnerability as expected poverty).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.rules import compiled


def transition_matrix(before: np.ndarray, after: np.ndarray, weight: np.ndarray, groups: int = 5) -> np.ndarray:
    """Share of each group before (rows) found in each group after (columns): (groups, groups), rows add up to one.
    `before`, `after`: (N,) groups from 0 (see `distribution.group_of`)."""
    counted = np.bincount(groups * before + after, weight, groups * groups).reshape(groups, groups)
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


@compiled
def persistence_sums(income, weight, line, aversion):  # type: ignore[no-untyped-def]
    """Weighted sums over households: squared gaps (mean over years), squared gap at the mean, powered gaps, own
    equivalents, gaps, persons."""
    squares = lasting = powers = equivalents = lacking = persons = 0.0
    years = income.shape[1]
    for row in range(income.shape[0]):
        square = power = gap_sum = relative_sum = 0.0
        for year in range(years):
            relative = income[row, year] / line[year]
            relative_sum += relative
            if relative < 1.0:
                square += (1.0 - relative) ** 2
                gap = min(1.0 - relative, 1.0)
                power += gap**aversion
                gap_sum += gap
        persons += weight[row]
        squares += weight[row] * square / years
        lasting += weight[row] * max(1.0 - relative_sum / years, 0.0) ** 2
        powers += weight[row] * power / years
        equivalents += weight[row] * (power / years) ** (1.0 / aversion)
        lacking += weight[row] * gap_sum / years
    return squares, lasting, powers, equivalents, lacking, persons


def jalan_ravallion(income: np.ndarray, weight: np.ndarray, line: np.ndarray) -> Persistence:
    """Mean squared gap over years; chronic is the squared gap at each household's mean income relative to the lines
    (T,), one a year."""
    whole, lasting, _, _, _, persons = persistence_sums(income, weight, line, 2.0)
    return Persistence(whole / persons, lasting / persons, (whole - lasting) / persons)


def duclos_araar_giles(income: np.ndarray, weight: np.ndarray, line: np.ndarray, aversion: float = 2.0) -> Persistence:
    """Equally-distributed-equivalent gap over persons and years with the given aversion (1 or more), gaps at most one;
    transient is the mean cost of each household's own variability, chronic the rest (mean gap and inequality)."""
    _, _, powers, equivalents, lacking, persons = persistence_sums(income, weight, line, aversion)
    whole = (powers / persons) ** (1.0 / aversion)
    transient = (equivalents - lacking) / persons
    return Persistence(whole, whole - transient, transient)


@compiled
def chances(before, after, weight, line_next):  # type: ignore[no-untyped-def]
    """See `vulnerability`."""
    number = before.shape[0]
    change, last = np.empty(number), np.empty(number)
    persons = drift = 0.0
    for row in range(number):
        last[row] = math.log(max(after[row], 1.0))
        change[row] = last[row] - math.log(max(before[row], 1.0))
        persons += weight[row]
        drift += weight[row] * change[row]
    drift /= persons
    spread = 0.0
    for row in range(number):
        spread += weight[row] * (change[row] - drift) ** 2
    spread = math.sqrt(max(spread / persons, 1e-12))
    mean = 0.0
    for row in range(number):
        distance = (math.log(line_next) - last[row] - drift) / spread
        change[row] = 0.5 * (1.0 + math.erf(distance / math.sqrt(2.0)))
        mean += weight[row] * change[row]
    return change, mean / persons


def vulnerability(
    before: np.ndarray, after: np.ndarray, weight: np.ndarray, line_next: float
) -> tuple[np.ndarray, float]:
    """Each household's probability of income below `line_next` next year, were its log change drawn from a normal with
    the mean and variance of the changes just seen (N,), and their mean over persons. Incomes under one yuan count as
    one."""
    probability, mean = chances(before, after, weight, line_next)
    return probability, float(mean)
