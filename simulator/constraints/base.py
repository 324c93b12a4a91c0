"""What every constraint is made of: its wording, whether it binds, what a document states, and who the culprits are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.history import Finding, History
from simulator.population import villages_by_stratum
from simulator.scenario import Fund, Scenario
from simulator.villages import KEY, OTHER, WEAK

FEN = 100.0
GROUPS = {
    KEY: ("重点帮扶村", "a key village"),
    WEAK: ("薄弱村", "a weak village"),
    OTHER: ("一般村", "another village"),
}
NO_TEXT = ("", "")


@dataclass(frozen=True)
class Constraint:
    """A constraint: the clauses it comes from, unit and threshold, and what is said when it is kept, broken or has
    nothing to judge. `always`: it binds every programme, whatever it cites."""

    id: str
    clauses: tuple[str, ...]
    unit: str
    threshold: float
    kept: tuple[str, str]
    broken: tuple[str, str]
    nothing: tuple[str, str] = ("没有可判断的情形。", "There is nothing to judge.")
    always: bool = False

    def binds(self, scenario: Scenario) -> bool:
        """Whether it can make this programme inadmissible: the programme names it or cites a clause of it."""
        return (
            self.always or self.id in scenario.constraints or any(clause in scenario.clauses for clause in self.clauses)
        )

    def clause(self, scenario: Scenario) -> str:
        """The clause to be shown: the first of its clauses that the programme cites, or the first of all."""
        return next((clause for clause in self.clauses if clause in scenario.clauses), self.clauses[0])

    def finding(self, scenario: Scenario, value: float, broken: bool, culprits: tuple[str, str] = NO_TEXT) -> Finding:
        """The finding for a value; not a number means there is nothing to judge."""
        broken = broken and not math.isnan(value)
        zh, en = self.nothing if math.isnan(value) else self.broken if broken else self.kept
        if broken and culprits != NO_TEXT:
            zh, en = zh + culprits[0], f"{en} {culprits[1]}"
        clause, binding = self.clause(scenario), self.binds(scenario)
        if broken and not binding:
            zh += f"本方案未引用 {clause}，仅作提示。"
            en += f" The programme does not cite {clause}: for information."
        return Finding(self.id, clause, broken and binding, value, self.threshold, self.unit, zh, en, broken)


def within(history: History, scenario: Scenario) -> np.ndarray:
    """Which of the recorded years are the programme's: (Y,) bool."""
    return np.asarray((history.years >= scenario.first_year) & (history.years <= scenario.last_year))


def village_year(history: History, scenario: Scenario, name: str) -> np.ndarray | None:
    """A yearly record by village over the programme's years, (Y, V); None if the run did not keep it."""
    recorded = history.village_year.get(name)
    return None if recorded is None else recorded[within(history, scenario)]


def amount_of(much: str, unit: str) -> str:
    """An amount with its unit in English, which loses the s of its plural beside a one."""
    return f"{much} {unit.removesuffix('s') if much == '1' else unit}"


def village_culprits(
    history: History, by_village: np.ndarray, amount: str, unit_zh: str, unit_en: str
) -> tuple[str, str]:
    """How many villages of the place are at fault, and the worst one by group and county. `by_village` (V,) is how much
    each is at fault, `amount` how that is written (a format such as ",.0f"). The message is one run's, in which the
    number of villages of a group may have been drawn: the share at fault is told of the number stated."""
    at_fault = by_village > 0
    worst = int(np.argmax(by_village))
    count = villages_at_fault(history, at_fault)
    zh, en = GROUPS[int(history.stratum[worst])]
    county, much = int(history.county[worst]) + 1, format(float(by_village[worst]), amount)
    return (
        f"涉及约 {count:,} 个村，最重的是示例县{county}的一个{zh}（{much} {unit_zh}）。",
        f"About {amount_of(f'{count:,}', 'villages')} {'is' if count == 1 else 'are'} concerned; the worst is {en} of"
        f" sample county {county} ({amount_of(much, unit_en)}).",
    )


def villages_at_fault(history: History, at_fault: np.ndarray) -> int:
    """Villages of the place that stand behind the flags (V,), at the numbers of villages stated, each group apart, and
    at least one where a flag is set; at those of the run where none is stated."""
    strata = range(len(GROUPS))
    drawn = np.array([history.stands_for[history.stratum == stratum].sum() for stratum in strata])
    faulty = np.array([(history.stands_for * at_fault)[history.stratum == stratum].sum() for stratum in strata])
    told = villages_by_stratum(history.stated) if "place.villages_total" in history.stated else drawn
    count = float((faulty * np.array(told) / np.maximum(drawn, 1)).sum())
    return max(math.floor(count + 0.5), int(at_fault.any()))


def fund_culprits(
    scenario: Scenario, by_fund: dict[str, float], amount: str, unit_zh: str, unit_en: str
) -> tuple[str, str]:
    """How many funds are at fault, and the worst one by its title."""
    faulty = {name: much for name, much in by_fund.items() if much > 0}
    if not faulty:
        return NO_TEXT
    worst = max(faulty, key=lambda name: faulty[name])
    zh, en = titles(scenario).get(worst, (worst, worst))
    much = format(faulty[worst], amount)
    return (
        f"涉及 {len(faulty)} 项资金，最重的是“{zh}”（{much} {unit_zh}）。",
        f"Funds concerned: {len(faulty)}; the worst is {en} ({amount_of(much, unit_en)}).",
    )


def titles(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Titles of the funds in both languages, their names where they have none."""
    return {fund.name: (fund.title_zh or fund.name, fund.title_en or fund.name) for fund in scenario.funds}


def by_fund(history: History, books: np.ndarray) -> np.ndarray:
    """Fen by quarter and fund (Q, F) of books by line, (Q, L) or (Q, L, 3). Raises ValueError for a line of a fund that
    is not recorded."""
    sums = np.zeros_like(history.balance)
    position = {name: row for row, name in enumerate(history.funds)}
    for row, line in enumerate(history.ledger_lines):
        if line.fund not in position:
            raise ValueError(f"the ledger pays from {line.fund}, which is no fund of this run")
        sums[:, position[line.fund]] += books[:, row].reshape(len(books), -1).sum(axis=1)
    return sums


def stated(history: History, scenario: Scenario, kind: str, term: str) -> float:
    """A number of an intervention as the document or the planner states it; not a number without that intervention or
    term."""
    path = f"programme.interventions.{kind}.{term}"
    if all(line.kind != kind for line in scenario.interventions):
        return math.nan
    for numbers in (history.stated, scenario.stated, scenario.values):
        if path in numbers:
            return numbers[path]
    return math.nan


def citing(scenario: Scenario, clause: str) -> tuple[Fund, ...]:
    """The funds that are set up under a clause."""
    return tuple(fund for fund in scenario.funds if fund.clause == clause)
