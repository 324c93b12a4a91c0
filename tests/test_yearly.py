"""The measures of a year and of a period on slices built by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.yearly import POOREST, YearSlice, measures_of_period, measures_of_year


def piece(year: int, income: list[float], **given: Any) -> YearSlice:
    """Ten households of two persons in two villages; the first four are the cohort, the first two cannot work."""
    number = len(income)
    wages = np.array(income)
    columns: dict[str, Any] = {
        "year": year,
        "key": np.arange(1, number + 1, dtype=np.uint64),
        "village": np.arange(number) % 2,
        "households": np.full(number, 1.0),
        "persons": np.full(number, 2.0),
        "income": wages,
        "parts": np.stack([wages - 100.0, np.full(number, 60.0), np.full(number, 10.0), np.full(number, 30.0)], axis=1),
        "cohort": (np.arange(number) < 4).astype(np.int8),
        "listed": (np.arange(number) < 5).astype(np.int8),
        "left": np.zeros(number, np.int8),
        "able": (np.arange(number) >= 2).astype(np.int8),
        "below_line": np.arange(number) < 3,
        "support": np.where(np.arange(number) < 4, 50.0, 0.0),
        "public": np.full(number, 20.0),
        "lines": {"relative": 400.0, "absolute": 250.0},
    }
    columns |= given
    return YearSlice(**({"order": np.argsort(columns["income"])} | columns))


FIRST = [200.0, 300.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0, 1100.0, 1200.0]


def test_poverty_and_targeting_of_a_year_by_hand() -> None:
    found = measures_of_year(piece(2018, FIRST))
    assert found["fgt0_relative", "rural"] == pytest.approx(0.2)
    assert found["fgt1_relative", "rural"] == pytest.approx((0.5 + 0.25) / 10)
    assert found["fgt2_relative", "cohort"] == pytest.approx((0.25 + 0.0625) / 4)
    assert found["fgt0_absolute", "rural"] == pytest.approx(0.1)
    assert found["watts_absolute", "rural"] == pytest.approx(math.log(1.25) / 10)
    assert found["targeting_precision", "rural"] == pytest.approx(3 / 5)
    assert found["targeting_recall", "rural"] == 1.0
    assert found["targeting_ratio_support", "rural"] == pytest.approx(1 / POOREST)
    assert found["targeting_ratio_public", "rural"] == pytest.approx(1.0)
    assert [found["incidence_support", f"rural {n:02d}/10"] for n in (1, 4, 5)] == pytest.approx([0.25, 0.25, 0.0])
    assert found["theil", "rural"] == pytest.approx(found["theil_within", "rural"] + found["theil_between", "rural"])


def test_households_without_persons_count_nowhere() -> None:
    gone = np.array([2.0] * 9 + [0.0])
    with_gone = measures_of_year(piece(2018, [*FIRST[:9], 5.0], persons=gone))
    without = measures_of_year(piece(2018, FIRST[:9], cohort=np.array([1] * 4 + [0] * 5), below_line=np.arange(9) < 3))
    assert with_gone == pytest.approx(without, nan_ok=True)


def test_a_period_of_equal_growth() -> None:
    """Everybody grows by a tenth: flat incidence, nobody changes place, growth of wages 0.1 of income by class."""
    years = [piece(2018 + t, [1.1**t * value for value in FIRST]) for t in range(3)]
    found = measures_of_period(years)
    assert [found["growth_incidence", f"rural {n:02d}/20"] for n in (1, 20)] == pytest.approx([0.21, 0.21])
    assert found["transition_year", "rural 1>1"] == found["transition_period", "rural 5>5"] == 1.0
    assert found["years_poor", "rural 3"] == pytest.approx(0.2), "300 x 1.21 = 363 is still under 400"
    assert found["years_poor", "rural 0"] == pytest.approx(0.8)
    assert math.isnan(found["return_hazard", "rural 1"])
    able = [value for index, value in enumerate(FIRST[:4]) if index >= 2]
    assert found["growth_from_wage", "cohort able"] == pytest.approx(0.21 * sum(able) / sum(able))
    assert found["growth_from_business", "cohort unable"] == pytest.approx(0.0)


def test_a_stranger_in_the_same_row_is_not_followed() -> None:
    first, second = piece(2018, FIRST), piece(2019, FIRST[::-1])
    stranger = second.key.copy()
    stranger[0] += np.uint64(100)
    found = measures_of_period([first, piece(2019, [5000.0, *FIRST[1:]], key=stranger)])
    assert found["transition_period", "rural 1>1"] == 1.0
    assert found["chronic_jalan_ravallion", "rural"] == pytest.approx(0.25**2 / 9)


def test_one_year_is_no_period() -> None:
    assert measures_of_period([piece(2018, FIRST)]) == {}


def test_exits_and_what_became_of_them() -> None:
    """Rows 0 to 3 leave in the second year: 0 is listed again, 1 is poor unseen, 2 is neither, 3 dies; row 4 leaves
    last."""
    nobody = np.zeros(10, np.int8)
    second, third = nobody.copy(), nobody.copy()
    second[:4], third[1:5] = 1, 1
    listed, below, persons = nobody.copy(), nobody.copy(), np.full(10, 2.0)
    listed[0], below[:2], persons[3] = 1, 1, 0.0
    common = {"households": np.full(10, 7.0)}
    found = measures_of_period(
        [
            piece(2017, FIRST, left=nobody, **common),
            piece(2018, FIRST, left=second, listed=nobody, below_line=nobody, **common),
            piece(2019, FIRST, left=third, listed=listed, below_line=below, persons=persons, **common),
        ]
    )
    assert found["exits", "list"] == 5 * 7
    assert found["exits_listed_again", "list"] == 7
    assert found["exits_truly_poor_again", "list"] == 2 * 7, "the one listed again is poor too"
    assert found["exits_stable", "list"] == 7
