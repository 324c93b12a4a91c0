"""Beside the joint probability of a target that must hold every year or in every county: that of each alone.

The joint probability is never the mean or the product of these. A reading that only a projection answers has no joint
probability; what the sample shows of it stands as `joint_seen`, which errs on the low side: the fewer villages a county
has in the sample, the sooner one year of it falls behind by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from results.ensemble import Ensemble, Line
from results.intervals import jeffreys
from simulator.history import Outcome

COUNTY = "sample county "


def beside_the_joint(ensemble: Ensemble, line: Line) -> dict[str, Any]:
    """`marginals`: a row a year or county with its probability in the policy arm and the null arm, over the runs that
    saw it; `joint_seen`: all of them together in a run as the sample shows them; `line`: the line judged by, yuan a
    person, over runs. Empty or None where a reading has none."""
    policy, null = ensemble.outcomes("policy", line), ensemble.outcomes("null", line)
    labels = sorted({label for outcome in [*policy.values(), *null.values()] for label in outcome.parts}, key=_order)
    failed = len(ensemble.failed("policy"))
    return {
        "marginals": [
            {
                "label": label,
                "of": "county" if label.startswith(COUNTY) else "year",
                **_chance("", [outcome.parts[label] for outcome in policy.values() if label in outcome.parts], failed),
                **_chance("null_", [outcome.parts[label] for outcome in null.values() if label in outcome.parts]),
            }
            for label in labels
        ],
        "joint_seen": {
            **_chance("", [all(outcome.parts.values()) for outcome in policy.values() if outcome.parts], failed),
            **_chance("null_", [all(outcome.parts.values()) for outcome in null.values() if outcome.parts]),
        }
        if labels
        else None,
        "line": _line(policy),
    }


def _order(label: str) -> tuple[bool, int]:
    """Years before counties, each by its number."""
    return label.startswith(COUNTY), int(label.removeprefix(COUNTY))


def _chance(prefix: str, held: list[bool], failed: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {f"{prefix}probability": sum(held) / len(held) if held else None}
    if not prefix:
        found["interval"] = jeffreys(sum(held), len(held), failed) if held else None
        found["runs"] = len(held)
    return found


def _line(outcomes: Mapping[int, Outcome]) -> dict[str, float] | None:
    lines = [outcome.line for outcome in outcomes.values() if outcome.line is not None]
    if not lines:
        return None
    low, middle, high = np.quantile(lines, [0.1, 0.5, 0.9])
    return {"p10": float(low), "p50": float(middle), "p90": float(high)}
