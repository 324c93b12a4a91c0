"""Money received and not paid by the end: the idle share of every fund of the programme, as planned and at double the
budget. It is what the audit and C-22 (FS-22) count."""

from __future__ import annotations

from typing import Any

from results.audit import fund_books, idle_share, mean_of
from results.ensemble import Ensemble
from simulator.scenario import Scenario

ARMS = (("idle_share", "policy"), ("double_idle_share", "double"))


def idle_funds(ensemble: Ensemble, scenario: Scenario) -> list[dict[str, Any]]:
    """A row a fund: balance at the end over what was put in, means over the runs of an arm; None without its books.

    Standing entitlements are left out: they are paid as due."""
    shares = {name: _shares(ensemble, arm, scenario) for name, arm in ARMS}
    return [
        {"fund": fund.name, **{name: found.get(fund.name) for name, found in shares.items()}}
        for fund in scenario.funds
        if fund.role != "standing" and shares["idle_share"].get(fund.name) is not None
    ]


def _shares(ensemble: Ensemble, arm: str, scenario: Scenario) -> dict[str, float]:
    """Idle share by fund, of the funds into which something was put."""
    years = (scenario.first_year, scenario.last_year)
    runs = [fund_books(record, years) for record in ensemble.runs(arm).values() if record.inflow is not None]
    return {fund: idle_share(books) for fund, books in mean_of(runs).items() if books["inflow"] > 0}
