"""Measures of a year's distribution and of movement between years, from one slice of the households a year.

A slice holds who was there at a fourth quarter and what the year brought; households are matched between slices by
their key. Poverty is measured below two lines: `relative`, a share of the year's rural mean, and `absolute`, the
document's own where it has one. Each measure is a number under (measure, population); a population such as
`rural 03/20` is the third of twenty groups, `rural 1>5` the move from the lowest to the highest fifth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator import distribution, mobility

Series = dict[tuple[str, str], float]
PARTS = ("wage", "business", "property", "transfer")
QUINTILES, VIGINTILES, DECILES = 5, 20, 10
POOREST = 0.4
"""The poorest share of persons by which targeting is judged (Coady, Grosh and Hoddinott compare the poorest 40 %)."""


@dataclass(frozen=True)
class YearSlice:
    """Households at a fourth quarter, every array (N,): `key`; `village` row; `households` of the place it stands for;
    `persons` (person-years for the whole place); `income` and its `parts` (N, 4) in yuan a person, nominal; flags
    `cohort`, `listed` (after the review), `left` (has left the list), `able` (with labour), `below_line` (true income
    under the county's line); `support` and `public`, yuan a person of programme support and of all public money.
    `order`: all rows by rising income. `lines`: yuan a person by name."""

    year: int
    key: np.ndarray
    village: np.ndarray
    households: np.ndarray
    persons: np.ndarray
    income: np.ndarray
    parts: np.ndarray
    cohort: np.ndarray
    listed: np.ndarray
    left: np.ndarray
    able: np.ndarray
    below_line: np.ndarray
    support: np.ndarray
    public: np.ndarray
    order: np.ndarray
    lines: Mapping[str, float]

    def by_income(self, chosen: np.ndarray) -> np.ndarray:
        """The chosen rows, (N,) bool, by rising income."""
        return self.order[chosen[self.order]]


def groups_of_people(piece: YearSlice) -> dict[str, np.ndarray]:
    """Whose distribution is measured: everybody rural, and the baseline cohort; rows with persons only."""
    there = piece.persons > 0
    return {"rural": there, "cohort": there & (piece.cohort == 1)}


def measures_of_year(piece: YearSlice) -> Series:
    """Poverty, inequality and targeting of one year."""
    found: Series = {}
    for who, chosen in groups_of_people(piece).items():
        if chosen.any():
            found |= spread(who, piece, chosen)
    return found | targeting(piece)


def spread(who: str, piece: YearSlice, chosen: np.ndarray) -> Series:
    """FGT, Watts and Sen below each line, Gini, Theil within and between villages, of the `chosen` rows (N,)."""
    order = piece.by_income(chosen)
    income, persons = piece.income[order], piece.persons[order]
    rising = np.arange(len(order))
    found: Series = {("gini", who): float(distribution.gini_in_order(income, persons, rising))}
    parts = distribution.theil(income, persons, piece.village[order])
    found |= {("theil", who): parts.total, ("theil_within", who): parts.within, ("theil_between", who): parts.between}
    for name, line in piece.lines.items():
        below = distribution.poverty(income, persons, line)
        for index, value in zip(("fgt0", "fgt1", "fgt2", "watts"), below, strict=True):
            found[f"{index}_{name}", who] = value
        found[f"sen_{name}", who] = distribution.sen(income, persons, line, rising)
    return found


def targeting(piece: YearSlice) -> Series:
    """How well the list and the money find who is poor: precision (listed persons truly under their county's line),
    recall (persons under it who are listed), the Coady-Grosh-Hoddinott ratio, and who gets what by tenths of income
    before public money."""
    rural = piece.persons > 0
    weight = piece.persons[rural]
    listed, below = piece.listed[rural] == 1, piece.below_line[rural] == 1
    found: Series = {
        ("targeting_precision", "rural"): _share(weight, listed & below, listed),
        ("targeting_recall", "rural"): _share(weight, listed & below, below),
    }
    places = distribution.rank(piece.income[rural] - piece.public[rural], weight)
    for name, benefit in (("support", piece.support[rural]), ("public", piece.public[rural])):
        found[f"targeting_ratio_{name}", "rural"] = distribution.targeting_ratio(benefit, places, weight, POOREST)
        shares = distribution.benefit_shares(benefit, places, weight, DECILES)
        found |= {(f"incidence_{name}", _of("rural", n, DECILES)): float(v) for n, v in enumerate(shares)}
    return found


def _share(weight: np.ndarray, part: np.ndarray, whole: np.ndarray) -> float:
    persons = float(weight[whole].sum())
    return float(weight[part].sum()) / persons if persons else math.nan


def _of(who: str, number: int, groups: int) -> str:
    return f"{who} {number + 1:02d}/{groups}"


def measures_of_period(pieces: Sequence[YearSlice]) -> Series:
    """Movement over all years: growth incidence, transitions, spells and returns, chronic and transient poverty,
    vulnerability, growth by source and labour. Empty with fewer than two years."""
    if len(pieces) < 2:
        return {}
    found: Series = {}
    for who in ("rural", "cohort"):
        found |= growth_by_group(who, pieces[0], pieces[-1])
        found |= movement(who, pieces)
    return found | growth_by_source(pieces[0], pieces[-1]) | exits(pieces)


def growth_by_group(who: str, first: YearSlice, last: YearSlice) -> Series:
    """The growth-incidence curve between the first and the last year, groups drawn anew in each."""
    before, after = groups_of_people(first)[who], groups_of_people(last)[who]
    if not before.any() or not after.any():
        return {}
    means = [
        distribution.quantile_means(piece.income, piece.persons, VIGINTILES, piece.by_income(chosen))
        for piece, chosen in ((first, before), (last, after))
    ]
    curve = distribution.growth_incidence(*means)
    return {("growth_incidence", _of(who, number, VIGINTILES)): float(value) for number, value in enumerate(curve)}


def followed(who: str, pieces: Sequence[YearSlice]) -> np.ndarray:
    """Which households are there in every year under one key: (N,) bool."""
    there = np.logical_and.reduce([groups_of_people(piece)[who] for piece in pieces])
    return there & np.logical_and.reduce([piece.key == pieces[0].key for piece in pieces])


def movement(who: str, pieces: Sequence[YearSlice]) -> Series:
    """Transitions between fifths, years in poverty, returns, chronic and transient poverty, vulnerability, for the
    households followed through all years; poverty below the relative line."""
    chosen = followed(who, pieces)
    rows, persons = np.flatnonzero(chosen), pieces[-1].persons
    if len(rows) < QUINTILES:
        return {}
    weight = persons[rows]
    income = np.stack([piece.income[rows] for piece in pieces], axis=1)
    line = np.array([piece.lines["relative"] for piece in pieces])
    poor = income < line
    places = [distribution.rank_in_order(piece.income, persons, piece.by_income(chosen))[rows] for piece in pieces]
    fifths = [distribution.group_of(place, QUINTILES) for place in places]
    steps = [mobility.transition_matrix(*pair, weight) for pair in pairwise(fifths)]
    found = _matrix("transition_year", who, np.mean(steps, axis=0))
    found |= _matrix("transition_period", who, mobility.transition_matrix(fifths[0], fifths[-1], weight))
    for years, value in enumerate(mobility.spells(poor, weight)):
        found["years_poor", f"{who} {years}"] = float(value)
    for years, value in enumerate(mobility.return_hazard(poor, weight), 1):
        found["return_hazard", f"{who} {years}"] = float(value)
    for name, split in (
        ("jalan_ravallion", mobility.jalan_ravallion(income, weight, line)),
        ("duclos_araar_giles", mobility.duclos_araar_giles(income, weight, line)),
    ):
        found |= {(f"chronic_{name}", who): split.chronic, (f"transient_{name}", who): split.transient}
        found[f"transient_share_{name}", who] = split.transient / split.total if split.total > 0.0 else math.nan
    line_next = line[-1] ** 2 / line[-2]
    found["vulnerability", who] = mobility.vulnerability(income[:, -2], income[:, -1], weight, line_next)[1]
    return found


def _matrix(measure: str, who: str, table: np.ndarray) -> Series:
    size = len(table)
    return {(measure, f"{who} {a + 1}>{b + 1}"): float(table[a, b]) for a in range(size) for b in range(size)}


def growth_by_source(first: YearSlice, last: YearSlice) -> Series:
    """What each component adds to the growth of the cohort's mean income over the period, for households with and
    without labour (as they stand in each year): shares of the first year's mean."""
    found: Series = {}
    for label, able in (("cohort able", 1), ("cohort unable", 0)):
        means = []
        for piece in (first, last):
            chosen = (piece.persons > 0) & (piece.cohort == 1) & (piece.able == able)
            persons = piece.persons[chosen]
            money = (persons[:, None] * piece.parts[chosen]).sum(axis=0)
            means.append(money / persons.sum() if chosen.any() else np.full(4, np.nan))
        base = float(means[0].sum())
        for part, change in zip(PARTS, means[1] - means[0], strict=True):
            found[f"growth_from_{part}", label] = float(change) / base if base else math.nan
    return found


def exits(pieces: Sequence[YearSlice]) -> Series:
    """Households that left the list over the period, and what became of those that left before the last year: on the
    list again a year later (seen), truly below their county's line a year later whether seen or not, neither (stable).
    Households of the whole place."""
    left = seen = poor = stable = 0.0
    for before, piece, after in zip(pieces, pieces[1:], [*pieces[2:], None], strict=False):
        same = (before.key == piece.key) & (piece.persons > 0)
        fresh = same & (piece.left == 1) & (before.left == 0)
        left += float(piece.households[fresh].sum())
        if after is None:
            continue
        there = fresh & (after.key == piece.key) & (after.persons > 0)
        again, below = there & (after.listed == 1), there & (after.below_line == 1)
        seen += float(piece.households[again].sum())
        poor += float(piece.households[below].sum())
        stable += float(piece.households[there & ~again & ~below].sum())
    return {
        ("exits", "list"): left,
        ("exits_listed_again", "list"): seen,
        ("exits_truly_poor_again", "list"): poor,
        ("exits_stable", "list"): stable,
    }
