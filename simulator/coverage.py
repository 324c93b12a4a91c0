"""How far a document's indicators are when they fall due: their outcomes beside those of the targets, and their cost.

The coverage of an indicator is covered units over units in the whole place (villages, counted by the share of them that
is covered, or households), its margin that less the `threshold`. Where there is no unit nobody goes without, and it is
met.
"""

from __future__ import annotations

import numpy as np

from simulator.history import History, Outcome
from simulator.indicators import STATES, recorded
from simulator.jackknife import Sample
from simulator.scenario import Indicator, Scenario, Target

READING = "coverage"
READING_ZH, READING_EN = "覆盖率", "share covered"


def target_of(entry: Indicator) -> Target:
    """An indicator as a target of the document, by which its row in the answer is known."""
    return Target(f"I.{entry.name}", entry.year, READING, entry.clause, entry.title_zh, entry.title_en)


def coverage_outcomes(history: History, scenario: Scenario, sample: Sample) -> tuple[Outcome, ...]:
    """The outcome of every indicator at the end of the year it falls due. Raises ValueError for one that falls due
    outside the run."""
    return tuple(_outcome(history, scenario, sample, entry) for entry in scenario.indicators)


def _outcome(history: History, scenario: Scenario, sample: Sample, entry: Indicator) -> Outcome:
    units, covered = _totals(history, sample, entry)
    margins = _share(units, covered) - scenario.values[f"programme.indicators.{entry.name}.threshold"]
    return Outcome(
        target=target_of(entry).id,
        reading=READING,
        default=True,
        unit="share",
        margin=float(margins[0]),
        met=bool(margins[0] >= 0.0),
        sampling_variance=sample.variance(margins),
        failing_units=float(units[0] - covered[0]),
    )


def coverage_facts(history: History, scenario: Scenario, sample: Sample) -> dict[str, float]:
    """For every indicator at the end of the year it falls due: its coverage; for one with money of its own also the
    yuan spent on it so far and the yuan that were still missing for its threshold."""
    facts = {}
    for entry in scenario.indicators:
        name, path = recorded(entry.name), f"programme.indicators.{entry.name}"
        units, covered = _totals(history, sample, entry)
        facts[f"{name}_coverage"] = share = float(_share(units, covered)[0])
        if STATES[entry.name].read is None:
            short = max(scenario.values[f"{path}.threshold"] - share, 0.0) * float(units[0])
            facts[f"{name}_yuan"] = _spent(history, entry)
            facts[f"{name}_missing_yuan"] = short * scenario.values[f"{path}.unit_cost"]
    return facts


def _totals(history: History, sample: Sample, entry: Indicator) -> tuple[np.ndarray, np.ndarray]:
    """Units and covered units of the whole place in the year due: (R,) each, the first from all villages."""
    found = np.flatnonzero(history.years == entry.year)
    if len(found) == 0:
        raise ValueError(f"I.{entry.name} falls due in {entry.year}, which this run does not record")
    rows = (history.village_year[f"{recorded(entry.name)}_{what}"][found[0]] for what in ("units", "covered"))
    units, covered = map(sample.totals, rows)
    return units, covered


def _share(units: np.ndarray, covered: np.ndarray) -> np.ndarray:
    return np.divide(covered, units, out=np.ones_like(units), where=units > 0.0)


def _spent(history: History, entry: Indicator) -> float:
    """Yuan paid for an indicator to the end of the year due, what leaked on its way with it."""
    within = history.quarters[:, 0] <= entry.year
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == entry.name]
    return 0.01 * float((history.ledger + history.leaked)[within][:, rows].sum())
