"""Whom support picks out of the list, which counties results move money to, and who keeps support after the exit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.counties import count_county_results
from simulator.interventions.delivery import support
from simulator.interventions.leaning import reach_of_counties
from simulator.interventions.targeting import pick_households
from simulator.register import keep_support

TRAITS = st.tuples(
    st.integers(0, 2),
    st.floats(0, 1, exclude_max=True),
    st.integers(100, 9_999),
    st.sampled_from([0.0, 1.0, 2.0]),
    st.booleans(),
    st.booleans(),
)


def picked(
    village: list[int],
    offered: list[int],
    luck: list[float],
    income: list[float],
    targeting: float,
    labour: list[float] | None = None,
    eligible: list[int] | None = None,
) -> list[int]:
    """The offers after picking."""
    count = len(village)
    flags = np.array(offered, np.int8)
    pick_households.plain(
        supported_rows=np.arange(count),
        eligible=np.array(eligible or [1] * count, np.int8),
        offered=flags,
        take_up_luck=np.array(luck),
        village=np.array(village),
        labour=np.array(labour or [1.0] * count),
        observed_income=np.array(income),
        targeting=targeting,
    )
    return [int(flag) for flag in flags]


LUCK, INCOME = [0.1, 0.2, 0.3, 0.4], [3_000.0, 4_000.0, 1_000.0, 2_000.0]


@pytest.mark.parametrize(
    ("targeting", "expected"),
    [
        (1.0, [1, 1, 0, 0]),
        (-1.0, [0, 0, 1, 1]),
        # Half of each: scores 0.05 + 0.1875, 0.1 + 0.0625, 0.15 + 0.4375, 0.2 + 0.3125 by potential.
        (0.5, [1, 1, 0, 0]),
        # By need, a tenth: 0.09 + 0.0625, 0.18 + 0.0875, 0.27 + 0.0125, 0.36 + 0.0375.
        (-0.1, [1, 1, 0, 0]),
        # Half by need: 0.05 + 0.3125, 0.1 + 0.4375, 0.15 + 0.0625, 0.2 + 0.1875.
        (-0.5, [1, 0, 1, 0]),
    ],
)
def test_worked_scores(targeting: float, expected: list[int]) -> None:
    assert picked([0] * 4, [1, 1, 0, 0], LUCK, INCOME, targeting) == expected


def test_who_has_no_labour_or_was_not_observed_has_no_potential() -> None:
    income = [9_000.0, math.inf, 1_000.0, 500.0]
    assert picked([0] * 4, [1, 1, 0, 0], LUCK, income, 1.0, labour=[0.0, 1.0, 1.0, 1.0]) == [0, 0, 1, 1]
    assert picked([0] * 4, [1, 1, 0, 0], LUCK, income, -1.0, labour=[0.0, 1.0, 1.0, 1.0]) == [0, 0, 1, 1]


def test_who_may_not_have_it_takes_no_place() -> None:
    assert picked([0] * 4, [1, 0, 0, 0], LUCK, INCOME, 1.0, eligible=[1, 0, 1, 1]) == [1, 0, 0, 0]
    assert picked([0] * 4, [0, 0, 1, 0], LUCK, INCOME, 1.0, eligible=[0, 0, 1, 1]) == [0, 0, 0, 1]


@given(rows=st.lists(TRAITS, min_size=1, max_size=30), targeting=st.floats(-1, 1))
def test_a_village_keeps_as_many_offers_and_a_twin_in_words_agrees(
    rows: list[tuple[int, float, int, float, bool, bool]], targeting: float
) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    income = [row[2] + 0.001 * index for index, row in enumerate(rows)]
    luck = [(row[1] + 0.0001 * index) / 2 for index, row in enumerate(rows)]
    labour = [row[3] for row in rows]
    eligible = [int(row[5]) for row in rows]
    offered = [int(row[4] and row[5]) for row in rows]
    village = [row[0] for row in rows]
    found = picked(village, offered, luck, income, targeting, labour, eligible)
    assert found == in_words(village, offered, luck, income, labour, eligible, targeting)
    for one in set(village):
        here = [index for index, home in enumerate(village) if home == one]
        assert sum(found[index] for index in here) == sum(offered[index] for index in here)


def in_words(
    village: list[int],
    offered: list[int],
    luck: list[float],
    income: list[float],
    labour: list[float],
    eligible: list[int],
    targeting: float,
) -> list[int]:
    """The same, household by household in plain Python."""
    result = list(offered)
    for one in set(village):
        here = [row for row, home in enumerate(village) if home == one and eligible[row]]
        able = [row for row in here if labour[row] > 0]
        if targeting < 0:
            order = sorted(here, key=lambda row: income[row])
        else:
            order = sorted(able, key=lambda row: -income[row]) + [row for row in here if labour[row] == 0]
        weight = abs(targeting)
        score = {row: (1 - weight) * luck[row] + weight * (order.index(row) + 0.5) / len(here) for row in here}
        by_score = sorted(order, key=lambda row: score[row])
        for place, row in enumerate(by_score):
            result[row] = int(place < sum(offered[other] for other in here))
    return result


def test_results_are_the_share_of_the_list_reported_above_the_line() -> None:
    results = np.full(3, 9.0)
    count_county_results.plain(
        village=np.array([0, 0, 1, 1, 2]),
        size=np.array([2, 3, 4, 1, 5]),
        reviewed=np.array([1, 1, 1, 1, 0], np.int8),
        list_state=np.array([2, 1, 3, 1, 1], np.int8),
        village_county=np.array([0, 0, 1]),
        village_stands_for=np.array([10, 1, 7]),
        county_results=results,
    )
    # First county: 2 x 10 under observation and 4 off the list, of 5 x 10 + 5; the others had nobody under review.
    assert results.tolist() == [24 / 55, 0.0, 0.0]


@pytest.mark.parametrize(
    ("weight", "elsewhere", "expected"),
    [
        (0.0, 1.0, [1.0, 1.0, 1.0]),
        (0.0, 0.5, [1.0, 0.5, 1.0]),
        (1.0, 1.0, [1.0, 0.5, 0.0]),
        (0.5, 0.8, [1.0, 0.6, 0.5]),
    ],
)
def test_the_reach_of_a_county_goes_by_its_results(weight: float, elsewhere: float, expected: list[float]) -> None:
    results, supported = np.array([0.4, 0.2, 0.0]), np.array([1, 0, 1], np.int8)
    assert reach_of_counties(supported, results, elsewhere, weight) == pytest.approx(expected)


def test_without_results_all_counties_count_alike() -> None:
    assert reach_of_counties(np.ones(3, np.int8), np.zeros(3), 1.0, 1.0).tolist() == [1.0, 1.0, 1.0]


def test_support_is_kept_by_those_who_left_at_a_review_and_by_nobody_else() -> None:
    state = np.array([3, 3, 1, 2, 0, 3], np.int8)
    kept = np.array([0, 0, 0, 0, 0, 1], np.int8)
    keep_support.plain(state, np.array([0.3, -1.0, -1.0, -1.0, -1.0, -1.0]), kept)
    assert kept.tolist() == [1, 0, 0, 0, 0, 1]
    supported = np.full(6, 9, np.int8)
    support.plain(np.ones(6, np.int64), state, supported, kept, 0)
    assert supported.tolist() == [1, 0, 1, 0, 0, 1]
