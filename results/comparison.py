"""Variants of a plan side by side, from the runs they share: everything that was recorded, as paired differences.

Every later variant is compared with the first, and every one with its own null arm. Only replicates of which every arm
came to an end are compared, so that a difference of means is the mean of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from results.ensemble import Line, spending
from results.gains import gains, lists
from results.intervals import paired_probabilities
from results.pairing import contrast
from results.sides import Against, Side, Sides, named
from results.target_rows import chance
from results.words import measure_unit
from simulator.history import RunRecord
from simulator.targets import READINGS


def compare(records: Iterable[RunRecord], sides: Sequence[Side], meta: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is told of the plans' differences, as plain data. `meta` is the identity of the runs. Raises
    ValueError if no replicate came to an end in every arm."""
    found = Sides(records, sides)
    if not found.complete:
        raise ValueError("no replicate of which every arm came to an end")
    failures = [run for label in found.held for run in found.held[label].failures()]
    return {
        "run_id": meta["run_id"],
        "seed": meta["seed"],
        "households": meta["households"],
        "runs": len(found.complete),
        "runs_lost": found.lost,
        "errors": sorted({run.error for run in failures}),
        "title": {"zh": _titles(sides, "zh"), "en": _titles(sides, "en")},
        "sides": [asdict(side) for side in sides],
        "one_null": _one_null(found),
        "conditional_on": {
            "macro": meta["macro"],
            "parameters": "fixed" if meta["fixed"] else "drawn",
            "accounting": meta.get("accounting"),
        },
        "last_year": min(side.years[1] for side in sides),
        "differences": [one.name for one in found.against],
        "targets": targets(found),
        "money": money(found),
        "constraints": constraints(found),
        "lists": lists(found),
        "gains": gains(found),
        "series": series(found),
    }


def _titles(sides: Sequence[Side], lang: str) -> str:
    return " | ".join(f"{side.label} {side.title[lang]}" for side in sides)


def _one_null(found: Sides) -> bool:
    """Whether the null arms of all plans earned the same, to the last digit."""
    first, *others = ([run.series for run in found.runs((side.label, "null"))] for side in found.sides)
    return all(_alike(mine, theirs) for other in others for mine, theirs in zip(first, other, strict=True))


def _alike(mine: Mapping[Any, np.ndarray], theirs: Mapping[Any, np.ndarray]) -> bool:
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[key], theirs[key], equal_nan=True) for key in mine)


def targets(found: Sides) -> list[dict[str, Any]]:
    """A row a target and reading of any of the plans: its margin, and its probability, in every arm and as
    differences."""
    lines = list(dict.fromkeys(line for held in found.held.values() for line in held.lines()))
    return [_target(found, line) for line in lines]


def _target(found: Sides, line: Line) -> dict[str, Any]:
    outcomes = {cell: found.held[cell[0]].outcomes(cell[1], line) for cell in found.cells}
    example = next(outcome for runs in outcomes.values() for outcome in runs.values())
    reading = next((one for one in READINGS.get(line.target, ()) if one.name == line.reading), None)
    margins = {
        cell: np.array([runs[number].margin if number in runs else math.nan for number in found.complete])
        for cell, runs in outcomes.items()
    }
    chances = {cell: chance(found.held[cell[0]], cell[1], line) for cell in found.cells}
    return {
        "id": line.target,
        "reading": line.reading,
        "default": any(outcome.default for runs in outcomes.values() for outcome in runs.values()),
        "reading_zh": reading.title_zh if reading else line.reading,
        "reading_en": reading.title_en if reading else line.reading,
        "unit": example.unit,
        "margin": found.of(margins),
        "probability": {
            "means": {named(cell): {"probability": p, "interval": reach} for cell, (p, reach) in chances.items()},
            "differences": {one.name: _change(found, line, one) for one in found.against},
        },
    }


def _change(found: Sides, line: Line, one: Against) -> dict[str, Any] | None:
    """Paired change of a target's probability; of a projected reading, the mean change of each run's own chance."""
    less, more = (found.held[cell[0]].outcomes(cell[1], line) for cell in (one.less, one.more))
    both = [number for number in found.complete if number in less and number in more]
    pairs = [(less[number], more[number]) for number in both]
    if not pairs:
        return None
    if all(side.met is not None for pair in pairs for side in pair):
        met = [[bool(pair[side].met) for pair in pairs] for side in (0, 1)]
        change, interval = paired_probabilities(met[0], met[1], found.lost)
        return {"pairs": len(pairs), "difference": change, "interval": interval}
    chances = [[math.nan if (p := pair[side].none_failing) is None else p for pair in pairs] for side in (0, 1)]
    if set(chances[0] + chances[1]) <= {0.0, 1.0}:
        certain = [[p == 1.0 for p in side] for side in chances]
        change, interval = paired_probabilities(certain[0], certain[1], found.lost)
        return {"pairs": len(pairs), "difference": change, "interval": interval}
    return contrast(chances[0], chances[1])


def money(found: Sides) -> list[dict[str, Any]]:
    """Yuan paid over each plan's own years for the whole place: in all, by use, and by fund."""
    years = {side.label: side.years for side in found.sides}
    paid = {cell: [spending(run, years[cell[0]]) for run in found.runs(cell)] for cell in found.cells}
    keys = list(dict.fromkeys(key for runs in paid.values() for run in runs for key in run))
    groups = [("all", "", keys)]
    groups += [("use", use, [key for key in keys if key[1] == use]) for use in dict.fromkeys(use for _, use in keys)]
    groups += [("fund", fund, [key for key in keys if key[0] == fund]) for fund in dict.fromkeys(f for f, _ in keys)]
    rows = []
    for by, name, chosen in groups:
        sums = {cell: np.array([sum(run.get(k, 0.0) for k in chosen) for run in runs]) for cell, runs in paid.items()}
        rows.append({"by": by, "name": name, "unit": "yuan", **found.of(sums)})
    return rows


def constraints(found: Sides) -> list[dict[str, Any]]:
    """In what share of the runs each constraint is broken with each plan, and where a breach makes it inadmissible."""
    broken = {
        side.label: [{f.constraint: f.broken or f.breach for f in run.findings} for run in found.runs(cell)]
        for side in found.sides
        for cell in [(side.label, "policy")]
    }
    binding = {
        side.label: {f.constraint for run in found.runs((side.label, "policy")) for f in run.findings if f.breach}
        for side in found.sides
    }
    names = sorted({name for runs in broken.values() for run in runs for name in run})
    rows = []
    for name in names:
        shares = {label: [bool(run.get(name)) for run in runs] for label, runs in broken.items()}
        changes = {}
        for one in found.against:
            if one.less[1] == "policy":
                change, reach = paired_probabilities(shares[one.less[0]], shares[one.more[0]], found.lost)
                changes[one.name] = {"difference": change, "interval": reach}
        means = {label: float(np.mean(values)) for label, values in shares.items()}
        inadmissible = [label for label in binding if name in binding[label]]
        rows.append({"constraint": name, "means": means, "differences": changes, "inadmissible": inadmissible})
    return rows


def series(found: Sides) -> list[dict[str, Any]]:
    """A row a measure, group and quarter of all that was recorded; a yearly measure has one at the last quarter."""
    held = {cell: found.runs(cell) for cell in found.cells}
    keys = sorted({key for runs in held.values() for run in runs for key in run.series})
    dates = sorted({date for runs in held.values() for run in runs for date in _dates(run)})
    places = {cell: [[dates.index(date) for date in _dates(run)] for run in runs] for cell, runs in held.items()}
    rows = []
    for key in keys:
        table = {cell: np.full((len(runs), len(dates)), np.nan) for cell, runs in held.items()}
        for cell, runs in held.items():
            for values, run, at in zip(table[cell], runs, places[cell], strict=True):
                if key in run.series:
                    values[at] = run.series[key]
        there = np.any([np.isfinite(values).any(axis=0) for values in table.values()], axis=0)
        told = found.all_of({cell: values[:, there] for cell, values in table.items()})
        unit = measure_unit(key[0])
        for (year, quarter), figures in zip((dates[at] for at in np.flatnonzero(there)), told, strict=True):
            where = {"measure": key[0], "population": key[1], "year": year, "quarter": quarter}
            rows.append({**where, "unit": unit, **figures})
    return rows


def _dates(run: RunRecord) -> list[tuple[int, int]]:
    return [] if run.quarters is None else [(int(year), int(quarter)) for year, quarter in run.quarters]
