"""Households divide and join: who, where to, and that nothing is lost on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import draws
from simulator.columns import KEPT, SHARED
from simulator.households import Households
from simulator.members import Members
from simulator.processes.families import families
from simulator.scenario import Scenario
from tests import twins, twins_families
from tests.conftest import random_names

Place = Callable[[int], dict[str, Any]]
AMOUNTS = [name for name, column in Households.columns.items() if column.inherited in (SHARED, KEPT)]
SEEDS = range(4)


def restless(names: dict[str, Any], seed: int = 0) -> dict[str, Any]:
    """A place in which much happens: many who live alone, some kin, high hazards."""
    random = np.random.default_rng(seed)
    number = len(names["key"])
    for row in range(number):
        there = twins.present(names, row)
        if there and random.uniform() < 0.25:
            names["member_present"][there[1:]] = 0
            names["member_age"][there[0]] = 74 + random.integers(8)
        if names["key"][row] and random.uniform() < 0.3:
            same = np.flatnonzero((names["village"] == names["village"][row]) & (names["key"] != 0))
            names["kin_key"][row] = names["key"][random.choice(same)]
    return names | {"split_hazard": 0.7, "merge_hazard": 0.7}


def same_homes(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], exactly: bool = False) -> None:
    """Two places hold the same households with the same members, whatever rows they stand in."""
    ours, theirs = twins_families.ordered(ours), twins_families.ordered(theirs)
    assert [home["key"] for home in ours] == [home["key"] for home in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one["members"] == other["members"]
        for name in Households.columns:
            assert one[name] == (other[name] if exactly else pytest.approx(other[name], rel=1e-11)), name


@pytest.mark.parametrize("seed", SEEDS)
def test_families_agree_with_the_twin(place: Place, seed: int) -> None:
    names = restless(place(seed), seed)
    before = {home["key"] for home in twins_families.homes_of(names)}
    expected, refused = twins_families.families(names)
    families(names)
    same_homes(twins_families.homes_of(names), expected)
    assert names["refused_splits"][0] == refused
    after = set(names["key"].tolist())
    assert len(after - before) > 3 and len(before - after) > 3


def sums(names: dict[str, Any]) -> dict[str, np.ndarray]:
    """Sums by village of everything that is held, and of persons."""
    villages = len(names["village_key"])
    found = {name: np.bincount(names["village"], names[name].astype(float), villages) for name in AMOUNTS}
    homes = np.repeat(names["village"], np.diff(names["roster_start"]))
    return found | {"persons": np.bincount(homes, names["member_present"], villages)}


@given(seed=st.integers(0, 10_000), split=st.floats(0.0, 1.0), merge=st.floats(0.0, 1.0))
def test_persons_land_and_every_fen_are_conserved(scenario: Scenario, seed: int, split: float, merge: float) -> None:
    names = restless(random_names(scenario, seed), seed) | {"split_hazard": split, "merge_hazard": merge}
    before = sums(names)
    people = set(names["member_key"][names["member_present"] == 1].tolist())
    fen = {name: int(names[name].sum()) for name in AMOUNTS if names[name].dtype == np.int64}
    for year in range(3):
        families(names | {"moment": 8072 + 4 * year})
    assert {name: int(names[name].sum()) for name in fen} == fen
    for name, held in sums(names).items():
        np.testing.assert_allclose(held, before[name], rtol=1e-12, err_msg=name)
    assert set(names["member_key"][names["member_present"] == 1].tolist()) == people


def permuted(names: dict[str, Any], seed: int) -> dict[str, Any]:
    """The place with the households of each village in another order, rosters and all."""
    random = np.random.default_rng(seed)
    start, roster = names["village_start"], names["roster_start"]
    order = np.concatenate([random.permutation(np.arange(*start[v : v + 2])) for v in range(len(start) - 1)])
    places = np.concatenate([np.arange(*roster[row : row + 2]) for row in order])
    twin = dict(names)
    twin |= {name: names[name][order] for name in Households.columns}
    twin |= {f"member_{name}": names[f"member_{name}"][places] for name in Members.columns}
    twin["roster_start"] = np.concatenate([[0], np.cumsum(np.diff(roster)[order])])
    twin["refused_splits"] = np.zeros(1, np.int64)
    return twin


@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(scenario: Scenario, seed: int) -> None:
    names = restless(random_names(scenario, seed), seed)
    other = permuted(copy.deepcopy(names), seed + 1)
    families(names)
    families(other)
    same_homes(twins_families.homes_of(names), twins_families.homes_of(other), exactly=True)
    assert names["refused_splits"][0] == other["refused_splits"][0]


def test_a_division_without_a_spare_row_waits(place: Place) -> None:
    names = restless(place(1)) | {"merge_hazard": 0.0}
    names["key"][names["key"] == 0] = np.arange(1, (names["key"] == 0).sum() + 1)
    # Everybody's roster is lived in, so that no row falls free.
    first = names["roster_start"][:-1]
    names["member_present"][first], names["member_age"][first] = 1, 70
    before = copy.deepcopy({name: names[name] for name in (*Households.columns, "member_present")})
    families(names)
    assert names["refused_splits"][0] > 3
    for name, values in before.items():
        assert np.array_equal(names[name], values), name


def lone_pair(names: dict[str, Any]) -> tuple[int, int]:
    """Two rows of one village with rosters of six places, all else of the place empty."""
    names["member_present"][:] = 0
    for name in set(Households.columns) - {"village"}:
        names[name][:] = 0
    return tuple(np.flatnonzero(np.diff(names["roster_start"]) == 6)[:2])


def fill(names: dict[str, Any], row: int, key: int, ages: list[int], **columns: Any) -> None:
    """A household by hand."""
    names["key"][row] = key
    first = names["roster_start"][row]
    for place, age in enumerate(ages, first):
        names["member_present"][place], names["member_age"][place], names["member_health"][place] = 1, age, 0
        names["member_key"][place] = 1000 * key + age
    for name, value in columns.items():
        names[name][row] = value


@pytest.mark.parametrize(
    ("ages", "leaving"),
    [
        ([60, 58, 33, 31, 5], [33, 31, 5]),
        ([60, 33], [33]),
        ([45, 43, 20, 17], [20]),
        ([80, 50, 25], [25]),
        ([62, 45, 44, 20, 19], [20]),
        *[(ages, []) for ages in ([60, 58], [40, 38, 10], [60, 46], [52, 35], [37, 20], [60, 19])],
    ],
)
def test_who_moves_out(place: Place, ages: list[int], leaving: list[int]) -> None:
    names = place(0) | {"split_hazard": 1.0, "merge_hazard": 0.0}
    row, _ = lone_pair(names)
    fill(names, row, 7, ages, savings=1001, land=6.0, loan_principal=500, cohort=1, list_state=2, hamlet=3)
    families(names)
    child = np.uint64(draws.offspring(np.uint64(7), draws.SPLIT, names["moment"]))
    assert (child in names["key"]) == bool(leaving)
    if leaving:
        new = int(np.flatnonzero(names["key"] == child)[0])
        there = twins.present(names, new)
        assert names["member_age"][there].tolist() == leaving
        assert names["member_key"][there].tolist() == [7000 + age for age in leaving]
        assert (names["savings"][new], names["savings"][row]) == (
            1001 * len(leaving) // len(ages),
            1001 - 1001 * len(leaving) // len(ages),
        )
        assert names["land"][new] == pytest.approx(6 * len(leaving) / len(ages))
        assert (names["loan_principal"][row], names["loan_principal"][new]) == (500, 0)
        assert [names[name][new] for name in ("cohort", "list_state", "hamlet", "kin_key")] == [1, 2, 3, 7]


@pytest.mark.parametrize(
    ("guest", "host", "joins"),
    [
        ({}, {"kin_key": 7}, True),
        ({"kin_key": 9}, {}, True),
        ({"kin_key": 4}, {"kin_key": 4}, True),
        ({"hamlet": 1}, {"hamlet": 1}, True),
        ({"hamlet": 1}, {"hamlet": 2}, False),
    ],
)
def test_who_lives_alone_joins_kin_or_the_hamlet(place: Place, guest: dict, host: dict, joins: bool) -> None:
    names = place(0) | {"split_hazard": 0.0, "merge_hazard": 1.0}
    one, two = lone_pair(names)
    fill(names, one, 7, [78], **{"hamlet": 1, "savings": 30, "list_state": 1, "cohort": 1, **guest})
    fill(names, two, 9, [50, 48], **{"hamlet": 2, "savings": 12, **host})
    families(names)
    assert (names["key"][one] == 0) == joins
    assert len(twins.present(names, two)) == (3 if joins else 2)
    expected = [42, 1, 1] if joins else [12, 0, 0]
    assert [names[name][two] for name in ("savings", "list_state", "cohort")] == expected


def test_a_full_house_takes_nobody_in_but_may_inherit(place: Place) -> None:
    for ages, key_left in (([78], True), ([], False)):
        names = place(0) | {"split_hazard": 0.0, "merge_hazard": 1.0}
        one, two = lone_pair(names)
        fill(names, one, 7, ages, hamlet=1, land=2.5, cohort=1, list_state=1)
        fill(names, two, 9, [50, 49, 48, 47, 46, 45], hamlet=1, land=1.0)
        families(names)
        assert (names["key"][one] == 7) == key_left
        assert names["land"][two] == (1.0 if key_left else 3.5)
        assert names["cohort"][two] == names["list_state"][two] == 0, "what the dead leave brings nobody on the list"


def test_every_amount_of_money_is_shared_or_kept() -> None:
    """A stock of fen or of land that were copied would be money out of nothing."""
    wrong = [
        name
        for name, column in Households.columns.items()
        if column.role == "stock" and column.unit == "fen" and column.inherited not in (SHARED, KEPT)
    ]
    assert wrong == []
    assert {"land", "forest", "enterprise", "assets", "remitter", "dibao_due", "dibao_standing"} <= set(AMOUNTS)


@pytest.mark.parametrize(("guest_led", "host_led"), [(1, 1), (1, 0), (0, 1), (0, 0)])
def test_who_follows_a_leader_is_marked_once_whoever_joins(place: Place, guest_led: int, host_led: int) -> None:
    names = place(0) | {"split_hazard": 0.0, "merge_hazard": 1.0}
    guest, host = lone_pair(names)
    fill(names, guest, 7, [78], hamlet=1, led=guest_led)
    fill(names, host, 9, [50, 48], hamlet=1, led=host_led)
    families(names)
    assert names["key"][guest] == 0 and names["led"][host] == max(guest_led, host_led)


def test_the_leader_stays_with_the_parents_when_a_household_divides(place: Place) -> None:
    names = place(0) | {"split_hazard": 1.0, "merge_hazard": 0.0}
    row, _ = lone_pair(names)
    fill(names, row, 7, [60, 58, 33, 31], led=1)
    families(names)
    child = int(np.flatnonzero(names["kin_key"] == 7)[0])
    assert (names["led"][row], names["led"][child]) == (1, 0)
