"""The part of the printed answer that tells how each target fares when its words are read otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns, wrap
from results.words import chance, say, unit, word

WIDTH = 100
READING_CELLS = 42

Answers = Mapping[str, Any]


def other_readings(answers: Answers, lang: str) -> list[str]:
    """Every reading but the default ones: probability, null, and expected failing units where they are counted."""
    rows = [row for row in answers["targets"] if not row["default"]]
    if not rows:
        return []
    head = say(
        lang,
        "换一种读法（~ 为由样本推算：全部达标的概率）",
        "Read otherwise (~ projected from the sample: the probability that every unit passes)",
    )
    names = ["", "", word("policy", lang), word("null", lang), say(lang, "预计不达标", "failing")]
    table = columns([names, *(line for row in rows for line in _lines(row, lang))], [False, False, True, True, True])
    return [head, "-" * WIDTH, *table]


def _lines(row: Answers, lang: str) -> list[list[str]]:
    """The cells of a reading, and a line each for what of its name did not fit."""
    target, reading, *numbers = _cells(row, lang)
    first, *rest = wrap(reading, READING_CELLS)
    return [[target, first, *numbers], *(["", "  " + part, "", "", ""] for part in rest)]


def _cells(row: Answers, lang: str) -> list[str]:
    mark = "~" if row["projected"] and row["probability"] is not None else ""
    failing = "" if row["failing_units"] is None else f"{row['failing_units']:,.0f} {unit(row['unit'], lang)}"
    return [
        row["id"],
        row[f"reading_{lang}"],
        mark + chance(row["probability"], row["interval"]),
        mark + chance(row["null_probability"], None),
        failing,
    ]
