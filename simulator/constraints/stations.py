"""Constraints on village photovoltaic stations: where they stand, how they are paid for, and whom they serve."""

from __future__ import annotations

import math

import numpy as np

from simulator.constraints.base import Constraint, stated, village_culprits, village_year
from simulator.history import Finding, History
from simulator.scenario import Scenario
from simulator.villages import OTHER

KIND = "village_station"

DESIGN_HOURS = 1000.0
"""Equivalent full-load hours a year a station is to be designed for, at the least (FS-9)."""

NO_STATION = ("没有建成的村级电站。", "No village station was built.")


def poor_villages(history: History, scenario: Scenario) -> Finding:
    """Stations stand in poor villages: the share of them that does not."""
    rule = Constraint("C-PV1", ("FS-9",), "share", 0.0,
                ("电站都建在重点帮扶村和薄弱村。", "Every station stands in a key or weak village."),
                ("有电站建在一般村。", "Some stations stand in villages that are neither key nor weak."),
                NO_STATION)  # fmt: skip
    stations = village_year(history, scenario, "stations")
    if stations is None or not len(stations) or not stations[-1].any():
        return rule.finding(scenario, math.nan, False)
    astray = np.where(history.stratum == OTHER, stations[-1], 0.0)
    share = float(astray @ history.stands_for) / float(stations[-1] @ history.stands_for)
    return rule.finding(scenario, share, share > 0, village_culprits(history, astray, ".0f", "座", "stations"))


def station_hours(history: History, scenario: Scenario) -> Finding:
    """Stations are designed for 1,000 hours a year or more."""
    hours = stated(history, scenario, KIND, "design_hours")
    rule = Constraint("C-PV2", ("FS-9",), "hour/year", DESIGN_HOURS,
                (f"电站设计年利用 {hours:,.0f} 小时，不低于 1000 小时。",
                 f"Stations are designed for {hours:,.0f} hours a year, at least the 1,000 asked."),
                (f"电站设计年利用 {hours:,.0f} 小时，低于 1000 小时。",
                 f"Stations are designed for {hours:,.0f} hours a year, below the 1,000 asked."),
                ("本方案没有村级电站。", "The programme has no village station."))  # fmt: skip
    return rule.finding(scenario, hours, hours < DESIGN_HOURS)


def grid_access(history: History, scenario: Scenario) -> Finding:
    """Every station has a grid to sell to: village-years in which one stood without selling anything."""
    rule = Constraint("C-PV3", ("FS-9",), "villages", 0.0,
                ("电站都能并网售电。", "Every station sold electricity to the grid."),
                ("有电站建成而不能售电。", "Some stations stood without selling electricity."),
                NO_STATION)  # fmt: skip
    stations, dark = (village_year(history, scenario, name) for name in ("stations", "stations_dark"))
    if stations is None or dark is None or not stations.any():
        return rule.finding(scenario, math.nan, False)
    years = dark.sum(axis=0)
    value = float(years @ history.stands_for)
    return rule.finding(scenario, value, value > 0, village_culprits(history, years, ".0f", "年", "years"))


def debt_and_firms(history: History, scenario: Scenario) -> Finding:
    """Stations are built without debt and without shares of firms: the share of the cost such money bears. It is
    nothing unless the programme states a `debt_share` or `firm_share`, for a station is built when its fund has paid
    for it."""
    rule = Constraint("C-PV4", ("FS-9",), "share", 0.0,
                ("电站没有负债建设，也没有企业入股。", "Stations are built without debt and without shares of firms."),
                ("电站有负债建设或企业入股。", "Stations are built with debt or with shares of firms."),
                ("本方案没有村级电站。", "The programme has no village station."))  # fmt: skip
    if all(line.kind != KIND for line in scenario.interventions):
        return rule.finding(scenario, math.nan, False)
    shares = [stated(history, scenario, KIND, term) for term in ("debt_share", "firm_share")]
    share = sum(part for part in shares if not math.isnan(part))
    return rule.finding(scenario, share, share > 0)


def all_revenue(history: History, scenario: Scenario) -> Finding:
    """All revenue of the stations, which the collective owns, serves poverty use: shared out, set aside for sharing, or
    kept by the collective of a poor village."""
    rule = Constraint("C-PV5", ("FS-9",), "share", 1.0,
                ("电站收益全部用于扶贫。", "All station revenue serves poverty use."),
                ("电站收益没有全部用于扶贫。", "Part of the station revenue serves no poverty use."),
                ("没有电站收益。", "There was no station revenue."))  # fmt: skip
    revenue = history.facts.get("station_revenue_yuan", 0.0)
    if revenue <= 0 or "station_poverty_use_yuan" not in history.facts:
        return rule.finding(scenario, math.nan, False)
    share = history.facts["station_poverty_use_yuan"] / revenue
    return rule.finding(scenario, share, share < 1.0 - 1e-9)


def station_revenue(history: History, scenario: Scenario) -> Finding:
    """Station revenue goes mainly, more than `model.main_share`, to listed households and key-village collectives."""
    main_part = scenario.values["model.main_share"]
    rule = Constraint("C-PVUSE", ("ZJ-2.3",), "share", main_part,
                ("电站收益主要用于低收入农户分红和重点帮扶村集体。",
                 "Station revenue went mainly to low-income households and key-village collectives."),
                ("电站收益用于低收入农户和重点帮扶村集体的部分达不到“主要”的标准。",
                 "Too little of the station revenue went to low-income households and key-village collectives."),
                ("没有电站收益。", "There was no station revenue."))  # fmt: skip
    revenue = history.facts.get("station_revenue_yuan", 0.0)
    if revenue <= 0:
        return rule.finding(scenario, math.nan, False)
    share = (history.facts["station_to_households_yuan"] + history.facts["station_to_collective_yuan"]) / revenue
    return rule.finding(scenario, share, share <= main_part)
