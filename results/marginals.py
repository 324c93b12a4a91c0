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
from simulator.history import Outcome

COUNTY = "sample county "


def beside_the_joint(ensemble: Ensemble, line: Line) -> dict[str, Any]:
    """`marginals`: a row a year or county with its probability in the policy arm and the null arm, over the runs that
    saw it; `joint_seen`: all of them together in a run as the sample shows them; `line`: the line judged by, yuan a
    person, over runs. Empty or None where a reading has none."""
    policy, null = ensemble.outcomes("policy", line), ensemble.outcomes("null", line)
    labels = sorted({label for outcome in [*policy.values(), *null.values()] for label in outcome.parts}, key=_order)
    failed = ensemble.failed("policy")
    name = f"{line.target} {line.reading}"

    def chance(prefix: str, held: Mapping[int, bool], label: str) -> dict[str, Any]:
        found: dict[str, Any] = {f"{prefix}probability": sum(held.values()) / len(held) if held else None}
        if not prefix:
            interval = ensemble.counting.probability(held, failed, f"{name} {label}") if held else None
            found |= {"interval": interval, "runs": len(held)}
        return found

    return {
        "marginals": [
            {
                "label": label,
                "of": "county" if label.startswith(COUNTY) else "year",
                **chance("", _held(policy, label), label),
                **chance("null_", _held(null, label), label),
            }
            for label in labels
        ],
        "joint_seen": {
            **chance("", _all_held(policy), "all"),
            **chance("null_", _all_held(null), "all"),
        }
        if labels
        else None,
        "line": _line(policy),
    }


def _order(label: str) -> tuple[bool, int]:
    """Years before counties, each by its number."""
    return label.startswith(COUNTY), int(label.removeprefix(COUNTY))


def _held(outcomes: Mapping[int, Outcome], label: str) -> dict[int, bool]:
    """Whether one part held, by the runs that saw it."""
    return {run: outcome.parts[label] for run, outcome in outcomes.items() if label in outcome.parts}


def _all_held(outcomes: Mapping[int, Outcome]) -> dict[int, bool]:
    """Whether every part held, by the runs that saw any."""
    return {run: all(outcome.parts.values()) for run, outcome in outcomes.items() if outcome.parts}


def _line(outcomes: Mapping[int, Outcome]) -> dict[str, float] | None:
    lines = [outcome.line for outcome in outcomes.values() if outcome.line is not None]
    if not lines:
        return None
    low, middle, high = np.quantile(lines, [0.1, 0.5, 0.9])
    return {"p10": float(low), "p50": float(middle), "p90": float(high)}
