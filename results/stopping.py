"""When a run that stops by itself stops: at the first look at which every target's interval is narrow enough.

The rule asks the default reading of every target in the policy arm. The null arm does not keep a run going, for it is
not what the plan is asked for; its intervals are valid all the same, of whatever width. A look is taken only when every
replicate up to it has finished, so that neither workers nor interruptions can change where a run stops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from results.ensemble import has_failed
from results.intervals import LEVEL
from results.sequences import half_width, most_needed, sequence
from simulator.history import RunRecord


def looks(batch: int, at_most: int) -> Iterator[int]:
    """Numbers of replicates at which one looks: every `batch`, and when `at_most` is reached."""
    yield from range(batch, at_most, batch)
    yield at_most


def most(meta: Mapping[str, Any]) -> int:
    """Replicates after which a run stops whatever it found: `at_most`, else those that are enough if none fails, in
    whole batches."""
    if meta.get("at_most") is not None:
        return int(meta["at_most"])
    batch = int(meta["runs"])
    needed = most_needed(meta["until"]) * int(meta.get("per_draw") or 1)
    return -(-needed // batch) * batch


@dataclass
class Tally:
    """Hits of each target's default reading in the policy arm, run by run; `per_draw` runs count as one draw."""

    per_draw: int = 1
    met: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    failed: int = 0

    def add(self, record: RunRecord) -> None:
        """Count one run of the policy arm."""
        if has_failed(record):
            self.failed += 1
            return
        self.runs += 1
        self.met.update({outcome.target: int(bool(outcome.met)) for outcome in record.outcomes if outcome.default})

    def half_widths(self) -> dict[str, float]:
        """Half-width of each target's interval; none before a run has finished."""
        runs, failed = self.runs / self.per_draw, self.failed / self.per_draw
        return {name: half_width(sequence(met / self.per_draw, runs, failed)) for name, met in self.met.items()}

    def reached(self, until: float) -> bool:
        """Whether every target's interval is as narrow as asked for. Without a target there is nothing to wait for."""
        return self.runs > 0 and all(width <= until for width in self.half_widths().values())


def stopped(records: Iterable[RunRecord], meta: Mapping[str, Any]) -> dict[str, Any] | None:
    """How a run with `--until` came to its end, None for one of a number fixed beforehand.

    `records` are the base runs of the policy arm; `meta` tells `until`, `at_most`, `per_draw` and `runs`, the size of a
    batch.
    """
    if meta.get("until") is None:
        return None
    tally = Tally(meta.get("per_draw") or 1)
    for record in records:
        tally.add(record)
    seen, batch = tally.runs + tally.failed, int(meta["runs"])
    return {
        "until": meta["until"],
        "level": LEVEL,
        "how": "reached" if tally.reached(meta["until"]) else "at_most",
        "runs": seen,
        "at_most": most(meta),
        "batch": batch,
        "looks": [look for look in looks(batch, most(meta)) if look <= seen],
        "half_widths": tally.half_widths(),
    }
