"""The pictures of a run, as PNG: Chinese labels with English beside them, the null run beside the policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from results.charts import (
    composition,
    fan,
    growth_incidence,
    growth_sources,
    ledger,
    money,
    probabilities,
    style,
    targeting,
    two_levels,
)
from results.ensemble import Ensemble
from simulator.history import RunRecord

FOLDER_NAME = "charts"


def write(folder: Path, records: Iterable[RunRecord], answers: Mapping[str, Any]) -> list[Path]:
    """Draw every chart the records have the data for into `charts` in a run's folder; tell which files."""
    ensemble = Ensemble(records)
    to = folder / FOLDER_NAME
    to.mkdir(parents=True, exist_ok=True)
    with style.look():
        drawn = (
            fan.draw(ensemble, answers, to),
            probabilities.draw(answers, to),
            composition.draw(ensemble, answers, to),
            growth_incidence.draw(ensemble, answers, to),
            growth_sources.draw(ensemble, answers, to),
            targeting.draw(ensemble, answers, to),
            ledger.draw(ensemble, answers, to),
            money.draw(ensemble, answers, to),
            two_levels.draw(answers, to),
        )
    return [path for path in drawn if path is not None]
