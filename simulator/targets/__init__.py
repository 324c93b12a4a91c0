"""The targets of a document and how each may be read: pure functions of what a run recorded, a file a family.

A reading gives a margin: zero or more means met. "Every" is read as a share of units by default, because no sample can
answer for every unit; the strict readings are `projected`: expected failing units, and the probability of none.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.coverage import coverage_facts, coverage_outcomes
from simulator.history import History, Outcome
from simulator.jackknife import Sample
from simulator.reckoning import KEY, WEAK, Reckoning
from simulator.scenario import Scenario, Target
from simulator.targets import exits, growth, houses, identification, income, villages
from simulator.targets.reading import Reading

__all__ = ["READINGS", "Reading", "evaluate", "list_means"]


def evaluate(history: History, scenario: Scenario) -> tuple[Outcome, ...]:
    """Every target of the scenario under every reading, in their order, and after them its indicators.

    A reading for which the programme states no term it needs is left out. Raises ValueError for a target or a default
    reading not known or lacking a term, a target that falls due outside the run, and a default reading without a unit
    to look at or one that only a projection can answer.
    """
    sample = Sample(history.stratum, history.stands_for)
    totals: dict[str, np.ndarray] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        judged = tuple(
            _outcome(reading, Reckoning(history, scenario, sample, target, totals))
            for target in scenario.targets
            for reading in _readings(target, scenario)
        )
    return (*judged, *coverage_outcomes(history, scenario, sample))


def indicator_facts(history: History, scenario: Scenario) -> dict[str, float]:
    """Coverage and money of the scenario's indicators when they fall due, by the names of a run's facts."""
    return coverage_facts(history, scenario, Sample(history.stratum, history.stands_for))


def list_means(history: History, scenario: Scenario) -> dict[tuple[str, str], np.ndarray]:
    """The list mean by the estimators that need more than one year or a survey, at every Q4 as (Q,) yuan/person/year,
    NaN in other quarters: the same households of the list this year (`matched`) and their mean of the year before
    (`income_pc_last_year`), and the list as a survey of 2,000 households measures it (`survey`)."""
    nobody = Target(id="", year=scenario.last_year, default_reading="")
    sample = Sample(history.stratum, history.stands_for)
    run = Reckoning(history, scenario, sample, nobody, {})
    with np.errstate(divide="ignore", invalid="ignore"):
        yearly = {
            ("income_pc", "matched"): run.total("matched_income") / run.total("matched_persons"),
            ("income_pc_last_year", "matched"): run.total("matched_last_income") / run.total("matched_last_persons"),
            ("income_pc", "survey"): run.surveyed("before"),
        }
    closing = history.quarters[:, 1] == 4
    means = {}
    for name, values in yearly.items():
        means[name] = np.full(len(history.quarters), np.nan)
        means[name][closing] = values[0]
    return means


def _readings(target: Target, scenario: Scenario) -> list[Reading]:
    """The readings of a target for which the programme states all they need."""
    if target.id not in READINGS:
        raise ValueError(f"no such target: {target.id} (known: {', '.join(READINGS)})")
    names = [reading.name for reading in READINGS[target.id]]
    if target.default_reading not in names:
        raise ValueError(f"{target.id} has no reading {target.default_reading} (known: {', '.join(names)})")
    told = scenario.under(f"programme.targets.{target.id}")
    for reading in READINGS[target.id]:
        lacking = [term for term in reading.needs if term not in told]
        if lacking and reading.name == target.default_reading:
            raise ValueError(f"{target.id} cannot be read as {reading.name}: it states no {', '.join(lacking)}")
    return [reading for reading in READINGS[target.id] if all(term in told for term in reading.needs)]


def _outcome(reading: Reading, run: Reckoning) -> Outcome:
    judgement = reading.judge(run)
    projected = reading.projected and not run.sample.full
    default = reading.name == run.target.default_reading
    met = None if projected or np.isnan(judgement.margin) else bool(judgement.margin >= 0)
    if default and met is None:
        why = "only a projection answers it" if projected else "the run has no unit to look at"
        raise ValueError(f"{run.target.id} cannot be answered under its default reading {reading.name}: {why}")
    return Outcome(
        target=run.target.id,
        reading=reading.name,
        default=default,
        unit=reading.unit,
        margin=judgement.margin,
        met=met,
        sampling_variance=judgement.sampling_variance,
        projected=projected,
        failing_units=judgement.failing_units,
        none_failing=judgement.none_failing,
        parts=judgement.parts,
        line=judgement.line,
    )


READINGS: Mapping[str, tuple[Reading, ...]] = {
    "T-HEAD": exits.headcount(),
    "T-STABLE": exits.stable(),
    "T-45": income.relative_labour(),
    "T-60": income.relative_villages(),
    "T-VEXIT": exits.village_exit(),
    "T-EVERY": growth.every_year(),
    "T-G10": growth.growth(),
    "T-GREL": growth.relative_growth(),
    "T-FLOOR": income.floor(),
    "T-18K": income.labour(),
    "T-V150": villages.collective(KEY, "重点帮扶村", "key villages"),
    "T-V100": villages.collective(WEAK, "重点帮扶村和薄弱村", "key and weak villages"),
    "T-VCOLL-1": villages.operating("贫困村", "poor villages"),
    "T-VCOLL-2": villages.operating("贫困村", "poor villages"),
    "T-LEAD-1": villages.leaders(),
    "T-LEAD-2": villages.led(),
    "T-HOUSE": houses.houses(),
    "T-RELOC": houses.relocation(),
    "T-COOP": villages.cooperatives(),
    "T-DIBAO": identification.dibao(),
    "T-ABS": income.absolute(),
    "T-COMP": exits.composition(),
    "T-ILL": identification.illness(),
    "T-ENTRY": identification.entries(),
    "T-ACC": identification.accuracy(),
    "T-GAP": growth.gap(),
}
"""The targets that can be evaluated and their readings, in the order they are answered."""
