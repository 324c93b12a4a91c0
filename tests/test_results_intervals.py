"""Intervals against published values, against SciPy, and by their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from results.intervals import RESAMPLES, jeffreys, mean_probability, paired_mean, paired_probabilities

# Brown, Cai and DasGupta (2001), table 5: limits of the modified Jeffreys interval for n = 10 are those of Jeffreys
# but at the ends; here the interior rows, 95 %.
JEFFREYS_OF_TEN = {1: (0.011, 0.381), 2: (0.044, 0.503), 3: (0.093, 0.606), 4: (0.153, 0.696), 5: (0.224, 0.776)}


@pytest.mark.parametrize(("met", "expected"), JEFFREYS_OF_TEN.items())
def test_jeffreys_against_the_published_table(met: int, expected: tuple[float, float]) -> None:
    assert jeffreys(met, 10) == pytest.approx(expected, abs=6e-4)


def test_jeffreys_ends_are_certain_only_where_nothing_speaks_against() -> None:
    low, high = jeffreys(0, 48)
    assert low == 0
    assert high == pytest.approx(stats.beta.ppf(0.975, 0.5, 48.5))
    low, high = jeffreys(48, 48)
    assert low == pytest.approx(stats.beta.ppf(0.025, 48.5, 0.5))
    assert high == 1


def test_failed_runs_count_against_at_the_low_end_and_for_at_the_high_end() -> None:
    low, high = jeffreys(20, 40, failed=8)
    assert low == pytest.approx(jeffreys(20, 48)[0])
    assert high == pytest.approx(jeffreys(28, 48)[1])
    assert jeffreys(40, 40, failed=8)[1] == 1
    assert jeffreys(0, 40, failed=8)[0] == 0
    assert jeffreys(0, 40, failed=8)[1] == pytest.approx(jeffreys(8, 48)[1])
    assert jeffreys(0, 0, failed=3) == (0, 1)
    assert jeffreys(0, 0) == (0, 1)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10))
def test_jeffreys_is_ordered_symmetric_and_wider_with_failures(met: int, missed: int, failed: int) -> None:
    runs = met + missed
    low, high = jeffreys(met, runs, failed)
    other_low, other_high = jeffreys(missed, runs, failed)
    assert 0 <= low <= high <= 1
    assert (1 - other_high, 1 - other_low) == pytest.approx((low, high), abs=1e-9)
    if runs:
        assert low <= met / runs <= high
        narrow_low, narrow_high = jeffreys(met, runs)
        assert low <= narrow_low
        assert narrow_high <= high


def _pairs(both: int, gained: int, lost: int, neither: int) -> tuple[list[bool], list[bool]]:
    cells = ((True, True, both), (False, True, gained), (True, False, lost), (False, False, neither))
    flat = [(before, after) for before, after, count in cells for _ in range(count)]
    return [before for before, _ in flat], [after for _, after in flat]


# The formula of Bonett and Price (2012) worked by hand. The first two are the worked cases of Fagerland, Lydersen and
# Laake (2014): airway response before and after a transplantation, remission before and after a therapy.
WORKED = [
    ((1, 7, 1, 12), 6 / 21, (0.013, 0.508)),
    ((59, 16, 6, 80), 10 / 161, (0.003, 0.119)),
    ((60, 22, 50, 68), -28 / 200, (-0.220, -0.057)),
]


@pytest.mark.parametrize(("cells", "change", "expected"), WORKED)
def test_paired_probabilities_against_worked_cases(
    cells: tuple[int, int, int, int], change: float, expected: tuple[float, float]
) -> None:
    found, interval = paired_probabilities(*_pairs(*cells))
    assert found == pytest.approx(change)
    assert interval == pytest.approx(expected, abs=6e-4)


def test_failed_pairs_widen_both_ends() -> None:
    first, second = _pairs(5, 3, 1, 3)
    low, high = paired_probabilities(first, second)[1]
    wide_low, wide_high = paired_probabilities(first, second, failed=2)[1]
    assert wide_low < low
    assert high < wide_high
    assert wide_low == pytest.approx(paired_probabilities(*_pairs(5, 3, 3, 3))[1][0])
    assert wide_high == pytest.approx(paired_probabilities(*_pairs(5, 5, 1, 3))[1][1])


def test_swapping_paired_arms_turns_the_sign() -> None:
    first, second = _pairs(5, 3, 1, 3)
    change, (low, high) = paired_probabilities(first, second)
    assert paired_probabilities(second, first) == (-change, pytest.approx((-high, -low)))


def test_arms_of_different_length_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="same runs"):
        paired_probabilities([True], [])


def test_paired_mean_against_students_sleep_data() -> None:
    extra = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    mean, interval = paired_mean(extra)
    assert mean == pytest.approx(1.58)
    assert interval == pytest.approx((0.7001142, 2.4598858), abs=1e-7)


def test_paired_mean_of_few() -> None:
    assert paired_mean([3.0]) == (3.0, None)
    mean, interval = paired_mean([])
    assert np.isnan(mean)
    assert interval is None


def test_paired_mean_agrees_with_scipy() -> None:
    values = np.array([3.0, -1.0, 4.0, 1.5, -5.0, 9.0])
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert paired_mean(values)[1] == pytest.approx((expected.low, expected.high))


def test_coverage_over_all_outcomes_is_near_the_level() -> None:
    """Exact coverage of Jeffreys at 48 runs, averaged over probabilities."""
    limits = [jeffreys(met, 48) for met in range(49)]
    chances = np.linspace(0.05, 0.95, 91)
    covered = np.array([[low <= chance <= high for low, high in limits] for chance in chances])
    weight = stats.binom.pmf(np.arange(49), 48, chances[:, None])
    coverage = (covered * weight).sum(axis=1)
    assert coverage.mean() == pytest.approx(0.95, abs=0.01)
    assert coverage.min() > 0.88


def test_coverage_of_the_paired_interval_by_simulation() -> None:
    generator = np.random.Generator(np.random.Philox(key=[5, 0]))
    counts = generator.multinomial(12, [0.35, 0.30, 0.05, 0.30], size=1500)
    limits = {tuple(cells): paired_probabilities(*_pairs(*map(int, cells)))[1] for cells in np.unique(counts, axis=0)}
    covered = [low <= 0.25 <= high for low, high in (limits[tuple(cells)] for cells in counts)]
    assert np.mean(covered) > 0.93


def test_mean_probability_by_resampling_is_the_same_each_time_and_near_the_normal_one() -> None:
    chances = list(np.random.Generator(np.random.Philox(key=[6, 0])).beta(2, 2, size=48))
    low, high = mean_probability(chances, "T-V150 each")
    assert (low, high) == mean_probability(chances, "T-V150 each")
    assert (low, high) != mean_probability(chances, "T-V100 each")
    spread = 1.96 * np.std(chances) / np.sqrt(48)
    assert (low, high) == pytest.approx((np.mean(chances) - spread, np.mean(chances) + spread), abs=0.02)
    assert RESAMPLES >= 1000


def test_mean_probability_never_claims_certainty() -> None:
    assert mean_probability([0.0] * 48, "x") == jeffreys(0, 48)
    assert mean_probability([1.0] * 48, "x") == jeffreys(48, 48)


def test_mean_probability_with_failed_runs_is_wider() -> None:
    chances = [0.4, 0.5, 0.6, 0.5] * 6
    low, high = mean_probability(chances, "x")
    wide_low, wide_high = mean_probability(chances, "x", failed=4)
    assert wide_low < low
    assert high < wide_high
