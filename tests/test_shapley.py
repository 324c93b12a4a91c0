"""Shapley values, interactions and their intervals: textbook games, axioms, and every order tried one by one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from results import coalitions, shapley
from results.attribution import SEEN
from results.intervals import paired_mean, paired_probabilities
from results.shares import over_replicates, ratio

Worth = Callable[[frozenset[int]], float]


def game_of(players: int, worth: Worth) -> np.ndarray:
    """The values of a game, (coalitions, 1)."""
    sets = [frozenset(i for i in range(players) if c >> i & 1) for c in range(1 << players)]
    return np.array([[worth(one)] for one in sets])


def shapley_by_all_orders(values: np.ndarray, players: int) -> np.ndarray:
    """The mean of what each player adds over all orders: the definition, slowly."""
    added = np.zeros((players, values.shape[-1]))
    for order in itertools.permutations(range(players)):
        before = 0
        for player in order:
            added[player] += values[before | 1 << player] - values[before]
            before |= 1 << player
    return added / math.factorial(players)


def interactions_by_all_orders(values: np.ndarray, players: int) -> np.ndarray:
    """The mean second difference over all orders in which the two are neighbours, slowly."""
    found = []
    for one, other in itertools.combinations(range(players), 2):
        seen = []
        for order in itertools.permutations(range(players)):
            at = order.index(one)
            if at + 1 < players and order[at + 1] == other:
                rest = sum(1 << player for player in order[:at])
                both, first, second = rest | 1 << one | 1 << other, rest | 1 << one, rest | 1 << other
                seen.append(values[both] - values[first] - values[second] + values[rest])
        found.append(np.mean(seen, axis=0))
    return np.array(found)


def all_measures(values: np.ndarray) -> list[np.ndarray]:
    kinds = (shapley.leave_one_out, shapley.add_one_in, shapley.shapley)
    return [measure(values)[:, 0] for measure in kinds]


def test_in_an_additive_game_every_measure_is_the_players_own_term() -> None:
    terms = np.array([3.0, -1.0, 0.5, 7.25, 0.0])
    values = game_of(5, lambda present: 10 + sum(terms[list(present)]))
    for found in all_measures(values):
        np.testing.assert_allclose(found, terms, atol=1e-12)
    np.testing.assert_allclose(shapley.interaction(values), 0, atol=1e-12)


def test_the_glove_game() -> None:
    """Two left gloves and one right: the pair is worth 1. Shapley 1/6, 1/6, 2/3 (Shapley and Shubik)."""
    values = game_of(3, lambda present: float(2 in present and len(present) > 1))
    last, first, mean = all_measures(values)
    np.testing.assert_allclose(mean, [1 / 6, 1 / 6, 4 / 6])
    np.testing.assert_allclose(last, [0, 0, 1])
    np.testing.assert_allclose(first, [0, 0, 0])
    # The two lefts stand in for each other; each helps the right: at the empty set by 1, beside the other left by 0.
    together = shapley.interaction(values)[:, 0]
    np.testing.assert_allclose(together, [-0.5, 0.5, 0.5])


def test_a_product_is_shared_by_halves_and_is_all_interaction() -> None:
    values = game_of(2, lambda present: 12.0 * (len(present) == 2))
    last, first, mean = all_measures(values)
    assert (last.tolist(), first.tolist(), mean.tolist()) == ([12, 12], [0, 0], [6, 6])
    assert shapley.interaction(values).tolist() == [[12.0]]


def random_game(players: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, (1 << players, 2), elements=st.floats(-1e6, 1e6))


@settings(max_examples=40, deadline=None)
@given(values=st.integers(1, 5).flatmap(random_game))
def test_any_game_against_every_order_tried(values: np.ndarray) -> None:
    """Brute force over all orders; the sum is the whole; nothing for a player who adds nothing; equals get equal."""
    players = int(math.log2(len(values)))
    found = shapley.shapley(values)
    np.testing.assert_allclose(found, shapley_by_all_orders(values, players), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=0), values[-1] - values[0], atol=1e-6)
    if players > 1:
        together = shapley.interaction(values)
        np.testing.assert_allclose(together, interactions_by_all_orders(values, players), atol=1e-5)
        idle = values[np.arange(len(values)) & ~1]
        np.testing.assert_allclose(shapley.shapley(idle)[0], 0, atol=1e-6)
        low, high = np.arange(len(values)) & 1, np.arange(len(values)) >> 1 & 1
        exchanged = np.arange(len(values)) & ~3 | low << 1 | high
        alike = shapley.shapley(values + values[exchanged])
        np.testing.assert_allclose(alike[0], alike[1], atol=1e-5)


def along_orders(values: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values that orders (replicates, orders, players) pass through, and of the swaps."""
    joined = np.array([[values[coalitions.joined(order)] for order in own] for own in drawn])
    swapped = np.array([[values[coalitions.swapped(order)] for order in own] for own in drawn])
    return joined, swapped


def test_over_all_orders_the_sampled_estimates_are_the_exact_ones() -> None:
    values = np.random.default_rng(3).normal(size=(16, 2))
    drawn = np.array([list(itertools.permutations(range(4)))])
    joined, swapped = along_orders(values, drawn)
    found = shapley.shapley_of_orders(drawn, joined).mean(axis=(0, 1))
    np.testing.assert_allclose(found, shapley.shapley(values), atol=1e-12)
    sums, counts = shapley.interactions_of_orders(drawn, joined, swapped)
    exact = shapley.interaction(values)
    np.testing.assert_allclose(sums[0] / counts[0, :, None], exact, atol=1e-12)


def test_each_order_alone_adds_up_to_the_whole() -> None:
    values = np.random.default_rng(4).normal(size=(1 << 8, 3))
    drawn = np.array([coalitions.orders(8, 1, replicate, 4) for replicate in range(5)])
    added = shapley.shapley_of_orders(drawn, along_orders(values, drawn)[0])
    np.testing.assert_allclose(added.sum(axis=2), np.broadcast_to(values[-1] - values[0], (5, 4, 3)), atol=1e-12)


def test_intervals_of_what_is_sampled_cover_what_they_should() -> None:
    """300 attributions of a noisy game of 7 by 2 orders in each of 16 replicates: 95 % of the intervals of Shapley
    values hold the true one, and the stated error is what the estimates scatter by. Interactions are seen in few
    contexts, which repeat themselves: their intervals hold the true one in more than nine of ten."""
    rng, players, replicates, trials = np.random.default_rng(5), 7, 16, 300
    members = np.arange(1 << players) >> np.arange(players)[:, None] & 1
    values = rng.normal(size=(1 << players, 1))
    truths = [measure(values)[:, 0] for measure in (shapley.shapley, shapley.interaction)]
    held: tuple[list[bool], list[bool]] = ([], [])
    means, errors = [], []
    for trial in range(trials):
        drawn = np.array([coalitions.orders(players, trial, replicate, 2) for replicate in range(replicates)])
        luck = rng.normal(scale=0.5, size=(replicates, players)) @ members
        worlds = zip(values[None] + luck[..., None], drawn, strict=True)
        passed = [along_orders(world, own[None]) for world, own in worlds]
        joined, swapped = (np.concatenate(part) for part in zip(*passed, strict=True))
        added = shapley.shapley_of_orders(drawn, joined).mean(axis=1)
        sums, counts = shapley.interactions_of_orders(drawn, joined, swapped)
        found = over_replicates(added, np.ones(added.shape), np.array([False]), 1.0)
        together = over_replicates(sums, counts[..., None], np.array([False]), 2.0, least=SEEN)
        for known, truth, kept in zip((found, together), truths, held, strict=True):
            there = np.isfinite(known.low[:, 0])
            kept += ((known.low[:, 0] <= truth) & (truth <= known.high[:, 0]))[there].tolist()
        means.append(found.mean[:, 0])
        errors.append(found.error[:, 0])
    assert np.mean(held[0]) == pytest.approx(0.95, abs=0.02)
    assert 0.90 < np.mean(held[1]) < 0.98 and len(held[1]) > 0.5 * trials * len(truths[1])
    np.testing.assert_allclose(np.mean(errors), np.std(means, axis=0).mean(), rtol=0.05)
    np.testing.assert_allclose(np.mean(means, axis=0), truths[0], atol=5 * np.mean(errors) / math.sqrt(trials))


def test_orders_come_with_their_reverse_and_more_of_them_change_none() -> None:
    few, many = coalitions.orders(9, 1, 4, 2), coalitions.orders(9, 1, 4, 8)
    assert many[:2].tolist() == few.tolist()
    assert many[1::2].tolist() == many[::2, ::-1].tolist()
    assert sorted(many[0].tolist()) == list(range(9))
    assert coalitions.orders(9, 1, 5, 2).tolist() != few.tolist()
    with pytest.raises(ValueError, match="pairs"):
        coalitions.orders(9, 1, 4, 3)


def test_every_player_is_as_likely_at_every_place() -> None:
    """Chi-square over 3,000 keyed orders of five."""
    drawn = np.array([coalitions.orders(5, 1, replicate, 2)[0] for replicate in range(3000)])
    seen = np.array([np.bincount(drawn[:, place], minlength=5) for place in range(5)])
    assert ((seen - 600) ** 2 / 600).sum() < 40  # 16 degrees of freedom: 0.999 at 39.3


def test_what_orders_need_is_there_once() -> None:
    drawn = coalitions.orders(6, 1, 0, 4)
    needed = coalitions.sampled(drawn)
    assert needed[0] == 0 and needed[-1] == 63 and len(set(needed)) == len(needed)
    assert {1 << i for i in range(6)} | {63 & ~(1 << i) for i in range(6)} <= set(needed)
    for order in drawn:
        assert set(coalitions.joined(order)) | set(coalitions.swapped(order)) <= set(needed)


def test_equal_coalitions_have_one_name() -> None:
    one = coalitions.arm([("training", "workshop"), ("dibao",), ("relief",)], 0b100)
    other = coalitions.arm([("relief",), ("dibao",), ("workshop", "training")], 0b001)
    assert one == other == "without:dibao+training+workshop"
    assert coalitions.arm([("training",), ("dibao",)], 0b11) == "policy"


def test_intervals_of_means_and_of_changes_of_probabilities_are_the_usual_ones() -> None:
    """One context a replicate: Student's for means; for runs that meet or miss, Bonett and Price's."""
    rng = np.random.default_rng(6)
    sample = rng.normal(size=9)
    found = over_replicates(sample[:, None, None], np.ones((9, 1, 1)), np.array([False]), 1.0)
    mean, interval = paired_mean(sample)
    assert interval is not None
    assert (found.mean[0, 0], found.low[0, 0], found.high[0, 0]) == pytest.approx((mean, *interval))
    before, after = rng.random((2, 9)) < [[0.3], [0.6]]
    change = (after.astype(float) - before)[:, None, None]
    found = over_replicates(change, np.ones((9, 1, 1)), np.array([True]), 1.0)
    mean, interval = paired_probabilities(before.tolist(), after.tolist())
    assert (found.mean[0, 0], found.low[0, 0], found.high[0, 0]) == pytest.approx((mean, *interval))


def test_where_no_replicate_differs_a_probability_is_still_uncertain() -> None:
    still = np.zeros((8, 1, 2))
    found = over_replicates(still, np.ones(still.shape), np.array([True, False]), 1.0)
    assert found.low[0, 0] < -0.1 and found.high[0, 0] > 0.1
    assert (found.low[0, 1], found.high[0, 1]) == (0, 0)


def test_replicates_with_several_contexts_are_clusters() -> None:
    """The error of a ratio of means, against resampling whole replicates; one replicate has no interval."""
    rng = np.random.default_rng(7)
    counts = rng.integers(0, 4, size=(200, 1, 1))
    own = rng.normal(size=(200, 1, 1))
    sums = counts * (2 + own)
    found = over_replicates(sums, counts, np.array([False]), 1.0)
    rows = rng.integers(0, 200, size=(4000, 200))
    resampled = sums[rows, 0, 0].sum(axis=1) / counts[rows, 0, 0].sum(axis=1)
    assert found.error[0, 0] == pytest.approx(resampled.std(), rel=0.06)
    assert found.replicates[0, 0] == (counts > 0).sum()
    single = over_replicates(sums[:1], np.ones((1, 1, 1)), np.array([False]), 1.0)
    assert np.isnan(single.low[0, 0]) and single.replicates[0, 0] == 1


def test_a_ratio_has_fiellers_interval_or_none() -> None:
    """Coverage over 2,000 samples; none where the lower mean may be nothing."""
    rng, held = np.random.default_rng(8), []
    for _ in range(2000):
        below = rng.normal(5, 2, size=10)
        found = ratio(3 * below + rng.normal(0, 3, size=10), below)
        held.append(found is not None and found[1][0] <= 3 <= found[1][1])
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)
    assert ratio(np.ones(10), np.linspace(-1, 1.2, 10)) is None
    assert ratio(np.ones(2), np.ones(2)) is None
