"""The simulated side of the stylised facts: one number a measure, from the runs of one replicate.

The names are those of the column `measure` in calibration/facts.csv. Shares are shares, not per cent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.anchor import quintile_means
from experiments.fact_watch import Quarter, Watch, Year, mean
from simulator import distribution, mobility
from simulator.history import History
from simulator.villages import KEY
from simulator.yearly import PARTS, YearSlice, followed

FOOD_SHARE = 0.31
"""Food in consumption of rural Zhejiang, recalled; what is left with medical bills is the capacity to pay them."""
CATASTROPHIC = 0.40
"""Medical bills above this share of capacity to pay are catastrophic (World Health Organisation)."""
PANDEMIC = 2020

Numbers = dict[str, float]


@dataclass(frozen=True)
class Replicate:
    """The runs of one replicate, all without policy and under the same luck and pin: `base`, `calm` (no pandemic), and
    those in which everybody's income lost 0.3 (`struck`) or 1 (`felled`) log point in the first quarter; `pieces` etc.
    are yearly slices, year 0 first. `stratum` (V,) of the villages."""

    base: Watch
    history: History
    pieces: Sequence[YearSlice]
    calm: Watch
    struck: Sequence[YearSlice]
    felled: Sequence[YearSlice]
    stratum: np.ndarray


def measure(runs: Replicate) -> Numbers:
    """Every measure of a replicate."""
    found: Numbers = {}
    for part in PARTS_OF_MEASURES:
        found |= part(runs)
    return found


def composition(runs: Replicate) -> Numbers:
    """F1, F3, F4, F9: level, quintiles and components; drift of the components over five years."""
    piece = runs.pieces[1]
    there = piece.persons > 0
    # A slice counts person-years of the whole place; quintiles are of households, as the yearbooks have them.
    each = piece.persons[there] / piece.households[there]
    fifths = quintile_means(piece.income[there] * each, each, piece.households[there].astype(float))
    found = {f"quintile_{number + 1}": value for number, value in enumerate(fifths)}
    shares = [component_shares(piece) for piece in runs.pieces]
    for row, part in enumerate(PARTS):
        found[f"share_{part}"] = float(shares[1][row])
        found[f"drift_{part}"] = float(shares[5][row] - shares[0][row]) if len(shares) > 5 else math.nan
    found["rural_mean"] = mean(piece.income, piece.persons)
    found["property_highest"] = float(max(share[2] for share in shares))
    return found


def component_shares(piece: YearSlice) -> np.ndarray:
    """Wage, business, property and transfer in rural income (4,)."""
    money = (piece.persons[:, None] * piece.parts).sum(axis=0)
    return money / money.sum()


def distribution_and_households(runs: Replicate) -> Numbers:
    """F7, F8: the median over the mean, and who lives in poor and rich households."""
    found = {}
    for name, last in (("median_first_quarter", 1), ("median_three_quarters", 3)):
        chosen = [quarter for quarter in runs.base.quarters if quarter.year == PANDEMIC and quarter.quarter <= last]
        found[name] = median_over_mean(chosen)
    year = runs.base.years[0]
    there = np.flatnonzero(year.persons > 0)
    weight = year.weight[there]
    fifth = distribution.group_of(distribution.rank(year.income[there] / year.persons[there], weight), 5)
    poor, rich = fifth == 0, fifth == 4
    size, labour = year.size[there].astype(float), year.labour[there]
    for name, values in (("size", size), ("workers", labour)):
        found[f"{name}_poorest_over_richest"] = mean(values, weight * poor) / mean(values, weight * rich)
    burden = [mean(size, weight * group) / mean(labour, weight * group) for group in (poor, rich)]
    found["burden_poorest_over_richest"] = burden[0] / burden[1]
    return found


def median_over_mean(quarters: Sequence[Quarter]) -> float:
    """Of income a person over some quarters, for those who were there in all of them."""
    there = np.all([quarter.members > 0 for quarter in quarters], axis=0)
    persons = np.mean([quarter.members for quarter in quarters], axis=0)[there]
    each = np.sum([quarter.income for quarter in quarters], axis=0)[there] / persons
    weight = persons * quarters[0].weight[there]
    order = np.argsort(each)
    middle = np.searchsorted(np.cumsum(weight[order]), 0.5 * weight.sum())
    return float(each[order][middle] / mean(each, weight))


def work(runs: Replicate) -> Numbers:
    """F10: pay a month and age of who works for wages."""
    found = {}
    for number in (2020, 2022):
        quarters = [quarter for quarter in runs.base.quarters if quarter.year == number]
        for name in ("month_migrant", "month_local", "month_all"):
            found[f"{name}_{number}"] = float(np.mean([getattr(quarter, name) for quarter in quarters]))
    found["wage_age_2020"] = float(np.mean([quarter.age for quarter in runs.base.quarters if quarter.year == 2020]))
    return found


def transient_share(runs: Replicate, chosen: np.ndarray, pieces: Sequence[YearSlice], line: Sequence[float]) -> float:
    """Transient part of the squared poverty gap (Jalan and Ravallion) over some years, for `chosen` rows."""
    rows = np.flatnonzero(followed("rural", pieces) & chosen)
    income = np.stack([piece.income[rows] for piece in pieces], axis=1)
    split = mobility.jalan_ravallion(income, pieces[-1].persons[rows], np.asarray(line, float))
    return split.transient / split.total if split.total > 0.0 else math.nan


def lines(pieces: Sequence[YearSlice]) -> list[float]:
    """The relative poverty line of each year."""
    return [piece.lines["relative"] for piece in pieces]


def poverty_over_time(runs: Replicate) -> Numbers:
    """F11 to F13: how much of poverty is transient, where, when and for whom."""
    pieces, everybody = runs.pieces, np.ones(len(runs.pieces[0].key), bool)
    village = pieces[0].village
    of_village = np.bincount(village, pieces[0].income * pieces[0].persons) / np.bincount(village, pieces[0].persons)
    rich = of_village[village] > np.median(of_village)
    home = runs.base.years[0]
    crowded = home.size > 2.0 * np.maximum(home.labour, 0.5)
    landed = home.land > np.median(home.land[home.persons > 0])
    # Fixed in real terms: the line of year 0 risen with prices alone.
    prices = runs.history.series["cpi", "rural"][3::4]
    fixed = [pieces[0].lines["relative"] * price / prices[0] for price in prices]

    def share(chosen: np.ndarray) -> float:
        return transient_share(runs, chosen, pieces, lines(pieces))

    return {
        "transient": share(everybody),
        "transient_rich_less_poor_villages": share(rich) - share(~rich),
        "transient_late_less_early": transient_share(runs, everybody, pieces[3:], fixed[3:])
        - transient_share(runs, everybody, pieces[:3], fixed[:3]),
        "transient_key_villages": share(runs.stratum[village] == KEY),
        "transient_by_burden": abs(share(crowded) - share(~crowded)),
        "transient_by_land": abs(share(landed) - share(~landed)),
    }


def recovery(runs: Replicate) -> Numbers:
    """F14: how a blow to income fades, for the poor of year 0 and for others."""
    poor = runs.pieces[0].income < runs.pieces[0].lines["relative"]
    small = [response(runs.pieces, runs.struck, group) for group in (poor, ~poor)]
    large = [response(runs.pieces, runs.felled, group) for group in (poor, ~poor)]
    assets, weight = runs.base.years[0].assets, runs.pieces[0].persons
    third = distribution.group_of(distribution.rank(assets, weight), 3)
    by_property = [half_life(response(runs.pieces, runs.struck, third == number)) for number in (0, 2)]
    return {
        "half_life_poor_over_others": half_life(small[0]) / half_life(small[1]),
        "half_life_poor_in_property": by_property[0] / by_property[1],
        "blow_left_after_four_years": max(float(path[4] / path[0]) for path in (*small, *large)),
    }


def response(before: Sequence[YearSlice], after: Sequence[YearSlice], group: np.ndarray) -> np.ndarray:
    """Share of income lost to the blow by year, from its first (T,), for households there in both runs."""
    lost = []
    for plain, hit in zip(before[1:], after[1:], strict=True):
        same = group & (plain.key == hit.key) & (plain.persons > 0) & (hit.persons > 0)
        money = plain.persons[same] @ plain.income[same]
        lost.append(1.0 - hit.persons[same] @ hit.income[same] / money)
    return np.array(lost)


def half_life(lost: np.ndarray) -> float:
    """Years until half of a loss is made up, from the rate at which its logarithm falls over the first three years."""
    path = np.log(np.maximum(lost[:3], 1e-6))
    slope = np.polyfit(np.arange(len(path)), path, 1)[0]
    return math.log(2.0) / -slope if slope < 0.0 else math.inf


def insurance(runs: Replicate) -> Numbers:
    """F15: yuan of consumption lost for a yuan of income, changes between years net of the village's, by thirds of
    property."""
    moves = [changes(*pair) for pair in zip(runs.base.years, runs.base.years[1:], strict=False)]
    income, consumption, assets, weight = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    third = distribution.group_of(distribution.rank(assets, weight), 3)
    found = {}
    for name, number in (("pass_through_poorest", 0), ("pass_through_richest", 2)):
        chosen = third == number
        square = weight[chosen] * income[chosen]
        found[name] = float(square @ consumption[chosen] / (square @ income[chosen]))
    return found


def changes(first: Year, last: Year) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Changes of income and consumption a person between two years, less the village's mean change, without the
    hundredth with the largest falls and rises; property and weight."""
    there = (first.key == last.key) & (first.persons > 0) & (last.persons > 0)
    income, consumption = (
        (after / np.maximum(last.persons, 0.25) - before / np.maximum(first.persons, 0.25))[there]
        for before, after in (
            (first.income, last.income),
            (first.added["consumption"], last.added["consumption"]),
        )
    )
    low, high = np.quantile(income, (0.005, 0.995))
    usual = (income > low) & (income < high)
    village, weight = first.village[there][usual], first.weight[there][usual]
    income, consumption = (net_of(values[usual], village, weight) for values in (income, consumption))
    return income, consumption, first.assets[there][usual], weight


def net_of(values: np.ndarray, village: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Values less the mean of their village."""
    total = np.bincount(village, weight)
    means = np.bincount(village, weight * values) / np.where(total > 0.0, total, 1.0)
    return values - means[village]


def movement(runs: Replicate) -> Numbers:
    """F16, F18: staying in a fifth over two years, and returning to poverty in the year after leaving it."""
    rows = np.flatnonzero(followed("rural", runs.pieces))
    weight = runs.pieces[-1].persons[rows]
    fifths = [distribution.group_of(distribution.rank(piece.income[rows], weight), 5) for piece in runs.pieces]
    tables = [mobility.transition_matrix(*pair, weight) for pair in zip(fifths, fifths[2:], strict=False)]
    stay = np.mean([np.diag(table) for table in tables], axis=0)
    back = runs.history.series["return_hazard", "rural 1"][-1]
    return {
        "stay_at_ends": float(stay[[0, 4]].mean()),
        "stay_in_middle": float(stay[1:4].mean()),
        "return_in_a_year": float(back),
    }


def seasons(runs: Replicate) -> Numbers:
    """F17: shares of the year's income by quarter, in 2019."""
    quarters = [quarter for quarter in runs.base.quarters if quarter.year == 2019]
    found: Numbers = {}
    for name, parts in (*((part, (part,)) for part in PARTS), ("total", PARTS)):
        flow = np.array([sum(quarter.parts[part] for part in parts) for quarter in quarters])
        flow /= flow.sum()
        found |= {f"{name}_q1": float(flow[0]), f"{name}_q2_q3": float(flow[1:3].sum()), f"{name}_q4": float(flow[3])}
    return found


def illness(runs: Replicate) -> Numbers:
    """F19 to F21: illness among the listed, and medical bills that ruin."""
    year = runs.base.years[0]
    there = year.persons > 0
    weight = np.where(there, year.weight, 0.0)
    listed = weight * year.listed
    none = year.labour == 0.0
    bills, spent = year.added["out_of_pocket"], year.added["consumption"]
    catastrophic = bills > CATASTROPHIC * (bills + (1.0 - FOOD_SHARE) * spent)
    line = runs.pieces[1].lines["relative"] * year.persons
    entries = {
        cause: float(np.nansum(runs.history.series[f"entries_{cause}", "list"]))
        for cause in ("income", "illness", "disaster")
    }
    return {
        "entries_for_illness": entries["illness"] / sum(entries.values()),
        "ill_among_listed": mean(year.ill, listed),
        "ill_disabled_or_without_labour": mean(year.ill | year.disabled | none, listed),
        "catastrophic": mean(catastrophic, weight),
        "impoverished": mean((year.income >= line) & (year.income - bills < line), weight),
    }


def pandemic(runs: Replicate) -> Numbers:
    """F22, F23: who lost in 2020 against the same year without the pandemic, and the year's path by quarter."""
    before, struck, calm = (runs.base.year(2019), runs.base.year(PANDEMIC), runs.calm.year(PANDEMIC))
    there = (before.key == struck.key) & (struck.key == calm.key)
    there &= (before.persons > 0) & (struck.persons > 0) & (calm.persons > 0)
    sources = np.stack(
        [before.added["enterprise_income"], before.wage, before.added["farm_income"], before.transfer], axis=1
    )
    main = np.argmax(sources, axis=1)

    def lost(group: np.ndarray) -> float:
        chosen = there & group
        weight = before.weight[chosen]
        return float(1.0 - weight @ struck.income[chosen] / (weight @ calm.income[chosen]))

    business, wage, farm, transfer = (lost(main == source) for source in range(4))
    poor = before.income < runs.pieces[2].lines["relative"] * before.persons
    return {
        "lost_business_less_wage": business - wage,
        "lost_wage_less_farm_and_transfer": wage - max(farm, transfer),
        "lost_poor_less_others": lost(poor) - lost(~poor),
        **path_of_2020(runs),
    }


def path_of_2020(runs: Replicate) -> Numbers:
    """F23: growth on the year before of income a person, by quarter, and of migrants."""
    each = runs.history.series["income_quarter_pc", "rural"]
    prices = runs.history.series["cpi", "rural"][3::4]
    first = 4 * (PANDEMIC - int(runs.history.years[0]))
    dearer = prices[first // 4] / prices[first // 4 - 1]
    quarter = each[first] / each[first - 4]
    three = each[first : first + 3].sum() / each[first - 4 : first - 1].sum()
    away = [np.mean([q.migrants for q in runs.base.quarters if q.year == year]) for year in (2019, PANDEMIC)]
    return {
        "first_quarter_nominal": float(quarter - 1.0),
        "first_quarter_real": float(quarter / dearer - 1.0),
        "three_quarters_real": float(three / dearer - 1.0),
        "migrants_2020": float(away[1] / away[0] - 1.0),
    }


PARTS_OF_MEASURES: tuple[Callable[[Replicate], Mapping[str, float]], ...] = (
    composition,
    distribution_and_households,
    work,
    poverty_over_time,
    recovery,
    insurance,
    movement,
    seasons,
    illness,
    pandemic,
)
