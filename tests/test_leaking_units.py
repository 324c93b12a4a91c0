"""Services that are paid for whole when part of the money leaks: as many units as the money that arrived pays for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.interventions import KINDS
from tests.systems import only, zhejiang

Place = Callable[[int], dict[str, Any]]
# What a unit costs by its terms, yuan, and the column that says who received one.
UNITS = {
    "training": ("cost_per_slot", 1.0, "trained_quarters"),
    "job_placement": ("cost_per_placement", 1.0, "helped_quarters"),
    "motivation": ("cost_per_household", 0.25, "effort"),
    "insurance": ("house_premium", 0.25, "insured"),
}


def served(place: Place, kind: str, leak: float, luck: int) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Who was paid for, who received a unit, and the names after both moments. Nobody farms, nothing is insured but the
    house, and every seeker finds work or a place at once."""
    term, part, column = UNITS[kind]
    names = place(7)
    names |= only(zhejiang(), kind).under(f"programme.interventions.{kind}")
    names |= {"kind_number": KINDS[kind].number, "open_now": 1, "replicate": luck, "subsidy_share": 1.0}
    names |= {"supported_rows": np.flatnonzero(names["size"] > 0), "success": 1.0, "reserved_share": 1.0}
    for empty in ("delivered", "insured", "trained_quarters", "helped_quarters", "land", "leased", "rented"):
        names[empty][:] = 0
    names["member_premium"][:], names["member_search_quarters"][:] = 0.0, 0
    cost = math.floor(100 * part * names[term] + 0.5)
    names["delivered"][names["supported_rows"]] = cost - int(cost * leak)
    if KINDS[kind].delivered is not None:
        KINDS[kind].delivered(names)
    KINDS[kind].changed(names)
    paid = names["supported_rows"]
    return paid, names[column][paid] > 0, names


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("leak", [0.0, 0.25, 0.6, 1.0])
def test_as_many_units_arrive_as_the_money_pays_for(place: Place, kind: str, leak: float) -> None:
    found = np.concatenate([served(place, kind, leak, luck)[1] for luck in range(40)])
    spread = 4.0 * math.sqrt(leak * (1.0 - leak) / len(found))
    assert abs(found.mean() - (1.0 - leak)) <= spread + 1e-12
    assert len(found) > 400


@pytest.mark.parametrize(
    ("kind", "column"), [("training", "member_premium"), ("job_placement", "member_search_quarters")]
)
def test_who_is_remembered_as_served_is_who_was_changed(place: Place, kind: str, column: str) -> None:
    """A household that is remembered has a member with the effect wherever it has one who could have it."""
    whole, part = (served(place, kind, leak, 3) for leak in (0.0, 0.4))
    could, does = (
        np.add.reduceat(names[column] > 0, names["roster_start"][rows]) > 0 for rows, _, names in (whole, part)
    )
    assert 0 < does.sum() < could.sum()
    assert np.array_equal(does, could & part[1])


def test_what_leaks_of_a_mover_s_subsidy_the_household_bears(place: Place) -> None:
    costs = []
    for leak in (0, 4_000):
        names = place(7) | only(zhejiang(), "relocation").under("programme.interventions.relocation")
        rows = names["supported_rows"] = np.flatnonzero(names["size"] > 0)
        names["house_cost"][:], names["delivered"][:] = 0, 0
        subsidy = np.floor(100 * names["subsidy_per_person"] * names["size"][rows] + 0.5)
        names["delivered"][rows] = subsidy.astype(np.int64) - leak
        KINDS["relocation"].changed(names)
        costs.append(names["house_cost"][rows].copy())
    assert (costs[1] - costs[0] == 4_000).all() and len(rows) > 0
