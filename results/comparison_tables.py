"""A comparison as CSV for spreadsheets: UTF-8 with a byte-order mark, every figure with its interval."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from results.canonical import plain
from results.show_gains import WORDS

Compared = Mapping[str, Any]
Row = Sequence[Any]

NAMES = ("comparison.csv", "targets.csv", "gains.csv")
FIGURES = ("households", "gain", "lose", "mean_gain", "mean_loss", "mean_change")
PARTS = ("change", "stayers", "joined", "left", "composition", "share")


def write_tables(found: Compared, folder: Path) -> list[Path]:
    """Write `comparison.csv` (every series and all money), `targets.csv` and `gains.csv` (who gains and loses, and the
    lists) into a folder; returns the files."""
    tables = (_measures(found), _targets(found), _gains(found))
    paths = [folder / name for name in NAMES]
    for path, rows in zip(paths, tables, strict=True):
        draft = path.with_name(path.name + ".part")
        with draft.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, lineterminator="\r\n").writerows([plain(cell) for cell in row] for row in rows)
        os.replace(draft, path)
    return paths


def _head(found: Compared) -> list[str]:
    """The columns of means and differences: one an arm, then five a difference."""
    ends = ("", " low", " high", " pairs", " variance reduction")
    return [*_cells(found), *(name + end for name in found["differences"] for end in ends)]


def _cells(found: Compared) -> list[str]:
    return [cell for side in found["sides"] for cell in (f"{side['label']} null", side["label"])]


def _figures(found: Compared, row: Compared) -> list[Any]:
    figures = [row["means"].get(cell) for cell in _cells(found)]
    for name in found["differences"]:
        told = row["differences"].get(name) or {}
        low, high = told.get("interval") or (None, None)
        figures += [told.get("difference"), low, high, told.get("pairs"), told.get("reduction")]
    return figures


def _measures(found: Compared) -> Iterable[Row]:
    yield ["measure", "population", "year", "quarter", "unit", *_head(found)]
    for row in found["series"]:
        where = [row[name] for name in ("measure", "population", "year", "quarter", "unit")]
        yield [*where, *_figures(found, row)]
    for row in found["money"]:
        yield [f"paid, {row['by']}", row["name"], "", "", row["unit"], *_figures(found, row)]


def _targets(found: Compared) -> Iterable[Row]:
    """Two rows a target and reading: its margin and its probability, the means of which have intervals too."""
    cells = _cells(found)
    ends = [f"{cell} {end}" for cell in cells for end in ("low", "high")]
    yield ["target", "reading", "default", "what", "unit", *_head(found), *ends]
    for row in found["targets"]:
        of = [row["id"], row["reading"], int(row["default"])]
        yield [*of, "margin", row["unit"], *_figures(found, row["margin"])]
        chances = row["probability"]["means"]
        told = {**row["probability"], "means": {cell: chances[cell]["probability"] for cell in cells}}
        reach = [end for cell in cells for end in chances[cell]["interval"] or (None, None)]
        yield [*of, "probability", "share", *_figures(found, told), *reach]


def _gains(found: Compared) -> Iterable[Row]:
    """Of every difference and group of households, then of every list, each figure with its interval."""
    yield ["difference", "by", "group", "name", "figure", "mean", "low", "high", "replicates"]
    for row in found["gains"]:
        name = WORDS[row["by"], row["group"]][1]
        yield from _told(row, [row["of"], row["by"], row["group"], name], FIGURES)
    for row in found["lists"]:
        yield from _told(row, [row["of"], "list", row["list"], f"current list {row['list']} the review"], PARTS)


def _told(row: Compared, of: Row, figures: Iterable[str]) -> Iterable[Row]:
    for name in figures:
        low, high = row[name]["interval"] or (None, None)
        yield [*of, name, row[name]["mean"], low, high, row[name]["replicates"]]
