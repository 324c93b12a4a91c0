"""How income is spread in one year: poverty, inequality, growth incidence, targeting.

Pure functions of arrays in canonical order: `income` (N,) yuan a person and year, `weight` (N,) persons the household
stands for. All are invariant to the order of rows but for the last bits of sums, and none hands its sums to a
linear-algebra library, whose threads would stand in the way of other runs. Sources: Foster, Greer and Thorbecke 1984;
Watts 1968; Sen 1976; Shorrocks 1980 (Theil); Ravallion and Chen 2003 (growth incidence); Coady, Grosh and Hoddinott
2004 (targeting).
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


@compiled
def weighted_sum(values, weight):  # type: ignore[no-untyped-def]
    """Sum of weight x value, in the order of rows and on one thread, whatever linear algebra is installed."""
    total = 0.0
    for row in range(values.shape[0]):
        total += weight[row] * values[row]
    return total


@compiled
def gini_in_order(income, weight, order):  # type: ignore[no-untyped-def]
    """Gini over the rows in `order` of rising income, each person at the middle of the household's place."""
    persons = money = ranked = 0.0
    for place in range(order.shape[0]):
        row = order[place]
        ranked += weight[row] * income[row] * (persons + 0.5 * weight[row])
        persons += weight[row]
        money += weight[row] * income[row]
    return 2.0 * ranked / (persons * money) - 1.0 if money > 0.0 else math.nan


def gini(income: np.ndarray, weight: np.ndarray) -> float:
    """Gini coefficient over persons. NaN if the mean is not positive."""
    return float(gini_in_order(income, weight, np.argsort(income)))


def sen(income: np.ndarray, weight: np.ndarray, line: float, order: np.ndarray | None = None) -> float:
    """Sen's index for many persons: headcount x (I + (1 - I) x Gini of the poor), I the mean gap of the poor. `order`:
    rows by rising income, where it is known already."""
    order = np.argsort(income) if order is None else order
    poor = int(np.searchsorted(income[order], line, side="left"))
    if poor == 0:
        return 0.0
    sums = poverty(income, weight, line)
    shortfall = sums.gap / sums.headcount
    unequal = gini_in_order(income, weight, order[:poor])
    return sums.headcount * (shortfall + (1.0 - shortfall) * (unequal if math.isfinite(unequal) else 0.0))


class Theil(NamedTuple):
    """Theil's T, and its parts within and between groups, which add up to it."""

    total: float
    within: float
    between: float


@compiled
def theil_sums(income, weight, group, groups):  # type: ignore[no-untyped-def]
    """Theil's T of incomes at or above zero: the whole, within groups and between them."""
    persons, money = np.zeros(groups), np.zeros(groups)
    for row in range(income.shape[0]):
        persons[group[row]] += weight[row]
        money[group[row]] += weight[row] * max(income[row], 0.0)
    everybody, everything = persons.sum(), money.sum()
    total = within = between = 0.0
    for one in range(groups):
        if money[one] > 0.0:
            between += money[one] * math.log(money[one] * everybody / (persons[one] * everything))
    for row in range(income.shape[0]):
        if income[row] > 0.0:
            share = weight[row] * income[row]
            total += share * math.log(income[row] * everybody / everything)
            within += share * math.log(income[row] * persons[group[row]] / money[group[row]])
    return total / everything, within / everything, between / everything


def theil(income: np.ndarray, weight: np.ndarray, group: np.ndarray) -> Theil:
    """Theil's T and its exact parts by `group` (N,) whole numbers from 0; incomes at or below zero add nothing (the
    limit at zero). NaN if nobody has a positive income."""
    if not (income > 0.0).any():
        return Theil(math.nan, math.nan, math.nan)
    return Theil(*theil_sums(income, weight, group, int(group.max()) + 1))


@compiled
def rank_in_order(income, weight, order):  # type: ignore[no-untyped-def]
    """Share of the persons in `order` below each household and half of its own (N,); equal incomes share the middle of
    theirs; rows that are not in `order` hold nothing of meaning."""
    places = np.empty(income.shape[0])
    total = 0.0
    for place in range(order.shape[0]):
        total += weight[order[place]]
    below = 0.0
    start = 0
    while start < order.shape[0]:
        end = start
        here = 0.0
        while end < order.shape[0] and income[order[end]] == income[order[start]]:
            here += weight[order[end]]
            end += 1
        for place in range(start, end):
            places[order[place]] = (below + 0.5 * here) / total
        below += here
        start = end
    return places


def rank(income: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Each household's place among persons by income, from 0 to 1 (N,); the order of rows does not matter."""
    return np.asarray(rank_in_order(income, weight, np.argsort(income)))


def group_of(places: np.ndarray, groups: int) -> np.ndarray:
    """Which of `groups` equal groups of persons, poorest first, households at these ranks belong to (N,) from 0."""
    return np.minimum((groups * places).astype(np.int64), groups - 1)


def quantile_means(income: np.ndarray, weight: np.ndarray, groups: int, order: np.ndarray | None = None) -> np.ndarray:
    """Mean income of `groups` equal groups of persons, poorest first (groups,): persons at a border are divided, so
    that the groups are exactly equal and their mean is the mean. `order`: rows by rising income, where it is known."""
    order = np.argsort(income) if order is None else order
    persons = np.concatenate([[0.0], np.cumsum(weight[order])])
    money = np.concatenate([[0.0], np.cumsum((weight * income)[order])])
    borders = np.linspace(0.0, persons[-1], groups + 1)
    return np.diff(np.interp(borders, persons, money)) / np.diff(borders)


def growth_incidence(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Growth between two years of the means of groups drawn anew in each (anonymous), see `quantile_means`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(first > 0.0, last / first - 1.0, np.nan)


def benefit_shares(benefit: np.ndarray, places: np.ndarray, weight: np.ndarray, groups: int = 10) -> np.ndarray:
    """Share of a benefit (a person) that goes to each of `groups` groups by rank before it, `places`: (groups,)."""
    paid = np.bincount(group_of(places, groups), weight * benefit, groups)
    total = paid.sum()
    return paid / total if total > 0.0 else np.full(groups, np.nan)


def targeting_ratio(benefit: np.ndarray, places: np.ndarray, weight: np.ndarray, poorest: float = 0.4) -> float:
    """Coady, Grosh and Hoddinott: the share of the benefit that reaches the poorest share of persons, by rank before
    it, over that share; 1 is neutral, 1 / `poorest` perfect. NaN if nothing was paid."""
    total = weighted_sum(benefit, weight)
    if total <= 0.0:
        return math.nan
    return float(weighted_sum(benefit, weight * (places < poorest)) / total / poorest)
