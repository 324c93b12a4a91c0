"""Schooling: who learns, how long, at what cost, and who has to leave; and the grant that keeps students there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.macro import Pin
from simulator.processes.demography import count_roster
from simulator.processes.schooling import school_costs, schooling
from tests import test_worked_cases as worked
from tests import twins, twins_families
from tests.systems import entries, quarters

Place = Callable[[int], dict[str, Any]]
SEEDS = range(4)


def schoolchildren(names: dict[str, Any], seed: int) -> dict[str, Any]:
    """A place of the young, many of them of poor families."""
    random = np.random.default_rng(seed)
    number = len(names["member_age"])
    names["member_age"][:] = random.choice([3, 10, 16, 16, 17, 18, 19, 20, 21, 22, 40], number)
    names["last_income"][:] = random.integers(0, 4_000_000, len(names["size"]))
    names["savings"][:] = random.choice([0, 0, 5_000_000], len(names["size"]))
    names["school_aid"][:] = random.choice([0, 0, 1], len(names["size"]))
    return names | {"dropout_hazard": 0.7}


@pytest.mark.parametrize("seed", SEEDS)
def test_schooling_agrees_with_the_twin(place: Place, seed: int) -> None:
    names = schoolchildren(place(seed), seed)
    expected = twins_families.schooling(names)
    assert (expected["dropouts"] > names["dropouts"]).sum() >= 2
    twins.agree(schooling, expected, names)


@pytest.mark.parametrize("seed", SEEDS)
def test_school_costs_agree_with_the_twin(place: Place, seed: int) -> None:
    names = schoolchildren(place(seed), seed)
    schooling(names)
    expected = twins_families.school_costs(names)
    assert len(set(expected["school_cost"].tolist())) > 5
    twins.agree(school_costs, expected, names)


def cohort_of_sixteen(place: Place, ability: float, lean: float = 1.0) -> np.ndarray:
    """The levels drawn for some thousands of children of families of that ability."""
    number = 4000
    names = place(0) | {"schooling_lean": lean}
    names |= {"roster_start": np.arange(number + 1), "roster_used": np.ones(number, np.int64)}
    names |= {"key": np.arange(1, number + 1, dtype=np.uint64)}
    for name in ("ability", "permanent", "savings", "last_income", "last_persons", "school_aid", "students"):
        names[name] = np.zeros(number, names[name].dtype)
    names["dropouts"], names["ability"] = np.zeros(number, np.int64), np.full(number, ability)
    for name in ("key", "present", "age", "education", "student"):
        names[f"member_{name}"] = np.zeros(number, names[f"member_{name}"].dtype)
    names["member_key"][:] = names["key"] + np.uint64(10**9)
    names["member_present"][:], names["member_age"][:] = 1, 16
    schooling(names)
    return names["member_education"]


def test_children_of_mean_families_go_as_far_as_stated(place: Place) -> None:
    names, levels = place(0), cohort_of_sixteen(place, ability=0.0)
    for level, share in ((3, names["senior_share"]), (4, names["college_share"])):
        assert (levels >= level).mean() == pytest.approx(share, abs=4 * (share * (1 - share) / len(levels)) ** 0.5)
    assert levels.min() == 2


def test_children_of_able_families_go_further_unless_nothing_leans_on_it(place: Place) -> None:
    poor, rich = (cohort_of_sixteen(place, ability=0.4 * sign).mean() for sign in (-1, 1))
    assert rich > poor + 0.2
    level = [cohort_of_sixteen(place, ability=0.4 * sign, lean=0.0) for sign in (-1, 1)]
    assert np.array_equal(*level)


@pytest.mark.parametrize(("education", "begins"), [(2, 16), (3, 19), (4, 22)])
def test_labour_begins_when_school_ends(place: Place, education: int, begins: int) -> None:
    names = place(0) | {"dropout_hazard": 0.0}
    names["member_health"][:] = names["member_sick_quarters"][:] = 0
    there = names["member_present"] == 1
    for age in range(6, 24):
        names["member_age"][:], names["member_education"][:] = age, education
        if age == 16:
            names |= {"senior_share": 1 - 1e-9 if education > 2 else 1e-9}
            names |= {"college_share": 1 - 1e-9 if education > 3 else 1e-9}
        schooling(names)
        count_roster(names)
        assert (names["member_capacity"][there] == float(age >= begins)).all(), age
        assert np.array_equal(names["students"], names["size"] * (age < begins))


def one_student(place: Place, **columns: float) -> dict[str, Any]:
    """A place where every household has one student of 17, 5,000 yuan a year, and 10,000 yuan of income."""
    names = place(0) | {"dropout_hazard": 1.0, "dropout_burden": 0.4, "trend": 1.0, "school_cost_senior": 5000.0}
    names["member_present"][:] = 0
    names["roster_used"][:] = np.diff(names["roster_start"])
    names["member_present"][names["roster_start"][:-1]] = 1
    names["member_age"][:], names["member_education"][:] = 17, 3
    names["last_income"][:], names["last_persons"][:], names["savings"][:], names["school_aid"][:] = 1_000_000, 12, 0, 0
    for name, value in columns.items():
        names[name][:] = value
    return names


@pytest.mark.parametrize(
    ("columns", "leaves"),
    [
        ({}, True),
        ({"last_income": 1_250_000}, False),
        ({"last_income": 1_249_999}, True),
        ({"savings": 500_000}, False),
        ({"savings": 499_999}, True),
        ({"school_aid": 1}, False),
        ({"last_persons": 0}, False),
    ],
)
def test_who_is_taken_out_of_school(place: Place, columns: dict[str, float], leaves: bool) -> None:
    names = one_student(place, **columns)
    before = names["dropouts"].copy()
    schooling(names)
    first = names["roster_start"][:-1]
    assert (names["member_student"][first] == (0 if leaves else 2)).all()
    assert (names["member_education"][first] == (2 if leaves else 3)).all()
    assert (names["dropouts"] - before == leaves).all()
    assert not names["school_aid"].any(), "aid counts for one year"


def test_who_has_left_does_not_come_back(place: Place) -> None:
    names = one_student(place)
    schooling(names)
    names["savings"][:], names["member_age"][:] = 10**9, 18
    schooling(names)
    assert not names["students"].any()


@pytest.mark.parametrize(
    ("mechanism", "leaves"), [("on", False), ("off", True)], ids=["with the grant", "with its mechanism off"]
)
def test_a_grant_keeps_a_poor_student_in_school(mechanism: str, leaves: bool) -> None:
    """A household of one student without money: a year of grants and it stays, a year without effect and it goes."""
    case = worked.read(worked.Path(worked.__file__).parent / "worked_cases" / "education_grant.yaml")
    scenario = worked.quiet_scenario(case).with_values({"model.dropout_hazard": 1.0, "model.dropout_burden": 0.0})
    scenario = entries(scenario, {"education_grant"}, mechanism=mechanism == "on")
    world = worked.hand_built(case, scenario)
    world.households.last_persons[:] = 0
    pin = Pin(dict.fromkeys(range(2017, 2023), 1.0))
    for now in quarters(world, scenario, "policy", pin, last_year=2019):
        now.households.savings[:] = 0
        paid = sum(int(by_group.sum()) for by_group in now.accounts.paid)
        if now.now.year == 2018:
            assert paid > 0, "the cost is booked either way"
            assert (now.households.grant_income[0] > 0) == (mechanism == "on")
            assert now.households.school_cost[0] == (62_500 if mechanism == "on" else 125_000)
    assert (now.households.dropouts[0] > 0) == leaves
    assert now.members.education[0] == (2 if leaves else 3)
