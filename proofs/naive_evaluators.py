"""What naive evaluators find where the true effect is known: policy less null under the same luck and pin (6.5)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.effects import alone
from proofs import estimators
from proofs.arms import MACRO, Diary, arm, on_list, same, zhejiang
from proofs.proof import Found
from simulator.extra import ExtraRule
from simulator.households import LISTED
from simulator.scenario import Scenario
from simulator.simulate import POLICY, Luck, World, found

Year = dict[str, np.ndarray]
CLEAR = 2.0
"""Standard errors by which a bias must show, and within which an estimate must lie that is to be right."""
LEAST = 500.0
"""Yuan a person below which market income is left out of logs."""


def controls(year: Year) -> np.ndarray:
    """What a short survey knows of a household (N, K): not its ability, nor who of it can work."""
    return np.column_stack([year[name].astype(float) for name in ("size", "land")])


def scatter(values: list[float]) -> estimators.Estimate:
    """Mean over replicates and its standard error; the error of one replicate is not known: 0."""
    spread = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return float(np.mean(values)), spread


def selection(quick: bool) -> Found:
    """Cross-sections overstate training and cooperatives: who takes part could work, or held land, to begin with."""
    households, replicates = (10_000, 2) if quick else (60_000, 6)
    scenario, seen = zhejiang(), dict[str, list[float]]()
    for number in range(replicates):
        luck = Luck(11, number)
        world = found(scenario, luck, households, MACRO)
        null, history = arm(world, scenario, luck)
        assert history is not None
        policy, _ = arm(world, alone(scenario, "training", 5000.0), luck, POLICY, history.pin)
        for what, sample in (("training", trained(null, policy, 2020)), ("cooperative", members(null, 2020))):
            for name, value in against(*sample).items():
                seen.setdefault(f"{what}: {name}", []).append(value)
    numbers: dict[str, object] = {"households": households, "replicates": replicates}
    checks = {}
    for name, values in seen.items():
        numbers[name] = list(scatter(values))
        if "bias" in name:
            mean, error = scatter(values)
            checks[f"{name} is upward"] = mean > CLEAR * error
    return Found(checks, numbers)


Sample = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def trained(null: Diary, policy: Diary, year: int) -> Sample:
    """Households of the list of 2018 at a year's end: true effect (policy less null), income a person, who has been
    trained, controls."""
    with_it, without = policy.years[year], null.years[year]
    chosen = same(with_it, without, policy.years[2018]) & on_list(policy.years[2018]["list_state"])
    effect = (with_it["income"] - without["income"])[chosen]
    return effect, with_it["income"][chosen], with_it["trained_quarters"][chosen] > 0, controls(with_it)[chosen]


def members(null: Diary, year: int) -> Sample:
    """Farming households: what the premium adds to farm income a person, farm income a person, who is a member, size
    and elders (members hold more land)."""
    now = null.years[year]
    chosen = now["there"] & (now["land"] > 0) & (now["farm"] > 0)
    each = now["farm"] / np.maximum(now["persons"], 0.25)
    premium = each * (1.0 - 1.0 / np.maximum(now["member_factor"], 1.0))
    known = np.column_stack([now[name][chosen].astype(float) for name in ("size", "elders")])
    return premium[chosen], each[chosen], now["coop_member"][chosen] == 1, known


def against(effect: np.ndarray, outcome: np.ndarray, treated: np.ndarray, known: np.ndarray) -> dict[str, float]:
    """The true effect on the treated, and by how much regression and matching miss it."""
    true = float(effect[treated].mean())
    methods: dict[str, Callable[..., estimators.Estimate]] = {
        "regression": estimators.regression,
        "matching": estimators.matching,
    }
    biases = {f"bias of {name}": method(outcome, treated, known)[0] - true for name, method in methods.items()}
    return {"treated": float(treated.sum()), "true effect": true, **biases}


class Raise:
    """A programme with a known mechanism: from its first year on, wages and own output of the households it was given
    to are `size` log points higher. Given once, by `chooses`, when the year opens."""

    def __init__(self, size: float, first_year: int, chooses: Callable[[World], np.ndarray]) -> None:
        self.size, self.first_year, self.chooses = size, first_year, chooses
        self.given: np.ndarray | None = None

    def work(self, world: World) -> None:
        """At the start of a quarter: factors are computed anew in every first one."""
        if world.now.year < self.first_year or world.now.quarter != 1:
            return
        if self.given is None:
            self.given = self.chooses(world)
        for factor in (world.households.wage_factor, world.households.business_factor):
            factor[self.given] *= np.exp(self.size)

    def rule(self) -> ExtraRule:
        """To be given to an arm."""
        return ExtraRule("programme", self.work, when="start")


def by_ability(world: World) -> np.ndarray:
    """A fixed trait: ability below the median."""
    ability, there = world.households.ability, world.households.size > 0
    return there & (ability < np.median(ability[there]))


def by_dip(world: World) -> np.ndarray:
    """Market income fell by more than a tenth between the last two years."""
    households = world.households
    return (households.size > 0) & (households.last_market < 0.9 * households.earlier_market)


def before_and_after(quick: bool) -> Found:
    """Difference in differences of log market income, the year before against the second with the programme: right
    where the programme follows a fixed trait, too high where it follows a bad year. Without the pandemic, without
    the local demand by which others gain too, and without schooling, which keeps able families' children from work."""
    households, replicates = (10_000, 2) if quick else (40_000, 8)
    off = {f"model__process_{name}": "off" for name in ("pandemic", "spillover", "schooling")}
    scenario = zhejiang(**off)
    rules = {"fixed trait": by_ability, "bad year": by_dip}
    seen: dict[str, list[float]] = {f"{name}: {what}": [] for name in rules for what in ("true effect", "bias")}
    for number in range(replicates):
        luck = Luck(12, number)
        world = found(scenario, luck, households, MACRO)
        null, history = arm(world, scenario, luck)
        assert history is not None
        for name, chooses in rules.items():
            programme = Raise(0.08, 2019, chooses)
            policy, _ = arm(world, scenario, luck, rules=[programme.rule()], pin=history.pin, last_year=2020)
            assert programme.given is not None
            true, estimate = difference(policy, null, programme.given)
            seen[f"{name}: true effect"].append(true)
            seen[f"{name}: bias"].append(estimate - true)
    fixed, dip = scatter(seen["fixed trait: bias"]), scatter(seen["bad year: bias"])
    effect = scatter(seen["fixed trait: true effect"])[0]
    checks = {
        "right under a fixed trait": abs(fixed[0]) < max(CLEAR * fixed[1], 0.05 * effect),
        "too high after a bad year": dip[0] > max(CLEAR * dip[1], effect),
    }
    numbers = {name: list(scatter(values)) for name, values in seen.items()}
    return Found(checks, {"households": households, "replicates": replicates, **numbers})


def difference(policy: Diary, null: Diary, given: np.ndarray) -> tuple[float, float]:
    """True effect on who was given the programme in its second year, and the difference in differences."""
    before, after, without = policy.years[2018], policy.years[2020], null.years[2020]
    chosen = same(before, after, without)
    for year in (before, after, without):
        chosen = chosen & (year["market"] > LEAST)
    logs = [np.log(year["market"][chosen]) for year in (before, after, without)]
    true = float((logs[1] - logs[2])[given[chosen]].mean())
    return true, estimators.differences(logs[0], logs[1], given[chosen])[0]


def at_the_line(quick: bool) -> Found:
    """Fuzzy regression discontinuity at the line of the list of year 0, for a programme that raises what listed
    households earn: against the true effect on those listed inside the bandwidth."""
    households, size, bandwidth = (20_000 if quick else 100_000), 0.30, 0.30
    scenario, luck = zhejiang(), Luck(13, 0)
    world = found(scenario, luck, households, MACRO)
    distance, listed, candidate = near_the_line(world)
    null, history = arm_of_two_years(world, scenario, luck, None, [])
    programme = Raise(size, scenario.first_year, lambda here: here.households.list_state == LISTED)
    policy, _ = arm_of_two_years(world, scenario, luck, history, [programme.rule()])
    with_it, without = policy.years[scenario.first_year], null.years[scenario.first_year]
    chosen = candidate & same(with_it, without) & (with_it["market"] > LEAST) & (without["market"] > LEAST)
    outcome = np.log(with_it["market"][chosen])
    distance, listed = distance[chosen], listed[chosen]
    (estimate, error), jump = estimators.discontinuity(outcome, listed, distance, bandwidth)
    inside = listed & (np.abs(distance) < bandwidth)
    true = float((outcome - np.log(without["market"][chosen]))[inside].mean())
    checks = {
        "fuzzy: the list does not follow the line alone": 0.1 < jump < 0.95,
        "right within two standard errors": abs(estimate - true) < CLEAR * error,
        "tells the effect from none": estimate > CLEAR * error,
    }
    numbers = {"households": households, "inside the bandwidth": int((np.abs(distance) < bandwidth).sum())}
    return Found(checks, {**numbers, "jump at the line": jump, "true effect": true, "estimate": [estimate, error]})


def arm_of_two_years(
    world: World, scenario: Scenario, luck: Luck, pin: np.ndarray | None, rules: list[ExtraRule]
) -> tuple[Diary, np.ndarray | None]:
    """The null arm with extra rules: its diary, and the pin of a whole run if none was given."""
    diary, history = arm(world, scenario, luck, pin=pin, rules=rules, last_year=None if pin is None else 2018)
    return diary, history.pin if history is not None else None


def near_the_line(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log distance of the income observed at the last review from the line, who is listed since, and who could enter
    then: not on the list before it (each (N,))."""
    households = world.households
    line = world.counties.line[world.villages.county[households.village]]
    observed = households.observed_income
    candidate = (households.size > 0) & (households.reviewed == 0) & np.isfinite(observed) & (observed > 0)
    distance = np.log(np.where(candidate, observed, 1.0) / line)
    return distance, households.list_state == LISTED, candidate
