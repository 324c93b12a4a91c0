"""The plans that are compared, the runs of each by arm, and which differences are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from results.ensemble import Ensemble
from results.pairing import contrasts
from simulator.history import RunRecord

ARMS = ("null", "policy")
SPREAD = (0.1, 0.9)

Cell = tuple[str, str]
"""A label and an arm."""


@dataclass(frozen=True)
class Side:
    """One of the plans compared: the letter it is called by, what it is, when and where, and what its document calls
    a household on the list."""

    label: str
    name: str
    title: Mapping[str, str]
    place: str
    years: tuple[int, int]
    listed: Mapping[str, str]


@dataclass(frozen=True)
class Against:
    """A difference that is told: `more` less `less`."""

    more: Cell
    less: Cell

    @property
    def name(self) -> str:
        """`B-A`, `A-null`."""
        return f"{self.more[0]}-{'null' if self.less[1] == 'null' else self.less[0]}"


def differences_told(labels: Sequence[str]) -> list[Against]:
    """Every later plan less the first, then each less its own null arm."""
    later = [Against((label, "policy"), (labels[0], "policy")) for label in labels[1:]]
    return [*later, *(Against((label, "policy"), (label, "null")) for label in labels)]


class Sides:
    """The runs of all plans by label, and the replicates of which every arm ended."""

    def __init__(self, records: Iterable[RunRecord], sides: Sequence[Side]) -> None:
        self.sides = tuple(sides)
        found = list(records)
        self.held = {
            side.label: Ensemble(replace(r, variant="base") for r in found if r.variant == side.label) for side in sides
        }
        self.tried = sorted({record.replicate for record in found})
        ended = [self.held[side.label].runs(arm).keys() for side in sides for arm in ARMS]
        self.complete = sorted(set.intersection(*map(set, ended)))
        self.against = differences_told([side.label for side in sides])

    @property
    def cells(self) -> list[Cell]:
        """Every arm of every plan."""
        return [(side.label, arm) for side in self.sides for arm in ARMS]

    @property
    def lost(self) -> int:
        """Replicates of which some arm failed."""
        return len(self.tried) - len(self.complete)

    def runs(self, cell: Cell) -> list[RunRecord]:
        """The runs of an arm in the order of the complete replicates."""
        runs = self.held[cell[0]].runs(cell[1])
        return [runs[number] for number in self.complete]

    def of(self, values: Mapping[Cell, np.ndarray]) -> dict[str, Any]:
        """Means by arm, between which values four runs of five lie, and differences, of values (R,) by arm."""
        return self.all_of({cell: found[:, None] for cell, found in values.items()})[0]

    def all_of(self, values: Mapping[Cell, np.ndarray]) -> list[dict[str, Any]]:
        """The same of every one of K figures, (R, K) by arm."""
        centres = {named(cell): _centres(found) for cell, found in values.items()}
        apart = {one.name: contrasts(values[one.less], values[one.more]) for one in self.against}
        count = next(iter(values.values())).shape[1]
        return [
            {
                "means": {name: centre[at][0] for name, centre in centres.items()},
                "spread": {name: centre[at][1] for name, centre in centres.items()},
                "differences": {name: told[at] for name, told in apart.items()},
            }
            for at in range(count)
        ]


def named(cell: Cell) -> str:
    """An arm in the answer: `A`, `A null`."""
    return cell[0] if cell[1] == "policy" else f"{cell[0]} null"


def _centres(values: np.ndarray) -> list[tuple[float | None, list[float] | None]]:
    """Mean and spread of every column (R, K) over the runs that have a number; None where none has."""
    if np.isfinite(values).all() and len(values):
        return list(zip(values.mean(axis=0).tolist(), np.quantile(values, SPREAD, axis=0).T.tolist(), strict=True))
    finite = [column[np.isfinite(column)] for column in values.T]
    return [(float(c.mean()), np.quantile(c, SPREAD).tolist()) if len(c) else (None, None) for c in finite]
