"""Growth of the list mean year by year, with the programme and without: the exhibit that shows how much of a growth
target is the list bouncing back by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from results.ensemble import Ensemble, yearly
from simulator.history import RunRecord

SERIES = {"policy": ("policy", "cohort"), "null": ("null", "cohort"), "rural": ("null", "rural")}
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def growth(ensemble: Ensemble) -> list[dict[str, Any]]:
    """A row a year after year 0: growth, as a share, of the baseline list's mean income in the policy and null arms and
    of the rural mean, each as p10, p50 and p90 over runs; `policy_binding` and `null_binding` are the shares of runs in
    which that year's growth is the lowest of all."""
    found = {name: _growth(ensemble.runs(arm), who) for name, (arm, who) in SERIES.items()}
    years = sorted(set.intersection(*(set(values) for values in found.values()))) if all(found.values()) else []
    lowest = {name: np.argmin([found[name][year] for year in years], axis=0) for name in ("policy", "null") if years}
    return [
        {
            "year": year,
            **{name: _spread(values[year]) for name, values in found.items()},
            **{f"{name}_binding": float(np.mean(lowest[name] == position)) for name in lowest},
        }
        for position, year in enumerate(years)
    ]


def _growth(runs: dict[int, RunRecord], who: str) -> dict[int, np.ndarray]:
    """Growth by year, an array over runs."""
    series = [yearly(record, "income_pc", who) for record in runs.values()]
    years = sorted(set.intersection(*(set(values) for values in series))) if series else []
    return {
        year: np.array([values[year] / values[year - 1] - 1.0 for values in series])
        for year in years
        if year - 1 in years
    }


def _spread(values: np.ndarray) -> dict[str, float]:
    return {name: float(np.quantile(values, share)) for name, share in QUANTILES.items()}
