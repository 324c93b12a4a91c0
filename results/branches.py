"""What becomes of a plan in each of its futures: targets, the list's mean income and cost, from the runs they share.

Every future is compared with the plan as it stands and with its own null arm, replicate by replicate: all of them have
the same past, luck, parameters and macro path.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from results.canonical import plain
from results.comparison import targets
from results.ensemble import Line, yearly
from results.intervals import LEVEL, paired_mean
from results.sides import Cell, Side, Sides
from simulator.history import RunRecord

PLAN = "base"
"""The name of the future in which the plan stays as it is: that of the runs of `fupin run`."""
SPREAD = (0.1, 0.5, 0.9)
TABLE = (
    *("future", "title_zh", "title_en", "what", "reading", "default", "year", "unit", "value", "low", "high"),
    *("from_plan", "from_plan_low", "from_plan_high", "from_null", "from_null_low", "from_null_high"),
)


def report(records: Iterable[RunRecord], told: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is told of the futures, as plain data.

    `told`: scenario, place, title, listed, years, at (year, quarter), accounting, `targets` (titles, and readings where
    they have words of their own, by id) and the `futures` by name and title, the plan first. `meta` is the identity of
    the runs. Raises ValueError if no replicate came to an end in every arm.
    """
    sides = [
        Side(future["name"], future["name"], future["title"], told["place"], tuple(told["years"]), told["listed"])
        for future in told["futures"]
    ]
    found = Sides(records, sides)
    if not found.complete:
        raise ValueError("no replicate of which every arm came to an end")
    failures = [run for held in found.held.values() for run in held.failures()]
    return {
        "run_id": meta["run_id"],
        "seed": meta["seed"],
        "households": meta["households"],
        "runs": len(found.complete),
        "runs_lost": found.lost,
        "errors": sorted({run.error for run in failures}),
        "level": LEVEL,
        "scenario": told["scenario"],
        "title": told["title"],
        "listed": told["listed"],
        "years": list(told["years"]),
        "at": list(told["at"]),
        "conditional_on": {
            "macro": meta["macro"],
            "parameters": "fixed" if meta["fixed"] else "drawn",
            "accounting": told["accounting"],
        },
        "futures": [dict(future) for future in told["futures"]],
        "targets": [_target(found, row, told) for row in targets(found)],
        "list_mean": list_mean(found),
        "cost": cost(found, told),
    }


def _target(found: Sides, row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """A target under a reading: its probability and margin in every future, against the plan and against no programme;
    `switched` counts the replicates whose verdict is not the plan's."""
    words = told["targets"].get(row["id"], {})
    chances, moves, margins = (row["probability"]["means"], row["probability"]["differences"], row["margin"])
    of = {
        side.label: {
            **chances[side.label],
            "null": chances[f"{side.label} null"],
            "from_plan": moves.get(f"{side.label}-{PLAN}"),
            "from_null": moves[f"{side.label}-null"],
            "margin": margins["means"][side.label],
            "margin_from_plan": margins["differences"].get(f"{side.label}-{PLAN}"),
            "switched": _switched(found, side.label, Line(row["id"], row["reading"])),
        }
        for side in found.sides
    }
    named = {name: row[name] for name in ("id", "reading", "default", "reading_zh", "reading_en", "unit")}
    return {**named, "title_zh": row["id"], "title_en": row["id"], **words, "futures": of}


def _switched(found: Sides, label: str, line: Line) -> int:
    mine, plans = (found.held[side].outcomes("policy", line) for side in (label, PLAN))
    both = mine.keys() & plans.keys()
    return sum((mine[run].met, mine[run].none_failing) != (plans[run].met, plans[run].none_failing) for run in both)


def list_mean(found: Sides) -> dict[str, Any]:
    """The mean income of the baseline list by year, yuan a person, nominal: its spread over runs in every future and
    without the programme, and the mean difference from the plan."""
    cells: dict[str, Cell] = {side.label: (side.label, "policy") for side in found.sides}
    cells["null"] = (PLAN, "null")
    runs = {name: [yearly(run, "income_pc", "cohort") for run in found.runs(cell)] for name, cell in cells.items()}
    years = sorted(set.intersection(*(set(run) for mine in runs.values() for run in mine)))
    tables = {name: np.array([[run[year] for year in years] for run in mine]) for name, mine in runs.items()}
    return {
        "years": years,
        "paths": {name: np.quantile(table, SPREAD, axis=0).tolist() for name, table in tables.items()},
        "from_plan": _by_year(tables, PLAN),
        "from_null": _by_year(tables, "null"),
    }


def _by_year(tables: Mapping[str, np.ndarray], other: str) -> dict[str, list[dict[str, Any]]]:
    """Mean paired difference from another path, by year, for every path but that one and the null arm's."""
    return {
        name: [_difference(column) for column in (table - tables[other]).T]
        for name, table in tables.items()
        if name not in (other, "null")
    }


def _difference(values: np.ndarray) -> dict[str, Any]:
    mean, interval = paired_mean(values)
    return {"difference": mean, "interval": interval}


def cost(found: Sides, told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Yuan spent for the whole place from the date to the end, by future: beyond what is spent without the programme,
    and against the plan."""
    spent = spending_from(tuple(told["at"]))
    paid = {cell: np.array([spent(run) for run in found.runs(cell)]) for cell in found.cells}
    return {
        side.label: {
            "yuan": _difference(paid[side.label, "policy"] - paid[side.label, "null"]),
            "from_plan": _difference(paid[side.label, "policy"] - paid[PLAN, "policy"]),
        }
        for side in found.sides
    }


def spending_from(at: tuple[int, int]) -> Callable[[RunRecord], float]:
    """Reads the yuan a run spent for the whole place from a quarter on; what leaked on its way was spent too."""

    def spent(record: RunRecord) -> float:
        assert record.quarters is not None and record.ledger is not None
        since = (record.quarters[:, 0] > at[0]) | ((record.quarters[:, 0] == at[0]) & (record.quarters[:, 1] >= at[1]))
        fen = record.ledger if record.leaked is None else record.ledger + record.leaked
        return float(fen[since].sum()) / 100

    return spent


def write_table(report: Mapping[str, Any], path: Path) -> None:
    """The report as CSV, a row a future and number."""
    draft = path.with_name(path.name + ".part")
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([TABLE, *map(plain, _rows(report))])
    os.replace(draft, path)


def _rows(report: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    mean = report["list_mean"]
    for future in report["futures"]:
        name, none = future["name"], ("", "", "")
        who = (name, future["title"]["zh"], future["title"]["en"])
        for row in report["targets"]:
            of, reading = row["futures"][name], (row["reading"], int(row["default"]), "")
            value = (of["probability"], *(of["interval"] or ("", "")))
            yield (*who, f"probability {row['id']}", *reading, "share", *value, *_cells(of["from_plan"]),
                   *_cells(of["from_null"]))  # fmt: skip
            moved = _cells(of["margin_from_plan"])
            yield (*who, f"margin {row['id']}", *reading, row["unit"], of["margin"], "", "", *moved, *none)
        for place, year in enumerate(mean["years"]):
            low, middle, high = (line[place] for line in mean["paths"][name])
            moved = _cells(mean["from_plan"][name][place]) if name != PLAN else none
            less = _cells(mean["from_null"][name][place])
            yield (*who, "list mean: median, 10 and 90 %", "", "", year, "yuan/person/year", middle, low, high, *moved,
                   *less)  # fmt: skip
        paid = report["cost"][name]
        moved = _cells(paid["from_plan"]) if name != PLAN else none
        yield (*who, "spent from the date on, beyond no programme", "", "", "", "yuan", *_cells(paid["yuan"]), *moved,
               *none)  # fmt: skip


def _cells(change: Mapping[str, Any] | None) -> tuple[Any, Any, Any]:
    if change is None:
        return "", "", ""
    return (change["difference"], *(change["interval"] or ("", "")))
