"""What `fupin sensitivity` varies, and how a point of a design becomes a run.

A factor is a ranged number of the scenario, drawn as the ensemble draws it; the joint draws of the place as one; and,
so that luck is never credited to a number, the luck and the macro path themselves. All points of a Morris trajectory
or of a row of a Saltelli design have one luck and one macro path unless those are what is stepped. PAWN and delta take
any sample: there each point is simulated under several lucks and macro paths of its own, nested in it.

A place in 0..1 is told as follows: a number, the quantile of its distribution; the joint draws, a row of the admissible
set along the direction in which its rows differ most; luck and macro path, the number of a replicate, which means
nothing but another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from experiments.design import Options, Replicate, Uncertain, macro_normals
from results.intervals import keyed_generator
from results.sensitivity import DRAWS, LUCK, MACRO, NOMINAL, Sample
from scenarios.uncertain import between

COMMAND = "sensitivity"
METHODS = ("morris", "sobol", "pawn", "delta")
STEPPED = ("morris", "sobol")
"""Methods in which luck and macro path are factors; in the others they are nested in every point."""
BASES: Mapping[str, int] = {"morris": 6, "sobol": 128, "pawn": 256, "delta": 256}
"""Trajectories, rows and points where none are asked for."""
FEWEST: Mapping[str, int] = {"morris": 2, "sobol": 4, "pawn": 40, "delta": 40}
FACTORS, HOUSEHOLDS, PER_POINT = 8, 3000, 2
SCREENING = 4
"""Trajectories that choose the factors of a Saltelli design."""
LEVELS = 4
LUCKS = 1_000_000
"""Replicates among which luck and macro path are chosen."""
SECOND = 1_000_000
"""Number of the first point of what follows a screening."""
ARMS = (("null", "base"), ("policy", "base"))


@dataclass(frozen=True)
class Question:
    """What is asked, beside the scenario and the options, whose `runs` are the base size of the design. `chosen` are
    factors by hand, none: screened for a Saltelli design if there are more than `factors`, else all. `targets`: those
    that screening looks at, none: all."""

    method: str
    factors: int = FACTORS
    chosen: tuple[str, ...] = ()
    per_point: int = PER_POINT
    targets: tuple[str, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """What of it decides the runs, as plain data."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        deciding = ["method", "chosen", *(("factors", "targets") if self.method == "sobol" else ())]
        if self.method not in STEPPED:
            deciding.append("per_point")
        return {"command": COMMAND, **{name: plain[name] for name in deciding}}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Question:
        """The question whose runs a folder keeps."""
        plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
        return cls(**{name: value for name, value in plain.items() if name != "command"})


@dataclass(frozen=True)
class Ground:
    """The scenario a design is of: its ranged numbers, its joint draws in order, and where numbers are held."""

    loaded: Uncertain
    options: Options
    rows: tuple[Mapping[str, float], ...]
    central: Mapping[str, float]

    @classmethod
    def of(cls, loaded: Uncertain, options: Options) -> Ground:
        """The ground of a loaded scenario."""
        rows = loaded.draws.rows
        central = dict(rows[loaded.draws.central]) if rows else {}
        return cls(loaded, options, tuple(rows[index] for index in along(rows)), central)

    def factors(self, method: str) -> tuple[str, ...]:
        """Every factor there is, the ones that are no numbers first."""
        nominal = ([LUCK] + [MACRO] * (self.options.macro == "forecast")) if method in STEPPED else []
        return (*nominal, *([DRAWS] if len(self.rows) > 1 else []), *self.loaded.ranged())

    def tasks(self, sample: Sample) -> tuple[Replicate, ...]:
        """The runs of a sample, `per_point` for each of its points, in their order."""
        ranges = self.loaded.ranged()
        return tuple(
            self._task(sample, number, dict(zip(sample.factors, map(float, point), strict=True)), ranges)
            for number, point in zip(sample.numbers(), np.repeat(sample.told, sample.per_point, axis=0), strict=True)
        )

    def _task(
        self, sample: Sample, number: int, point: Mapping[str, float], ranges: Mapping[str, tuple[float, float, float]]
    ) -> Replicate:
        drawn = {path: between(*ranges[path], u) for path, u in point.items() if path not in NOMINAL}
        joint = self.rows[_of(point[DRAWS], len(self.rows))] if DRAWS in point else self.central
        nested = number if sample.method not in STEPPED else 0
        luck, macro = (_of(point[name], LUCKS) if name in point else nested for name in (LUCK, MACRO))
        normals = macro_normals(self.loaded.scenario, self.options.seed, macro)
        return Replicate(number, self.options.seed, ARMS, {**drawn, **joint}, normals, luck=luck)


def _of(u: float, count: int) -> int:
    """One of `count` by a place in 0..1."""
    return min(int(u * count), count - 1)


def along(rows: Sequence[Mapping[str, float]]) -> list[int]:
    """Rows of the admissible set in order along the direction in which they differ most: the first principal component
    of their numbers, each over its own spread, towards larger values of the number that weighs most in it."""
    if len(rows) < 2:
        return list(range(len(rows)))
    table = np.array([[row[path] for path in sorted(rows[0])] for row in rows])
    spread = table.std(axis=0)
    scaled = ((table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0))[:, spread > 0]
    if not scaled.shape[1]:
        return list(range(len(rows)))
    direction = np.linalg.svd(scaled, full_matrices=False)[2][0]
    scores = np.round(scaled @ direction * np.sign(direction[np.argmax(np.abs(direction))]), 9)
    return sorted(range(len(rows)), key=lambda index: (scores[index], index))


def spread_levels(places: np.ndarray, factors: Sequence[str], label: str) -> np.ndarray:
    """What the runs of Morris trajectories (trajectories, points, factors) are told. A number is told its level. That
    of luck, macro path or joint draws becomes a place of its own within the level's share of 0..1, anew in every
    trajectory: else all trajectories would know the same four."""
    told = places.copy()
    for column, name in enumerate(factors):
        if name in NOMINAL:
            level = np.rint(places[:, :, column] * (LEVELS - 1)).astype(int)
            within = keyed_generator(f"{label}/{name}").random((len(places), LEVELS))
            told[:, :, column] = (level + np.take_along_axis(within, level, axis=1)) / LEVELS
    return told
