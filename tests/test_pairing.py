"""Paired differences and what pairing is worth: by hand, by the test the interval inverts, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from results.intervals import paired_mean
from results.pairing import contrast, contrasts


def test_a_difference_by_hand() -> None:
    told = contrast([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 6.0])
    assert told is not None and told["pairs"] == 4 and told["difference"] == 1.25
    assert told["interval"] == pytest.approx(paired_mean([1.0, 1.0, 1.0, 2.0])[1])
    # Var A = 5/3, Var B = 35/12, Var (B - A) = 1/4.
    assert told["reduction"] == pytest.approx((5 / 3 + 35 / 12) / (1 / 4))


def test_what_is_missing_on_one_side_is_left_out() -> None:
    told = contrast([1.0, math.nan, 3.0], [2.0, 3.0, math.nan])
    assert told is not None and told["pairs"] == 1 and told["interval"] is None and told["reduction"] is None
    assert contrast([math.nan, 1.0], [1.0, math.nan]) is None
    assert contrast([], []) is None


def test_nothing_differs() -> None:
    same = np.array([1e4, 1.1e4, 0.9e4])
    told = contrast(same, same + 5.0)
    assert told is not None and told["difference"] == pytest.approx(5.0)
    assert told["reduction"] is None and told["reduction_interval"] is None
    told = contrast(same, same)
    assert told is not None and told["difference"] == 0.0 and told["interval"] == (0.0, 0.0)


def test_many_figures_at_once_are_each_by_itself() -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(size=(2, 7, 40))
    first[random.random(first.shape) < 0.3] = math.nan
    second[:, 3] = math.nan
    together = contrasts(first, second)
    assert together == [contrast(one, other) for one, other in zip(first.T, second.T, strict=True)]
    assert together[3] is None


@pytest.mark.parametrize("number", [3, 8, 40])
def test_the_ends_of_the_interval_are_where_the_test_of_two_variances_turns(number: int) -> None:
    """At either end sum and difference, scaled to that ratio, are correlated just significantly (Pitman 1939)."""
    random = np.random.default_rng(number)
    first = random.normal(0.0, 2.0, number)
    second = 0.8 * first + random.normal(0.0, 1.0, number)
    told = contrast(first, second)
    assert told is not None
    reach = told["reduction_interval"]
    assert reach[0] < told["reduction"] < reach[1]
    assert told["reduction"] == pytest.approx((first.var() + second.var()) / (second - first).var())
    quantile = stats.t.ppf(0.975, number - 2)
    just = quantile / math.sqrt(number - 2 + quantile**2)
    total, difference = first + second, second - first
    for end in reach:
        ratio = 2 * end - 1
        scaled = total / math.sqrt(ratio)
        assert abs(np.corrcoef(scaled + difference, scaled - difference)[0, 1]) == pytest.approx(just, abs=1e-9)


def test_the_interval_covers() -> None:
    """Of normal pairs with known variances 95 of 100 intervals hold the true reduction."""
    random = np.random.default_rng(5)
    true, trials = (4.0 + 1.21) / (4.0 + 1.21 - 2 * 0.9 * 2.0 * 1.1), 10_000
    first = random.normal(0.0, 2.0, (12, trials))
    second = 1.1 * (0.9 * first / 2.0 + math.sqrt(1 - 0.9**2) * random.normal(0.0, 1.0, (12, trials)))
    reaches = [told["reduction_interval"] for told in contrasts(first, second) if told]
    held = sum(low <= true <= high for low, high in reaches)
    assert abs(held / trials - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials)
