"""Indices of sensitivity: SALib's on complete data, closed forms, failed points, intervals that cover."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from SALib.analyze import delta as salib_delta
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol

from experiments.sensitivity import sampled
from results import sensitivity_estimators as estimators
from results import sensitivity_given as given

FACTORS = ("a", "b", "c")
PROBLEM: dict[str, Any] = {"num_vars": 3, "names": list(FACTORS), "bounds": [[0.0, 1.0]] * 3}


def outputs(places: np.ndarray) -> np.ndarray:
    """Three outputs of a point: one with interactions, one of the first factor alone, one with ties; (points, 3)."""
    a, b, c = places.T
    return np.column_stack([np.sin(4 * a) + 7 * b**2 * (1 + 0.3 * c), 100 + a**3, np.floor(3 * (a + b))])


def test_morris_is_salibs() -> None:
    sample = sampled("morris", FACTORS, 12, "t")
    points = outputs(sample.places)
    found = estimators.morris(sample.places.reshape(12, 4, 3), points.reshape(12, 4, 3), "t")
    for column in range(3):
        theirs = salib_morris.analyze(copy.deepcopy(PROBLEM), sample.places, points[:, column], seed=1)
        for name in ("mu", "mu_star", "sigma"):
            assert found[name].value[:, column] == pytest.approx(np.asarray(theirs[name], float), abs=1e-10), name


def test_a_failed_point_costs_its_two_effects() -> None:
    sample = sampled("morris", FACTORS, 8, "t")
    places, points = sample.places.reshape(8, 4, 3), outputs(sample.places).reshape(8, 4, 3)
    whole = estimators.elementary_effects(places, points)
    points[2, 1, 0] = np.nan
    found = estimators.elementary_effects(places, points)
    lost = np.isnan(found)
    assert lost.sum() == 2 and lost[2, :, 0].sum() == 2
    assert np.array_equal(found[~lost], whole[~lost])
    factor = int(np.flatnonzero(lost[2, :, 0])[0])
    kept = np.delete(whole[:, factor, 0], 2)
    index = estimators.morris(places, points, "t")
    assert index["mu_star"].value[factor, 0] == pytest.approx(np.abs(kept).mean())
    assert index["sigma"].value[factor, 0] == pytest.approx(kept.std(ddof=1))


def test_the_interval_of_a_mean_of_few_is_the_t_interval() -> None:
    """Six effects: a percentile interval would be a third too narrow."""
    effects = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0])
    places = np.tile(np.array([[0.0], [1.0]]), (6, 1, 1)).reshape(6, 2, 1)
    points = np.stack([np.zeros(6), effects], axis=1)[:, :, None]
    half = estimators.morris(places, points, "t")["mu"].half[0, 0]
    assert half == pytest.approx(2.571 * effects.std(ddof=1) / np.sqrt(6), rel=0.1)


def test_a_trajectory_that_steps_a_factor_twice_is_refused() -> None:
    places = np.array([[[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]])
    with pytest.raises(ValueError, match="each factor once"):
        estimators.elementary_effects(places, np.zeros((1, 3, 1)))


def test_shares_of_variance_are_salibs() -> None:
    sample = sampled("sobol", FACTORS, 64, "t")
    points = outputs(sample.places)
    found = estimators.sobol(points.reshape(64, 8, 3), "t")
    for column in range(3):
        theirs = salib_sobol.analyze(copy.deepcopy(PROBLEM), points[:, column], seed=1)
        assert found["S1"].value[:, column] == pytest.approx(theirs["S1"], abs=1e-12)
        assert found["ST"].value[:, column] == pytest.approx(theirs["ST"], abs=1e-12)
        pairs = [theirs["S2"][pair] for pair in estimators.pairs(3)]
        assert found["S2"].value[:, column] == pytest.approx(pairs, abs=1e-12)
        assert found["S1"].half[:, column] == pytest.approx(theirs["S1_conf"], rel=0.5)
    assert found["sum_S1"].value[0] == pytest.approx(found["S1"].value.sum(axis=0))


def test_a_row_with_a_failed_point_is_left_out_for_that_output_alone() -> None:
    sample = sampled("sobol", FACTORS, 64, "t")
    blocks = outputs(sample.places).reshape(64, 8, 3)
    whole = estimators.sobol(blocks, "t")
    blocks[5, 3, 0] = np.nan
    found = estimators.sobol(blocks, "t")
    without = estimators.sobol(np.delete(blocks, 5, axis=0), "t")
    for name in ("S1", "ST", "S2"):
        assert found[name].value[:, 0] == pytest.approx(without[name].value[:, 0], abs=1e-12)
        assert np.array_equal(found[name].value[:, 1:], whole[name].value[:, 1:])


def test_what_does_not_vary_has_no_shares() -> None:
    blocks = np.concatenate([np.full((16, 8, 1), 3.0), np.random.default_rng(1).random((16, 8, 1))], axis=2)
    found = estimators.sobol(blocks, "t")
    assert np.isnan(found["S1"].value[:, 0]).all() and np.isfinite(found["S1"].value[:, 1]).all()
    places = np.random.default_rng(2).random((60, 3))
    for method in (given.pawn, given.delta):
        none = method(places, np.full((60, 1), 2.0), "t")
        assert all(np.isnan(estimate.value).all() for estimate in none.values())


def test_distances_of_distributions_are_salibs_ties_too() -> None:
    sample = sampled("pawn", FACTORS, 150, "t")
    points = outputs(sample.places)
    found = given.pawn(sample.places, points, "t")
    for column in range(3):
        theirs = salib_pawn.analyze(copy.deepcopy(PROBLEM), sample.places, points[:, column], S=given.SLICES)
        assert found["median"].value[:, column] == pytest.approx(theirs["median"], abs=1e-12)
        assert found["maximum"].value[:, column] == pytest.approx(theirs["maximum"], abs=1e-12)


def test_distances_of_densities_are_salibs() -> None:
    sample = sampled("delta", FACTORS, 200, "t")
    points = outputs(sample.places)
    edges, weights = given.class_edges(200), np.ones((1, 200))
    for column in range(2):
        values = points[:, column]
        for factor in range(3):
            place = sample.places[:, factor]
            plain, share = given._class_distances(place, values, weights)
            grid = np.linspace(values.min(), values.max(), 100)
            assert plain[0] == pytest.approx(salib_delta.calc_delta(values, grid, place, edges), abs=1e-10)
            assert share[0] == pytest.approx(salib_delta.sobol_first(values, place, edges), abs=1e-10)


def test_delta_less_its_bias_agrees_with_salibs() -> None:
    """Theirs draws its own resamples, from the global generator, and warns as it goes."""
    sample = sampled("delta", FACTORS, 200, "t")
    values = outputs(sample.places)[:, :1]
    found = given.delta(sample.places, values, "t")["delta"]
    state = np.random.get_state()
    np.random.seed(5)
    grid, edges = np.linspace(values.min(), values.max(), 100), given.class_edges(200)
    for factor in (0, 2):
        place = sample.places[:, factor]
        draws = [np.random.randint(200, size=200) for _ in range(20)]
        plain = salib_delta.calc_delta(values[:, 0], grid, place, edges)
        resampled = [salib_delta.calc_delta(values[draw, 0], grid, place[draw], edges) for draw in draws]
        assert found.value[factor, 0] == pytest.approx(2 * plain - np.mean(resampled), abs=0.03)
        assert found.half[factor, 0] == pytest.approx(1.96 * np.std(resampled), rel=0.8)
    np.random.set_state(state)


def test_points_without_a_margin_are_left_out_of_given_data() -> None:
    sample = sampled("pawn", FACTORS, 120, "t")
    points = outputs(sample.places)
    points[7, 1] = np.nan
    without = np.delete(np.arange(120), 7)
    for method in (given.pawn, given.delta):
        found = method(sample.places, points, "t")
        fewer = method(sample.places[without], points[without], "t")
        for name, estimate in found.items():
            assert estimate.value[:, 1] == pytest.approx(fewer[name].value[:, 1]), name


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_an_inert_factor_lies_below_the_floor(method: str) -> None:
    places = np.random.default_rng(4).random((200, 40))
    points = places[:, :1] + 0.3 * np.random.default_rng(5).random((200, 1))
    found = {"pawn": given.pawn, "delta": given.delta}[method](places, points, "t")
    main = found["median" if method == "pawn" else "delta"].value[:, 0]
    floor = found["floor"].value[0, 0]
    assert main[0] > 2 * floor
    assert (main[1:] > floor).sum() <= 1, "the largest of 39 inert factors exceeds it once in twenty samples"
    assert floor < 1.5 * main[1:].max()


def test_bootstrap_intervals_cover() -> None:
    """S1 of a sum of two uniform factors with weights 2 and 1 is 0.8 and 0.2: 200 designs of 32 rows of pure chance."""
    random = np.random.default_rng(11)
    covered = 0
    for repeat in range(200):
        a, b = random.random((2, 32, 2)) @ np.diag([1.0, 1.0])
        columns = [a, np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]]),
                   np.column_stack([a[:, 0], b[:, 1]]), np.column_stack([b[:, 0], a[:, 1]]), b]  # fmt: skip
        blocks = np.stack([points @ [2.0, 1.0] for points in columns], axis=1)[:, :, None]
        found = estimators.sobol(blocks, f"cover {repeat}")
        covered += abs(found["S1"].value[0, 0] - 0.8) <= found["S1"].half[0, 0]
    assert 178 <= covered <= 200
