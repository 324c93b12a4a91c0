"""The wording of every fault: a table in messages.csv, one row a fault, Chinese and English side by side."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Wording(NamedTuple):
    """What is wrong and what to write instead, in both languages; words in braces are blanks to be filled."""

    what_zh: str
    what_en: str
    fix_zh: str
    fix_en: str


@lru_cache(maxsize=1)
def wordings() -> dict[str, Wording]:
    """Every wording by the name of its fault."""
    text = files("scenarios").joinpath("messages.csv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return {name: Wording(*texts) for name, *texts in rows}
