"""How income is spread in one year: poverty, inequality, growth incidence, targeting.

Pure functions of arrays in canonical order: `income` (N,) yuan a person and year, `weight` (N,) persons the household
stands for. All are invariant to the order of rows but for the last bits of sums. Sources: Foster, Greer and Thorbecke
1984; Watts 1968; Sen 1976; Shorrocks 1980 (Theil); Ravallion and Chen 2003 (growth incidence); Coady, Grosh and
Hoddinott 2004 (targeting).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.rules import compiled

WATTS_FLOOR = 0.01
"""Incomes under this share of the line count as it in the Watts index, which has no value at zero."""


class Poverty(NamedTuple):
    """Poverty below a line: headcount, gap, squared gap (FGT 0 to 2, shares of the line) and the Watts index (log)."""

    headcount: float
    gap: float
    squared_gap: float
    watts: float


@compiled
def poverty_terms(income, line):  # type: ignore[no-untyped-def]
    """What one person at `income` adds to gap, squared gap and Watts index below `line`; zeros at or above it."""
    if income >= line:
        return 0.0, 0.0, 0.0
    gap = 1.0 - income / line
    return gap, gap * gap, -math.log(max(income / line, WATTS_FLOOR))


@compiled
def poverty_sums(income, weight, line):  # type: ignore[no-untyped-def]
    """Weighted sums over persons: poor, gap, squared gap, Watts, all."""
    poor = gap_sum = square_sum = watts_sum = persons = 0.0
    for row in range(income.shape[0]):
        persons += weight[row]
        if income[row] < line:
            gap, square, watts = poverty_terms(income[row], line)
            poor += weight[row]
            gap_sum += weight[row] * gap
            square_sum += weight[row] * square
            watts_sum += weight[row] * watts
    return poor, gap_sum, square_sum, watts_sum, persons


def poverty(income: np.ndarray, weight: np.ndarray, line: float) -> Poverty:
    """FGT and Watts below `line`. A gap may exceed one where income is negative. NaN without persons."""
    *sums, persons = poverty_sums(income, weight, line)
    return Poverty(*(value / persons if persons else math.nan for value in sums))


def gini(income: np.ndarray, weight: np.ndarray) -> float:
    """Gini coefficient over persons, equal incomes at their middle rank. NaN if the mean is not positive."""
    total, persons = float(weight @ income), float(weight.sum())
    if total <= 0.0:
        return math.nan
    order = np.argsort(income, kind="stable")
    counted = weight[order]
    rank = (np.cumsum(counted) - 0.5 * counted) / persons
    return 2.0 * float((counted * income[order]) @ rank) / total - 1.0


def sen(income: np.ndarray, weight: np.ndarray, line: float) -> float:
    """Sen's index for many persons: headcount x (I + (1 - I) x Gini of the poor), I the mean gap of the poor."""
    poor = income < line
    if not poor.any():
        return 0.0
    sums = poverty(income, weight, line)
    shortfall = sums.gap / sums.headcount
    unequal = gini(income[poor], weight[poor])
    return sums.headcount * (shortfall + (1.0 - shortfall) * (unequal if math.isfinite(unequal) else 0.0))


class Theil(NamedTuple):
    """Theil's T, and its parts within and between groups, which add up to it."""

    total: float
    within: float
    between: float


def _theil(income: np.ndarray, weight: np.ndarray) -> float:
    """Theil's T over persons; incomes at or below zero add nothing (the limit at zero)."""
    mean = float(weight @ income) / float(weight.sum())
    if mean <= 0.0:
        return math.nan
    relative = np.maximum(income, 0.0) / mean
    terms = relative * np.log(np.where(relative > 0.0, relative, 1.0))
    return float(weight @ terms) / float(weight.sum())


def theil(income: np.ndarray, weight: np.ndarray, group: np.ndarray) -> Theil:
    """Theil's T of incomes at or above zero and its exact parts by `group` (N,) whole numbers from 0."""
    income = np.maximum(income, 0.0)
    persons = np.bincount(group, weight)
    money = np.bincount(group, weight * income)
    there = persons > 0.0
    share = money[there] / money.sum()
    between = float(share @ np.log(np.where(share > 0.0, share / (persons[there] / persons.sum()), 1.0)))
    means = np.divide(money, persons, out=np.ones_like(money), where=persons > 0.0)
    relative = np.divide(income, means[group], out=np.zeros_like(income), where=means[group] > 0.0)
    within = float((weight * income) @ np.log(np.where(relative > 0.0, relative, 1.0))) / float(money.sum())
    return Theil(_theil(income, weight), within, between)


def rank(income: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of persons at or below each household's place (N,), half of its own counted; equal incomes share the middle
    of their places, so that the order of rows does not matter."""
    values, place = np.unique(income, return_inverse=True)
    persons = np.bincount(place, weight, len(values))
    return ((np.cumsum(persons) - 0.5 * persons) / persons.sum())[place]


def group_of(income: np.ndarray, weight: np.ndarray, groups: int) -> np.ndarray:
    """Which of `groups` equal groups of persons, poorest first, each household belongs to (N,) int64 from 0."""
    return np.minimum((groups * rank(income, weight)).astype(np.int64), groups - 1)


def quantile_means(income: np.ndarray, weight: np.ndarray, groups: int) -> np.ndarray:
    """Mean income of `groups` equal groups of persons, poorest first (groups,): persons at a border are divided, so
    that the groups are exactly equal and their mean is the mean."""
    order = np.argsort(income, kind="stable")
    persons = np.concatenate([[0.0], np.cumsum(weight[order])])
    money = np.concatenate([[0.0], np.cumsum((weight * income)[order])])
    borders = np.linspace(0.0, persons[-1], groups + 1)
    return np.diff(np.interp(borders, persons, money)) / np.diff(borders)


def growth_incidence(
    before: np.ndarray, weight_before: np.ndarray, after: np.ndarray, weight_after: np.ndarray, groups: int = 20
) -> np.ndarray:
    """Growth of each group's mean between two years, the groups drawn anew in each (anonymous): (groups,) shares."""
    first = quantile_means(before, weight_before, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(first > 0.0, quantile_means(after, weight_after, groups) / first - 1.0, np.nan)


def benefit_shares(benefit: np.ndarray, income: np.ndarray, weight: np.ndarray, groups: int = 10) -> np.ndarray:
    """Share of a benefit (fen or yuan a person) that goes to each of `groups` groups by `income` before it: (groups,)."""
    paid = np.bincount(group_of(income, weight, groups), weight * benefit, groups)
    total = paid.sum()
    return paid / total if total > 0.0 else np.full(groups, np.nan)


def targeting_ratio(benefit: np.ndarray, income: np.ndarray, weight: np.ndarray, poorest: float = 0.4) -> float:
    """Coady, Grosh and Hoddinott: the share of the benefit that reaches the poorest share of persons, by income before
    it, over that share; 1 is neutral, 1 / `poorest` perfect. NaN if nothing was paid."""
    total = float(weight @ benefit)
    if total <= 0.0:
        return math.nan
    reached = rank(income, weight) < poorest
    return float((weight * benefit)[reached].sum()) / total / poorest
