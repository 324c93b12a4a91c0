"""What the readings of a target are reckoned from: place totals, means, growth, shares and expected failing units.

Every figure has a first axis of estimates: from all sampled villages, then with each village left out in turn
(`simulator/jackknife.py`). The pin on the macro path is a constant of the run: it is not estimated anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from simulator import draws
from simulator.calendar import Quarter
from simulator.history import History
from simulator.jackknife import Sample
from simulator.scenario import Scenario, Target

HOUSEHOLD_SHARE = 0.99
"""Share of households that counts as every household (architecture, readings of a target)."""

VILLAGE_SHARE = 0.95
"""Share of villages that counts as every village (architecture, readings of a target)."""

KEY, WEAK = 0, 1
"""Strata of villages: key villages, and other villages with a weak collective economy."""

SURVEY_HOUSEHOLDS = 2000
"""Households a survey of low-income households asks each year (clauses.md, T-G10)."""


@dataclass(frozen=True)
class Judgement:
    """How far a target is met under a reading: `margin` in the reading's unit with its sampling variance; for the
    strict readings also the expected failing units of the place and the probability that none fails; where several
    things must hold together, whether each does; and the line judged by, yuan a person, where a reading has one."""

    margin: float
    sampling_variance: float
    failing_units: float | None = None
    none_failing: float | None = None
    parts: Mapping[str, bool] = field(default_factory=dict)
    line: float | None = None


@dataclass(frozen=True)
class Reckoning:
    """One run looked at for one target. `totals` keeps what was added up already and may be shared between targets."""

    history: History
    scenario: Scenario
    sample: Sample
    target: Target
    totals: dict[str, np.ndarray]

    def total(self, name: str) -> np.ndarray:
        """Totals of a yearly measure for the whole place: (R, Y). Raises KeyError for a measure not recorded."""
        if name not in self.totals:
            self.totals[name] = self.sample.totals(self.history.village_year[name])
        return self.totals[name]

    def term(self, name: str) -> float:
        """A term of the target. Raises KeyError where the programme states none."""
        return self.scenario.values[f"programme.targets.{self.target.id}.{name}"]

    def stated(self, name: str, otherwise: float = math.nan) -> float:
        """A term of the target, or what stands for it where the programme states none."""
        return self.scenario.values.get(f"programme.targets.{self.target.id}.{name}", otherwise)

    def share_asked(self, otherwise: float) -> float:
        """The share of units that counts as every unit: the programme's own, or else the given one."""
        return self.stated("share", otherwise)

    @property
    def due(self) -> int:
        """Place of the target's year among the recorded years. Raises ValueError when the run does not reach it."""
        found = np.flatnonzero(self.history.years == self.target.year)
        if len(found) == 0:
            raise ValueError(f"{self.target.id} falls due in {self.target.year}, which this run does not record")
        return int(found[0])

    @property
    def scored(self) -> np.ndarray:
        """Places of the scored years: the programme's, up to the target's; year 0 is never scored."""
        years = self.history.years
        inside = (years >= self.scenario.first_year) & (years > years[0]) & (years <= self.target.year)
        if not inside.any():
            raise ValueError(f"{self.target.id} has no year to score up to {self.target.year}")
        return np.flatnonzero(inside)

    def mean(self, population: str) -> np.ndarray:
        """Per-capita disposable income, yuan/person/year: (R, Y)."""
        return self.total(f"income_{population}") / self.total(f"persons_{population}")

    @property
    def reference(self) -> np.ndarray:
        """The rural mean of the province, to which relative lines refer, yuan/person/year: (1, Y), or (R, Y) where the
        run recorded none and the place's own mean stands for it."""
        recorded = self.history.reference_mean
        return recorded[None, :] if len(recorded) == len(self.history.years) else self.mean("rural")

    def ratio(self, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        """Share of a whole; nought of nothing is nought."""
        return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)

    def growth(self, mean: np.ndarray) -> np.ndarray:
        """Growth of a yearly mean in each scored year, as a share: (R, scored years)."""
        return mean[:, self.scored] / mean[:, self.scored - 1] - 1.0

    def yearly_growth(self, mean: np.ndarray) -> np.ndarray:
        """Average growth a year over the scored years, compounded: (R,)."""
        first, last = self.scored[0] - 1, self.scored[-1]
        return (mean[:, last] / mean[:, first]) ** (1.0 / (last - first)) - 1.0

    def matched_growth(self) -> np.ndarray:
        """Growth over the same households of the list, last year and this one: (R, scored years)."""
        now = self.total("matched_income") / self.total("matched_persons")
        last = self.total("matched_last_income") / self.total("matched_last_persons")
        return (now / last)[:, self.scored] - 1.0

    def real(self, mean: np.ndarray) -> np.ndarray:
        """A yearly mean at prices of year 0, by rural consumer prices."""
        prices = self.history.series[("cpi", "rural")]
        closing = self.history.quarters[:, 1] == 4
        of = dict(zip(self.history.quarters[closing, 0].tolist(), prices[closing].tolist(), strict=True))
        of.setdefault(int(self.history.years[0]), 1.0)
        return mean / np.array([of[int(year)] for year in self.history.years])

    def surveyed(self, population: str) -> np.ndarray:
        """The mean as a survey measures it: fresh households each year, drawn with chances in proportion to members,
        so that the variance is that of persons' incomes over the number of households asked."""
        mean = self.mean(population)
        squares = self.total(f"square_income_{population}") / self.total(f"persons_{population}")
        error = np.sqrt(np.maximum(squares - np.square(mean), 0.0) / SURVEY_HOUSEHOLDS)
        return mean + error * np.array([self._survey_draw(int(year)) for year in self.history.years])

    def _survey_draw(self, year: int) -> float:
        seed, replicate = self.history.luck
        province = draws.name_key(self.scenario.place)
        moment = Quarter(year, 4).number
        return float(draws.normal(draws.uniforms(seed, replicate, province, draws.SURVEY_YEAR, moment, 0)[0]))

    def judge(self, margins: np.ndarray) -> Judgement:
        """The margin and its sampling variance from (R,) estimates of it."""
        return Judgement(float(margins[0]), self.sample.variance(margins))

    def judge_years(self, margins: np.ndarray) -> Judgement:
        """All scored years together, from (R, scored years) margins: the lowest counts, and each year is told."""
        years = self.history.years[self.scored]
        parts = {str(year): bool(margin >= 0) for year, margin in zip(years, margins[0], strict=True)}
        return replace(self.judge(margins.min(axis=1)), parts=parts)

    def none_fails(self, failing: np.ndarray, units: np.ndarray) -> Judgement:
        """The strict reading: minus the failing units of the place, from (V,) failing units and (V,) units."""
        if not np.any(units > 0):
            return Judgement(math.nan, math.nan)
        estimates = self.sample.totals(failing)
        chance = None if self.sample.full else self.sample.none_failing(failing, units)
        return Judgement(0.0 - float(estimates[0]), self.sample.variance(estimates), float(estimates[0]), chance)


Judge = Callable[[Reckoning], Judgement]


def growth_each_year(population: str) -> Judge:
    """The lowest yearly growth of a mean over the growth asked, as a share."""
    return lambda run: run.judge_years(run.growth(run.mean(population)) - run.term("threshold"))


def ahead_each_year(population: str) -> Judge:
    """The lowest yearly lead of a list's growth over that of all rural residents, as a share."""
    return lambda run: run.judge_years(run.growth(run.mean(population)) - run.growth(run.mean("rural")))


def mean_reaching(population: str) -> Judge:
    """A mean over the threshold in the year due, yuan/person/year."""
    return lambda run: run.judge(run.mean(population)[:, run.due] - run.term("threshold"))


def share_below(below: str, among: str) -> Judge:
    """Share of units not below a line over the share asked, the lowest of the scored years."""
    return lambda run: run.judge_years(
        (1.0 - run.total(below) / run.total(among) - run.share_asked(HOUSEHOLD_SHARE))[:, run.scored]
    )


def share_due(meeting: Callable[[Reckoning], np.ndarray], among: str) -> Judge:
    """Share of units that meet a condition in the year due over the share asked."""
    return lambda run: run.judge((meeting(run) / run.total(among))[:, run.due] - run.share_asked(HOUSEHOLD_SHARE))


def none_due(failing: Callable[[Mapping[str, np.ndarray]], np.ndarray], among: str) -> Judge:
    """No unit fails in the year due."""

    def judge(run: Reckoning) -> Judgement:
        recorded = run.history.village_year
        return run.none_fails(failing(recorded)[run.due], recorded[among][run.due])

    return judge


def villages_below(measure: str, run: Reckoning, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Villages of the strata up to `last` whose collective income misses the threshold, and all of them: (V,) each."""
    among = (run.history.stratum <= last).astype(np.float64)
    return among * (run.history.village_year[measure][run.due] < run.term("threshold")), among


def village_share(measure: str, last: int) -> Judge:
    """Share of villages whose collective reaches the threshold in the year due, over the share asked."""

    def judge(run: Reckoning) -> Judgement:
        failing, among = map(run.sample.totals, villages_below(measure, run, last))
        return run.judge(1.0 - failing / among - run.share_asked(VILLAGE_SHARE))

    return judge


def village_mean(measure: str, last: int) -> Judge:
    """Mean income of the villages' collectives over the threshold in the year due, yuan/village/year."""

    def judge(run: Reckoning) -> Judgement:
        among = (run.history.stratum <= last).astype(np.float64)
        total = run.sample.totals(among * run.history.village_year[measure][run.due])
        return run.judge(total / run.sample.totals(among) - run.term("threshold"))

    return judge


def no_village_below(measure: str, last: int) -> Judge:
    """No village's collective misses the threshold in the year due."""
    return lambda run: run.none_fails(*villages_below(measure, run, last))


def by_county(run: Reckoning, name: str) -> np.ndarray:
    """A yearly measure by sampled county, villages counting for all they stand for: (C, Y)."""
    _, of = np.unique(run.history.county, return_inverse=True)
    rows = run.history.village_year[name] * run.sample.weight
    return np.stack([np.bincount(of, weights=row) for row in rows], axis=1)


def counties_failing(run: Reckoning, ahead: np.ndarray, asked: np.ndarray, of_all: float) -> Judgement:
    """No county asked fails in a scored year, from (C, scored years) `ahead` and (C,) `asked`.

    Failing counties are those sampled, blown up to the `of_all` of the place. The sampling variance is that of which
    counties are seen, each county's verdict held fixed. How many of the counties not seen fail cannot be projected
    from the few villages of each, so there is no probability of none; `parts` tell each county as the sample shows it.
    """
    counties, of = np.unique(run.history.county, return_inverse=True)
    behind = asked & ~ahead.all(axis=1)
    many = 1.0 if run.sample.full else of_all / max(int(asked.sum()), 1)
    each = many * behind / np.bincount(of, weights=run.sample.weight)
    judgement = run.none_fails(each[of], asked[of].astype(np.float64))
    parts = {f"sample county {counties[row] + 1}": not behind[row] for row in np.flatnonzero(asked)}
    return replace(judgement, none_failing=None, parts={label: bool(kept) for label, kept in parts.items()})


def counties_behind(run: Reckoning) -> Judgement:
    """No county in which the list's growth is at or behind that of its rural residents in a scored year; failing
    counties are blown up where the place states how many there are (`place.counties`)."""
    cohort, rural = (by_county(run, f"income_{who}") / by_county(run, f"persons_{who}") for who in ("cohort", "rural"))
    ahead = run.growth(cohort) > run.growth(rural)
    everyone = np.ones(len(ahead), np.bool_)
    return counties_failing(run, ahead, everyone, run.scenario.values.get("place.counties", len(ahead)))


def lowest_percentile(run: Reckoning) -> Judgement:
    """The 1 % quantile of true income of the list over the threshold, yuan/person/year; only in the last year."""
    last = run.due == len(run.history.years) - 1
    income = run.history.micro.get("income_true", np.empty(0)) if last else np.empty(0)
    village = run.history.micro["village"] if len(income) else np.empty(0, np.int64)
    estimate, variance = run.sample.quantile(income, village, 1.0 - HOUSEHOLD_SHARE)
    return Judgement(estimate - run.term("threshold"), variance)


def nobody_below(run: Reckoning) -> Judgement:
    """No rural household below the absolute line in any scored year; failing units are household-years."""
    recorded = run.history.village_year
    failing = recorded["rural_below_absolute"][run.scored].sum(axis=0)
    return run.none_fails(failing, recorded["households_rural"][run.scored].mean(axis=0))
