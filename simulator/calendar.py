"""Quarters, moments and the conversion of yearly rates."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.rules import compiled

QUARTERS = 4


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year; `number` counts quarters since the year 0 and keys the draws."""

    year: int
    quarter: int

    @property
    def number(self) -> int:
        return self.year * QUARTERS + self.quarter - 1

    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.quarter == QUARTERS else Quarter(self.year, self.quarter + 1)


def quarters_of(first_year: int, last_year: int) -> list[Quarter]:
    """Every quarter of the years, in order."""
    return [Quarter(year, quarter) for year in range(first_year, last_year + 1) for quarter in range(1, QUARTERS + 1)]


@compiled
def quarterly_hazard(annual):  # type: ignore[no-untyped-def]
    """The hazard a quarter that compounds to a hazard a year; certain where that is one or more."""
    return 1.0 - max(1.0 - annual, 0.0) ** 0.25
