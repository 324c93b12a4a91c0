"""The two parts of a chance from draws with several runs each: without bias, told apart, and intervals by draw."""

from __future__ import annotations

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.draws import Draw, Parts, chance, parts
from results.intervals import jeffreys, keyed_generator

DRAWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)).map(lambda n: Draw(n[0], n[0] + n[1], n[2])),
    min_size=2,
    max_size=12,
)


def found(draws: list[Draw], label: str = "x") -> Parts:
    """The parts, which must be there."""
    told = parts(draws, label)
    assert told is not None
    return told


@pytest.mark.parametrize("chances", [(0.2, 0.7), (0.0, 1.0), (0.4, 0.4), (0.1, 0.9)])
@pytest.mark.parametrize("runs", [(2, 2), (3, 2), (4, 4)])
def test_both_parts_are_exact_on_average(chances: tuple[float, float], runs: tuple[int, int]) -> None:
    """Two draws of parameters, each one of two values at even odds: the mean of the estimates over every outcome there
    can be is E[p(1 - p)] and Var[p]."""
    means = np.zeros(2)
    for which in product(chances, repeat=2):
        for hits in product(*(range(n + 1) for n in runs)):
            weight = 0.25 * prod(
                comb(n, h) * p**h * (1 - p) ** (n - h) for n, h, p in zip(runs, hits, which, strict=True)
            )
            if weight:
                told = found([Draw(h, n) for h, n in zip(hits, runs, strict=True)])
                means += weight * np.array([told.aleatory, told.epistemic])
    p = np.array(chances)
    assert means == pytest.approx([(p * (1 - p)).mean(), p.var()])


def test_luck_alone_and_ignorance_alone_are_told_apart() -> None:
    """Draws that always or never hit are ignorance; draws that all hit half of the time are luck."""
    sure = found([Draw(4, 4), Draw(0, 4)] * 8)
    assert (sure.aleatory, sure.share) == (0.0, 1.0)
    assert sure.aleatory_interval[0] == 0 and sure.share_interval is not None and sure.share_interval[0] > 0.7
    even = found([Draw(2, 4)] * 16)
    assert even.aleatory == pytest.approx(1 / 3) and even.epistemic < 0
    assert even.share_interval is not None and even.share_interval[0] < 0 <= even.share_interval[1] < 0.3


def test_a_negative_part_is_told_and_not_cut_off() -> None:
    told = found([Draw(1, 2)] * 6)
    assert told.epistemic == pytest.approx(-0.25) and told.total == pytest.approx(0.25)
    assert told.epistemic_interval[0] <= told.epistemic and told.epistemic_interval[1] >= 0


def test_where_nothing_varied_no_share_is_made_up_and_nothing_is_certain() -> None:
    never = found([Draw(0, 2)] * 16)
    assert (never.share, never.share_interval, never.total) == (None, None, 0.0)
    assert never.aleatory_interval[1] > 0.01 and never.epistemic_interval[1] > 0.01


def test_too_little_has_no_parts() -> None:
    assert parts([], "x") is None
    assert parts([Draw(1, 2)], "x") is None
    assert parts([Draw(1, 2), Draw(1, 1, failed=1)], "x") is None


@settings(max_examples=40, deadline=None)
@given(DRAWS)
def test_estimates_lie_in_their_intervals_and_add_to_the_variance_of_a_hit(draws: list[Draw]) -> None:
    told = parts(draws, "x")
    if told is None:
        return
    assert told.aleatory_interval[0] <= told.aleatory <= told.aleatory_interval[1]
    assert told.epistemic_interval[0] <= told.epistemic <= told.epistemic_interval[1]
    assert 0 <= told.total <= 0.5 and told.epistemic >= -0.25
    useful = [draw for draw in draws if draw.runs > 1]
    mirrored = found([Draw(draw.runs - draw.hits, draw.runs) for draw in useful], "x")
    assert (mirrored.aleatory, mirrored.epistemic) == pytest.approx((told.aleatory, told.epistemic))


@settings(max_examples=40, deadline=None)
@given(DRAWS)
def test_an_interval_holds_what_was_seen_and_a_failed_run_may_be_either(draws: list[Draw]) -> None:
    tried = [draw for draw in draws if draw.runs + draw.failed]
    low, high = chance(tried, "x")
    assert 0 <= low <= high <= 1
    if len(tried) > 1:
        worst = chance([Draw(d.hits, d.runs + d.failed) for d in tried], "x")
        best = chance([Draw(d.hits + d.failed, d.runs + d.failed) for d in tried], "x")
        assert (low, high) == (worst[0], best[1])


def test_one_draw_tells_nothing_of_others_and_agreement_is_not_certainty() -> None:
    assert chance([Draw(3, 8)], "x") == (0.0, 1.0)
    assert chance([Draw(0, 8)] * 5, "x") == jeffreys(0, 5)
    assert chance([Draw(8, 8)] * 5, "x") == jeffreys(5, 5)


def test_with_strong_effects_of_a_draw_counting_every_run_as_new_is_far_too_narrow() -> None:
    """Eight runs a draw that nearly repeat each other: Jeffreys on all runs covers in about half of the cases, the
    interval by draw in nearly all."""
    generator = keyed_generator("strong effects")
    own, naive = 0, 0
    for number in range(100):
        hits = generator.binomial(8, generator.beta(0.15, 0.15, size=12)).tolist()
        low, high = chance([Draw(count, 8) for count in hits], f"toy {number}")
        own += low <= 0.5 <= high
        low, high = jeffreys(sum(hits), 96)
        naive += low <= 0.5 <= high
    assert own >= 92
    assert naive <= 65


def test_the_label_alone_keys_the_resampling() -> None:
    draws = [Draw(1, 3), Draw(0, 3), Draw(3, 3), Draw(2, 3)] * 3
    assert parts(draws, "x") == parts(draws, "x") != parts(draws, "y")
