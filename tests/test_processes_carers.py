"""Who looks after the ill, and what labour it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.carers import carers
from simulator.processes.employment import earnings
from tests import twins, twins_work
from tests.systems import founded, null_history, pin_of, quarters, zhejiang
from tests.twins import HOME, IDLE, LOCAL, MIGRANT, POST

Place = Callable[[int], dict[str, Any]]
SICK, WELL = 2, 0


@pytest.mark.parametrize("seed", range(4))
def test_carers(place: Place, seed: int) -> None:
    names = place(seed)
    names["care_needed"][:], names["unwell"][:] = 0, 1
    expected = twins_work.carers(names)
    assert (expected["member_capacity"] < names["member_capacity"]).sum() > 5
    twins.agree(carers, expected, names)


def household(*members: tuple[int, int]) -> dict[str, Any]:
    """One household of full workers: (quarters of illness left, work)."""
    count = len(members)
    return {
        "seed": 1,
        "replicate": 1,
        "roster_start": np.array([0, count]),
        "roster_used": np.array([count]),
        "unwell": np.array([1]),
        "care_needed": np.zeros(1, np.int64),
        "member_key": np.arange(1, count + 1, dtype=np.uint64),
        "member_present": np.ones(count, np.int8),
        "member_health": np.zeros(count, np.int8),
        "member_sick_quarters": np.array([sick for sick, _ in members]),
        "member_work": np.array([work for _, work in members], np.int8),
        "member_capacity": np.array([0.0 if sick else 1.0 for sick, _ in members]),
        "carer_loss": 0.3,
        "severe_share": 1.0,
    }


def care(names: dict[str, Any]) -> list[float]:
    """Labour that each member spends on looking after somebody."""
    before = names["member_capacity"].copy()
    carers(names)
    return list(before - names["member_capacity"])


@pytest.mark.parametrize(
    ("others", "expected", "works"),
    [
        ([HOME, LOCAL, MIGRANT], [0.3, 0, 0], [HOME, LOCAL, MIGRANT]),
        ([MIGRANT, LOCAL], [0, 0.3], [MIGRANT, LOCAL]),
        ([MIGRANT, POST], [0, 0.3], [MIGRANT, POST]),
        ([MIGRANT], [0.3], [HOME]),
        ([], [], []),
    ],
)
def test_who_cares(others: list[int], expected: list[float], works: list[int]) -> None:
    names = household((SICK, HOME), *((WELL, work) for work in others))
    assert care(names) == pytest.approx([0.0, *expected])
    assert list(names["member_work"][1:]) == works


def test_a_severe_disability_needs_a_carer_for_good_and_others_none() -> None:
    names = household((WELL, HOME), (WELL, HOME))
    names["member_health"][0] = 2
    names["member_capacity"][0] = 0.0
    assert care(names) == pytest.approx([0.0, 0.3])
    assert names["care_needed"][0] == 1
    names["member_capacity"][1], names["severe_share"] = 1.0, 0.0
    assert care(names) == [0.0, 0.0]
    assert names["care_needed"][0] == 0


def test_nobody_spends_more_labour_than_they_have() -> None:
    names = household((SICK, HOME), (WELL, HOME)) | {"carer_loss": 0.8}
    names["member_capacity"][1] = 0.5
    assert care(names) == [0.0, 0.5]
    assert (names["member_capacity"][1], names["member_work"][1]) == (0.0, IDLE)


def test_hours_stay_within_the_labour_there_is() -> None:
    """Every quarter of a policy arm: work never exceeds what the members could do, and care takes its part of it."""
    world, pin = founded(), pin_of(null_history())
    for now in quarters(world, zhejiang(), "policy", pin, last_year=2019):
        home, members = now.households, now.members
        there = members.present == 1
        owner = np.repeat(np.arange(home.length), np.diff(now.roster_start))
        at_work = there & np.isin(members.work, (LOCAL, MIGRANT))
        used = np.bincount(owner[at_work], members.capacity[at_work], home.length) + home.home_labour
        assert (used <= home.labour + 1e-9).all()
        # Whoever spends less than they could looks after somebody or is at a course.
        left = np.bincount(owner[there], members.capacity[there], home.length)
        busy = (home.care_needed > 0) | (home.trained_quarters == 16)
        assert not ((left < home.labour - 1e-9) & ~busy).any()
        assert ((left < home.labour - 1e-9) & (home.care_needed > 0)).sum() > 10
        assert (members.capacity[there] >= 0.0).all()


def test_a_carer_at_home_farms_less(place: Place) -> None:
    names = place(2)
    names["care_needed"][:], names["unwell"][:] = 0, 1
    names["carer_loss"], before = 1.0, names["member_capacity"].copy()
    carers(names)
    idle = (before > 0.0) & (names["member_capacity"] == 0.0)
    assert idle.any()
    earnings(names)
    owner = np.repeat(np.arange(len(names["size"])), np.diff(names["roster_start"]))
    alone = np.bincount(owner, names["member_present"] * names["member_capacity"], len(names["size"])) == 0
    assert not names["home_labour"][alone].any()
