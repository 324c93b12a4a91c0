"""Published facts that a place without policy should show, as data: `facts.csv` beside this file.

A row is one number or one measurable statement: what is published, where and how surely, between which bounds the
simulated figure counts as a hit, and, for a figure known to miss, the reason. A miss is stated, not tuned away.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "facts.csv"


@dataclass(frozen=True)
class Fact:
    """A published fact. `code`: F1 ... F23; `measure`: the name under which the simulation answers, empty for what it
    has no answer to; `published`: as printed; `low` and `high`: inclusive bounds of a hit, in `unit` (share, ratio,
    yuan, years); `tolerance`: how the bounds follow, in words; `own`: 1 where the source gives no tolerance and the
    bounds are ours. `covers`: which place or panel the source speaks of."""

    code: str
    measure: str
    zh: str
    en: str
    unit: str
    published: str
    low: float
    high: float
    tolerance: str
    own: bool
    covers_zh: str
    covers_en: str
    source: str
    confidence: str
    note_zh: str
    note_en: str
    reason_zh: str
    reason_en: str

    def hit(self, value: float) -> bool:
        """Whether a simulated figure lies within the bounds; what is not a number never does."""
        return self.low <= value <= self.high


def read(path: Path = FILE) -> tuple[Fact, ...]:
    """The facts in the order of the file. Raises KeyError for a column that is missing, ValueError for a bad number."""
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(_fact(row) for row in csv.DictReader(stream))


def _fact(row: Mapping[str, str]) -> Fact:
    texts = {name: row[name] for name in Fact.__annotations__ if name not in ("low", "high", "own")}
    low = float(row["low"]) if row["low"] else -math.inf
    high = float(row["high"]) if row["high"] else math.inf
    return Fact(**texts, low=low, high=high, own=row["own"] == "1")


def codes(facts: Sequence[Fact]) -> list[str]:
    """Their codes, each once, in order."""
    return list(dict.fromkeys(fact.code for fact in facts))
