"""How a column is declared, and the tables built of columns.

A table is a set of arrays of one length, row i belonging to the i-th unit. Each column is declared once with its role
(trait: what the unit is; stock: what it holds; flow: what passes in a quarter), type, unit, source and meaning; the
documentation of the columns is generated from these declarations. `inherited` says what becomes of a column when a
household divides or joins another (see `processes/families`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

# What a new household has of its parents' column, and what a household keeps when it takes another in.
COPIED = "copied"  # the same as the parents'; a host keeps its own
SHARED = "shared"  # by persons; added up
KEPT = "kept"  # nothing: it stays with the parents; added up
EITHER = "either"  # the same as the parents'; the larger of both
STAYS = "stays"  # nothing: it stays with the parents; the larger of both
OWN = "own"  # neither: the row's own
# Units of stocks that are no amounts, so that there is nothing to share out.
NO_AMOUNT = ("flag", "code", "key", "share", "ratio", "quarters")
CACHE_LINE = 64


@dataclass(frozen=True)
class Column:
    """A declared column. `unit` "fen" is hundredths of a yuan in whole numbers."""

    role: str
    dtype: type[np.generic]
    unit: str
    source: str
    meaning: str
    inherited: str = OWN


def trait(dtype: type[np.generic], unit: str, source: str, meaning: str, inherited: str = COPIED) -> Any:
    """A column that says what a unit is."""
    return Column("trait", dtype, unit, source, meaning, inherited)


def stock(dtype: type[np.generic], unit: str, source: str, meaning: str, inherited: str = "") -> Any:
    """A column that says what a unit holds at the end of a quarter or has gathered so far in the year. Unless stated,
    an amount is shared when a household divides; what is a rate, a mark or a duration is copied."""
    usual = COPIED if unit in NO_AMOUNT or "/person" in unit else SHARED
    return Column("stock", dtype, unit, source, meaning, inherited or usual)


def flow(dtype: type[np.generic], unit: str, source: str, meaning: str) -> Any:
    """A column of what passes within one quarter; set to zero when a quarter opens."""
    return Column("flow", dtype, unit, source, meaning)


def room_for(number: int) -> int:
    """Bytes set aside for a column of so many: every column starts on a line of the cache of its own."""
    return -(-number // CACHE_LINE) * CACHE_LINE


class Table:
    """A table of columns. `prefix` stands before a column's name when a rule asks for it."""

    prefix: ClassVar[str] = ""
    columns: ClassVar[dict[str, Column]] = {}

    def __init_subclass__(cls) -> None:
        cls.columns = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}

    def __init__(self, length: int, **given: np.ndarray) -> None:
        """Zeros of the declared types, then the given columns. Raises ValueError on a wrong length, TypeError on a
        column that is not declared."""
        self._lay_out(length)
        for name, values in given.items():
            if name not in self.columns:
                raise TypeError(f"{type(self).__name__} declares no column {name}")
            if len(values) != length:
                raise ValueError(f"{type(self).__name__}.{name} has {len(values)} rows, the table {length}")
            getattr(self, name)[:] = values

    def _lay_out(self, length: int) -> None:
        """Zeros of the declared types, side by side in one piece of memory: rules that read fifty columns at once find
        their way in it faster than among fifty pieces."""
        self.length = length
        bytes_of = {name: length * np.dtype(column.dtype).itemsize for name, column in self.columns.items()}
        piece, start = np.zeros(sum(map(room_for, bytes_of.values())), np.uint8), 0
        # Flows come first, so that they are cleared in one sweep.
        for name, column in sorted(self.columns.items(), key=lambda named: named[1].role != "flow"):
            setattr(self, name, piece[start : start + bytes_of[name]].view(column.dtype))
            start += room_for(bytes_of[name])

    def bindings(self) -> dict[str, np.ndarray]:
        """The columns under the names by which rules ask for them."""
        return {self.prefix + name: getattr(self, name) for name in self.columns}

    def open_quarter(self) -> None:
        """Set every flow to zero: they stand at the beginning of the piece of memory that all columns share."""
        flows = [getattr(self, name) for name, column in self.columns.items() if column.role == "flow"]
        if flows:
            flows[0].base[: sum(room_for(one.nbytes) for one in flows)].fill(0)

    def copy(self) -> Self:
        """An independent table with the same contents."""
        twin = object.__new__(type(self))
        twin._lay_out(self.length)
        for name in self.columns:
            getattr(twin, name)[:] = getattr(self, name)
        return twin

    def take(self, rows: np.ndarray) -> Self:
        """The chosen rows, in the order given, as a new table."""
        return type(self)(len(rows), **{name: getattr(self, name)[rows] for name in self.columns})

    @classmethod
    def described(cls) -> list[Mapping[str, str]]:
        """One row a column, for the generated documentation."""
        return [
            {
                "column": cls.prefix + name,
                "role": column.role,
                "dtype": np.dtype(column.dtype).name,
                "unit": column.unit,
                "source": column.source,
                "meaning": column.meaning,
            }
            for name, column in cls.columns.items()
        ]
