"""The sample of villages: weights, jackknife variance, the probability of none and quantiles, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.jackknife import Sample

STRATUM = np.array([0, 0, 0, 2, 2, 2])
STANDS_FOR = np.array([4, 4, 4, 10, 10, 10])
VALUES = np.array([3.0, 7.0, 8.0, 20.0, 26.0, 50.0])


def textbook_variance_of_total(stratum: np.ndarray, stands_for: np.ndarray, values: np.ndarray) -> float:
    """Stratified sampling without replacement: sum over strata of N^2 (1 - n/N) s^2 / n (Cochran 1977, 5.3)."""
    variance = 0.0
    for code in np.unique(stratum):
        inside = stratum == code
        sampled, standing = inside.sum(), stands_for[inside].sum()
        variance += standing**2 * (1 - sampled / standing) * values[inside].var(ddof=1) / sampled
    return variance


def test_first_total_is_weighted_and_the_others_leave_one_out() -> None:
    totals = Sample(STRATUM, STANDS_FOR).totals(VALUES)
    assert totals[0] == 4 * 18 + 10 * 96
    assert totals[1] == pytest.approx(12 * 7.5 + 960)
    assert totals[6] == pytest.approx(72 + 30 * 23)


def test_totals_keep_the_axes_of_years() -> None:
    sample = Sample(STRATUM, STANDS_FOR)
    by_year = sample.totals(np.stack([VALUES, 2 * VALUES]))
    assert by_year.shape == (7, 2)
    np.testing.assert_allclose(by_year[:, 1], 2 * sample.totals(VALUES))


def test_variance_of_a_total_is_the_textbook_one() -> None:
    sample = Sample(STRATUM, STANDS_FOR)
    expected = textbook_variance_of_total(STRATUM, STANDS_FOR, VALUES)
    assert sample.variance(sample.totals(VALUES)) == pytest.approx(expected)


def test_variance_of_a_mean_is_the_textbook_one() -> None:
    sample = Sample(STRATUM, STANDS_FOR)
    mean = sample.totals(VALUES) / sample.totals(np.ones(6))
    assert sample.variance(mean) == pytest.approx(textbook_variance_of_total(STRATUM, STANDS_FOR, VALUES) / 42**2)


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5), st.integers(2, 30))
def test_variance_of_a_total_is_the_textbook_one_for_any_values(values: list[float], stands_for: int) -> None:
    stratum, weight, array = np.array([1, 1, 0, 0, 0]), np.full(5, stands_for), np.array(values)
    sample = Sample(stratum, weight)
    expected = textbook_variance_of_total(stratum, weight, array)
    assert sample.variance(sample.totals(array)) == pytest.approx(expected, rel=1e-6, abs=1e-3)


def test_order_of_villages_does_not_matter() -> None:
    shuffled = np.array([4, 0, 5, 2, 3, 1])
    one = Sample(STRATUM, STANDS_FOR)
    other = Sample(STRATUM[shuffled], STANDS_FOR[shuffled])
    ratio = one.totals(VALUES) / one.totals(np.square(VALUES))
    moved = VALUES[shuffled]
    assert other.variance(other.totals(moved) / other.totals(np.square(moved))) == pytest.approx(one.variance(ratio))


def test_full_place_has_no_sampling_variance() -> None:
    sample = Sample(STRATUM, np.ones(6))
    assert sample.full
    assert sample.totals(VALUES).shape == (1,)
    assert sample.variance(sample.totals(VALUES)) == 0.0


def test_stratum_seen_whole_adds_nothing() -> None:
    sample = Sample(STRATUM, np.array([1, 1, 1, 10, 10, 10]))
    only = Sample(STRATUM[3:], np.array([10, 10, 10]))
    assert not sample.full
    assert sample.variance(sample.totals(VALUES)) == pytest.approx(only.variance(only.totals(VALUES[3:])))


def test_lone_village_joins_the_nearest_sampled_stratum_for_the_variance_only() -> None:
    stratum, stands_for = np.array([0, 1, 1, 2, 2]), np.array([6, 6, 6, 9, 9])
    values = np.array([1.0, 5.0, 6.0, 2.0, 4.0])
    sample = Sample(stratum, stands_for)
    joined = textbook_variance_of_total(np.array([1, 1, 1, 2, 2]), stands_for, values)
    assert sample.totals(values)[0] == 6 + 66 + 54
    assert sample.variance(sample.totals(values)) == pytest.approx(joined)


def test_lone_village_without_neighbour_has_no_known_variance() -> None:
    sample = Sample(np.array([0]), np.array([5]))
    assert sample.totals(np.array([2.0]))[0] == 10
    assert math.isnan(sample.variance(sample.totals(np.array([2.0]))))


def test_lone_village_that_stands_for_itself_is_known() -> None:
    sample = Sample(np.array([0, 2, 2]), np.array([1, 5, 5]))
    values = np.array([100.0, 3.0, 5.0])
    assert sample.variance(sample.totals(values)) == pytest.approx(10**2 * 0.8 * 2.0 / 2)


def test_no_village_is_refused() -> None:
    with pytest.raises(ValueError, match="without villages"):
        Sample(np.empty(0), np.empty(0))


def test_none_failing_against_numerical_integration() -> None:
    """With p = sin^2(a) the posterior Beta(1/2, n + 1/2) has the density cos(a)^(2n) in a, up to its constant."""
    angle = np.linspace(0.0, np.pi / 2, 200_001)
    expected = 1.0
    for seen, standing in ((3, 12), (3, 30)):
        density = np.cos(angle) ** (2 * seen)
        passing = np.cos(angle) ** (2 * (standing - seen))
        expected *= np.trapezoid(density * passing, angle) / np.trapezoid(density, angle)
    found = Sample(STRATUM, STANDS_FOR).none_failing(np.zeros(6), np.ones(6))
    assert found == pytest.approx(expected, rel=1e-6)


def test_none_failing_in_small_closed_form() -> None:
    """One village seen of two: B(1/2, 5/2) / B(1/2, 3/2) = 3/4."""
    assert Sample(np.array([0]), np.array([2])).none_failing(np.zeros(1), np.ones(1)) == pytest.approx(0.75)


def test_none_failing_is_zero_once_one_failed_and_one_when_all_were_seen() -> None:
    assert Sample(STRATUM, STANDS_FOR).none_failing(np.array([0, 0, 0, 0, 0, 1.0]), np.ones(6)) == 0.0
    assert Sample(STRATUM, np.ones(6)).none_failing(np.zeros(6), np.ones(6)) == 1.0


@given(st.integers(1, 200), st.integers(2, 40))
def test_none_failing_is_surer_the_more_was_seen(units: int, stands_for: int) -> None:
    stratum = np.array([0, 0])
    few = Sample(stratum, np.full(2, stands_for)).none_failing(np.zeros(2), np.full(2, units))
    more = Sample(stratum, np.full(2, stands_for - 1)).none_failing(np.zeros(2), np.full(2, units))
    assert 0.0 < few < more <= 1.0


def test_quantile_counts_each_unit_for_all_it_stands_for() -> None:
    sample = Sample(np.array([0, 0, 2, 2]), np.array([1, 1, 9, 9]))
    values, village = np.array([40.0, 10.0, 30.0, 20.0]), np.array([3, 0, 2, 1])
    assert sample.quantile(values, village, 0.05)[0] == 10.0
    assert sample.quantile(values, village, 0.10)[0] == 20.0
    assert sample.quantile(values, village, 0.50)[0] == 30.0
    assert sample.quantile(values, village, 0.60)[0] == 40.0


def test_quantile_of_the_full_place_is_exact_and_of_nobody_unknown() -> None:
    full = Sample(STRATUM, np.ones(6))
    assert full.quantile(np.arange(100.0), np.arange(100) % 6, 0.01) == (0.0, 0.0)
    assert all(math.isnan(figure) for figure in full.quantile(np.empty(0), np.empty(0, np.int64), 0.01))


def test_variance_of_a_median_is_near_that_of_independent_draws() -> None:
    """Normal incomes independent of the village: the median's variance is pi / 2 * sd^2 / n (1 - n / N)."""
    generator = np.random.Generator(np.random.Philox(7))
    villages, households = 60, 50
    sample = Sample(np.repeat([0, 1], 30), np.full(villages, 5))
    village = np.repeat(np.arange(villages), households)
    found = [
        sample.quantile(generator.normal(10_000, 1_000, villages * households), village, 0.5)[1] for _ in range(40)
    ]
    expected = np.pi / 2 * 1_000**2 / (villages * households) * (1 - 1 / 5)
    assert np.mean(found) == pytest.approx(expected, rel=0.15)
