"""The macro path: published, forecast with error, and what leads up to year 0."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.macro import COMMON, MacroDraw, Pin, first_simulated_year, macro_path
from simulator.scenario import Scenario

PUBLISHED = MacroDraw("published")


def test_the_published_path_is_the_published_series(scenario: Scenario) -> None:
    path, level = macro_path(scenario, PUBLISHED), 1.0
    for year in range(2018, 2023):
        level *= 1.0 + scenario.series["place.inflation"][year]
        assert path.rural_mean[year] == scenario.series["place.rural_mean"][year]
        assert path.prices[year] == pytest.approx(level)
    assert (path.rural_mean[2017], path.prices[2017], path.trend(2017)) == (24956, 1.0, 1.0)
    assert path.trend(2022) == pytest.approx(37568 / 24956)


def test_a_forecast_without_error_grows_evenly_and_never_sees_what_came(scenario: Scenario) -> None:
    path = macro_path(scenario, MacroDraw())
    for year in range(2018, 2023):
        years = year - 2017
        assert path.rural_mean[year] == pytest.approx(24956 * (1 + scenario.values["place.forecast_growth"]) ** years)
        assert path.prices[year] == pytest.approx((1 + scenario.values["place.forecast_inflation"]) ** years)
    past = {year: scenario.series["place.inflation"][year] for year in (2016, 2017)}
    later = past | {year: 1.0 for year in range(2018, 2023)}
    blind = replace(scenario, series={**scenario.series, "place.rural_mean": {2017: 24956.0}, "place.inflation": later})
    assert macro_path(blind, MacroDraw()) == path


def test_errors_of_the_forecast_enter_growth(scenario: Scenario) -> None:
    values = scenario.values
    path = macro_path(scenario, MacroDraw(normals={COMMON: 1.5, 2020: -2.0}))
    usual = values["place.forecast_growth"] + 1.5 * values["place.forecast_sd_common"]
    for year in range(2018, 2023):
        growth = usual - (2.0 * values["place.forecast_sd_year"] if year == 2020 else 0.0)
        assert path.rural_mean[year] / path.rural_mean[year - 1] - 1.0 == pytest.approx(growth)


def test_a_published_run_ignores_the_draw_of_errors(scenario: Scenario) -> None:
    assert macro_path(scenario, MacroDraw("published", {COMMON: 3.0, 2019: 3.0})) == macro_path(scenario, PUBLISHED)


@pytest.mark.parametrize("draw", [PUBLISHED, MacroDraw(), MacroDraw(normals={COMMON: 1.5, 2020: -2.0})])
def test_a_place_below_its_province_keeps_its_distance(scenario: Scenario, draw: MacroDraw) -> None:
    """Relative lines refer to the province, whose path is the same whatever the place's ratio to it."""
    whole, part = (macro_path(scenario.with_values({"place.mean_ratio": ratio}), draw) for ratio in (1.0, 0.625))
    assert whole.rural_mean == whole.reference_mean == part.reference_mean
    assert part.rural_mean == {year: 0.625 * mean for year, mean in whole.rural_mean.items()}
    assert part.trend(2022) == pytest.approx(whole.trend(2022))
    assert (part.prices, part.dibao_line) == (whole.prices, whole.dibao_line)


@pytest.mark.parametrize("draw", [PUBLISHED, MacroDraw(normals={COMMON: 2.0})])
def test_the_burn_in_grows_up_to_year_0_whatever_comes_after(scenario: Scenario, draw: MacroDraw) -> None:
    path, first = macro_path(scenario, draw), first_simulated_year(scenario)
    assert first == 2017 - scenario.burn_in_years + 1 == min(path.rural_mean)
    for year in range(first, 2017):
        assert path.rural_mean[year + 1] / path.rural_mean[year] == pytest.approx(
            1 + scenario.values["place.burn_in_growth"]
        )
    assert path.prices[first] < path.prices[2017] == 1.0


def test_the_dibao_line_is_uprated_every_year_one_beyond_the_last(scenario: Scenario) -> None:
    path, values = macro_path(scenario, PUBLISHED), scenario.values
    assert path.dibao_line[2017] == pytest.approx(12 * values["place.dibao_line_month"])
    assert max(path.dibao_line) == 2023
    for year in range(first_simulated_year(scenario), 2023):
        assert path.dibao_line[year + 1] / path.dibao_line[year] == pytest.approx(1 + values["place.dibao_growth"])


@pytest.mark.parametrize(
    ("series", "year"), [("place.rural_mean", 2021), ("place.inflation", 2021), ("place.rural_mean", 2017)]
)
def test_a_missing_year_is_an_error(scenario: Scenario, series: str, year: int) -> None:
    points = {when: value for when, value in scenario.series[series].items() if when != year}
    with pytest.raises(KeyError, match=str(year)):
        macro_path(replace(scenario, series={**scenario.series, series: points}), PUBLISHED)


def test_a_copied_pin_goes_its_own_way() -> None:
    pin = Pin({2018: 1.1}, drift=0.9)
    twin = pin.copy()
    twin.factors[2018] = 2.0
    assert pin == Pin({2018: 1.1}, drift=0.9)
