"""Ageing, births, deaths and the roster."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator import draws
from simulator.processes.demography import age_members, births, close_ranks, count_roster, deaths, mortality_by_age
from simulator.processes.luck import draw_members
from tests import twins

Place = Callable[[int], dict[str, Any]]
SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_ageing(place: Place, seed: int) -> None:
    names = place(seed)
    expected = twins.age_members(names)
    assert (expected["member_health"] != names["member_health"]).sum() > 5
    twins.agree(age_members, expected, names)


def test_nobody_grows_older_than_the_oldest(place: Place) -> None:
    names = place(0)
    names["member_age"][:] = 110
    age_members(names)
    assert names["member_age"].max() == 110


@pytest.mark.parametrize("seed", SEEDS)
def test_births_come_to_households_with_room_and_a_mother(place: Place, seed: int) -> None:
    names = place(seed) | {"fertility": 0.7}
    before = names["member_present"].copy()
    wanted = [twins.has_birth(names, household) for household in range(len(names["size"]))]
    homes = np.repeat(np.arange(len(names["size"])), np.diff(names["roster_start"]))
    births(names)
    born = np.flatnonzero(names["member_present"] != before)
    assert homes[born].tolist() == np.flatnonzero(wanted).tolist()
    assert len(born) > 3
    for row in born:
        parent = names["key"][homes[row]]
        assert names["member_key"][row] == np.uint64(draws.offspring(parent, draws.BIRTH, names["moment"]))
        female = twins.uniform(names, parent, draws.HOUSEHOLD_EVENTS, names["moment"], 1) < 0.48
        assert names["member_female"][row] == female
    for column in ("age", "health", "work", "sick_quarters", "premium"):
        assert not names[f"member_{column}"][born].any(), column
    assert (names["member_frailty"][born] == 1.0).all()


@pytest.mark.parametrize(
    ("column", "value"), [("member_female", 0), ("member_age", 45), ("member_age", 19), ("member_present", 1)]
)
def test_no_birth_without_a_mother_or_a_place(place: Place, column: str, value: int) -> None:
    names = place(1) | {"fertility": 1.0}
    names[column][:] = value
    before = names["member_present"].copy()
    births(names)
    assert np.array_equal(names["member_present"], before)


def test_two_children_are_enough(place: Place) -> None:
    names = place(1) | {"fertility": 1.0}
    names["member_female"][:] = 1
    for children, expected in ((0, 1), (1, 1), (2, 0)):
        names["member_present"][:] = 0
        for start in names["roster_start"][:-1][np.diff(names["roster_start"]) >= 4]:
            names["member_present"][start : start + 1 + children] = 1
            names["member_age"][start : start + 1 + children] = [30] + [15] * children
        before = names["member_present"].sum()
        homes = (np.diff(names["roster_start"]) >= 4).sum()
        births(names)
        assert names["member_present"].sum() - before == expected * homes


def test_deaths_are_those_whose_luck_is_below_the_hazard_of_their_age(place: Place) -> None:
    names = place(2)
    names["mortality"] = np.linspace(0.0, 1.0, 111)
    there = names["member_present"] == 1
    dies = there & (names["member_luck_death"] < names["member_age"] / 110)
    homes = np.repeat(np.arange(len(names["size"])), np.diff(names["roster_start"]))
    assert 5 < dies.sum() < there.sum() - 5
    expected = {
        "member_present": np.where(dies, 0, names["member_present"]),
        "member_work": np.where(dies, 0, names["member_work"]),
        "recount": np.where(np.bincount(homes, dies, len(names["size"])) > 0, 1, names["recount"]),
    }
    twins.agree(deaths, expected, names)


def test_mortality_is_gompertz_and_compounds_to_the_year() -> None:
    hazard = mortality_by_age(0.00004, 0.085)
    for age in (0, 30, 70, 90):
        assert 1 - (1 - hazard[age]) ** 4 == pytest.approx(0.00004 * math.exp(0.085 * age))
    assert 1 - (1 - hazard[70]) ** 4 == pytest.approx(0.0154, abs=0.0001)
    assert hazard[110] == 1.0
    assert (np.diff(hazard) > 0).all()
    assert mortality_by_age(0.5, 0.085).max() == 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_roster_is_counted(place: Place, seed: int) -> None:
    names = place(seed)
    twins.agree(count_roster, twins.count_roster(names), names)


@pytest.mark.parametrize(
    ("age", "health", "sick", "capacity"),
    [
        *[(15, 0, 0, 0.0), (16, 0, 0, 1.0), (59, 0, 0, 1.0), (60, 0, 0, 0.5), (74, 0, 0, 0.5), (75, 0, 0, 0.0)],
        *[(40, 1, 0, 0.5), (70, 1, 0, 0.5), (40, 2, 0, 0.0), (40, 0, 1, 0.0), (70, 0, 2, 0.0)],
    ],
)
def test_labour_capacity(place: Place, age: int, health: int, sick: int, capacity: float) -> None:
    names = place(0)
    names["member_age"][:], names["member_health"][:], names["member_sick_quarters"][:] = age, health, sick
    names["member_student"][:] = 0
    count_roster(names)
    there = names["member_present"] == 1
    assert (names["member_capacity"][there] == capacity).all()
    assert np.array_equal(names["labour"], capacity * names["size"])
    assert ((names["member_work"][there] == 0) == (capacity == 0)).all(), "idle is who cannot work, and nobody else"


def test_a_student_has_no_labour_to_give(place: Place) -> None:
    names = place(0)
    names["member_age"][:], names["member_health"][:], names["member_sick_quarters"][:] = 17, 0, 0
    count_roster(names)
    there = names["member_present"] == 1
    assert np.array_equal(names["member_capacity"][there] == 0, names["member_student"][there] > 0)


def test_members_draw_their_own_luck(place: Place) -> None:
    names = place(3)
    lanes = ("death", "illness", "job", "route")
    expected = {f"member_luck_{name}": names[f"member_luck_{name}"].copy() for name in lanes}
    for row, key in enumerate(names["member_key"]):
        for lane, name in enumerate(lanes):
            luck = twins.uniform(names, key, draws.MEMBER_QUARTER, names["moment"], lane)
            expected[f"member_luck_{name}"][row] = luck
    twins.agree(draw_members, expected, names)


def test_ranks_close_behind_the_last_one_there() -> None:
    names = {"roster_start": np.array([0, 3, 6, 8]), "roster_used": np.array([9, 9, 9])}
    names["member_present"] = np.array([1, 0, 1, 1, 0, 0, 0, 0])
    close_ranks(names)
    assert names["roster_used"].tolist() == [3, 1, 0]
