"""How much of an answer hangs on each assumed number, from margins simulated with the number at either end.

A move is measured against the answer's own uncertainty: the change of a target's margin over the distance between the
10th and 90th percentile that the answer reports for it. A number is as weighty as the target it moves most. Fewer than
`ENOUGH` runs have no such percentiles to speak of: the move is then measured, in units of the margin, against the
farthest that any number moved alone takes the same target, and the report says so.

A number the place's joint draws speak for has no ends of its own. Over the admissible draws under one luck, the margin
is regressed on that number alone; its ends are then the 10th and 90th percentile it takes among the draws, and the move
is what goes with it along the admissible set, effects of the numbers that rise and fall with it included. Only a slope
`SURE` standard errors from nothing counts: with many numbers and targets some would come up by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from results.ensemble import Ensemble, Line
from results.intervals import paired_mean
from simulator.history import RunRecord

DRAWS = "draws"
"""What stands in place of a path for the joint draws of the place as a whole."""

SURE = 4.0
ENOUGH = 8
"""Runs an answer needs for the spread of its margins to weigh anything."""

ARMS = ("policy", "null")
ENDS = ("low", "high")

Spans = Mapping[str, float]
Lines = Sequence[Mapping[str, Any]]


def enough(answers: Mapping[str, Any]) -> bool:
    """Whether the answer has runs enough for the spread of its margins to be a measure."""
    return bool(answers["runs"] - answers.get("runs_failed", 0) >= ENOUGH)


def described(answers: Mapping[str, Any], lines: Lines) -> dict[str, dict[str, Any]]:
    """The targets moves are measured on: reading, unit, titles and `span`, what a move of it is measured against: the
    distance between the 10th and 90th percentile of the answer's margin, with too few runs the farthest move of it."""
    farthest = {} if enough(answers) else _farthest(lines)
    return {
        row["id"]: {
            **{name: row[name] for name in ("reading", "unit", "title_zh", "title_en", "probability")},
            "span": row["margin"]["p90"] - row["margin"]["p10"] if enough(answers) else farthest.get(row["id"], 0.0),
        }
        for row in answers["targets"]
        if row["default"] and row["margin"]
    }


def spans(answers: Mapping[str, Any], lines: Lines) -> dict[str, float]:
    """What a move of each target is measured against; targets without any are left out."""
    return {name: target["span"] for name, target in described(answers, lines).items() if target["span"] > 0}


def _farthest(lines: Lines) -> dict[str, float]:
    """The farthest that any number moved alone takes each target, in units of its margin."""
    shown, found = _by_task(lines), dict[str, float]()
    for path in {path for path, _, _ in shown} - {"", DRAWS}:
        for target, ends in _changes(shown, path, "policy").items():
            found[target] = max(found.get(target, 0.0), _far(ends))
    return found


def most_moving(lines: Lines, paths: Iterable[str], answers: Mapping[str, Any]) -> list[str]:
    """Paths by how far the first replicate moves, the farthest first."""
    first = [line for line in lines if line["replicate"] == 0]
    shown, measured = _by_task(first), spans(answers, first)
    swings = {path: _weight(_changes(shown, path, "policy"), measured)[0] for path in paths}
    return sorted(swings, key=lambda path: (-swings[path], path))


def rows(
    lines: Lines,
    draws: Sequence[Mapping[str, float]],
    records: Iterable[RunRecord],
    answers: Mapping[str, Any],
    resolved: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """One row a number, the weightiest first: the target it moves most, and what it does to every target."""
    measured, shown = spans(answers, lines), _by_task(lines)
    units = {row["id"]: row["unit"] for row in answers["targets"] if row["default"]}
    readings = {row["id"]: row["reading"] for row in answers["targets"] if row["default"]}
    margins = _answer_margins(Ensemble(records), readings)
    numbers = resolved["numbers"]
    found = []
    for path in sorted({path for path, _, _ in shown} - {"", DRAWS}):
        number = numbers[path]
        changes = {arm: _changes(shown, path, arm) for arm in ARMS}
        found.append(_row(path, number, number["range"], "alone", changes, measured, margins))
    found += _rows_of_draws(shown, draws, numbers, measured, margins)
    named = [{**row, "unit_of_target": units.get(row["target"], "")} for row in found]
    return sorted(named, key=lambda row: (-row["weight"], row["path"]))


def ordered(assumptions: Sequence[Mapping[str, Any]], moved: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """An answer's assumptions by how far they move it; those that were not moved come after, in the order they had."""
    place = {row["path"]: (position, row) for position, row in enumerate(moved)}
    told = [{name: value for name, value in entry.items() if name != "moves"} for entry in assumptions]
    for entry in told:
        if entry["path"] in place:
            row = place[entry["path"]][1]
            target = row["target"]
            shift = {end: row["targets"][target]["policy"][end] for end in ENDS} if target else {}
            entry["moves"] = {"weight": row["weight"], "target": target, "unit": row["unit_of_target"], **shift}
    return sorted(told, key=lambda entry: place[entry["path"]][0] if entry["path"] in place else len(place))


def _by_task(lines: Lines) -> dict[tuple[str, str, int], Mapping[str, Any]]:
    return {(line["path"], line["end"], line["replicate"]): line for line in lines if "error" not in line}


def _changes(shown: Mapping[Any, Any], path: str, arm: str) -> dict[str, dict[str, list[float]]]:
    """Changes of the margin by target and end, one a replicate in which number and stated run came to an end."""
    found: dict[str, dict[str, list[float]]] = {}
    for key in sorted(shown):
        moved, end, replicate = key
        stated = shown.get(("", "stated", replicate))
        if moved != path or stated is None:
            continue
        for target, margin in shown[key][arm].items():
            before = stated[arm].get(target)
            if margin is not None and before is not None:
                found.setdefault(target, {}).setdefault(end, []).append(margin - before)
    return found


def _weight(changes: Mapping[str, Mapping[str, Sequence[float]]], measured: Spans) -> tuple[float, str]:
    """How far the farther end moves the target that is moved most, in spans, and that target; 0 where nothing moves."""
    found = (0.0, "")
    for target, ends in changes.items():
        if target in measured:
            found = max(found, (_far(ends) / measured[target], target))
    return found


def _far(ends: Mapping[str, Sequence[float]]) -> float:
    """How far the farther end moves a target, in units of its margin."""
    return max((abs(float(np.mean(values))) for values in ends.values()), default=0.0)


def _row(
    path: str,
    number: Mapping[str, Any],
    ends: Sequence[float] | None,
    moved: str,
    changes: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]],
    measured: Spans,
    margins: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    weight, target = _weight(changes["policy"], measured)
    source = number.get("source", {})
    per_target = {
        name: {arm: _ends(changes[arm].get(name, {}), margins.get(f"{arm} {name}")) for arm in ARMS}
        for name in changes["policy"]
    }
    return {
        "path": path,
        "value": number.get("value"),
        "unit": number.get("unit", ""),
        "range": list(ends) if ends else None,
        "reason": {"zh": source.get("zh", source.get("text", "")), "en": source.get("text", "")},
        "moved": moved,
        "weight": weight,
        "target": target,
        "replicates": max((len(v) for t in changes["policy"].values() for v in t.values()), default=0),
        "targets": per_target,
    }


def _ends(by_end: Mapping[str, Sequence[float]], margins: np.ndarray | None) -> dict[str, Any]:
    """Mean change at either end with its interval, and the probability once the answer's margins are shifted by it."""
    found: dict[str, Any] = {}
    for end in ENDS:
        mean, interval = paired_mean(by_end.get(end, ()))
        known = math.isfinite(mean)
        found[end] = mean if known else None
        found[f"{end}_interval"] = interval if known else None
        found[f"{end}_probability"] = None if margins is None or not known else float(np.mean(margins + mean >= 0))
    return found


def _answer_margins(ensemble: Ensemble, readings: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Margins over the answer's runs by arm and target, of targets a run either meets or misses."""
    found = {}
    for arm in ARMS:
        for target, reading in readings.items():
            outcomes = list(ensemble.outcomes(arm, Line(target, reading)).values())
            if outcomes and all(o.met is not None and math.isfinite(o.margin) for o in outcomes):
                found[f"{arm} {target}"] = np.array([outcome.margin for outcome in outcomes])
    return found


def _rows_of_draws(
    shown: Mapping[Any, Any],
    draws: Sequence[Mapping[str, float]],
    numbers: Mapping[str, Mapping[str, Any]],
    measured: Spans,
    margins: Mapping[str, np.ndarray],
) -> list[dict[str, Any]]:
    """The joint draws as a whole, and each number along them."""
    there = [row for row in range(len(draws)) if (DRAWS, str(row), 0) in shown]
    if len(there) < 3 or ("", "stated", 0) not in shown:
        return []
    tables = {arm: _change_table(shown, there, arm) for arm in ARMS}
    whole = {arm: {t: _quantiles(values) for t, values in tables[arm].items()} for arm in ARMS}
    found = [_row(DRAWS, {}, None, "together", whole, measured, margins)]
    for path in sorted(draws[0]):
        values = np.array([draws[row][path] for row in there])
        if np.ptp(values) > 0 and path in numbers:
            ends = [float(end) for end in np.quantile(values, (0.1, 0.9))]
            slopes = {arm: _along(values, ends, tables[arm]) for arm in ARMS}
            found.append(_row(path, numbers[path], ends, "along the draws", slopes, measured, margins))
    return found


def _change_table(shown: Mapping[Any, Any], there: Sequence[int], arm: str) -> dict[str, np.ndarray]:
    """Changes of the margin from the stated run to each draw, by target; a target with a gap is left out."""
    stated = shown["", "stated", 0][arm]
    table = {}
    for target, before in stated.items():
        after = [shown[DRAWS, str(row), 0][arm].get(target) for row in there]
        if before is not None and None not in after:
            table[target] = np.array(after, dtype=float) - before
    return table


def _quantiles(values: np.ndarray) -> dict[str, list[float]]:
    low, high = np.quantile(values, (0.1, 0.9))
    return {"low": [float(low)], "high": [float(high)]}


def _along(values: np.ndarray, ends: Sequence[float], table: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """What goes with a number along the draws, from its mean to either end; only slopes that are sure."""
    centred = values - values.mean()
    scale = float(centred @ centred)
    found = {}
    for target, changes in table.items():
        slope = float(centred @ (changes - changes.mean())) / scale
        rest = changes - changes.mean() - slope * centred
        error = math.sqrt(float(rest @ rest) / (len(values) - 2) / scale)
        if abs(slope) > SURE * error and slope != 0.0:
            found[target] = {end: [slope * (at - values.mean())] for end, at in zip(ENDS, ends, strict=True)}
    return found
