"""Who is on the list, who gains and who loses: the same households under one plan and under another.

A run's `households` are columns (H,) of those who lived there in the last year: `key`; `weight`, households of the
place each stands for; `fen` and `quarters`, income and member-quarters of that year; `listed_before` and
`listed_after`, on the list when the last review opened and when it closed; and what they were when the programme began:
`cohort` (on the baseline list), `able` (1 somebody could work, 0 nobody), `fifth` of rural income (1 the poorest),
`stratum` of the village. A household formed since has -1 for `able` and 0 for `fifth`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from results.intervals import Interval, paired_mean
from results.sides import Against, Sides

Households = Mapping[str, np.ndarray]

NOTICED = 0.01
"""Share of its income that a household must gain or lose to be counted: less is what rounding and waiting lists do."""
LISTS = ("before", "after")
GROUPS: Mapping[str, tuple[int, ...]] = {
    "all": (0,),
    "cohort": (1, 0),
    "able": (1, 0, -1),
    "fifth": (1, 2, 3, 4, 5, 0),
    "stratum": (0, 1, 2),
}
COLUMNS = ("key", "weight", "fen", "quarters", "listed_before", "listed_after", "cohort", "able", "fifth", "stratum")


def income(homes: Households) -> np.ndarray:
    """Yuan a person and year (H,)."""
    values: np.ndarray = 0.04 * homes["fen"] / homes["quarters"]
    return values


def mean_income(homes: Households, chosen: np.ndarray) -> float:
    """Yuan a person and year over all persons of the chosen households; not a number where there are none."""
    weight = homes["weight"][chosen].astype(np.float64)
    persons = float(weight @ homes["quarters"][chosen])
    return 0.04 * float(weight @ homes["fen"][chosen]) / persons if persons else math.nan


def list_change(less: Households, more: Households, when: str) -> dict[str, float]:
    """The change of the current list's mean from one plan to the other, taken apart without a rest:

        change = stayers + joined + left,

    `stayers`: what the households on the list under both plans earn more; `joined`: by how much those on the list only
    under the second pull its mean away from that of its stayers; `left`: by how much those only on the first had pulled
    its mean away from its stayers, with its sign turned. `share` of the first list's persons who are stayers.
    """
    name = f"listed_{when}"
    first, second = less[name] == 1, more[name] == 1
    stay_first = first & np.isin(less["key"], more["key"][second])
    stay_second = second & np.isin(more["key"], less["key"][first])
    here, there = mean_income(less, stay_first), mean_income(more, stay_second)
    joined = mean_income(more, second) - there
    left = here - mean_income(less, first)
    persons = less["weight"] * less["quarters"].astype(np.float64)
    listed = float(persons[first].sum())
    return {
        "change": there - here + joined + left,
        "stayers": there - here,
        "joined": joined,
        "left": left,
        "composition": joined + left,
        "share": float(persons[stay_first].sum()) / listed if listed else math.nan,
    }


def gains_of(less: Households, more: Households, chosen: Callable[[Households], np.ndarray]) -> dict[str, float]:
    """What the second plan does to the incomes of the first one's `chosen` households, of those there under both: the
    share that gain and that lose more than NOTICED of their income, the mean gain and loss of these and the mean change
    of all, yuan a person and year; and the share of the place's households that are in the group. Each household counts
    for as many as it stands for."""
    _, mine, theirs = np.intersect1d(less["key"], more["key"], assume_unique=True, return_indices=True)
    before, after = income(less)[mine], income(more)[theirs]
    weight = less["weight"][mine].astype(np.float64)
    group = chosen(less)[mine]
    total = float(weight[group].sum())
    change = after - before
    up = group & (change > NOTICED * np.abs(before))
    down = group & (change < -NOTICED * np.abs(before))
    return {
        "households": total / float(weight.sum()) if len(weight) else math.nan,
        "gain": _over(weight[up].sum(), total),
        "lose": _over(weight[down].sum(), total),
        "mean_gain": _over(weight[up] @ change[up], weight[up].sum()),
        "mean_loss": _over(weight[down] @ change[down], weight[down].sum()),
        "mean_change": _over(weight[group] @ change[group], total),
    }


def _over(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else math.nan


def lists(found: Sides) -> list[dict[str, Any]]:
    """A row a difference and list (as the last review found it, as it left it): the change of its mean, taken apart."""
    rows = []
    for one, pairs in _pairs(found):
        for when in LISTS:
            parts = [list_change(less, more, when) for less, more in pairs]
            rows.append({"of": one.name, "list": when, **_told(parts)})
    return rows


def gains(found: Sides) -> list[dict[str, Any]]:
    """A row a difference and group of households: who gains, who loses, how much."""
    rows = []
    for one, pairs in _pairs(found):
        for kind, values in GROUPS.items():
            for value in values:
                parts = [gains_of(less, more, _chooser(kind, value)) for less, more in pairs]
                if any(part["households"] > 0 for part in parts):
                    rows.append({"of": one.name, "by": kind, "group": value, **_told(parts)})
    return rows


def _chooser(kind: str, value: int) -> Callable[[Households], np.ndarray]:
    if kind == "all":
        return lambda homes: np.ones(len(homes["key"]), np.bool_)
    return lambda homes: np.asarray(homes[kind] == value)


def _pairs(found: Sides) -> Iterator[tuple[Against, list[tuple[Households, Households]]]]:
    """The differences whose two arms end in one year and have households in common, with the columns of both in every
    replicate."""
    last = {side.label: side.years[1] for side in found.sides}
    for one in found.against:
        if last[one.less[0]] != last[one.more[0]]:
            continue
        columns = [[run.households for run in found.runs(cell)] for cell in (one.less, one.more)]
        pairs = [(less, more) for less, more in zip(*columns, strict=True) if less and more]
        if any(np.isin(less["key"], more["key"]).any() for less, more in pairs):
            yield one, pairs


def _told(parts: list[dict[str, float]]) -> dict[str, dict[str, Any]]:
    """Each figure as its mean over the replicates that have it, with the interval of that mean."""
    told = {}
    for name in parts[0]:
        values = [part[name] for part in parts if math.isfinite(part[name])]
        mean, interval = paired_mean(values)
        told[name] = {"mean": mean, "interval": _within(interval, name), "replicates": len(values)}
    return told


def _within(interval: Interval | None, name: str) -> Interval | None:
    """A share lies between none and all, whatever the interval of its mean says."""
    if interval is None or name not in ("share", "households", "gain", "lose"):
        return interval
    return (min(max(interval[0], 0.0), 1.0), min(max(interval[1], 0.0), 1.0))
