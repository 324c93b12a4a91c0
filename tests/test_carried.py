"""Carried draws: what is taken over from Zhejiang, what is drawn and solved anew, and the sets that come of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import scenarios
from calibration import carried
from calibration.anchor import SEED, SOLVED, Fit, fit_of
from calibration.carried import LOOKS, carried_paths, rank, solve
from calibration.draws_file import WANTED_CARRIED, fit_text
from calibration.published import (
    CARRIED,
    FUJIAN_2016,
    FUJIAN_2017,
    PUBLISHED,
    Published,
    in_place,
    moved_to_province,
    relative,
    shares,
)
from scenarios.sourced import Number
from scenarios.uncertain import between
from simulator.simulate import Luck, MacroDraw, found
from tests.carried_programme import of_place

PLACES = sorted(CARRIED)


@pytest.fixture(scope="module")
def source() -> scenarios.Loaded:
    return scenarios.load("zhejiang_2018_2022")


@pytest.fixture(scope="module", params=PLACES)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> scenarios.Loaded:
    return of_place(request.param, tmp_path_factory.mktemp("programmes"))


def test_shapes_by_hand() -> None:
    assert relative((1.0, 2.0, 3.0)) == pytest.approx((0.5, 1.0, 1.5))
    assert shares((1.0, 3.0)) == (0.25, 0.75)
    # The province had twice the nation's odds of the first part: 0.5 becomes 2/3 whatever the totals are.
    assert moved_to_province((5.0, 5.0), (60.0, 30.0), (1.0, 1.0)) == pytest.approx((2 / 3, 1 / 3))
    assert PUBLISHED["zhejiang"].quintiles == pytest.approx(FUJIAN_2017)
    for shape in CARRIED.values():
        assert sum(shape.components) == pytest.approx(1.0)
        assert np.mean(shape.quintiles) == pytest.approx(1.0)
        assert shape.quintiles in (FUJIAN_2016, FUJIAN_2017)


@pytest.mark.parametrize("u", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_rank_undoes_the_draw(u: float) -> None:
    number = Number(3.0, "share", "assumption", "", range=(1.0, 9.0))
    assert rank(number, between(1.0, 3.0, 9.0, u)) == pytest.approx(u)
    assert (rank(number, 0.0), rank(number, 10.0)) == (0.0, 1.0), "a draw of an earlier, wider range"


def test_behaviour_comes_jointly_from_one_draw_of_the_source(
    loaded: scenarios.Loaded, source: scenarios.Loaded
) -> None:
    drawn, row = carried.carried(loaded, source, 5), source.draws.rows[5]
    assert set(drawn) | set(SOLVED) == set(carried_paths(loaded))
    assert not set(drawn) & set(SOLVED)
    written = {path: number.origin for path, number in source.numbers.items()}
    anew = {path for path in drawn if loaded.numbers[path].origin != written.get(path)}
    taken = {path for path in drawn if path.startswith("model.") and path not in anew}
    assert len(taken) > 50
    for path in taken:
        assert drawn[path] == row[path], path
    for path in set(drawn) - taken:
        low, high = loaded.numbers[path].range or (0.0, 0.0)
        assert low <= drawn[path] <= high, path
    assert drawn == carried.carried(loaded, source, 5)
    assert drawn != carried.carried(loaded, source, 5 + len(source.draws.rows)), "the place's own numbers move on"


def test_a_number_stated_anew_keeps_its_rank(tmp_path: Path, source: scenarios.Loaded) -> None:
    lvliang, path = of_place("lvliang", tmp_path), "model.serious_bill_median"
    drawn = [carried.carried(lvliang, source, index)[path] for index in range(len(source.draws.rows))]
    theirs = [row[path] for row in source.draws.rows]
    assert np.array_equal(np.argsort(drawn), np.argsort(theirs))
    assert np.median(drawn) < 0.7 * np.median(theirs)


def test_what_a_place_must_show(loaded: scenarios.Loaded) -> None:
    scenario = loaded.scenario
    due = in_place(CARRIED[scenario.place], scenario)
    place = scenario.under("place")
    persons = place["villages_total"] * place["households_per_village"] * place["household_size"]
    assert due.list_mean is None
    assert (due.list_share or 0.0) * persons == pytest.approx(place["listed_persons"])
    assert due.rural_mean == place["mean_ratio"] * scenario.series["place.rural_mean"][scenario.year0]
    twice = scenario.with_values({"place.villages_total": 2 * place["villages_total"]})
    half = in_place(CARRIED[scenario.place], twice)
    assert (half.list_share or 0.0) == pytest.approx(0.5 * (due.list_share or 0.0))


def test_a_list_of_the_wrong_size_is_a_miss_and_its_mean_is_not() -> None:
    due = Published(FUJIAN_2017, (0.4, 0.3, 0.1, 0.2), 10_000.0, list_share=0.10, mean_tolerance=0.05)
    fit = Fit(FUJIAN_2017, due.components, 10_000.0, 5_000.0, 0.10, 0.03, 0.0)
    assert fit.misses(due) == []
    assert replace(fit, list_mean=float("nan")).misses(due) == []
    assert [miss.split(":")[0] for miss in replace(fit, list_share=0.106).misses(due)] == ["list share"]
    text = fit_text([fit], due, "en")
    assert "list mean (not fitted)" in text
    assert "list share (not fitted)" not in text
    assert "published 0.100" in text


def test_levels_and_line_are_solved(loaded: scenarios.Loaded, source: scenarios.Loaded) -> None:
    """In a world far smaller than the one that decides: components and list come out as they must."""
    scenario = loaded.scenario.with_values(carried.carried(loaded, source, 1))
    due = in_place(CARRIED[scenario.place], scenario)
    solved, fit = solve(scenario, due, 3_000, 5)
    assert np.abs(np.array(fit.components) - due.components).max() < due.component_tolerance
    assert fit.rural_mean == pytest.approx(due.rural_mean, rel=0.05)
    # A place of few listed persons has few of them in so small a world.
    assert fit.list_share == pytest.approx(due.list_share, rel=0.05 if (due.list_share or 0.0) > 0.05 else 0.25)
    assert {path for path, value in solved.values.items() if value != scenario.values[path]} <= set(SOLVED)


def test_a_committed_set_is_whole(loaded: scenarios.Loaded) -> None:
    rows = loaded.draws.rows
    if len(rows) < WANTED_CARRIED:
        pytest.skip("the set of this place is preliminary")
    assert set(loaded.draws.paths) == set(carried_paths(loaded))
    for row in rows:
        for path in SOLVED:
            low, high = loaded.numbers[path].range or (0.0, 0.0)
            assert low <= row[path] <= high
        due = in_place(CARRIED[loaded.scenario.place], loaded.scenario.with_values(row))
        assert 0.0 < (due.list_share or 0.0) < 0.5


@pytest.mark.parametrize("place", PLACES)
def test_a_committed_draw_fits(place: str, tmp_path: Path) -> None:
    """The first draw, founded again at the size that decides, with its numbers as rounded for the file. Red when the
    engine has changed and the set must be made anew."""
    loaded = of_place(place, tmp_path)
    if len(loaded.draws.rows) < WANTED_CARRIED:
        pytest.skip("the set of this place is preliminary")
    scenario = loaded.scenario.with_values(loaded.draws.rows[0])
    fit = fit_of(found(scenario, Luck(SEED, 0), LOOKS[-1][0], MacroDraw()))
    assert fit.misses(in_place(CARRIED[place], scenario)) == []
