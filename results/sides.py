"""The plans that are compared, the runs of each by arm, and which differences are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from results.ensemble import Ensemble
from results.pairing import contrast
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

    def row(self, read: Callable[[Cell, RunRecord], float]) -> dict[str, Any]:
        """Means by arm and differences of what `read` finds in a run."""
        return self.of({cell: np.array([read(cell, run) for run in self.runs(cell)]) for cell in self.cells})

    def of(self, values: Mapping[Cell, np.ndarray]) -> dict[str, Any]:
        """Means by arm, between which values four runs of five lie, and differences, of values (R,) by arm."""
        finite = {cell: found[np.isfinite(found)] for cell, found in values.items()}
        return {
            "means": {named(cell): float(there.mean()) if len(there) else None for cell, there in finite.items()},
            "spread": {named(cell): _spread(there) for cell, there in finite.items()},
            "differences": {one.name: contrast(values[one.less], values[one.more]) for one in self.against},
        }


def named(cell: Cell) -> str:
    """An arm in the answer: `A`, `A null`."""
    return cell[0] if cell[1] == "policy" else f"{cell[0]} null"


def _spread(values: np.ndarray) -> list[float] | None:
    return np.quantile(values, SPREAD).tolist() if len(values) else None
