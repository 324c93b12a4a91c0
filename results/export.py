"""Runs as CSV for spreadsheets: UTF-8 with a byte-order mark, ordered by key, whole or not there at all."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from results.canonical import flat, plain
from results.store import Store
from results.words import measure_unit
from simulator.history import RunRecord

VILLAGE_GROUPS = ("key", "weak", "other")
BOOKS = ("fen", "committed", "leaked", "returned")
"""What is booked a line of the ledger, in fen: paid, committed, leaked; and returned, which is of no village group."""
ANSWERS_NAME = "answers.json"

Row = tuple[Any, ...]


def export(folder: Path, to: Path) -> list[Path]:
    """Write `runs.csv`, `series.csv`, `answers.csv` and `ledger.csv` of a finished run's folder into another folder.

    Only base runs are written; partner runs of the variance split are no result of their own. Returns the files.
    Raises FileExistsError if `to` is there and holds anything but an earlier export, FileNotFoundError if the folder
    has no answers, StoreError if it has no runs.
    """
    with Store.open(folder) as store:
        answers = json.loads((folder / ANSWERS_NAME).read_text(encoding="utf-8"))
        tables = {
            "runs.csv": _table(("run", "arm", "status", "parameters"), _runs(_base(store))),
            "series.csv": _table(
                ("arm", "run", "year", "quarter", "measure", "population", "value", "unit"), _series(_base(store))
            ),
            "answers.csv": _answers(answers["targets"]),
            "ledger.csv": _table(
                ("arm", "run", "year", "quarter", "fund", "use", "kind", "village_group", *BOOKS), _ledger(_base(store))
            ),
        }
        return _write_all(to, tables)


def _base(store: Store) -> Iterator[RunRecord]:
    return (record for record in store.records() if record.variant == "base")


def _runs(records: Iterable[RunRecord]) -> Iterator[Row]:
    for record in records:
        parameters = json.dumps(plain(dict(sorted(record.parameters.items()))), ensure_ascii=False)
        yield record.replicate, record.arm, record.status, parameters


def _series(records: Iterable[RunRecord]) -> Iterator[Row]:
    """Every value there is; a yearly measure has one at the last quarter only."""
    for record in records:
        for (measure, population), values in sorted(record.series.items()):
            unit = record.series_units.get(measure) or measure_unit(measure)
            for quarter in np.flatnonzero(np.isfinite(values)):
                year, season = record.quarters[quarter]  # type: ignore[index]
                yield record.arm, record.replicate, year, season, measure, population, plain(values[quarter]), unit


def _ledger(records: Iterable[RunRecord]) -> Iterator[Row]:
    """Every amount that was booked; where nothing was there is no row. What was returned has a row without a group."""
    for record in records:
        if record.ledger is None:
            continue
        plain_books = (record.ledger, record.ledger, 0 * record.ledger)
        kept = (record.ledger, record.committed, record.leaked)
        books = [one if one is not None else other for one, other in zip(kept, plain_books, strict=True)]
        stacked = np.stack(books, axis=-1)
        returned = np.zeros(record.ledger.shape[:2], np.int64) if record.returned is None else record.returned
        for quarter, line in np.argwhere(stacked.any(axis=(2, 3)) | (returned != 0)):
            year, season = record.quarters[quarter]  # type: ignore[index]
            paid = record.ledger_lines[line]
            at = (record.arm, record.replicate, year, season, paid.fund, paid.use, paid.kind)
            for group, fen in zip(VILLAGE_GROUPS, stacked[quarter, line], strict=True):
                if fen.any():
                    yield (*at, group, *fen.tolist(), 0)
            if returned[quarter, line]:
                yield (*at, "", 0, 0, 0, returned[quarter, line])


def _answers(targets: list[dict[str, Any]]) -> Iterator[Row]:
    """One row a target and reading, the nested parts by dotted names."""
    told = [{name: value for name, value in target.items() if name != "findings"} for target in targets]
    rows = [flat(target, ends=("low", "high")) for target in told]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return _table(tuple(names), (tuple(row.get(name) for name in names) for row in rows))


def _table(header: Row, rows: Iterable[Row]) -> Iterator[Row]:
    yield header
    yield from rows


def _write_all(to: Path, tables: dict[str, Iterator[Row]]) -> list[Path]:
    """Write into a folder beside the wanted one and rename it at the end."""
    earlier = {path.name for path in to.iterdir()} if to.is_dir() else set()
    if to.exists() and not (to.is_dir() and earlier <= tables.keys()):
        raise FileExistsError(f"{to} holds other files")
    draft = to.with_name(f".{to.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        for name, rows in tables.items():
            with (draft / name).open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file, lineterminator="\r\n").writerows(rows)
        if to.exists():
            shutil.rmtree(to)
        os.replace(draft, to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [to / name for name in tables]
