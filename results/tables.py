"""Text in columns for a terminal, where a Chinese character is as wide as two letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

TIGHT_START = "，。；：、）〕”’！？%·"
"""Marks that may not begin a line."""


def width(text: str) -> int:
    """Terminal cells that a text takes."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def pad(text: str, cells: int, right: bool = False) -> str:
    """A text filled up with blanks to a number of cells, at its end or, for numbers, before it."""
    blanks = " " * max(0, cells - width(text))
    return blanks + text if right else text + blanks


def columns(rows: Sequence[Sequence[str]], right: Sequence[bool], gap: str = "  ") -> list[str]:
    """Rows as lines, every column as wide as its widest cell. `right` says which columns are numbers."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(right))]
    lines = [gap.join(pad(*cell) for cell in zip(row, widths, right, strict=True)) for row in rows]
    return [line.rstrip() for line in lines]


def wrap(text: str, cells: int) -> list[str]:
    """A text broken into lines of at most `cells`: between Chinese characters anywhere, in English at blanks."""
    lines, line = [], ""
    for piece in _pieces(text):
        too_long = width(line) + width(piece.rstrip()) > cells
        if line.strip() and too_long and piece[0] not in TIGHT_START:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """The smallest parts a line may be broken between."""
    pieces: list[str] = []
    for mark in text:
        wide = unicodedata.east_asian_width(mark) in "WF"
        joins = pieces and not wide and width(pieces[-1][-1]) == 1 and not pieces[-1].endswith(" ")
        if joins or (pieces and mark == " "):
            pieces[-1] += mark
        else:
            pieces.append(mark)
    return pieces
