"""Anchoring a place: the joint draws of everything that acts before the programme which agree with what is published.

Many combinations of dispersion, wages, illness, dibao, observation error and list rules give the same published means;
the list mean of year 0 identifies a ridge, not a point. So every ranged number that acts before the programme is drawn
from its range (half of the mass on each side of the stated value), the four income levels and the line of the old list
are solved so that components, rural mean and list mean (in Zhejiang that of ZJ-0) come out right, and the draw is kept
if the quintile means, the components and both means lie within tolerance. With some hundred numbers hardly any proposal
does, so the first `LEARNED` proposals, founded in small worlds, teach a ridge regression what quintiles and list mean
to expect, and only proposals expected within tolerance and a margin for its error are looked at. The kept draws are the
place's admissible set, committed as data. No outcome after year 0 is used. Places without a published list mean carry
Zhejiang's draws over (`calibration/carried.py`).
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from calibration.published import PUBLISHED, Published
from scenarios import Loaded
from scenarios.uncertain import between, uniform
from simulator import parallel
from simulator.measures import weighted
from simulator.scenario import Scenario
from simulator.simulate import Luck, MacroDraw, World, found

SEED = 2017
LEVELS = ("place.wage_level", "place.business_level", "place.property_level", "place.transfer_level")
LINE = "place.list_line_share"
SOLVED = (*LEVELS, LINE)
# Numbers that act after year 0 only, or on nothing that is anchored: villages' accounts, forecasts, sunshine.
AFTERWARDS = (
    "place.villages_*",
    "place.counties",
    "place.collective_*",
    "place.season_sun_*",
    "place.forecast_*",
    "place.quota_margin",
    "model.search_from_post",
    "model.pandemic_*",
    "model.migration_help",
    "model.join_outreach",
    "model.commute_effect",
    "model.local_spend",
    "model.grant_*",
    "model.leader_*",
    "model.smallest_business",
    "model.infrastructure_*",
    "model.collective_wear",
    "model.post_displacement",
    "model.gift_threshold",
    "model.main_share",
    "model.poverty_line_share",
    "model.community_*",
    "model.performance_*",
)
# Proposals a ridge regression learns from, its penalty, and how many of its errors an expected figure may miss by.
LEARNED, PENALTY, MARGIN = 300, 30.0, 0.75
# Households, rounds of solving, how many times the quintile tolerance and the tolerance of means a miss may be; the
# last look decides. The first hardly asks for the list mean, which few rounds cannot solve.
LOOKS = ((4_000, 3, 2.5, 10.0), (8_000, 4, 1.6, 3.0), (40_000, 3, 1.0, 1.0))


class TooFew(ValueError):
    """Not enough proposals are admissible: what is published cannot be met, or hardly. No fault of the simulator's."""


@dataclass(frozen=True)
class Fit:
    """What a founded world shows at year 0, to be held against `Published`; list, dibao and elders as shares of rural
    persons; `list_drift` the change of the list share over the last three years of the burn-in."""

    quintiles: tuple[float, ...]
    components: tuple[float, ...]
    rural_mean: float
    list_mean: float
    list_share: float
    dibao_share: float
    list_drift: float

    def misses(self, published: Published) -> list[str]:
        """What lies outside tolerance, in words; empty for an admissible draw."""
        out = []
        for number, (mine, theirs) in enumerate(zip(self.quintiles, published.quintiles, strict=True), 1):
            if abs(mine / theirs - 1.0) > published.quintile_tolerance:
                out.append(f"quintile {number}: {mine:.3f} against {theirs:.3f}")
        for name, mine, theirs in zip(
            ("wage", "business", "property", "transfer"), self.components, published.components, strict=True
        ):
            if abs(mine - theirs) > published.component_tolerance:
                out.append(f"{name}: {mine:.3f} against {theirs:.3f}")
        if abs(self.rural_mean / published.rural_mean - 1.0) > published.mean_tolerance:
            out.append(f"rural mean: {self.rural_mean:.0f} against {published.rural_mean:.0f}")
        known = (
            ("list mean", self.list_mean, published.list_mean, ".0f"),
            ("list share", self.list_share, published.list_share, ".4f"),
        )
        out += [
            f"{name}: {mine:{form}} against {theirs:{form}}"
            for name, mine, theirs, form in known
            if theirs is not None and not abs(mine / theirs - 1.0) <= published.mean_tolerance
        ]
        return out


def anchored_paths(loaded: Loaded) -> list[str]:
    """Paths of the numbers an admissible draw fixes: all with a range that act before the programme, and the solved."""
    ranged = [
        path
        for path, number in sorted(loaded.numbers.items())
        if number.range and path.split(".")[0] in ("model", "place")
    ]
    return [path for path in ranged if not any(fnmatch.fnmatch(path, pattern) for pattern in AFTERWARDS)]


def proposal(loaded: Loaded, index: int) -> dict[str, float]:
    """The index-th draw of everything that is not solved."""
    drawn = {}
    for path in anchored_paths(loaded):
        number = loaded.numbers[path]
        if path not in SOLVED and number.range:
            low, high = number.range
            drawn[path] = between(low, number.value, high, uniform(SEED, index, "anchor", path))
    return drawn


def quintile_means(income: np.ndarray, persons: np.ndarray, weight: np.ndarray) -> tuple[float, ...]:
    """Per-capita means of five equal groups of households by per-capita income, relative to the mean of the five."""
    order = np.argsort(income / persons)
    rank = np.cumsum(weight[order]) / weight.sum()
    group = np.minimum((5.0 * rank - 1e-12).astype(int), 4)
    means = np.bincount(group, (weight * income)[order], 5) / np.bincount(group, (weight * persons)[order], 5)
    return tuple(float(value) for value in means / means.mean())


def fit_of(world: World) -> Fit:
    """What a founded world shows at year 0."""
    households, villages = world.households, world.villages
    there = (households.last_persons > 0) & (households.size > 0)
    weight = villages.stands_for[households.village][there].astype(float)
    totals = weighted(world.recorder.years[0], villages)
    parts = [totals[f"{part}_rural"] / totals["income_rural"] for part in ("wage", "business", "property", "transfer")]
    last = world.recorder.series[3]
    return Fit(
        quintiles=quintile_means(households.last_income[there], households.last_persons[there], weight),
        components=tuple(parts),
        rural_mean=last["income_pc", "rural"],
        list_mean=last["income_pc", "cohort"],
        list_share=last["listed_share", "rural"],
        dibao_share=last["dibao_share", "rural"],
        list_drift=last["listed_share", "rural"] - world.list_shares[-4] if len(world.list_shares) > 3 else 0.0,
    )


def solve(scenario: Scenario, published: Published, households: int, rounds: int) -> tuple[Scenario, Fit]:
    """Move the levels and the old list's line until components and list mean are met, in `rounds` founded worlds."""
    values = {path: scenario.values[path] for path in SOLVED}
    slope, before = 0.6, None
    for _ in range(rounds):
        played = scenario.with_values(values)
        world = found(played, Luck(SEED, 0), households, MacroDraw())
        fit = fit_of(world)
        if not np.isfinite(fit.list_mean):
            return played, fit
        here = (np.log(values[LINE]), np.log(fit.list_mean))
        if before is not None and abs(here[0] - before[0]) > 0.01:
            slope = min(max((here[1] - before[1]) / (here[0] - before[0]), 0.25), 1.5)
        before = here
        values = moved(values, fit, published, remittance_share(world, fit), slope)
    return played, fit


def remittance_share(world: World, fit: Fit) -> float:
    """Remittances in rural income at year 0."""
    weight = world.villages.stands_for[world.households.village] * (world.households.size > 0)
    persons = float(weight @ world.households.size)
    return float(weight @ world.households.remitter) * world.names["remittance_yuan"] / (persons * fit.rural_mean)


def moved(
    values: Mapping[str, float], fit: Fit, published: Published, remitted: float, slope: float
) -> dict[str, float]:
    """The next guess: the levels, and the line by the slope of the list mean."""
    step = np.clip(np.log((published.list_mean or np.nan) / fit.list_mean) / slope, -0.5, 0.5)
    return {**moved_levels(values, fit, published, remitted), LINE: values[LINE] * float(np.exp(step))}


def moved_levels(values: Mapping[str, float], fit: Fit, published: Published, remitted: float) -> dict[str, float]:
    """The next guess of the levels, by the ratio of published to shown (at most ten: where interest on debts exceeds
    rent a component can be negative), remittances by what transfers lack."""
    wage, business, holding, _ = (
        theirs / max(mine, 0.1 * theirs) for mine, theirs in zip(fit.components, published.components, strict=True)
    )
    lacking = published.components[3] - fit.components[3]
    return {
        "place.wage_level": values["place.wage_level"] * wage,
        "place.business_level": values["place.business_level"] * business,
        "place.property_level": values["place.property_level"] * holding,
        "place.transfer_level": values["place.transfer_level"] * max(1.0 + lacking / max(remitted, 1e-6), 0.05),
    }


@dataclass(frozen=True)
class Trial:
    """A proposal looked at: its numbers if it is admissible, its fit, and what it misses."""

    index: int
    values: Mapping[str, float] | None
    fit: Fit
    misses: tuple[str, ...]


def look(loaded: Loaded, published: Published, index: int) -> Trial:
    """Looks at ever larger worlds, each with less slack: most proposals are discarded by a cheap one."""
    scenario = loaded.scenario.with_values(proposal(loaded, index))
    rough, misses = scenario, list[str]()
    for households, rounds, slack, mean_slack in LOOKS:
        rough, fit = solve(
            scenario.with_values({path: rough.values[path] for path in SOLVED}), published, households, rounds
        )
        misses = fit.misses(published.relaxed(slack, mean_slack))
        if misses:
            break
    outside = [path for path in SOLVED if not within(loaded, path, rough.values[path])]
    misses += [f"{path} solved to {rough.values[path]:.3g}, outside its range" for path in outside]
    kept = {path: float(f"{rough.values[path]:.6g}") for path in anchored_paths(loaded)} if not misses else None
    return Trial(index, kept, fit, tuple(misses))


def within(loaded: Loaded, path: str, value: float) -> bool:
    """Whether a solved number stays within its stated range."""
    number = loaded.numbers[path]
    return number.range is None or number.range[0] <= value <= number.range[1]


@dataclass(frozen=True)
class Expectation:
    """What quintiles and log list mean to expect of a proposal: linear in its numbers, `error` the standard error of a
    prediction not learned from (6,)."""

    paths: tuple[str, ...]
    middle: np.ndarray
    spread: np.ndarray
    mean: np.ndarray
    slopes: np.ndarray
    error: np.ndarray

    def promising(self, drawn: Mapping[str, float], published: Published) -> bool:
        """Whether quintiles and list mean are expected within tolerance and the margin."""
        place = (np.array([drawn[path] for path in self.paths]) - self.middle) / self.spread
        theirs = np.array([*published.quintiles, np.log(published.list_mean or np.nan)])
        tolerances = [published.quintile_tolerance * value for value in published.quintiles]
        slack = np.array([*tolerances, published.mean_tolerance]) + MARGIN * self.error
        return bool((np.abs(self.mean + place @ self.slopes - theirs) <= slack).all())


def learn(drawn: Sequence[Mapping[str, float]], shown: np.ndarray) -> Expectation:
    """Ridge regression of what n proposals have shown (n, 6) on their numbers; errors by leaving each out. Proposals
    whose list stayed empty teach nothing."""
    seen = np.isfinite(shown).all(axis=1)
    drawn, shown = [numbers for numbers, there in zip(drawn, seen, strict=True) if there], shown[seen]
    paths = tuple(sorted(drawn[0]))
    table = np.array([[numbers[path] for path in paths] for numbers in drawn])
    middle, spread = table.mean(axis=0), table.std(axis=0)
    place, centred = (table - middle) / spread, shown - shown.mean(axis=0)
    solved = np.linalg.solve(place.T @ place + PENALTY * np.eye(len(paths)), place.T)
    slopes = solved @ centred
    leverage = np.einsum("ij,ji->i", place, solved)[:, None]
    left_out = (centred - place @ slopes) / (1.0 - leverage)
    return Expectation(paths, middle, spread, shown.mean(axis=0), slopes, left_out.std(axis=0))


def first_look(loaded: Loaded, published: Published, index: int) -> tuple[float, ...]:
    """Quintiles and log list mean of a proposal in a small world, levels and list solved roughly."""
    households, rounds, _, _ = LOOKS[0]
    fit = solve(loaded.scenario.with_values(proposal(loaded, index)), published, households, rounds)[1]
    return (*fit.quintiles, float(np.log(fit.list_mean)))


def admissible_set(
    loaded: Loaded,
    wanted: int,
    workers: int,
    report: Callable[[Trial, int], None],
    most: int = 200_000,
    learned: int = LEARNED,
) -> list[Trial]:
    """The first `wanted` admissible proposals by index, whatever the number of workers. Raises TooFew if the first
    `most` proposals do not hold that many."""
    published = PUBLISHED[loaded.scenario.place]
    shown = in_order(lambda index: first_look(loaded, published, index), range(learned), workers)
    expectation = learn([proposal(loaded, index) for index in range(learned)], np.array(shown))
    ahead = (n for n in range(learned, most) if expectation.promising(proposal(loaded, n), published))
    kept: list[Trial] = []
    while batch := list(islice(ahead, 10 * workers)):
        for trial in in_order(lambda index: look(loaded, published, index), batch, workers):
            kept += [trial] if trial.values is not None else []
            report(trial, len(kept))
        if len(kept) >= wanted:
            return kept[:wanted]
    raise TooFew(f"only {len(kept)} of the first {most} proposals are admissible; {wanted} were wanted")


def in_order(work: Callable[[int], Any], tasks: Sequence[int], workers: int) -> list[Any]:
    """Results of independent work in the order of its tasks. Raises the first error."""
    done = {one.task: one.result for one in parallel.run(work, list(tasks), parallel.Engine(workers=workers))}
    for result in done.values():
        if isinstance(result, Exception):
            raise result
    return [done[task] for task in tasks]


def central(trials: list[Trial]) -> int:
    """Position of the draw nearest to the median of all, distances in standard deviations."""
    table = np.array([[value for _, value in sorted((trial.values or {}).items())] for trial in trials])
    spread = table.std(axis=0)
    scaled = (table - np.median(table, axis=0)) / np.where(spread > 0.0, spread, 1.0)
    return int(np.argmin((scaled**2).sum(axis=1)))
