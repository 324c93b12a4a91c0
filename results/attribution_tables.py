"""An attribution as CSV for spreadsheets: UTF-8 with a byte-order mark, every outcome, in its own unit."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from results.attribution import MEASURES
from results.canonical import plain

SHARES, PAIRS = "attribution.csv", "attribution_interactions.csv"
WHOLE = ("total", "apart")
"""What all kinds add to nobody, and how far nobody is from the null arm: rows beside those of the players."""

Report = Mapping[str, Any]
Row = Sequence[Any]


def write_tables(report: Report, folder: Path) -> None:
    """Write both tables into a folder."""
    ends = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high", "_error")]
    _write(folder / SHARES, ("outcome", "title", "unit", "player", "kinds", *ends, "replicates"), _shares(report))
    named = ("outcome", "title", "unit", "player", "with", "interaction", "low", "high", "error")
    _write(folder / PAIRS, (*named, "contexts", "replicates"), _pairs(report))


def _shares(report: Report) -> Iterable[Row]:
    for outcome in report["outcomes"]:
        head = (outcome["id"], outcome["title"]["zh"], outcome["unit"])
        for player, found in zip(report["players"], outcome["players"], strict=True):
            cells = [cell for name in MEASURES for cell in _cells(found[name])]
            yield *head, player["title"]["zh"], "+".join(player["kinds"]), *cells, outcome["replicates"]
        for name in WHOLE:
            yield *head, name, "", *[""] * 4 * (len(MEASURES) - 1), *_cells(outcome[name]), outcome["replicates"]


def _pairs(report: Report) -> Iterable[Row]:
    titles = [player["title"]["zh"] for player in report["players"]]
    for outcome in report["outcomes"]:
        for found in outcome["interactions"]:
            first, second = (titles[player] for player in found["pair"])
            seen = (found["contexts"], found["replicates"])
            yield outcome["id"], outcome["title"]["zh"], outcome["unit"], first, second, *_cells(found), *seen


def _cells(found: Mapping[str, Any]) -> list[Any]:
    """Estimate, both ends and standard error; nothing where there is none."""
    low, high = found["interval"] or (None, None)
    return ["" if plain(value) is None else plain(value) for value in (found["estimate"], low, high, found["error"])]


def _write(path: Path, head: Row, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    draft = path.with_name(path.name + ".part")
    draft.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
    os.replace(draft, path)
