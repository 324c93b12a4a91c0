"""One row of the answer for each target and reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from results import variance
from results.ensemble import Ensemble, Line
from results.intervals import LEVEL, Interval
from results.marginals import beside_the_joint
from simulator.history import Outcome
from simulator.scenario import Target
from simulator.targets import READINGS

TOO_MUCH_SAMPLING = 0.25
"""Share of a margin's variance above which a sample is called too small."""


def chance(ensemble: Ensemble, arm: str, line: Line) -> tuple[float | None, Interval | None]:
    """Probability that an arm meets a target, with its interval.

    A projected reading is the mean of each run's probability that no unit fails; both are None where there is none.
    """
    outcomes, failed = ensemble.outcomes(arm, line), ensemble.failed(arm)
    label = f"{arm} {line.target} {line.reading}"
    if any(outcome.met is None for outcome in outcomes.values()):
        chances = {
            run: value
            for run, outcome in outcomes.items()
            if (value := outcome.none_failing) is not None and math.isfinite(value)
        }
        if len(chances) < len(outcomes):
            return None, None
        return float(np.mean(list(chances.values()))), ensemble.counting.mean(chances, failed, label)
    if not outcomes and not failed:
        return None, None
    held = {run: bool(outcome.met) for run, outcome in outcomes.items()}
    share = sum(held.values()) / len(held) if held else None
    return share, ensemble.counting.probability(held, failed, label)


def row(
    ensemble: Ensemble, line: Line, target: Target | None, threshold: float | None, meta: Mapping[str, Any]
) -> dict[str, Any]:
    """The row of a target under a reading, but for what concerns the plan as a whole."""
    outcomes = list(ensemble.outcomes("policy", line).values())
    null_outcomes = list(ensemble.outcomes("null", line).values())
    example = (outcomes or null_outcomes)[0]
    probability, interval = chance(ensemble, "policy", line)
    null_probability, null_interval = chance(ensemble, "null", line)
    margin = quantiles(outcomes)
    reading = next((found for found in READINGS.get(line.target, ()) if found.name == line.reading), None)
    shares = _shares(ensemble, line, meta)
    return {
        "id": line.target,
        "reading": line.reading,
        "default": example.default,
        "clause": target.clause if target else "",
        "title_zh": target.title_zh if target else "",
        "title_en": target.title_en if target else "",
        "unit": example.unit,
        "probability": probability,
        "interval": interval,
        "level": LEVEL,
        "null_probability": null_probability,
        "null_interval": null_interval,
        "margin": margin,
        "null_margin": quantiles(null_outcomes),
        "variance_share": shares.share if shares else None,
        "budget": {arm: _named(chance(ensemble, arm, line)) for arm in ("half", "double")},
        "projected": example.projected,
        "failing_units": mean_failing(outcomes),
        "threshold": threshold,
        "reading_zh": reading.title_zh if reading else line.reading,
        "reading_en": reading.title_en if reading else line.reading,
        "null_failing_units": mean_failing(null_outcomes),
        "variance_share_interval": shares.interval if shares else None,
        "distance_to_even": -margin["p50"] if margin else None,
        "change_from_null": change(ensemble, "null", "policy", line),
        **beside_the_joint(ensemble, line),
        **_sampling(shares, meta),
    }


def decided_alike(ensemble: Ensemble, line: Line) -> bool:
    """Whether every run of both arms meets the target, or every run of both misses it."""
    policy, null = chance(ensemble, "policy", line)[0], chance(ensemble, "null", line)[0]
    return policy is not None and policy == null and policy in (0.0, 1.0)


def joint(ensemble: Ensemble, lines: Sequence[Line]) -> dict[str, Any]:
    """Probability that some targets are met together, in the policy arm and the null arm."""
    found: dict[str, Any] = {"targets": [line.target for line in lines]}
    for arm, prefix in (("policy", ""), ("null", "null_")):
        runs = ensemble.runs(arm)
        together = {run: all(_met(ensemble, arm, line, run) for line in lines) for run in runs}
        found[f"{prefix}probability"] = float(np.mean(list(together.values()))) if lines and runs else None
        label = f"{arm} together {len(lines)}"
        interval = ensemble.counting.probability(together, ensemble.failed(arm), label) if lines and runs else None
        found[f"{prefix}interval"] = interval
    return found


def quantiles(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    """The 10th, 50th and 90th percentile of the margin over runs."""
    margins = [outcome.margin for outcome in outcomes if math.isfinite(outcome.margin)]
    return quantiles_of(margins) if margins else None


def quantiles_of(values: Sequence[float]) -> dict[str, float]:
    """The 10th, 50th and 90th percentile."""
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return {"p10": float(low), "p50": float(middle), "p90": float(high)}


def mean_failing(outcomes: Sequence[Outcome]) -> float | None:
    """Expected number of failing units in the whole place, over runs."""
    counts = [outcome.failing_units for outcome in outcomes if outcome.failing_units is not None]
    return float(np.mean(counts)) if counts else None


def _met(ensemble: Ensemble, arm: str, line: Line, run: int) -> bool:
    outcome = ensemble.outcomes(arm, line).get(run)
    return outcome is not None and bool(outcome.met)


def change(ensemble: Ensemble, first: str, second: str, line: Line) -> dict[str, Any]:
    """Paired change of a target's probability from one arm to another; null where a reading is projected."""
    before, after = ensemble.outcomes(first, line), ensemble.outcomes(second, line)
    both = [run for run in ensemble.pairs(first, second)[0] if run in before and run in after]
    if not both or any(before[run].met is None or after[run].met is None for run in both):
        return {"change": None, "interval": None}
    one, other = ({run: bool(found[run].met) for run in both} for found in (before, after))
    label = f"{first} {second} {line.target} {line.reading}"
    found, interval = ensemble.counting.change(one, other, ensemble.failed_pairs(first, second), label)
    return {"change": found, "interval": interval}


def _named(found: tuple[float | None, Interval | None]) -> dict[str, Any]:
    return {"probability": found[0], "interval": found[1]}


def _shares(ensemble: Ensemble, line: Line, meta: Mapping[str, Any]) -> variance.Shares | None:
    """The split of the margin's variance over the policy arm's base runs and their partners."""
    base = ensemble.outcomes("policy", line)
    luck = ensemble.outcomes("policy", line, "luck")
    macro_drawn = meta.get("macro", "forecast") == "forecast"
    macro = ensemble.outcomes("policy", line, "macro") if macro_drawn else luck
    replicates = list(base)
    partnered = [run for run in replicates if run in luck and run in macro]
    if len(replicates) < 2:
        return None
    return variance.split(
        variance.Margins(
            base=np.array([base[run].margin for run in replicates]),
            sampling=np.array([base[run].sampling_variance for run in replicates]),
            split=np.array([replicates.index(run) for run in partnered], dtype=np.int64),
            luck=np.array([luck[run].margin for run in partnered]),
            macro=np.array([macro[run].margin for run in partnered]),
            macro_drawn=macro_drawn,
            parameters_drawn=not meta.get("fixed", False),
        ),
        label=f"split {line.target} {line.reading}",
    )


def _sampling(shares: variance.Shares | None, meta: Mapping[str, Any]) -> dict[str, Any]:
    """A word where the sample is too small: sampling variance falls as one over the number of households, so the
    number that brings its share down to a quarter is three times the odds of sampling times the number there is. Where
    the place has no more (`all_households`), all of them."""
    share = shares.share["sampling"] if shares else 0.0
    if share <= TOO_MUCH_SAMPLING:
        return {"sampling_note": None, "needs_households": None}
    households = meta.get("households")
    if not isinstance(households, (int, float)) or share > 0.99:
        note = {"zh": "样本太小，请增加农户数", "en": "sample too small, take more households"}
        return {"sampling_note": note, "needs_households": None}
    odds = share / (1 - share) * (1 - TOO_MUCH_SAMPLING) / TOO_MUCH_SAMPLING
    needed = math.ceil(households * odds / 1000) * 1000
    there = meta.get("all_households")
    if there and needed >= there:
        note = {"zh": "样本太小，请用全部农户（--households full）", "en": "sample too small: take --households full"}
        return {"sampling_note": note, "needs_households": there}
    note = {"zh": f"样本太小，请取 {needed:,} 户", "en": f"sample too small, take {needed:,} households"}
    return {"sampling_note": note, "needs_households": needed}
