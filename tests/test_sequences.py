"""Intervals that may be watched: against densities from SciPy, and by the exact chance that they ever miss."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from proofs.stopping import at_the_stop, ever_misses, jeffreys_ends
from results.intervals import jeffreys
from results.sequences import half_width, most_needed, sequence, sequences

COUNTS = st.integers(0, 400).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs)))


@pytest.mark.parametrize(("met", "runs"), [(1, 7), (3, 32), (32, 64), (61, 64), (500, 4096), (0, 9), (9, 9)])
def test_the_ends_are_where_the_prior_is_twenty_times_the_posterior(met: int, runs: int) -> None:
    prior, posterior = stats.beta(0.5, 0.5), stats.beta(met + 0.5, runs - met + 0.5)
    for end in sequence(met, runs):
        if 0 < end < 1:
            assert prior.pdf(end) / posterior.pdf(end) == pytest.approx(20.0, rel=1e-6)
    assert (sequence(met, runs)[0] == 0) == (met == 0) and (sequence(met, runs)[1] == 1) == (met == runs)


def test_nothing_seen_tells_nothing_and_what_cannot_be_is_refused() -> None:
    assert sequence(0, 0) == (0.0, 1.0) == sequence(0, 0, failed=7)
    for met, runs, failed in ((5, 4, 0), (-1, 4, 0), (1, 4, -1)):
        with pytest.raises(ValueError, match="runs"):
            sequence(met, runs, failed)


@given(COUNTS, st.integers(0, 9))
def test_it_holds_the_share_met_is_symmetric_and_failures_widen_it(counts: tuple[int, int], failed: int) -> None:
    met, runs = counts
    low, high = sequence(met, runs)
    assert 0 <= low <= (met / runs if runs else 0.5) <= high <= 1
    assert sequence(runs - met, runs) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    wide = sequence(met, runs, failed)
    assert wide[0] <= low + 1e-12 and wide[1] >= high - 1e-12
    assert wide == pytest.approx((sequence(met, runs + failed)[0], sequence(met + failed, runs + failed)[1]))


@settings(max_examples=30)
@given(st.integers(1, 100))
def test_more_hits_move_both_ends_up_and_every_count_is_wider_than_one_look_asks(runs: int) -> None:
    met = np.arange(runs + 1)
    low, high = sequences(met, np.full(runs + 1, runs))
    assert (np.diff(low) >= 0).all() and (np.diff(high) >= 0).all()
    once = np.array([jeffreys(int(count), runs) for count in met])
    assert (high - low >= once[:, 1] - once[:, 0] - 1e-9).all()


@pytest.mark.parametrize("until", [0.03, 0.1, 0.3])
def test_the_most_that_can_be_needed_is_enough_for_every_count_and_one_less_is_not(until: float) -> None:
    runs = most_needed(until)
    low, high = sequences(np.arange(runs + 1), np.full(runs + 1, runs))
    assert ((high - low) / 2).max() <= until
    assert half_width(sequence((runs - 1) / 2, runs - 1)) > until
    with pytest.raises(ValueError, match="never"):
        most_needed(0.0)


@pytest.mark.parametrize("p", [0.01, 0.05, 0.2, 0.5, 0.9])
def test_watched_all_the_time_it_misses_in_five_per_cent_at_most_and_jeffreys_in_far_more(p: float) -> None:
    """Exact, not simulated. Were the Jeffreys interval taken for a sequence, this fails."""
    assert ever_misses(p, sequences, 256) <= 0.05
    assert ever_misses(p, jeffreys_ends, 256) > 0.12


def test_stopping_when_it_is_narrow_the_sequence_covers_and_jeffreys_falls_short() -> None:
    """Exact, as `make proofs` does it for more half-widths."""
    assert at_the_stop(0.9, 0.05, sequences)[0] >= 0.95
    assert at_the_stop(0.9, 0.05, jeffreys_ends)[0] < 0.93


def test_draws_between_nought_and_one_only_make_it_miss_less() -> None:
    """The mixture's mean over all paths is 1 for hits and at most 1 for what lies between, enumerated."""

    def mean(values: dict[float, float], runs: int) -> float:
        p = sum(value * weight for value, weight in values.items())
        total = 0.0
        for path in product(values, repeat=runs):
            met = sum(path)
            mixed = stats.beta(0.5, 0.5).pdf(p) / stats.beta(met + 0.5, runs - met + 0.5).pdf(p)
            total += float(np.prod([values[value] for value in path])) * mixed
        return total

    assert mean({0.0: 0.7, 1.0: 0.3}, 4) == pytest.approx(1.0)
    assert mean({0.0: 0.4, 0.5: 0.6, 1.0: 0.0}, 4) < 0.9
    assert mean({0.2: 0.5, 0.6: 0.5}, 4) < 0.9
