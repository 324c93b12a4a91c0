"""The admissible set of a place: a table with one joint draw of its unknowns a row, its columns paths."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.faults import Fault, closest, fault
from scenarios.layers import number_in
from scenarios.reader import Source, read_text

CENTRAL = "central"


@dataclass(frozen=True)
class Draws:
    """Joint draws of a place's unknowns: `rows` by path, and the index of the central row. Empty if there are none."""

    rows: tuple[dict[str, float], ...] = ()
    central: int = 0

    @property
    def paths(self) -> frozenset[str]:
        """The paths every row gives a value."""
        return frozenset(self.rows[0]) if self.rows else frozenset()

    def leaving_out(self, paths: Iterable[str]) -> Draws:
        """The same draws without some paths: those a layer over the place has set."""
        left_out = set(paths)
        rows = tuple({path: value for path, value in row.items() if path not in left_out} for row in self.rows)
        return Draws(rows, self.central)


def read_draws(source: Source, known: Iterable[str], whole: bool) -> tuple[Draws, list[Fault]]:
    """The draws in a CSV file and what is wrong with it.

    `known` are the paths a column may have; with `whole` False the programme's are not known and any
    `programme.` path is let through.
    """
    faults: list[Fault] = []
    text = read_text(source, faults)
    if text is None:
        return Draws(), faults
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or not any(lines[0]):
        return Draws(), [fault(source.name, (1, 1), "empty", known=f"{CENTRAL},place.x,...")]
    header = [cell.strip() for cell in lines[0]]
    faults += _check_header(source, header, set(known), whole)
    rows = []
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            faults.append(fault(source.name, (line, 1), "draws_width", count=len(cells), due=len(header)))
        else:
            rows.append(_row(source, line, header, cells, faults))
    central = [index for index, row in enumerate(rows) if row.get(CENTRAL) == 1]
    if CENTRAL in header and len(central) != 1:
        faults.append(
            fault(source.name, (1, _column(header, header.index(CENTRAL))), "draws_central", count=len(central))
        )
    if faults:
        return Draws(), faults
    return Draws(tuple({path: row[path] for path in header if path != CENTRAL} for row in rows), central[0]), []


def _check_header(source: Source, header: list[str], known: set[str], whole: bool) -> list[Fault]:
    faults = []
    if CENTRAL not in header:
        faults.append(fault(source.name, (1, 1), "draws_no_column", column=CENTRAL))
    for index, path in enumerate(header):
        here = (1, _column(header, index))
        if path in header[:index]:
            faults.append(fault(source.name, here, "draws_duplicate", column=path))
        elif path != CENTRAL and path not in known and (whole or not path.startswith("programme.")):
            faults.append(fault(source.name, here, "unknown_path", path=path, known=closest(path, known)))
    return faults


def _row(source: Source, line: int, header: list[str], cells: list[str], faults: list[Fault]) -> dict[str, float]:
    row = {}
    for index, (path, cell) in enumerate(zip(header, cells, strict=True)):
        value = number_in(cell.strip())
        if value is None:
            faults.append(fault(source.name, (line, _column(cells, index)), "draws_cell", text=cell, column=path))
        else:
            row[path] = value
    return row


def _column(cells: list[str], index: int) -> int:
    """Where the cell `index` of an unquoted line begins, from 1."""
    return 1 + sum(len(cell) + 1 for cell in cells[:index])
