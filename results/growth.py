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


def labour_drift(ensemble: Ensemble) -> dict[str, dict[str, float]]:
    """Labour capacity per head of all rural persons and of the baseline list, first and last year, null arm, means over
    runs: where the two drift apart, the pin on the rural mean lifts one against the other without any policy."""
    out = {}
    for who in ("rural", "cohort"):
        series = [yearly(record, "labour_per_head", who) for record in ensemble.runs("null").values()]
        series = [values for values in series if values]
        if series:
            first, last = min(series[0]), max(series[0])
            out[who] = {
                "first": float(np.mean([values[first] for values in series])),
                "last": float(np.mean([values[last] for values in series])),
            }
    return out


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
