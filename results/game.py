"""The runs of an attribution as a game: what every coalition came to in every replicate, outcome by outcome."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.ensemble import LISTED_HOUSEHOLDS, has_failed, spending, yearly
from results.indicator_rows import indicator_targets
from results.words import pair
from simulator.history import Outcome, RunRecord
from simulator.scenario import Scenario

NULL = "null"
INCOME, COST = "income_pc", "cost"
COMPONENTS = ("wage_pc", "business_pc", "property_pc", "transfer_pc")
MARGIN, CHANCE = "margin ", "met "

Row = Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """Something a run comes to, one number a run. `chance`: a probability of a target, between 0 and 1."""

    name: str
    zh: str
    en: str
    unit: str
    chance: bool = False

    @property
    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"id": self.name, "title": {"zh": self.zh, "en": self.en}, "unit": self.unit, "chance": self.chance}


class Game:
    """Rows of the runs by replicate and arm, and what was measured on them. `failed` are the keys of failed runs."""

    def __init__(self, records: Iterable[RunRecord], scenario: Scenario) -> None:
        self.rows: dict[tuple[int, str], Row] = {}
        self.failed: list[tuple[int, str, str]] = []
        units: dict[str, str] = {}
        for record in records:
            if has_failed(record):
                self.failed.append((record.replicate, record.arm, record.error))
                continue
            self.rows[record.replicate, record.arm] = _row(record, scenario)
            units |= {outcome.target: outcome.unit for outcome in record.outcomes if outcome.default}
        self.measured = _measured(scenario, units)
        self.replicates = sorted({replicate for replicate, _ in [*self.rows, *(key[:2] for key in self.failed)]})

    def values(self, arms: Sequence[Sequence[str]]) -> np.ndarray:
        """What was measured in the arms of each replicate, (replicates, arms, measured); not a number where a run
        failed or has no such number. `arms`: one sequence a replicate, all of one length."""
        gap: Row = {}
        return np.array(
            [
                [[self.rows.get((replicate, arm), gap).get(one.name, math.nan) for one in self.measured] for arm in own]
                for replicate, own in zip(self.replicates, arms, strict=True)
            ],
            dtype=np.float64,
        ).reshape(len(self.replicates), -1, len(self.measured))

    def listed_households(self) -> np.ndarray:
        """Households on the list of year 0 in the whole place, by replicate; not a number where none is recorded."""
        return np.array([self._listed(replicate) for replicate in self.replicates])

    def _listed(self, replicate: int) -> float:
        found = (self.rows.get((replicate, arm), {}).get(LISTED_HOUSEHOLDS) for arm in ("policy", NULL))
        return next((count for count in found if count is not None), math.nan)


def _row(record: RunRecord, scenario: Scenario) -> Row:
    """All that is measured on one run, by name."""
    found = {name: yearly(record, name, "cohort").get(scenario.last_year, math.nan) for name in (INCOME, *COMPONENTS)}
    found[COST] = sum(spending(record, (scenario.first_year, scenario.last_year)).values())
    for outcome in record.outcomes:
        if outcome.default:
            found[MARGIN + outcome.target] = outcome.margin if math.isfinite(outcome.margin) else math.nan
            found[CHANCE + outcome.target] = _chance(outcome)
    if LISTED_HOUSEHOLDS in record.facts:
        found[LISTED_HOUSEHOLDS] = record.facts[LISTED_HOUSEHOLDS]
    return found


def _chance(outcome: Outcome) -> float:
    """Whether a run meets a target; under a projected reading the probability that no unit fails."""
    if outcome.met is not None:
        return float(outcome.met)
    return math.nan if outcome.none_failing is None else outcome.none_failing


def _measured(scenario: Scenario, units: Mapping[str, str]) -> tuple[Measured, ...]:
    """Income of the baseline list and its components, cost, then margin and chance of every target that runs judge."""
    year, per_head = scenario.last_year, "yuan/person/year"
    parts = {name: pair(name) for name in COMPONENTS}
    years = f"{scenario.first_year}-{scenario.last_year}"
    found = [Measured(INCOME, f"{year} 年基期名单人均收入", f"mean income of the baseline list, {year}", per_head)]
    found += [Measured(name, parts[name]["zh"], parts[name]["en"], per_head) for name in COMPONENTS]
    found.append(Measured(COST, f"支出（{years} 年合计）", f"paid, {years}", "yuan"))
    titles = {target.id: target for target in scenario.targets} | indicator_targets(scenario)
    known = [target for target in titles if target in units]
    found += [Measured(MARGIN + t, titles[t].title_zh, titles[t].title_en, units[t]) for t in known]
    found += [Measured(CHANCE + t, titles[t].title_zh, titles[t].title_en, "share", True) for t in known]
    return tuple(found)
