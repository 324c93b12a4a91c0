"""Constraints on industry projects and collective assets: risks looked in the face, money no project can carry, assets
that melt away.

FS-30 asks that the risks of a project be assessed. A run keeps that clause where the risk is simulated: the finding
tells how it turned out, and is broken where the risk was switched off or its spread set to nothing.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.constraints.base import Constraint, village_culprits, village_year
from simulator.history import Finding, History
from simulator.scenario import Scenario

PROJECT_KINDS = frozenset(
    {"industry_support", "cooperative_support", "equity_dividends", "market_link", "village_grant"}
)
"""Kinds that put money into a project that produces and pays."""

ROUNDING = 1.0
"""Yuan a year by which an amount may differ for being kept in whole fen."""

NO_PROJECT = ("本方案没有产业或资产收益项目。", "The programme has no industry or asset project.")


def has_projects(scenario: Scenario) -> bool:
    """Whether the programme puts money into projects."""
    return any(line.kind in PROJECT_KINDS for line in scenario.interventions)


def risk(constraint: str, zh: str, en: str) -> Constraint:
    """The constraint that one risk of FS-30 is simulated."""
    return Constraint(constraint, ("FS-30",), "share", 0.0,
                (f"已模拟{zh}。", f"{en} is simulated."),
                (f"{zh}被假定为不存在。", f"{en} is assumed away."), NO_PROJECT)  # fmt: skip


def process_on(scenario: Scenario, name: str) -> bool:
    """Whether a process is at work."""
    return scenario.switches.get(f"model.process_{name}") == "on"


def output_risk(history: History, scenario: Scenario) -> Finding:
    """Output of projects varies from year to year: the spread of the return, log points, broken if it is nothing. Care
    in choosing and managing projects (HN-1.1) has nothing to lower where they cannot fail."""
    rule = risk("C-30a", "项目产出波动", "The risk of output")
    path = "programme.interventions.industry_support.return_sd"
    if not has_projects(scenario):
        return rule.finding(scenario, math.nan, False)
    spread = scenario.values.get(path, scenario.values.get("model.sd_village", 0.0))
    return rule.finding(scenario, spread, spread <= 0.0)


def price_risk(history: History, scenario: Scenario) -> Finding:
    """Prices of produce move and answer local supply: broken if prices or markets are switched off."""
    rule = risk("C-30b", "产品价格波动", "The risk of price")
    if not has_projects(scenario):
        return rule.finding(scenario, math.nan, False)
    moving = process_on(scenario, "prices") and process_on(scenario, "markets")
    return rule.finding(scenario, float(moving), not moving)


def unsold_risk(history: History, scenario: Scenario) -> Finding:
    """Produce may stay unsold: the mean share that did at the years' ends, broken if markets are switched off."""
    rule = risk("C-30c", "产品滞销", "The risk of unsold produce")
    unsold = village_year(history, scenario, "unsold")
    if not has_projects(scenario) or unsold is None or not len(unsold):
        return rule.finding(scenario, math.nan, False)
    share = float((unsold @ history.stands_for).mean() / history.stands_for.sum())
    return rule.finding(scenario, share, not process_on(scenario, "markets"))


def arrears_risk(history: History, scenario: Scenario) -> Finding:
    """Dividends may not be paid (FS-23 asks of every project what risks it runs): share of villages whose projects owe
    some at the end; broken if no project can fail."""
    rule = risk("C-30d", "分红拖欠", "The risk of dividends in arrears")
    arrears = village_year(history, scenario, "dividend_arrears")
    if not has_projects(scenario) or arrears is None or not len(arrears):
        return rule.finding(scenario, math.nan, False)
    share = float((arrears[-1] > 0) @ history.stands_for / history.stands_for.sum())
    hazards = [value for path, value in scenario.values.items() if path.endswith(".failure_hazard")]
    return rule.finding(scenario, share, not any(hazard > 0 for hazard in hazards))


def sources(history: History, scenario: Scenario) -> Finding:
    """One project is not funded from several purses: the largest number of funds that paid into a village's project."""
    rule = Constraint("C-30e", ("FS-30", "FS-24"), "funds", 1.0,
                ("没有项目被多头投入。", "No project is funded from several purses."),
                ("有项目被多项资金重复投入。", "Some projects are funded from several purses."),
                NO_PROJECT)  # fmt: skip
    projects = ("cooperative", "asset_project", "station", "collective")
    kept = [village_year(history, scenario, f"sources_{name}") for name in projects]
    recorded = [counts for counts in kept if counts is not None and len(counts)]
    if not recorded or not any(counts.any() for counts in recorded):
        return rule.finding(scenario, math.nan, False)
    most = np.maximum.reduce([counts[-1] for counts in recorded])
    culprits = village_culprits(history, np.where(most > 1, most, 0.0), ".0f", "项资金", "funds")
    return rule.finding(scenario, float(most.max()), bool(most.max() > 1), culprits)


def capacity(history: History, scenario: Scenario) -> Finding:
    """No project holds more than it can put to use: yuan beyond the absorptive capacity of cooperatives, whole place,
    in the worst year."""
    rule = Constraint("C-30f", ("FS-30",), "yuan", 0.0,
                ("没有项目的资金超过其承载能力。", "No project holds more money than it can carry."),
                ("有项目的资金超过其承载能力。", "Some projects hold more money than they can carry."),
                NO_PROJECT)  # fmt: skip
    excess = village_year(history, scenario, "over_capacity")
    if not has_projects(scenario) or excess is None or not len(excess):
        return rule.finding(scenario, math.nan, False)
    worst = excess.max(axis=0)
    value = float((excess @ history.stands_for).max())
    return rule.finding(scenario, value, value > 0, village_culprits(history, worst, ",.0f", "元", "yuan"))


def assets(history: History, scenario: Scenario) -> Finding:
    """Assets of collectives do not melt away: the most a village's assets fell in a year beyond their wear, yuan."""
    rule = Constraint("C-ASSET", ("ZJ-2.5",), "yuan", 0.0,
                ("没有集体资产流失。", "No collective lost assets beyond their wear."),
                ("有村集体资产流失。", "Some collectives lost assets beyond their wear."))  # fmt: skip
    held = history.village_year.get("collective_assets")
    if held is None or len(held) < 2:
        return rule.finding(scenario, math.nan, False)
    left = held[:-1] * (1.0 - scenario.values.get("model.collective_wear", 0.0))
    # Wear is rounded to the fen every quarter.
    fall = np.where(left - held[1:] > ROUNDING, left - held[1:], 0.0).max(axis=0)
    value = float(fall.max())
    return rule.finding(scenario, value, value > 0, village_culprits(history, fall, ",.0f", "元", "yuan"))
