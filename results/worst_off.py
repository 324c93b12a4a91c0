"""Where the worst off are: the worst county of a target that must hold in each, and the types of village."""

from __future__ import annotations

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
    share of a run's counties that do; and the county that does least often. That one was picked as the lowest of many,
    so its interval misses with a chance divided by their number (Bonferroni). Sample counties are made by the model."""
    outcomes = ensemble.outcomes("policy", line)
    runs = {run: by_county for run, outcome in outcomes.items() if (by_county := _by_county(outcome))}
    if not runs:
        return None
    failed = ensemble.failed("policy")
    label, worst = f"{line.target} {line.reading}", {run: all(found.values()) for run, found in runs.items()}
    shares = [float(np.mean(list(found.values()))) for found in runs.values()]
    names = sorted({name for found in runs.values() for name in found}, key=lambda name: int(name.removeprefix(COUNTY)))
    seen = {name: {run: found[name] for run, found in runs.items() if name in found} for name in names}
    lowest = min(names, key=lambda name: float(np.mean(list(seen[name].values()))))
    level = 1 - (1 - LEVEL) / len(names)
    return {
        "id": line.target,
        "reading": line.reading,
        "counties": len(names),
        "worst_meets": {
            "probability": float(np.mean(list(worst.values()))),
            "interval": ensemble.counting.probability(worst, failed, f"{label} worst"),
        },
        "share_of_counties": quantiles_of(shares),
        "lowest": {
            "label": lowest,
            "runs": len(seen[lowest]),
            "probability": float(np.mean(list(seen[lowest].values()))),
            "interval": ensemble.counting.probability(seen[lowest], failed, f"{label} {lowest}", level),
        },
    }


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
