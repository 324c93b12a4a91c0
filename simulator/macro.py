"""The macro path: the rural mean, prices and the dibao line of every year, and the pin that holds the null arm to it.

Two modes. `published` takes the series as it came out; `forecast` takes it up to year 0 and from then on a forecast of
that time with error: growth = forecast_growth + forecast_sd_common x one normal + forecast_sd_year x a normal a year.
The pin is one factor a year on wages and prices, set in the first quarter of the null arm from that year's predicted
mean and read by every other arm; it absorbs the province's common shock. Booked income is never rescaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from simulator.scenario import Scenario

# The key under which `MacroDraw.normals` holds the draw common to all forecast years.
COMMON = 0


@dataclass(frozen=True)
class MacroDraw:
    """`mode` "published" or "forecast"; `normals`: standard normals by year, and under `COMMON` the common one."""

    mode: str = "forecast"
    normals: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class MacroPath:
    """Yearly series of one run: `rural_mean` of the place, `reference_mean` of the province to which relative lines
    refer, and `dibao_line` in yuan/person/year, `prices` with year 0 = 1; `mode` as in `MacroDraw`."""

    rural_mean: Mapping[int, float]
    reference_mean: Mapping[int, float]
    prices: Mapping[int, float]
    dibao_line: Mapping[int, float]
    year0: int
    mode: str = "forecast"

    def trend(self, year: int) -> float:
        """Rural mean relative to year 0."""
        return self.rural_mean[year] / self.rural_mean[self.year0]


def first_simulated_year(scenario: Scenario) -> int:
    """The first year of the burn-in, whose last year is year 0."""
    return scenario.year0 - scenario.burn_in_years + 1


def macro_path(scenario: Scenario, draw: MacroDraw) -> MacroPath:
    """The path of a run: the place's rural mean is `place.mean_ratio` times the province's, every year. Raises KeyError
    if a published series lacks a year that is needed."""
    values = scenario.values
    year0, first, last = scenario.year0, first_simulated_year(scenario), scenario.last_year
    published, inflation = scenario.series["place.rural_mean"], scenario.series["place.inflation"]
    mean = {year0: published[year0]}
    prices = {year0: 1.0}
    for year in range(year0 - 1, first - 1, -1):
        # Before year 0 incomes grew as in the last published year (architecture, baseline).
        mean[year] = mean[year + 1] / (1.0 + values["place.burn_in_growth"])
        prices[year] = prices[year + 1] / (1.0 + inflation.get(year + 1, values["place.forecast_inflation"]))
    for year in range(year0 + 1, last + 1):
        if draw.mode == "published":
            mean[year] = published[year]
            prices[year] = prices[year - 1] * (1.0 + inflation[year])
        else:
            error = values["place.forecast_sd_common"] * draw.normals.get(COMMON, 0.0)
            error += values["place.forecast_sd_year"] * draw.normals.get(year, 0.0)
            mean[year] = mean[year - 1] * (1.0 + values["place.forecast_growth"] + error)
            prices[year] = prices[year - 1] * (1.0 + values["place.forecast_inflation"])
    line0, growth = 12.0 * values["place.dibao_line_month"], values["place.dibao_growth"]
    dibao = {year: line0 * (1.0 + growth) ** (year - year0) for year in range(first, last + 2)}
    own = {year: values["place.mean_ratio"] * of_province for year, of_province in mean.items()}
    return MacroPath(own, mean, prices, dibao, year0, draw.mode)


@dataclass
class Pin:
    """The factor on wages and prices: as set so far by year, and what is needed to set the next.

    `drift` is the smoothed ratio of booked to expected market income, `drift_other` the same for all other income: they
    carry the ageing and the changes of employment that the expectation does not see; `drift_persons` is the ratio of a
    year's person-years to the persons present when it opens. `expected`, `expected_other` and `persons` are what last
    year's first quarter expected without them. `stress` is the rural mean a year can expect relative to the path, where
    a stress is laid on top of it.
    """

    factors: dict[int, float] = field(default_factory=dict)
    stress: dict[int, float] = field(default_factory=dict)
    drift: float = 1.0
    drift_other: float = 1.0
    drift_persons: float = 1.0
    expected: float = 0.0
    expected_other: float = 0.0
    persons: float = 0.0

    def copy(self) -> Pin:
        return replace(self, factors=dict(self.factors), stress=dict(self.stress))
