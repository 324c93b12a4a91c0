"""Sums that couple the villages of a county, against brute force."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.counties import count_county_persons, lowest_admitted
from simulator.scenario import Scenario
from simulator.world import World
from tests import twins, twins_register

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize("seed", range(3))
def test_persons_of_counties(place: Place, seed: int) -> None:
    names = place(seed)
    county, on_list = twins_register.county_of(names), np.isin(names["list_state"], (1, 2))
    expected = {
        "county_persons": [twins_register.persons(names, np.flatnonzero(county == c)) for c in range(3)],
        "county_listed_persons": [
            twins_register.persons(names, np.flatnonzero((county == c) & on_list)) for c in range(3)
        ],
    }
    twins.agree(count_county_persons, expected, names)


def lowest(names: dict[str, Any], rows: np.ndarray) -> float:
    """The cut by brute force: over all possible cuts the highest whose households fit, tried from the lowest on."""
    income, cut = names["verified_income"], -math.inf
    room = names["dibao_coverage"] * names["county_persons"].sum()
    for tried in sorted(set(income[rows])):
        if twins_register.persons(names, rows[income[rows] <= tried]) > room:
            break
        cut = tried
    return cut


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("coverage", [0.0, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_dibao_covers_the_lowest_up_to_its_coverage(place: Place, seed: int, coverage: float, ties: bool) -> None:
    names = place(seed) | {"dibao_coverage": coverage}
    if ties:
        names["verified_income"][:] = np.round(names["verified_income"], -4)
    count_county_persons(names)
    rows = np.flatnonzero(names["dibao_application"] < 0.9)
    names |= {"rows": rows, "order": np.argsort(names["verified_income"][rows], kind="stable")}
    cut = lowest_admitted(names)
    assert cut == lowest(names, rows)
    covered = rows[names["verified_income"][rows] <= cut]
    assert twins_register.persons(names, covered) <= coverage * names["county_persons"].sum()
    assert (cut == names["verified_income"][rows].max()) == (coverage == 1.0)


def test_nobody_asks_and_nobody_is_admitted(place: Place) -> None:
    names = place(0) | {"dibao_coverage": 0.5, "rows": np.zeros(0, np.int64), "order": np.zeros(0, np.int64)}
    assert lowest_admitted(names) == -math.inf


def test_the_world_keeps_within_coverage_and_quota(world: World, scenario: Scenario) -> None:
    """At year 0: dibao covers at most the stated share of rural persons, lowest verified incomes of takers first, and
    everyone who receives it is on the list."""
    home = world.households
    weight = world.villages.stands_for[home.village] * home.size
    dibao = (home.dibao == 1) & (home.size > 0)
    assert 0 < weight[dibao].sum() <= scenario.values["place.dibao_coverage"] * weight.sum()
    assert (home.list_state[dibao] == 1).all()
    takers = (home.dibao_application < scenario.values["place.dibao_take_up"]) & (home.size > 0)
    assert home.verified_income[dibao].max() < home.verified_income[takers & ~dibao].min()
