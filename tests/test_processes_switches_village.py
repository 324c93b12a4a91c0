"""Processes that share out what a programme built, switched off one by one: nothing is earned, owed or lost by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from simulator.world import World
from tests.systems import crowded, small_quarters

LAST_YEAR = 2020
STILL = {
    "credit": ("loans_repaid", "loans_written_off", "loan_losses", "loan_service", "loan_grace"),
    "cooperatives": (
        *("wage_cooperative", "cooperative_dividend", "cooperative_refund", "cooperative_surplus"),
        *("cooperative_reserve", "cooperative_retained", "cooperative_arrears", "cooperative_lost"),
    ),
    "asset_projects": (
        *("equity_dividend", "cooperative_project_reserve", "cooperative_project_arrears"),
        *("cooperative_project_lost", "cooperative_project_status"),
    ),
    "stations": (
        *("station_dividend", "village_station_output", "village_station_revenue", "village_station_kept"),
        *("village_smoothing_fund", "village_station_payout", "village_station_subsidy_due"),
    ),
    "collective_economy": ("village_other_income", "village_asset_yield", "village_works_paid"),
    "contributions": ("contributions", "contribution_paid", "premium_subsidy"),
}
"""What a process moves and nothing else does."""
BUILT = {
    "credit": "loan_principal",
    "cooperatives": "cooperative_capital",
    "asset_projects": "cooperative_project_capital",
    "stations": "village_station_kw",
    "collective_economy": "village_enclave",
    "contributions": "contributors",
}
"""What a process works on: without it a switch would be tested on nothing."""


def played(process: str, choice: str) -> Iterator[World]:
    """Quarters of a programme of every kind with a process on or off; their invariants are held on the way."""
    scenario, path = crowded(), f"model.process_{process}"
    assert scenario.switches[path] == "on"
    return small_quarters(replace(scenario, switches={**scenario.switches, path: choice}), last_year=LAST_YEAR)


def moved_in(worlds: Iterator[World], process: str) -> tuple[set[str], bool]:
    """Columns of the process that were not nil in some quarter, and whether there was anything to work on."""
    moved: set[str] = set()
    built = False
    for world in worlds:
        moved |= {name for name in STILL[process] if np.any(world.names[name])}
        built = built or bool(np.any(world.names[BUILT[process]]))
    return moved, built


@pytest.mark.parametrize("process", sorted(STILL))
def test_a_process_that_is_off_leaves_its_columns_at_nothing(process: str) -> None:
    assert moved_in(played(process, "off"), process) == (set(), True)


def test_the_same_columns_move_where_the_processes_are_on() -> None:
    moved = {process: set[str]() for process in STILL}
    for world in small_quarters(crowded(), last_year=LAST_YEAR):
        for process, names in STILL.items():
            moved[process] |= {name for name in names if np.any(world.names[name])}
    assert {name for names in STILL.values() for name in names} == set().union(*moved.values())


def test_without_the_collectives_income_it_earns_by_its_stations_alone() -> None:
    for world in played("collective_economy", "off"):
        villages = world.villages
        assert (villages.operating_income == villages.station_kept).all()
