"""What moves each target's margin: from the runs of a design to indices, their intervals and how settled they are.

The outcome is the margin of a target under its default reading where the programme runs. Nothing is filled in for a run
that failed: what cannot be computed without it is left out, and counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from results import sensitivity_estimators as estimators
from results import sensitivity_given as given
from results.sensitivity_estimators import Estimates
from results.store import Store

DRAWS, LUCK, MACRO = "draws", "luck", "macro"
NOMINAL = (LUCK, MACRO, DRAWS)
"""Factors that are no number. The order of the lucks, and of the macro paths, means nothing."""

MAIN: Mapping[str, str] = {"morris": "mu_star", "sobol": "ST", "pawn": "median", "delta": "delta"}
"""The index by which a method orders factors."""
INDICES: Mapping[str, tuple[str, ...]] = {
    "morris": ("mu_star", "mu", "sigma"),
    "sobol": ("S1", "ST"),
    "pawn": ("median", "maximum"),
    "delta": ("delta", "S1"),
}
NOT_NEGATIVE = ("mu_star", "sigma", "ST", "median", "maximum")
FOLLOWED = 5
"""Factors of each target whose convergence is told."""


@dataclass(frozen=True)
class Sample:
    """The points of a design. `places` (points, factors) in 0..1 are what the estimators see, `told` what the runs are
    told, `first` the number of the first run, `per_point` how many runs each point has."""

    method: str
    factors: tuple[str, ...]
    places: np.ndarray
    told: np.ndarray
    first: int = 0
    per_point: int = 1

    @property
    def points_a_unit(self) -> int:
        """Points of a unit that is dropped, counted and resampled: a trajectory, a row, a point."""
        factors = len(self.factors)
        return {"morris": factors + 1, "sobol": 2 * factors + 2}.get(self.method, 1)

    @property
    def units(self) -> int:
        """How many independent units there are."""
        return len(self.places) // self.points_a_unit

    def numbers(self) -> range:
        """The numbers of its runs."""
        return range(self.first, self.first + len(self.places) * self.per_point)

    def begun(self, units: int, factors: Collection[str]) -> Sample:
        """Its first units; where points are no trajectories or rows, with these factors alone."""
        points = units * self.points_a_unit
        if self.points_a_unit > 1:
            return replace(self, places=self.places[:points], told=self.told[:points])
        kept = [name for name in self.factors if name in factors]
        columns = [self.factors.index(name) for name in kept]
        places, told = self.places[:points, columns], self.told[:points, columns]
        return replace(self, factors=tuple(kept), places=places, told=told)


@dataclass(frozen=True)
class Outputs:
    """What the runs of a sample gave: `margins` (points, runs a point, targets), NaN where there is none; the reading
    and the unit of each target, where some run told; and what went wrong in runs that failed."""

    margins: np.ndarray
    read: Mapping[str, tuple[str, str]]
    errors: tuple[str, ...]


def outputs_of(store: Store, sample: Sample, targets: Sequence[str]) -> Outputs:
    """The margins of the targets, by default reading, where the programme runs."""
    found = np.full((len(sample.numbers()), len(targets)), np.nan)
    read: dict[str, tuple[str, str]] = {}
    errors = []
    for row, number in enumerate(sample.numbers()):
        record = store.read((number, "policy", "base"))
        if record.status == "failed":
            errors.append(record.error)
            continue
        outcomes = {outcome.target: outcome for outcome in record.outcomes if outcome.default}
        read |= {name: (outcome.reading, outcome.unit) for name, outcome in outcomes.items()}
        found[row] = [outcomes[target].margin if target in outcomes else math.nan for target in targets]
    found[~np.isfinite(found)] = np.nan
    return Outputs(found.reshape(-1, sample.per_point, len(targets)), read, tuple(errors))


def estimated(sample: Sample, outputs: np.ndarray, label: str) -> Estimates:
    """The indices of a sample's method from outputs (points, targets)."""
    shape = (sample.units, sample.points_a_unit)
    blocks = outputs.reshape(*shape, outputs.shape[1])
    if sample.method == "morris":
        return estimators.morris(sample.places.reshape(*shape, len(sample.factors)), blocks, label)
    if sample.method == "sobol":
        return estimators.sobol(blocks, label)
    method: Callable[[np.ndarray, np.ndarray, str], Estimates] = {"pawn": given.pawn, "delta": given.delta}[
        sample.method
    ]
    return method(sample.places, outputs, label)


def chosen(
    sample: Sample, outputs: np.ndarray, targets: Sequence[str], most: int, label: str
) -> tuple[tuple[str, ...], dict[str, float | None]]:
    """The factors that a screening lets through: luck and macro path, and those with the largest share of some target's
    summed mu*, `most` in all; and by target the share of the summed mu* that they have, None where nothing moves it."""
    sizes = estimators.morris(
        sample.places.reshape(sample.units, sample.points_a_unit, -1),
        outputs.reshape(sample.units, sample.points_a_unit, -1),
        label,
    )["mu_star"].value
    sizes = np.where(np.isfinite(sizes), sizes, 0.0)
    summed = sizes.sum(axis=0)
    shares = sizes / np.where(summed > 0, summed, 1.0)
    always = [name for name in sample.factors if name in (LUCK, MACRO)]
    weight = dict(zip(sample.factors, shares.max(axis=1), strict=True))
    others = sorted((name for name in sample.factors if name not in always), key=lambda name: (-weight[name], name))
    through = tuple([*always, *[name for name in others if weight[name] > 0]][: max(most, len(always))])
    inside = np.isin(sample.factors, through)
    kept = {
        target: float(shares[inside, column].sum()) if summed[column] > 0 else None
        for column, target in enumerate(targets)
    }
    return through, kept


def rows(sample: Sample, outputs: np.ndarray, targets: Sequence[str], label: str) -> dict[str, dict[str, Any]]:
    """By target: its indices by factor with intervals, what was left out, and how they came about with size.

    `outputs` (points, runs a point, targets).
    """
    means = outputs.mean(axis=1)
    found = estimated(sample, means, label)
    ordered = [_ordered(sample, found, column) for column in range(len(targets))]
    followed = {name for names in ordered for name in names[:FOLLOWED]}
    parts = [
        (begun, estimated(begun, means[: len(begun.places)], label))
        for begun in (sample.begun(units, followed) for units in (sample.units // 4, sample.units // 2) if units >= 2)
    ]
    parts.append((sample, found))
    told = {}
    for column, target in enumerate(targets):
        told[target] = {
            **_described(sample, means[:, column]),
            "factors": [_row(sample, found, name, column) for name in ordered[column]],
            **_whole(sample, found, column),
            **(_nested(outputs[:, :, column], label) if sample.per_point > 1 else {}),
            "convergence": [
                {"units": part.units, "factors": [_row(part, of, name, column) for name in ordered[column][:FOLLOWED]]}
                for part, of in parts
            ],
        }
    return told


def _described(sample: Sample, means: np.ndarray) -> dict[str, Any]:
    """How the margin varies over the design, and how many points and units lack it."""
    known = means[np.isfinite(means)]
    lost = ~np.isfinite(means).reshape(sample.units, sample.points_a_unit)
    return {
        "mean": float(known.mean()) if len(known) else None,
        "sd": float(known.std()) if len(known) else None,
        "points_lost": int(lost.sum()),
        "units_lost": int(lost.any(axis=1).sum()),
    }


def _ordered(sample: Sample, found: Estimates, column: int) -> list[str]:
    main = np.nan_to_num(found[MAIN[sample.method]].value[:, column], nan=-1.0)
    return [name for _, name in sorted(zip(-main, sample.factors, strict=True))]


def _row(sample: Sample, found: Estimates, name: str, column: int) -> dict[str, Any]:
    at = sample.factors.index(name)
    return {"factor": name} | dict(part for index in INDICES[sample.method] for part in _told(index, found, at, column))


def _told(index: str, found: Estimates, at: int, column: int) -> Iterator[tuple[str, Any]]:
    """An index and its interval by name; None where there is none. What cannot be negative has no interval below 0."""
    value, half = float(found[index].value[at, column]), float(found[index].half[at, column])
    yield index, value if math.isfinite(value) else None
    least = 0.0 if index in NOT_NEGATIVE else -math.inf
    known = math.isfinite(value) and math.isfinite(half)
    yield f"{index}_interval", [max(value - half, least), value + half] if known else None


def _whole(sample: Sample, found: Estimates, column: int) -> dict[str, Any]:
    """What is told of all factors together: the sum of S1 and the pairs, or what an inert factor reaches."""
    if sample.method == "sobol":
        pairs = [
            {"factors": [sample.factors[left], sample.factors[right]], **dict(_told("S2", found, at, column))}
            for at, (left, right) in enumerate(estimators.pairs(len(sample.factors)))
        ]
        pairs.sort(key=lambda pair: (-abs(pair["S2"] or 0.0), pair["factors"]))
        return {**dict(_told("sum_S1", found, 0, column)), "pairs": pairs}
    if "floor" in found:
        floor = float(found["floor"].value[0, column])
        return {"floor": floor if math.isfinite(floor) else None}
    return {}


def _nested(outputs: np.ndarray, label: str) -> dict[str, Any]:
    """The share of a single run's variance that is luck and macro path, from several runs a point: the mean variance
    within points over itself plus the variance between them, less what luck adds to that; resampling points."""
    kept = outputs[np.isfinite(outputs).all(axis=1)]
    if len(kept) < 2:
        return {"luck_share": None, "luck_share_interval": None}
    runs = outputs.shape[1]
    weights = estimators.resampled(len(kept), f"{label}/luck") / len(kept)
    middle = kept.mean(axis=1)
    within = weights @ kept.var(axis=1, ddof=1)
    between = (weights @ middle**2 - (weights @ middle) ** 2) * len(kept) / (len(kept) - 1)
    numbers = np.maximum(between - within / runs, 0.0)
    total = within + numbers
    share = np.where(total > 0, within / np.where(total > 0, total, 1.0), np.nan)
    found = {"luck_share": estimators.with_interval(share[:, None, None], len(kept))}
    told = dict(_told("luck_share", found, 0, 0))
    if told["luck_share_interval"]:
        told["luck_share_interval"] = [float(np.clip(end, 0.0, 1.0)) for end in told["luck_share_interval"]]
    return told


def settled(target: Mapping[str, Any], method: str) -> bool | None:
    """Whether the leading factors at half the size lie within their intervals at the full one; None if nobody knows."""
    if len(target["convergence"]) < 2:
        return None
    before, now = target["convergence"][-2]["factors"], target["convergence"][-1]["factors"]
    name = MAIN[method]
    looked_at = [(early[name], late[f"{name}_interval"]) for early, late in zip(before, now, strict=True)]
    known = [(value, ends) for value, ends in looked_at if value is not None and ends]
    return all(low <= value <= high for value, (low, high) in known) if known else None
