"""Entry to the list beside income alone: the community's queue, and who is struck between reviews."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.entry import BY_DISASTER, BY_ILLNESS, candidates, community_score, late_entry
from tests.twins_register import EXITED, LISTED, NEVER

Place = Callable[[int], dict[str, Any]]


def test_the_community_looks_past_income(place: Place) -> None:
    """Weight one and no favour: the order of incomes. Weight a half: a sign of need of 0.4 log points goes before an
    income a third lower. Favour moves places for good."""
    names = place(4) | {"random_selection": 0, "list_take_up": 1.0, "community_weight": 1.0, "community_favour": 0.0}
    names["dibao"][:], names["county_line"][:], names["list_state"][:], names["size"][:] = 0, 90_000.0, NEVER, 3
    for sign in ("house", "disabled", "ill_year", "struck_year"):
        names[sign][:] = 0
    names["labour"][:] = 2.0
    names["observed_income"][:] = np.arange(1.0, 1.0 + len(names["key"])) * 1_000
    candidates(names)
    assert np.all(np.diff(names["priority"]) > 0)
    names |= {"community_weight": 0.5, "community_sign": 0.4}
    names["observed_income"][:2], names["labour"][1] = [6_000.0, 8_900.0], 0.0
    candidates(names)
    assert names["priority"][1] < names["priority"][0]
    names["observed_income"][1] = 9_000.0
    candidates(names)
    assert names["priority"][1] > names["priority"][0], "exp(0.4) is less than a half more"
    first = names["priority"].copy()
    candidates(names | {"community_favour": 0.2})
    moved = names["priority"] - first
    candidates(names | {"community_favour": 0.2, "moment": names["moment"] + 4})
    assert np.abs(moved).min() > 0.0 and np.array_equal(names["priority"] - first, moved)


def test_who_is_struck_enters_at_once(place: Place) -> None:
    """Last year 30,000 yuan for three persons, a line of 8,000 a head: bills of 6,001 yuan list it, 6,000 do not."""
    names = place(5)
    rows = len(names["key"])
    names["county_line"][:], names["list_take_up"], names["application"][:] = 8_000.0, 0.5, 0.0
    names["size"][:], names["last_persons"][:], names["last_income"][:] = 3, 12, 3_000_000
    names["last_business"][:], names["disaster_share"][:], names["entered_for"][:] = 1_000_000, 0.0, 0
    names["list_state"][:], names["returned"][:], names["year_out_of_pocket"][:] = NEVER, 0, 600_000
    names["gravely_ill"][:], names["struck"][:] = 0, 0
    names["gravely_ill"][:4], names["year_out_of_pocket"][1:4] = 1, 600_100
    names["application"][2], names["list_state"][3] = 0.9, EXITED
    names["struck"][4:6], names["disaster_share"][4:6], names["year_out_of_pocket"][4:6] = 1, [0.6, 0.61], 0
    late_entry(names)
    expected = [NEVER, LISTED, NEVER, LISTED, NEVER, LISTED] + [NEVER] * (rows - 6)
    assert names["list_state"].tolist() == expected
    assert names["entered_for"][:6].tolist() == [0, BY_ILLNESS, 0, BY_ILLNESS, 0, BY_DISASTER]
    assert names["returned"].sum() == names["returned"][3] == 1


def test_the_community_ranks_even_where_a_line_makes_no_sense() -> None:
    """A place not a number is before and after no other: the queue would never end."""
    assert np.isfinite(community_score(-500.0, -100.0, 1, 0.0, 0.5, 0.3))
    assert community_score(-500.0, 4_000.0, 0, 0.0, 1.0, 0.3) == -math.log(40.0)
