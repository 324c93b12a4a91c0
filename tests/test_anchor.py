"""Anchoring: closed forms of its parts, and the committed admissible set held against what is published."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from typer.testing import CliRunner

import scenarios
from calibration.anchor import (
    AFTERWARDS,
    LOOKS,
    SEED,
    SOLVED,
    Fit,
    Trial,
    anchored_paths,
    central,
    fit_of,
    moved,
    proposal,
    quintile_means,
)
from calibration.draws_file import anchored_places, fit_rows, fit_text
from calibration.published import PUBLISHED
from experiments import cli
from simulator.simulate import Luck, MacroDraw, found

ZHEJIANG = PUBLISHED["zhejiang"]
ANCHOR_LUCK = Luck(SEED, 0)
EXACT = Fit(ZHEJIANG.quintiles, ZHEJIANG.components, ZHEJIANG.rural_mean, ZHEJIANG.list_mean, 0.07, 0.03, 0.0)


@pytest.fixture(scope="module")
def loaded() -> scenarios.Loaded:
    return scenarios.load("zhejiang_2018_2022")


def committed_fits() -> list[dict[str, str]]:
    text = (resources.files(scenarios) / "places" / "zhejiang.fit.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_quintiles_by_hand() -> None:
    """Ten households of one person and one of weight: groups of two, by per-capita income."""
    income = np.array([5.0, 1, 2, 3, 4, 6, 7, 8, 9, 10])
    found_means = quintile_means(income, np.ones(10), np.ones(10))
    assert found_means == pytest.approx(np.array([1.5, 3.5, 5.5, 7.5, 9.5]) / 5.5)


def test_a_household_of_weight_two_is_two_households() -> None:
    income, persons = np.array([3.0, 8, 5, 9, 20]), np.array([1.0, 2, 1, 3, 2])
    once = quintile_means(np.repeat(income, 2), np.repeat(persons, 2), np.ones(10))
    assert quintile_means(income, persons, np.full(5, 2.0)) == pytest.approx(once)


def test_a_perfect_fit_misses_nothing_and_each_miss_is_named() -> None:
    assert EXACT.misses(ZHEJIANG) == []
    worse = replace(EXACT, quintiles=(ZHEJIANG.quintiles[0] * 1.06, *ZHEJIANG.quintiles[1:]), list_mean=12_200.0)
    named = worse.misses(ZHEJIANG)
    assert [miss.split(":")[0] for miss in named] == ["quintile 1", "list mean"]
    assert worse.misses(ZHEJIANG.relaxed(2.0, 2.0)) == []
    assert replace(EXACT, list_mean=float("nan")).misses(ZHEJIANG)


def test_levels_move_towards_what_is_published() -> None:
    values = {path: 1.0 for path in SOLVED}
    low = replace(EXACT, components=(0.5, 0.3, 0.05, 0.15), list_mean=ZHEJIANG.list_mean * 1.1)
    after = moved(values, low, ZHEJIANG, remitted=0.05, slope=0.5)
    assert after["place.wage_level"] > 1.0 > after["place.business_level"]
    assert after["place.transfer_level"] < 1.0
    assert after["place.list_line_share"] == pytest.approx(np.exp(-np.log(1.1) / 0.5))
    assert moved(values, EXACT, ZHEJIANG, 0.05, 0.5) == pytest.approx(values)


def test_a_negative_component_moves_its_level_up_and_never_below_nothing() -> None:
    """Interest on debts can exceed rent; a level that turned negative grew debts without end and hung the review."""
    values = {path: 1.0 for path in SOLVED}
    indebted = replace(EXACT, components=(0.62, 0.25, -0.01, 0.14))
    assert moved(values, indebted, ZHEJIANG, remitted=0.05, slope=0.5)["place.property_level"] == pytest.approx(10.0)


def test_proposals_lie_in_their_ranges_and_are_keyed(loaded: scenarios.Loaded) -> None:
    drawn = proposal(loaded, 3)
    assert drawn == proposal(loaded, 3)
    assert drawn != proposal(loaded, 4)
    assert not set(drawn) & set(SOLVED)
    for path, value in drawn.items():
        low, high = loaded.numbers[path].range or (0.0, 0.0)
        assert low <= value <= high


def test_the_central_draw_is_the_one_in_the_middle() -> None:
    trials = [Trial(n, {"a": float(n), "b": 10.0 * n}, EXACT, ()) for n in (1, 2, 50, 3, 4)]
    assert central(trials) == 3


def test_the_committed_set_is_whole_and_fits(loaded: scenarios.Loaded) -> None:
    fits = committed_fits()
    assert len(loaded.draws.rows) == len(fits) >= 100
    assert set(loaded.draws.paths) == set(anchored_paths(loaded))
    assert not [path for path in loaded.draws.paths if any(path == pattern for pattern in AFTERWARDS)]
    for fit in fits:
        quintiles = tuple(float(fit[f"quintile_{number}"]) for number in range(1, 6))
        parts = tuple(float(fit[part]) for part in ("wage", "business", "property", "transfer"))
        shown = Fit(quintiles, parts, float(fit["rural_mean"]), float(fit["list_mean"]), 0.0, 0.0, 0.0)
        assert shown.misses(ZHEJIANG) == []


@pytest.mark.parametrize("which", [0, 60])
def test_a_committed_draw_gives_its_committed_fit(loaded: scenarios.Loaded, which: int) -> None:
    """Found again at the size that decided, with the same luck and the drawn numbers before they were rounded for the
    file: the fit that was written down. Red when the engine or a range has changed and the set must be made anew."""
    written = committed_fits()[which]
    rounded = loaded.draws.rows[which]
    exact = proposal(loaded, int(written["proposal"]))
    assert {path: float(f"{value:.6g}") for path, value in exact.items()}.items() <= rounded.items()
    fit = fit_of(found(loaded.scenario.with_values({**rounded, **exact}), ANCHOR_LUCK, LOOKS[-1][0], MacroDraw()))
    assert fit.list_mean == pytest.approx(float(written["list_mean"]), rel=1e-5)
    assert fit.quintiles == pytest.approx([float(written[f"quintile_{n}"]) for n in range(1, 6)], rel=1e-5)
    rough = fit_of(found(loaded.scenario.with_values(rounded), ANCHOR_LUCK, LOOKS[-1][0], MacroDraw()))
    assert rough.misses(ZHEJIANG) == []


@pytest.mark.parametrize(("lang", "words"), [("zh", "名单人口占比（不拟合）"), ("en", "list share (not fitted)")])
def test_the_fit_is_printed_with_the_range_of_the_list_share(lang: str, words: str) -> None:
    text = fit_text([EXACT, replace(EXACT, list_share=0.11)], ZHEJIANG, lang)
    assert words in text
    assert "[0.070, 0.110]" in text
    assert len(fit_rows([Trial(0, {}, EXACT, ())])) == 2


def test_places_that_can_be_anchored() -> None:
    assert anchored_places() == {"zhejiang": "zhejiang_2018_2022"}


def test_the_command_refuses_an_unknown_place_without_a_traceback() -> None:
    result = CliRunner().invoke(cli.app, ["anchor", "atlantis", "--lang", "en"])
    assert result.exit_code == 2
    assert "no place to anchor named atlantis" in result.output
