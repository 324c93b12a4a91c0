"""The constraints of the documents, looked at in a run: a plan that reaches its targets may still break a clause.

Every constraint gives a finding, kept or broken. It is a breach, and the plan inadmissible, only where the clause binds
the programme; elsewhere the finding informs. Figures a document states are judged as stated, never as drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from simulator.history import Finding, History
from simulator.jackknife import Sample
from simulator.scenario import Scenario

INCOME_FUND = "two_mountains"
"""The fund whose clause reserves a share for the income of low-income households (ZJ-6.2, "two mountains, class I")."""

INCOME_SHARE = 0.20
"""The share reserved, at the least (ZJ-6.2: not less than 20 % of the total)."""

INCOME_USES = frozenset({"industry", "employment", "training", "credit", "energy", "assets"})
"""Uses that raise the income of low-income households (ZJ-6.2): their production, jobs, credit, shares and subsidies.
The village collective, roads and offices are not among them."""

MAIN_PART = 0.5
"""What "mainly" asks to exceed (ZJ-2.3; clauses.md, ambiguity 12)."""

DESIGN_HOURS = 1000.0
"""Equivalent full-load hours a year a station is to be designed for, at the least (FS-9)."""

LOAN_LIMIT = 100_000.0
"""Highest micro-loan without collateral, yuan (ZJ-4.4: 50,000 to 100,000)."""

FEN = 100.0


@dataclass(frozen=True)
class Constraint:
    """A constraint: clause, unit and threshold, and what is said when it is kept, broken or has nothing to judge."""

    id: str
    clause: str
    unit: str
    threshold: float
    kept: tuple[str, str]
    broken: tuple[str, str]
    nothing: tuple[str, str] = ("没有可判断的情形。", "There is nothing to judge.")

    def finding(self, value: float, broken: bool, binding: bool = True) -> Finding:
        """The finding for a value; not a number means there is nothing to judge."""
        zh, en = self.nothing if math.isnan(value) else self.broken if broken else self.kept
        if broken and not binding:
            zh += f"本方案未引用 {self.clause}，仅作提示。"
            en += f" The programme does not cite {self.clause}: for information."
        return Finding(self.id, self.clause, broken and binding, value, self.threshold, self.unit, zh, en)


def evaluate(history: History, scenario: Scenario) -> tuple[Finding, ...]:
    """A finding for each constraint the scenario names, in its order, then the cap on loans where there are any.

    Raises ValueError for a constraint not known.
    """
    unknown = [name for name in scenario.constraints if name not in CHECKS]
    if unknown:
        raise ValueError(f"no such constraint: {', '.join(unknown)} (known: {', '.join(CHECKS)})")
    names = list(scenario.constraints)
    if "C-LOAN" not in names and any(line.kind == "micro_loan" for line in scenario.interventions):
        names.append("C-LOAN")
    return tuple(CHECKS[name](history, scenario) for name in names)


def budget(history: History, scenario: Scenario) -> Finding:
    """No fund pays more than it holds or ends a quarter below zero: the worst shortfall of a fund and quarter, yuan.

    The ledger is held against the inflow and the balances, which are kept apart from it; money in a balance that no
    inflow explains counts too. What a fund held when the records begin is taken from its first balance.
    """
    rule = Constraint("C-BUDGET", "ZJ-6.2", "yuan", 0.0,
                ("各项资金每季支出都不超过可用资金。", "No fund paid more than it held in any quarter."),
                ("有资金在某一季度支出超过可用资金，或账目不平。",
                 "A fund paid more than it held in some quarter, or its books do not balance."))  # fmt: skip
    if history.balance.size == 0:
        return rule.finding(math.nan, False)
    paid = _paid_by_fund(history)
    opening = np.vstack([history.balance[:1] - history.inflow[:1] + paid[:1], history.balance[:-1]])
    left = opening + history.inflow - paid
    short = np.maximum.reduce([-opening, -left, -history.balance, history.balance - left])
    worst = float(short.max()) / FEN
    return rule.finding(max(worst, 0.0), worst > 0)


def uses(history: History, scenario: Scenario) -> Finding:
    """Every payment serves a use its fund may pay for: yuan paid for other uses."""
    rule = Constraint("C-USE", "ZJ-2.5", "yuan", 0.0,
                ("每笔资金都用于规定用途。", "Every payment served a use its fund may pay for."),
                ("有资金用于规定以外的用途。", "Money was paid for a use its fund may not pay for."))  # fmt: skip
    allowed = {fund.name: fund.uses for fund in scenario.funds}
    astray = [line.use not in allowed.get(line.fund, ()) for line in history.ledger_lines]
    fen = history.ledger[:, np.array(astray, dtype=bool)]
    return rule.finding(float(fen.sum()) / FEN, bool(np.any(fen != 0)))


def income_share(history: History, scenario: Scenario) -> Finding:
    """At least 20 % of the fund's total, what was put into it, is paid for the income of low-income households."""
    rule = Constraint("C-20", "ZJ-6.2", "share", INCOME_SHARE,
                ("“两山”资金用于低收入农户增收的比例不少于 20%。",
                 "At least 20 % of the two-mountains fund went into the income of low-income households."),
                ("“两山”资金用于低收入农户增收的比例不足 20%。",
                 "Less than 20 % of the two-mountains fund went into the income of low-income households."),
                ("本方案没有向“两山”资金拨款。", "The programme puts no money into a two-mountains fund."))  # fmt: skip
    total = sum(history.inflow[:, row].sum() for row, name in enumerate(history.funds) if name == INCOME_FUND)
    if total == 0:
        return rule.finding(math.nan, False)
    income = [line.fund == INCOME_FUND and line.use in INCOME_USES for line in history.ledger_lines]
    share = float(history.ledger[:, np.array(income, dtype=bool)].sum() / total)
    return rule.finding(share, share < INCOME_SHARE)


def station_revenue(history: History, scenario: Scenario) -> Finding:
    """Station revenue goes mainly to listed households and the collectives of key villages."""
    rule = Constraint("C-PVUSE", "ZJ-2.3", "share", MAIN_PART,
                ("电站收益主要用于低收入农户分红和重点帮扶村集体。",
                 "Station revenue went mainly to low-income households and key-village collectives."),
                ("电站收益用于低收入农户和重点帮扶村集体的部分不到一半。",
                 "Half of the station revenue or less went to low-income households and key-village collectives."),
                ("没有电站收益。", "There was no station revenue."))  # fmt: skip
    revenue = history.facts.get("station_revenue_yuan", 0.0)
    if revenue <= 0:
        return rule.finding(math.nan, False)
    share = (history.facts["station_to_households_yuan"] + history.facts["station_to_collective_yuan"]) / revenue
    return rule.finding(share, share <= MAIN_PART)


def station_hours(history: History, scenario: Scenario) -> Finding:
    """Stations are designed for 1,000 hours a year or more: binding where the programme cites FS-9."""
    hours = _stated(history, scenario, "village_station", "design_hours")
    rule = Constraint("C-PV2", "FS-9", "hour/year", DESIGN_HOURS,
                (f"电站设计年利用 {hours:,.0f} 小时，不低于 1000 小时。",
                 f"Stations are designed for {hours:,.0f} hours a year, at least the 1,000 asked."),
                (f"电站设计年利用 {hours:,.0f} 小时，低于 1000 小时。",
                 f"Stations are designed for {hours:,.0f} hours a year, below the 1,000 asked."),
                ("本方案没有村级电站。", "The programme has no village station."))  # fmt: skip
    return rule.finding(hours, hours < DESIGN_HOURS, "FS-9" in scenario.clauses)


def loan_cap(history: History, scenario: Scenario) -> Finding:
    """No micro-loan above 100,000 yuan: the larger of the stated loan and the stated limit; binding with ZJ-4.4."""
    stated = [_stated(history, scenario, "micro_loan", term) for term in ("loan_amount", "loan_limit")]
    loan = max((yuan for yuan in stated if not math.isnan(yuan)), default=math.nan)
    rule = Constraint("C-LOAN", "ZJ-4.4", "yuan", LOAN_LIMIT,
                (f"小额信用贷款每户 {loan:,.0f} 元，不超过 10 万元。",
                 f"A micro-loan of {loan:,.0f} yuan is within the cap of 100,000 yuan."),
                (f"小额信用贷款每户 {loan:,.0f} 元，超过 10 万元。",
                 f"A micro-loan of {loan:,.0f} yuan is above the cap of 100,000 yuan."),
                ("本方案没有小额信用贷款。", "The programme has no micro-loan."))  # fmt: skip
    return rule.finding(loan, loan > LOAN_LIMIT, "ZJ-4.4" in scenario.clauses)


def gift_led_exits(history: History, scenario: Scenario) -> Finding:
    """Share of households with labour that left the list mainly on dividends and public transfers, over the
    programme's years; binding where the programme cites FS-23."""
    rule = Constraint("C-23", "FS-23", "share", 0.0,
                ("有劳动能力的退出户没有一户主要靠分红和转移性收入。",
                 "No household with labour left the list mainly on dividends and transfers."),
                ("有些有劳动能力的退出户主要靠分红和转移性收入，脱贫不稳定。",
                 "Some households with labour left the list mainly on dividends and transfers: an unstable exit."),
                ("没有有劳动能力的农户退出。", "No household with labour left the list."))  # fmt: skip
    within = (history.years >= scenario.first_year) & (history.years <= scenario.last_year)
    sample = Sample(history.stratum, history.stands_for)
    exits, led = (
        float(sample.totals(history.village_year[name][within].sum(axis=0))[0])
        for name in ("exits_labour", "exits_gift_led")
    )
    share = led / exits if exits > 0 else math.nan
    return rule.finding(share, share > 0, "FS-23" in scenario.clauses)


def _paid_by_fund(history: History) -> np.ndarray:
    """Fen paid by quarter and fund: (Q, F). Raises ValueError for a line of a fund that is not recorded."""
    paid = np.zeros_like(history.balance)
    position = {name: row for row, name in enumerate(history.funds)}
    for row, line in enumerate(history.ledger_lines):
        if line.fund not in position:
            raise ValueError(f"the ledger pays from {line.fund}, which is no fund of this run")
        paid[:, position[line.fund]] += history.ledger[:, row].sum(axis=1)
    return paid


def _stated(history: History, scenario: Scenario, kind: str, term: str) -> float:
    """A number of an intervention as the document or the planner states it; not a number without that intervention."""
    path = f"programme.interventions.{kind}.{term}"
    if all(line.kind != kind for line in scenario.interventions):
        return math.nan
    for numbers in (history.stated, scenario.stated, scenario.values):
        if path in numbers:
            return numbers[path]
    return math.nan


CHECKS: Mapping[str, Callable[[History, Scenario], Finding]] = {
    "C-BUDGET": budget,
    "C-USE": uses,
    "C-20": income_share,
    "C-PVUSE": station_revenue,
    "C-PV2": station_hours,
    "C-LOAN": loan_cap,
    "C-23": gift_led_exits,
}
"""The constraints that can be looked at, each with its check."""
