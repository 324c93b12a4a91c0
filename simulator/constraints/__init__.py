"""The constraints of the documents, looked at in a run: a plan that reaches its targets may still break a clause.

Every run is held against every constraint and gives a finding for each, kept or broken. It is a breach, and the plan
inadmissible, only where the constraint binds: the programme names it or cites its clause, or it is a matter of sound
books that no programme may leave. Elsewhere the finding informs. Figures a document states are judged as stated, never
as drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.constraints import households, money, projects, stations
from simulator.history import Finding, History
from simulator.scenario import Scenario

CHECKS: Mapping[str, Callable[[History, Scenario], Finding]] = {
    "C-BUDGET": money.budget,
    "C-USE": money.uses,
    "C-STD": money.standards,
    "C-LEAK": money.leakage,
    "C-20": money.income_share,
    "C-22": money.city_money,
    "C-LOAN": money.loan_cap,
    "C-5": households.dividends_alone,
    "C-23": households.gift_led_exits,
    "C-INCENT": households.incentives,
    "C-LAND": households.building_land,
    "C-30a": projects.output_risk,
    "C-30b": projects.price_risk,
    "C-30c": projects.unsold_risk,
    "C-30d": projects.arrears_risk,
    "C-30e": projects.sources,
    "C-30f": projects.capacity,
    "C-ASSET": projects.assets,
    "C-PV1": stations.poor_villages,
    "C-PV2": stations.station_hours,
    "C-PV3": stations.grid_access,
    "C-PV4": stations.debt_and_firms,
    "C-PV5": stations.all_revenue,
    "C-PVUSE": stations.station_revenue,
}
"""Every constraint with its check."""


def evaluate(history: History, scenario: Scenario) -> tuple[Finding, ...]:
    """A finding for each constraint there is. Raises ValueError if the scenario names one that is not known."""
    unknown = [name for name in scenario.constraints if name not in CHECKS]
    if unknown:
        raise ValueError(f"no such constraint: {', '.join(unknown)} (known: {', '.join(CHECKS)})")
    return tuple(check(history, scenario) for check in CHECKS.values())
