"""What the answer says of an indicator beyond what it says of any target: its coverage, and its money."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from results.ensemble import Ensemble
from simulator.coverage import READING_EN, READING_ZH, target_of
from simulator.indicators import STATES, recorded
from simulator.scenario import Scenario, Target

PREFIX = "I."
ARMS = ("policy", "null", "half", "double")


def indicator_targets(scenario: Scenario) -> dict[str, Target]:
    """The indicators of a scenario as targets of the document, by the id of their row."""
    return {target.id: target for target in map(target_of, scenario.indicators)}


def threshold_path(target: str) -> str:
    """The path of the number a target or an indicator is held against."""
    if target.startswith(PREFIX):
        return f"programme.indicators.{target.removeprefix(PREFIX)}.threshold"
    return f"programme.targets.{target}.threshold"


def indicator_part(ensemble: Ensemble, target: str) -> dict[str, Any]:
    """For the row of an indicator: its reading in words and, under `indicator`, means over runs: coverage by arm, yuan
    spent so far and yuan missing for the threshold by arm (None where it has no money of its own). For any other row
    `indicator` is None."""
    if not target.startswith(PREFIX):
        return {"indicator": None}
    name = recorded(target.removeprefix(PREFIX))
    told = {
        measure: {arm: _mean(ensemble, arm, f"{name}_{measure}") for arm in ARMS}
        for measure in ("coverage", "yuan", "missing_yuan")
    }
    return {"indicator": told, "reading_zh": READING_ZH, "reading_en": READING_EN}


def state_title(name: str) -> dict[str, str] | None:
    """What a state is called, in both languages; None for what is no state."""
    state = STATES.get(name)
    return {"zh": state.title_zh, "en": state.title_en} if state else None


def _mean(ensemble: Ensemble, arm: str, fact: str) -> float | None:
    found = [run.facts[fact] for run in ensemble.runs(arm).values() if math.isfinite(run.facts.get(fact, math.nan))]
    return float(np.mean(found)) if found else None
