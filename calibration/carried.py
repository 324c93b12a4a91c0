"""Carried draws: the admissible set of a place that publishes too little to be anchored by itself.

Behaviour is carried over: the `model.` numbers of an admissible draw come jointly from one of Zhejiang's, where five
quintiles, four components and two means have chosen them. The place's own numbers are drawn from their ranges. Then the
four levels and the line of the list are solved until the components are as published and as many persons are listed as
are known to be: the list was filled up to a number, lowest incomes first, whatever the official line. A draw is kept if
the quintiles come out right too, within a tolerance wider than Zhejiang's. Decision 0014.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np

from calibration.anchor import (
    LINE,
    SEED,
    SOLVED,
    Fit,
    TooFew,
    Trial,
    anchored_paths,
    fit_of,
    in_order,
    moved_levels,
    remittance_share,
    within,
)
from calibration.published import Published, in_place, shape_of
from scenarios import Loaded
from scenarios.sourced import Number
from scenarios.uncertain import between, uniform
from simulator.scenario import Scenario
from simulator.simulate import Luck, MacroDraw, found

# How many villages there are says what part of them is listed: part of a carried draw, though of no other.
VILLAGES = ("place.villages_under_100k", "place.villages_total")
# Households, rounds, and how many times the tolerances a miss may be; the last look decides.
LOOKS = ((5_000, 4, 1.5), (20_000, 3, 1.0))
# Elasticity of the list share to its line, before two rounds have shown it, and its bounds.
SLOPE, FLATTEST, STEEPEST = 1.8, 0.7, 6.0


def carried_paths(loaded: Loaded) -> list[str]:
    """Paths of the numbers a carried draw fixes."""
    return sorted({*anchored_paths(loaded), *(path for path in VILLAGES if loaded.numbers[path].range)})


def rank(number: Number, value: float) -> float:
    """Where a value lies in the distribution of a ranged number: the inverse of `between`, kept within 0 and 1."""
    low, high = number.range or (number.value, number.value)
    if value < number.value:
        return max(0.5 * (value - low) / (number.value - low), 0.0)
    return min(0.5 + 0.5 * (value - number.value) / (high - number.value), 1.0) if high > number.value else 0.5


def carried(loaded: Loaded, source: Loaded, index: int) -> dict[str, float]:
    """The index-th proposal: a draw of the source's admissible set, in turn, and the place's own numbers. A number the
    place states anew keeps its rank in the range it has there; what the source's draws do not hold is drawn."""
    row = source.draws.rows[index % len(source.draws.rows)]
    drawn = {}
    for path in carried_paths(loaded):
        number = loaded.numbers[path]
        low, high = number.range or (number.value, number.value)
        if path in SOLVED:
            continue
        if not path.startswith("model.") or path not in row:
            drawn[path] = between(low, number.value, high, uniform(SEED, index, loaded.scenario.place, path))
        elif (number.value, number.range) == (source.numbers[path].value, source.numbers[path].range):
            drawn[path] = row[path]
        else:
            drawn[path] = between(low, number.value, high, rank(source.numbers[path], row[path]))
    return drawn


def solve(scenario: Scenario, published: Published, households: int, rounds: int) -> tuple[Scenario, Fit]:
    """Move the levels and the line until components and list share are met, in `rounds` founded worlds."""
    values = {path: scenario.values[path] for path in SOLVED}
    slope, before = SLOPE, None
    for _ in range(rounds):
        played = scenario.with_values(values)
        world = found(played, Luck(SEED, 0), households, MacroDraw())
        fit = fit_of(world)
        here = (np.log(values[LINE]), np.log(max(fit.list_share, 1e-4)))
        if before is not None and abs(here[0] - before[0]) > 0.01:
            slope = min(max((here[1] - before[1]) / (here[0] - before[0]), FLATTEST), STEEPEST)
        before = here
        step = np.clip((np.log(published.list_share or np.nan) - here[1]) / slope, -0.5, 0.5)
        values = {
            **moved_levels(values, fit, published, remittance_share(world, fit)),
            LINE: values[LINE] * float(np.exp(step)),
        }
    return played, fit


def look(loaded: Loaded, source: Loaded, index: int) -> Trial:
    """A proposal in a small world first, then at the size that decides."""
    scenario = loaded.scenario.with_values(carried(loaded, source, index))
    shape = shape_of(scenario)
    if shape is None:
        raise ValueError(f"nothing is published of {scenario.place}")
    published = in_place(shape, scenario)
    for households, rounds, slack in LOOKS:
        scenario, fit = solve(scenario, published, households, rounds)
        misses = fit.misses(published.relaxed(slack, slack))
        if misses:
            break
    outside = [path for path in SOLVED if not within(loaded, path, scenario.values[path])]
    misses += [f"{path} solved to {scenario.values[path]:.3g}, outside its range" for path in outside]
    kept = {path: float(f"{scenario.values[path]:.6g}") for path in carried_paths(loaded)} if not misses else None
    return Trial(index, kept, fit, tuple(misses))


def carried_set(
    loaded: Loaded,
    source: Loaded,
    wanted: int,
    workers: int,
    report: Callable[[Trial, int], None],
    most: int = 4_000,
) -> list[Trial]:
    """The first `wanted` proposals by index that are kept, whatever the number of workers. Raises TooFew if the
    first `most` do not hold that many."""
    kept: list[Trial] = []
    ahead = iter(range(most))
    while batch := list(islice(ahead, 4 * workers)):
        for trial in in_order(lambda index: look(loaded, source, index), batch, workers):
            kept += [trial] if trial.values is not None else []
            report(trial, len(kept))
        if len(kept) >= wanted:
            return kept[:wanted]
    raise TooFew(f"only {len(kept)} of the first {most} proposals are kept; {wanted} were wanted")
