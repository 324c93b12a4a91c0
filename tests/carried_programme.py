"""A programme in any place: Zhejiang's, its dates moved, so that a place can be tried apart from its own programme."""

from __future__ import annotations

from pathlib import Path

import scenarios
from scenarios.reader import packaged, read

FIRST, LAST = 2018, 2022


def of_place(place: str, folder: Path) -> scenarios.Loaded:
    """Zhejiang's programme in a shipped place, from the year after its year 0 to the last of its series."""
    data = read(packaged(f"places/{place}.yaml")).data
    first, last = data["year0"] + 1, max(data["series"]["rural_mean"]["points"])
    text = packaged("programmes/zhejiang_2018_2022.yaml").path.read_text(encoding="utf-8")
    for old, new in (
        ("name: zhejiang_2018_2022", f"name: {place}_trial"),
        ("place: zhejiang", f"place: {place}"),
        (f"years: [{FIRST}, {LAST}]", f"years: [{first}, {last}]"),
        (f"start: {FIRST}Q4", f"start: {first}Q4"),
        (f"end: {LAST}Q4", f"end: {last}Q4"),
        (f"year: {LAST}\n", f"year: {last}\n"),
        ("year: 2019\n", f"year: {last}\n"),
    ):
        text = text.replace(old, new)
    file = folder / f"{place}_trial.yaml"
    file.write_text(text, encoding="utf-8")
    return scenarios.load(file)
