"""Measures of one year against textbook tables, closed forms and identities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.distribution import (
    benefit_shares,
    gini,
    group_of,
    growth_incidence,
    poverty,
    quantile_means,
    rank,
    sen,
    targeting_ratio,
    theil,
)

# Haughton and Khandker, Handbook on Poverty and Inequality (2009), tables 4.1 to 4.3: four persons, a line of 125.
COUNTRIES = {"A": (100, 100, 150, 150), "B": (124, 124, 150, 150), "C": (100, 110, 150, 160)}
ONE = np.ones(4)

incomes = st.lists(st.floats(10.0, 1e5), min_size=3, max_size=30).map(np.array)


def weights_for(income: np.ndarray) -> np.ndarray:
    return 1.0 + np.arange(len(income)) % 4


def test_the_handbooks_poverty_gap_table() -> None:
    table = np.array(COUNTRIES["C"], float)
    assert poverty(table, ONE, 125.0).headcount == 0.5
    assert poverty(table, ONE, 125.0).gap == pytest.approx((25 / 125 + 15 / 125) / 4)
    assert poverty(table, ONE, 125.0).squared_gap == pytest.approx((0.2**2 + 0.12**2) / 4)
    assert poverty(table, ONE, 125.0).watts == pytest.approx((math.log(1.25) + math.log(125 / 110)) / 4)
    assert poverty(np.array(COUNTRIES["A"], float), ONE, 125.0).gap == pytest.approx(0.10)
    assert poverty(np.array(COUNTRIES["B"], float), ONE, 125.0).gap == pytest.approx(0.004)


def test_sens_index_is_the_closed_form_for_two_poor() -> None:
    table = np.array(COUNTRIES["C"], float)
    shortfall = (0.2 + 0.12) / 2
    unequal = gini(np.array([100.0, 110.0]), np.ones(2))
    assert unequal == pytest.approx(10 / (2 * 210))
    assert sen(table, ONE, 125.0) == pytest.approx(0.5 * (shortfall + (1 - shortfall) * unequal))
    assert sen(table, ONE, 50.0) == 0.0


def test_gini_of_a_uniform_and_of_one_owner() -> None:
    """1/3 for incomes spread evenly from zero; (n - 1) / n where one of n has all; 0 for equal incomes."""
    even = (np.arange(1000) + 0.5) / 1000
    assert gini(even, np.ones(1000)) == pytest.approx(1 / 3, abs=1e-6)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0]), ONE) == pytest.approx(0.75)
    assert gini(np.full(4, 3.0), ONE) == pytest.approx(0.0, abs=1e-15)


def test_gini_of_a_lognormal_is_the_closed_form() -> None:
    probabilities = (np.arange(200_000) + 0.5) / 200_000
    from statistics import NormalDist

    normal = np.array([NormalDist().inv_cdf(p) for p in probabilities[::20]])
    assert gini(np.exp(0.6 * normal), np.ones(len(normal))) == pytest.approx(math.erf(0.3), abs=1e-3)


def test_theil_of_a_lognormal_is_half_the_variance() -> None:
    from statistics import NormalDist

    normal = np.array([NormalDist().inv_cdf((row + 0.5) / 20_000) for row in range(20_000)])
    found = theil(np.exp(0.5 * normal), np.ones(len(normal)), np.zeros(len(normal), np.int64))
    assert found.total == pytest.approx(0.125, abs=1e-3)
    assert found.between == pytest.approx(0.0, abs=1e-12)


@given(incomes)
def test_theil_is_the_sum_of_its_parts(income: np.ndarray) -> None:
    found = theil(income, weights_for(income), np.arange(len(income)) % 3)
    assert found.total == pytest.approx(found.within + found.between, abs=1e-9)
    assert found.between >= -1e-12 and found.within >= -1e-12


@given(incomes, st.floats(100.0, 5e4))
def test_the_order_of_the_indices(income: np.ndarray, line: float) -> None:
    found = poverty(income, weights_for(income), line)
    assert 1.0 >= found.headcount >= found.gap >= found.squared_gap >= 0.0
    assert found.watts >= found.gap - 1e-12
    assert -1e-12 <= sen(income, weights_for(income), line) <= found.headcount + 1e-12


@given(incomes, st.floats(100.0, 5e4))
def test_poverty_decomposes_by_subgroup(income: np.ndarray, line: float) -> None:
    weight, half = weights_for(income), np.arange(len(income)) % 2 == 0
    parts = [(weight[group].sum(), poverty(income[group], weight[group], line)) for group in (half, ~half)]
    whole = poverty(income, weight, line)
    for index in range(4):
        mixed = sum(persons * part[index] for persons, part in parts) / weight.sum()
        assert whole[index] == pytest.approx(mixed, abs=1e-12)


def test_a_transfer_from_richer_to_poorer_poor_lowers_the_squared_gap() -> None:
    before, after = np.array([20.0, 60.0, 200.0]), np.array([30.0, 50.0, 200.0])
    one = np.ones(3)
    assert poverty(after, one, 100.0).squared_gap < poverty(before, one, 100.0).squared_gap
    assert poverty(after, one, 100.0).gap == pytest.approx(poverty(before, one, 100.0).gap)
    assert gini(after, one) < gini(before, one)


@given(incomes, st.floats(0.5, 3.0))
def test_scale_and_replication_change_nothing(income: np.ndarray, factor: float) -> None:
    weight = weights_for(income)
    line = float(np.median(income)) + 0.37
    twice = np.repeat(income, 2)
    assert gini(factor * income, weight) == pytest.approx(gini(income, weight), abs=1e-9)
    assert poverty(income, 2 * weight, line) == pytest.approx(poverty(twice, np.repeat(weight, 2), line))
    assert gini(twice, np.repeat(weight, 2)) == pytest.approx(gini(income, weight), abs=1e-12)
    order = np.argsort(-income, kind="stable")
    assert sen(income[order], weight[order], line) == pytest.approx(sen(income, weight, line), abs=1e-12)
    fifths = group_of(rank(income, weight), 5)
    assert np.array_equal(fifths[order], group_of(rank(income[order], weight[order]), 5))


@given(incomes)
def test_group_means_average_to_the_mean(income: np.ndarray) -> None:
    weight = weights_for(income)
    means = quantile_means(income, weight, 7)
    assert means.mean() == pytest.approx(float(weight @ income) / weight.sum())
    assert np.all(np.diff(means) >= -1e-9 * income.max())


def test_growth_incidence_of_equal_growth_is_flat_and_integrates_to_mean_growth() -> None:
    income, weight = np.array([1.0, 2.0, 3.0, 10.0, 30.0]), np.array([2.0, 1.0, 3.0, 1.0, 1.0])
    first = quantile_means(income, weight, 4)
    assert growth_incidence(first, quantile_means(1.1 * income, weight, 4)) == pytest.approx(np.full(4, 0.1))
    after = income + np.array([1.0, 0.0, 0.5, 0.0, 2.0])
    curve = growth_incidence(first, quantile_means(after, weight, 4))
    mean_growth = float(weight @ after) / float(weight @ income) - 1.0
    assert float(curve @ first) / first.sum() == pytest.approx(mean_growth)


def test_targeting_perfect_neutral_and_perverse() -> None:
    income, weight = np.arange(1.0, 11.0), np.ones(10)
    places = rank(income, weight)
    assert places == pytest.approx((income - 0.5) / 10)
    assert rank(np.array([2.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0])) == pytest.approx([0.75, 0.25, 0.75])
    assert targeting_ratio((income <= 4).astype(float), places, weight) == pytest.approx(1 / 0.4)
    assert targeting_ratio(np.ones(10), places, weight) == pytest.approx(1.0)
    assert targeting_ratio((income > 6).astype(float), places, weight) == 0.0
    assert math.isnan(targeting_ratio(np.zeros(10), places, weight))
    assert benefit_shares(income, places, weight, 5) == pytest.approx(np.array([3, 7, 11, 15, 19]) / 55)
