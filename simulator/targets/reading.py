"""What a reading of a target is."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.reckoning import Judge


@dataclass(frozen=True)
class Reading:
    """One way to read a target. `projected`: no sample can answer it; `judge` reckons the margin, in `unit`; `needs`
    are terms without which the programme leaves nothing to judge by, so that the reading is not answered."""

    name: str
    unit: str
    judge: Judge
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    projected: bool = False
    needs: tuple[str, ...] = ()
