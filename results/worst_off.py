"""Where the worst off are: the worst county of a target that must hold in each, and the types of village."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from results.ensemble import Ensemble, Line, last_value
from results.intervals import LEVEL
from results.marginals import COUNTY
from results.target_rows import quantiles_of
from simulator.history import Outcome

ARMS = ("policy", "null")
VILLAGE_MEASURE, VILLAGE_TYPES = "collective_income", ("key", "weak", "other")


def counties(ensemble: Ensemble, line: Line) -> dict[str, Any] | None:
    """Of a target that must hold in every county: how likely the worst county of a run meets it, that is, all do; the
    share of a run's counties that do; and, of the counties that half of the runs saw, the one that does least often.
    That one was picked as the lowest of many, so its interval misses with a chance divided by their number
    (Bonferroni). Sample counties are made by the model."""
    outcomes = ensemble.outcomes("policy", line)
    runs = {run: by_county for run, outcome in outcomes.items() if (by_county := _by_county(outcome))}
    if not runs:
        return None
    failed = ensemble.failed("policy")
    label, worst = f"{line.target} {line.reading}", {run: all(found.values()) for run, found in runs.items()}
    shares = [float(np.mean(list(found.values()))) for found in runs.values()]
    return {
        "id": line.target,
        "reading": line.reading,
        "projected": any(outcome.projected for outcome in outcomes.values()),
        "worst_meets": {
            "probability": float(np.mean(list(worst.values()))),
            "interval": ensemble.counting.probability(worst, failed, f"{label} worst"),
        },
        "share_of_counties": quantiles_of(shares),
        "lowest": _lowest(ensemble, runs, label),
    }


def _lowest(ensemble: Ensemble, runs: Mapping[int, Mapping[str, bool]], label: str) -> dict[str, Any] | None:
    """The county that meets its target least often, of those seen in half of the runs; None where there is none."""
    names = sorted({name for found in runs.values() for name in found}, key=lambda name: int(name.removeprefix(COUNTY)))
    seen = {name: {run: found[name] for run, found in runs.items() if name in found} for name in names}
    often = {name: float(np.mean(list(held.values()))) for name, held in seen.items() if 2 * len(held) >= len(runs)}
    if not often:
        return None
    name = min(often, key=lambda county: often[county])
    level = 1 - (1 - LEVEL) / len(often)
    interval = ensemble.counting.probability(seen[name], ensemble.failed("policy"), f"{label} {name}", level)
    return {"label": name, "of": len(often), "runs": len(seen[name]), "probability": often[name], "interval": interval}


def _by_county(outcome: Outcome) -> dict[str, bool]:
    return {name: met for name, met in outcome.parts.items() if name.startswith(COUNTY)}


def villages(ensemble: Ensemble) -> dict[str, Any] | None:
    """What the runs record by type of village: the collective's income in the last quarter, p10, p50 and p90 over runs,
    and how often each type is the poorest. Incomes of households are not recorded by type."""
    by_arm: dict[str, dict[str, list[float]]] = {}
    for arm in ARMS:
        runs = ensemble.runs(arm).values()
        table = {name: [last_value(run, VILLAGE_MEASURE, name) for run in runs] for name in VILLAGE_TYPES}
        by_arm[arm] = {name: values for name, values in table.items() if values and np.isfinite(values).all()}
    policy = by_arm["policy"]
    if len(policy) < 2:
        return None
    poorest = np.argmin(list(policy.values()), axis=0)
    return {
        "measure": VILLAGE_MEASURE,
        "types": [
            {
                "name": name,
                **{arm: quantiles_of(values[name]) for arm, values in by_arm.items() if name in values},
                "poorest_in": float(np.mean(poorest == place)),
            }
            for place, name in enumerate(policy)
        ],
    }
