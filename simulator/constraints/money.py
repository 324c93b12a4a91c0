"""Constraints on public money: no fund overdrawn, earmarks and floors kept, nothing leaked, nothing edited."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from simulator.constraints.base import FEN, Constraint, by_fund, citing, fund_culprits, stated
from simulator.history import Finding, History
from simulator.scenario import Scenario
from simulator.villages import KEY, WEAK

INCOME_FUND = "two_mountains"
"""The fund whose clause reserves a share for the income of low-income households (ZJ-6.2, "two mountains, class I")."""

INCOME_SHARE = 0.20
"""The share reserved, at the least (ZJ-6.2: not less than 20 % of the total)."""

INCOME_USES = frozenset({"industry", "employment", "training", "credit", "energy", "assets"})
"""Uses that raise the income of low-income households (ZJ-6.2): their production, jobs, credit, shares and subsidies.
The village collective, roads and offices are not among them."""

CITY_USES = frozenset({"industry", "facilities", "infrastructure", "administration"})
"""Uses of city money for poor villages (FS-22): industry and public facilities, with the office that runs them."""

VILLAGE_FLOOR = 1_000_000.0
"""City money a poor village, yuan, on average over the programme (FS-22: not less than one million)."""

IDLE = 0.10
"""Share of a fund left unspent at the end from which its money is called idle (FS-22 names no figure)."""

LOAN_LIMIT = 100_000.0
"""Highest micro-loan without collateral, yuan (ZJ-4.4: 50,000 to 100,000)."""


def budget(history: History, scenario: Scenario) -> Finding:
    """No fund pays more than it holds or ends a quarter below zero: the worst shortfall of a fund and quarter, yuan.

    The ledger (paid, leaked, returned) is held against the inflow and the balances, which are kept apart from it; money
    in a balance that no inflow explains counts too. What a fund held when the records begin is taken from its first
    balance.
    """
    rule = Constraint("C-BUDGET", ("ZJ-6.2", "HN-1.10", "ZJ-1.2"), "yuan", 0.0,
                ("各项资金每季支出都不超过可用资金。", "No fund paid more than it held in any quarter."),
                ("有资金在某一季度支出超过可用资金，或账目不平。",
                 "A fund paid more than it held in some quarter, or its books do not balance."),
                always=True)  # fmt: skip
    if history.balance.size == 0:
        return rule.finding(scenario, math.nan, False)
    out = by_fund(history, history.ledger) + by_fund(history, history.leaked) + by_fund(history, history.returned)
    opening = np.vstack([history.balance[:1] - history.inflow[:1] + out[:1], history.balance[:-1]])
    left = opening + history.inflow - out
    short = np.maximum.reduce([-opening, -left, -history.balance, history.balance - left]).max(axis=0) / FEN
    worst = max(float(short.max()), 0.0)
    faults = dict(zip(history.funds, short.tolist(), strict=True))
    return rule.finding(scenario, worst, worst > 0, fund_culprits(scenario, faults, ",.2f", "元", "yuan"))


def uses(history: History, scenario: Scenario) -> Finding:
    """Every payment serves a use its fund may pay for: yuan paid for other uses."""
    rule = Constraint("C-USE", ("ZJ-2.5", "FS-22", "QZ-3", "QZ-6", "QZ-7"), "yuan", 0.0,
                ("每笔资金都用于规定用途。", "Every payment served a use its fund may pay for."),
                ("有资金用于规定以外的用途。", "Money was paid for a use its fund may not pay for."),
                always=True)  # fmt: skip
    allowed = {fund.name: fund.uses for fund in scenario.funds}
    faults: dict[str, float] = {}
    for row, line in enumerate(history.ledger_lines):
        if line.use not in allowed.get(line.fund, ()):
            faults[line.fund] = faults.get(line.fund, 0.0) + float(np.abs(history.ledger[:, row]).sum()) / FEN
    total = sum(faults.values())
    return rule.finding(scenario, total, total > 0, fund_culprits(scenario, faults, ",.0f", "元", "yuan"))


def income_share(history: History, scenario: Scenario) -> Finding:
    """At least 20 % of the fund's total, what was put into it, is paid for the income of low-income households."""
    rule = Constraint("C-20", ("ZJ-6.2",), "share", INCOME_SHARE,
                ("“两山”资金用于低收入农户增收的比例不少于 20%。",
                 "At least 20 % of the two-mountains fund went into the income of low-income households."),
                ("“两山”资金用于低收入农户增收的比例不足 20%。",
                 "Less than 20 % of the two-mountains fund went into the income of low-income households."),
                ("本方案没有向“两山”资金拨款。", "The programme puts no money into a two-mountains fund."))  # fmt: skip
    total = sum(history.inflow[:, row].sum() for row, name in enumerate(history.funds) if name == INCOME_FUND)
    if total == 0:
        return rule.finding(scenario, math.nan, False)
    income = [line.fund == INCOME_FUND and line.use in INCOME_USES for line in history.ledger_lines]
    share = float(history.ledger[:, np.array(income, dtype=bool)].sum() / total)
    return rule.finding(scenario, share, share < INCOME_SHARE)


def city_money(history: History, scenario: Scenario) -> Finding:
    """City money comes from the city alone, goes into industry and public facilities, and is a million yuan or more a
    poor village on average; what lies idle at the end is named. The value is yuan a poor village."""
    funds = citing(scenario, "FS-22")
    rule = Constraint("C-22", ("FS-22",), "yuan/village", VILLAGE_FLOOR,
                ("市级资金来源、用途合规，平均每村不少于 100 万元。",
                 "City money comes from the city, goes into industry and facilities, and is a million yuan a village."),
                ("市级资金的来源、用途或平均每村 100 万元的要求未达到。",
                 "City money misses its source, its uses or the million yuan a village on average."),
                ("本方案没有依据 FS-22 设立的资金。", "No fund of the programme is set up under FS-22."))  # fmt: skip
    rows = [history.funds.index(fund.name) for fund in funds if fund.name in history.funds]
    poor = np.isin(history.stratum, (KEY, WEAK)) * history.stands_for
    if not rows or poor.sum() == 0:
        return rule.finding(scenario, math.nan, False)
    put_in = float(history.inflow[:, rows].sum()) / FEN
    each = put_in / float(poor.sum())
    foreign = [fund.name for fund in funds if fund.role != "programme" or not set(fund.uses) <= CITY_USES]
    idle = float(history.balance[-1, rows].sum()) / FEN / put_in if put_in > 0 else 0.0
    zh = f"平均每村 {each:,.0f} 元。" + (f"期末闲置 {100 * idle:.0f}%。" if idle > IDLE else "")
    en = f"{each:,.0f} yuan a village." + (f" {100 * idle:.0f} % lies idle at the end." if idle > IDLE else "")
    if foreign:
        zh += f"来源或用途不合规的资金 {len(foreign)} 项：{foreign[0]}。"
        en += f" Funds of another source or use: {len(foreign)}, among them {foreign[0]}."
    rule = replace(rule, kept=(rule.kept[0] + zh, f"{rule.kept[1]} {en}"))
    return rule.finding(scenario, each, each < VILLAGE_FLOOR or bool(foreign), (zh, en))


def leakage(history: History, scenario: Scenario) -> Finding:
    """Nothing leaks: the share of what was spent that did not arrive. Money is to reach households in full (ZJ-3.5);
    the yearly inspection (ZJ-6.5) looks for what went astray."""
    rule = Constraint("C-LEAK", ("HN-1.12", "FS-29", "QZ-14", "LL-3.3.2"), "share", 0.0,
                ("没有资金流失。", "No public money leaked."),
                ("有资金被截留、流失。", "Public money leaked on its way."),
                ("没有支出。", "Nothing was spent."))  # fmt: skip
    leaked, paid = by_fund(history, history.leaked).sum(axis=0), by_fund(history, history.ledger).sum(axis=0)
    if (leaked + paid).sum() <= 0:
        return rule.finding(scenario, math.nan, False)
    share = float(leaked.sum() / (leaked + paid).sum())
    faults = dict(zip(history.funds, (leaked / FEN).tolist(), strict=True))
    return rule.finding(scenario, share, share > 0, fund_culprits(scenario, faults, ",.0f", "元", "yuan"))


def standards(history: History, scenario: Scenario) -> Finding:
    """Targets, lines and every other number are at the end of the run what they were when it began."""
    rule = Constraint("C-STD", ("FS-23",), "flag", 1.0,
                ("推演中没有改动目标和标准。", "No target, line or number was edited inside the run."),
                ("推演中目标或标准被改动。", "A target, line or number was edited inside the run."),
                ("没有记录标准。", "The standards were not recorded."), always=True)  # fmt: skip
    kept = history.facts.get("standards_kept", math.nan)
    return rule.finding(scenario, kept, kept == 0.0)


def loan_cap(history: History, scenario: Scenario) -> Finding:
    """No micro-loan above 100,000 yuan: the larger of the stated loan and the stated limit."""
    amounts = [stated(history, scenario, "micro_loan", term) for term in ("loan_amount", "loan_limit")]
    loan = max((yuan for yuan in amounts if not math.isnan(yuan)), default=math.nan)
    rule = Constraint("C-LOAN", ("ZJ-4.4",), "yuan", LOAN_LIMIT,
                (f"小额信用贷款每户 {loan:,.0f} 元，不超过 10 万元。",
                 f"A micro-loan of {loan:,.0f} yuan is within the cap of 100,000 yuan."),
                (f"小额信用贷款每户 {loan:,.0f} 元，超过 10 万元。",
                 f"A micro-loan of {loan:,.0f} yuan is above the cap of 100,000 yuan."),
                ("本方案没有小额信用贷款。", "The programme has no micro-loan."))  # fmt: skip
    return rule.finding(scenario, loan, loan > LOAN_LIMIT)
