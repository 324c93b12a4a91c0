"""The pictures of a run, as PNG: Chinese labels with English beside them, the null run beside the policy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from results.charts import composition, fan, ledger, probabilities, style
from results.ensemble import Ensemble
from simulator.history import RunRecord
from simulator.scenario import Scenario


def draw(records: Iterable[RunRecord], answers: dict[str, Any], scenario: Scenario, to: Path) -> list[Path]:
    """Draw every chart the records have the data for into the folder `to`, and tell which files were written."""
    ensemble = Ensemble(records)
    to.mkdir(parents=True, exist_ok=True)
    with style.look():
        drawn = (
            fan.draw(ensemble, answers, scenario, to),
            probabilities.draw(answers, to),
            composition.draw(ensemble, answers, to),
            ledger.draw(ensemble, answers, scenario, to),
        )
    return [path for path in drawn if path is not None]
