"""Which interval an answer's numbers have: that depends on how its runs were counted.

A number of runs fixed beforehand has the Jeffreys interval. A run that stopped by itself (`--until`) has a sequence,
valid at whatever moment it stopped. With several runs a draw of parameters (`--per-draw`) a draw is the unit: runs of
one draw are alike, and to count each as new would make every interval too narrow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.draws import Draw, chance
from results.intervals import LEVEL, Interval, jeffreys, mean_probability, paired_mean, paired_probabilities
from results.sequences import sequence

Held = Mapping[int, bool]
"""Whether each finished run met something, by replicate."""


@dataclass(frozen=True)
class Counting:
    """How the runs were counted: `per_draw` replicates to a draw of parameters; `watched`: looked at as they came."""

    per_draw: int = 1
    watched: bool = False

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Counting:
        """As a folder's meta tells."""
        return cls(meta.get("per_draw") or 1, meta.get("until") is not None)

    @property
    def plain(self) -> bool:
        """Whether every run is a draw of its own and their number was fixed beforehand."""
        return self.per_draw == 1 and not self.watched

    def draws(self, held: Held, failed: Collection[int] = ()) -> dict[int, Draw]:
        """The runs by draw of parameters."""
        found: dict[int, Draw] = {}
        for run in sorted({*held, *failed}):
            hits, runs, lost = found.get(run // self.per_draw, Draw(0, 0))
            known = run in held
            met = known and bool(held[run])
            found[run // self.per_draw] = Draw(hits + met, runs + known, lost + (not known))
        return found

    def probability(self, held: Held, failed: Collection[int], label: str, level: float = LEVEL) -> Interval:
        """Interval for a probability; `failed` runs count against at the low end and for at the high end."""
        met = sum(map(bool, held.values()))
        if self.watched:
            each = self.per_draw
            return sequence(met / each, len(held) / each, len(failed) / each, level)
        if self.per_draw > 1:
            return chance(list(self.draws(held, failed).values()), label, level)
        return jeffreys(met, len(held), len(failed), level)

    def mean(self, chances: Mapping[int, float], failed: Collection[int], label: str) -> Interval:
        """Interval for the mean of per-run probabilities."""
        if self.watched:
            each = self.per_draw
            return sequence(sum(chances.values()) / each, len(chances) / each, len(failed) / each)
        return mean_probability(self.by_draw(chances).tolist(), label, len({run // self.per_draw for run in failed}))

    def change(self, before: Held, after: Held, failed: Collection[int], label: str) -> tuple[float, Interval]:
        """Change of a probability between paired arms: of the same replicates in both. Where runs are not plain, it is
        the chance to gain less the chance to lose, each with an interval at half of what may be missed."""
        if self.plain:
            return paired_probabilities([bool(before[run]) for run in before],
                                        [bool(after[run]) for run in before], len(failed))  # fmt: skip
        gained = {run: bool(after[run]) and not before[run] for run in before}
        lost = {run: bool(before[run]) and not after[run] for run in before}
        each = (1 + LEVEL) / 2
        gain, loss = (
            self.probability(found, failed, f"{label} {name}", each)
            for name, found in (("gained", gained), ("lost", lost))
        )
        difference = (sum(gained.values()) - sum(lost.values())) / len(before) if before else float("nan")
        return difference, (max(-1.0, gain[0] - loss[1]), min(1.0, gain[1] - loss[0]))

    def paired_mean(self, differences: Mapping[int, float]) -> tuple[float, Interval | None]:
        """Mean of paired differences by replicate with its t interval over draws."""
        return paired_mean(self.by_draw(differences))

    def by_draw(self, values: Mapping[int, float]) -> np.ndarray:
        """The mean of every draw of parameters, in their order."""
        grouped: dict[int, list[float]] = {}
        for run, value in values.items():
            grouped.setdefault(run // self.per_draw, []).append(value)
        return np.array([np.mean(found) for _, found in sorted(grouped.items())])
