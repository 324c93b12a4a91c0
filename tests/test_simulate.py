"""Whole runs: what an arm asks for, what a sample says of the place, and the list that bounces back by itself."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from simulator.calendar import Quarter, quarters_of
from simulator.history import History
from simulator.jackknife import Sample
from simulator.macro import first_simulated_year
from simulator.measures import COLUMN
from simulator.members import HOME, IDLE, LOCAL, MIGRANT, POST, WORKSHOP
from simulator.population import found_world, villages_in_place
from simulator.quarter import close_books, run_quarter
from simulator.simulate import found, simulate
from simulator.world import Luck, World
from tests.systems import LUCK, MACRO, arm, entries, founded, null_history, pin_of, quarters, terms, zhejiang

LUCKS = tuple(Luck(31, replicate) for replicate in range(24))


def test_an_arm_needs_the_null_arms_pin() -> None:
    with pytest.raises(ValueError, match="run null first"):
        simulate(founded(), zhejiang(), LUCK, MACRO, "policy")


def test_an_unknown_arm_is_refused() -> None:
    with pytest.raises(ValueError, match="no such arm: triple"):
        simulate(founded(), zhejiang(), LUCK, MACRO, "triple", pin=null_history().pin)


def test_a_history_covers_year_0_and_the_programme() -> None:
    history = null_history()
    assert history.years.tolist() == [2017, 2018, 2019, 2020, 2021, 2022]
    assert history.quarters.tolist() == [[year, quarter] for year in range(2017, 2023) for quarter in (1, 2, 3, 4)]
    assert history.ledger[:4].sum() == 0 and history.inflow[:4].sum() == 0
    assert all(values.shape == (24,) for values in history.series.values())
    assert all(values.shape == (6, len(history.stratum)) for values in history.village_year.values())


def test_every_arm_reads_the_null_arms_pin() -> None:
    null = null_history()
    for name in ("policy", "double", "without:dibao"):
        assert arm(name)[1].pin.tobytes() == null.pin.tobytes()


def test_the_null_arm_given_its_own_pin_is_itself() -> None:
    again = simulate(founded(), zhejiang(), LUCK, MACRO, "null", pin=null_history().pin)
    assert again.series["income_pc", "cohort"].tobytes() == null_history().series["income_pc", "cohort"].tobytes()


def test_the_pin_holds_the_null_arm_to_the_path() -> None:
    # What is predicted in the first quarter is not what the year brings; this sample misses by under one per cent.
    assert np.abs(null_history(households=8000).pin_residual).max() < 0.01


def test_the_quarters_of_a_year_add_up_to_the_year() -> None:
    history = arm("policy")[1]
    rural = history.series["income_quarter_pc", "rural"].reshape(-1, 4).sum(axis=1)
    yearly = history.series["income_pc", "rural"][3::4]
    # Persons are counted at the end of each quarter and as person-years in the year: they part by births and deaths.
    assert np.allclose(rural, yearly, rtol=2e-3)


def test_a_village_stands_for_whole_villages_of_its_stratum() -> None:
    for households in (200, 2000, 8000):
        villages = found_world(zhejiang(), LUCK, households, MACRO).villages
        standing = np.bincount(villages.stratum, weights=villages.stands_for)
        assert standing.tolist() == list(villages_in_place(zhejiang()))
        assert np.bincount(villages.stratum).min() >= 2


def estimated(sums: np.ndarray, sample: Sample) -> tuple[list[float], list[float]]:
    """List mean, rural mean and list share of a year from village sums, and their jackknife variances."""
    total = sample.totals(sums.T).T
    rural, listed = total[COLUMN["persons_rural"]], total[COLUMN["persons_before"]]
    values = (total[COLUMN["income_before"]] / listed, total[COLUMN["income_rural"]] / rural, listed / rural)
    return [float(v[0]) for v in values], [sample.variance(v) for v in values]


@functools.cache
def over_lucks(households: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year 0 in worlds founded under other luck: mean estimates, mean stated variances, variances seen."""
    worlds = [found(zhejiang(), luck, households, MACRO) for luck in LUCKS]
    both = [estimated(w.recorder.years[0], Sample(w.villages.stratum, w.villages.stands_for)) for w in worlds]
    values, stated = (np.array(column) for column in zip(*both, strict=True))
    return values.mean(axis=0), stated.mean(axis=0), values.var(axis=0, ddof=1)


@pytest.mark.parametrize("measure", [0, 1, 2], ids=["list mean", "rural mean", "list share"])
def test_a_sample_and_one_four_times_as_large_agree_within_the_stated_sampling_variance(measure: int) -> None:
    small, small_stated, small_seen = (values[measure] for values in over_lucks(2000))
    large, large_stated, large_seen = (values[measure] for values in over_lucks(8000))
    assert abs(small - large) < 3.0 * np.sqrt((small_stated + large_stated) / len(LUCKS))
    assert 2.0 < small_stated / large_stated < 8.0
    # Every world sets its own pin, which takes the level of its sample out: less is seen than is stated with it held.
    assert small_seen < 2.5 * small_stated and large_seen < 2.5 * large_stated


@functools.cache
def over_samples(many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year 0 of one large world, sampled again and again: 300 draws of `many` villages a stratum. Mean estimates,
    mean stated variances, variances seen; nothing is simulated anew, so the pin is held."""
    world = found(zhejiang(), LUCK, 40_000, MACRO)
    sums, stratum = world.recorder.years[0], world.villages.stratum
    draw = np.random.default_rng(11)
    both = []
    for _ in range(300):
        rows = np.concatenate([draw.permutation(np.flatnonzero(stratum == group))[:many] for group in range(3)])
        whole = np.bincount(stratum)[stratum[rows]] / many
        both.append(estimated(sums[rows], Sample(stratum[rows], whole)))
    values, stated = (np.array(column) for column in zip(*both, strict=True))
    return values.mean(axis=0), stated.mean(axis=0), values.var(axis=0, ddof=1)


@pytest.mark.parametrize("measure", [0, 1, 2], ids=["list mean", "rural mean", "list share"])
def test_with_the_pin_held_the_stated_variance_is_the_variance_seen(measure: int) -> None:
    small, small_stated, small_seen = (values[measure] for values in over_samples(5))
    large, large_stated, large_seen = (values[measure] for values in over_samples(20))
    assert 0.7 < small_stated / small_seen < 1.6
    assert 0.7 < large_stated / large_seen < 1.4
    assert 3.0 < small_seen / large_seen < 9.0
    assert abs(small - large) < 4.0 * np.sqrt((small_seen + large_seen) / 300)


def test_the_pinned_rural_mean_does_not_depend_on_the_sample() -> None:
    small, *_ = over_lucks(4000)
    large, *_ = over_lucks(8000)
    assert abs(small[1] / large[1] - 1.0) < 2e-3


def bounce(observation_sd: float) -> tuple[float, float, float]:
    """Growth of the households listed at Q4 of year -1: to year 0, from then to year 1, and that of all to year 0."""
    scenario = zhejiang().with_values({"place.observation_sd": observation_sd, "place.observation_bias": 0.0})
    world = found_world(scenario, LUCK, 4000, MACRO)
    means: dict[int, tuple[float, float]] = {}
    cohort = np.zeros(world.households.length, bool)
    world.county_quota = np.ones(world.counties.length)
    incomes: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for now in quarters_of(first_simulated_year(scenario), 2018):
        run_quarter(world, scenario)
        table = world.households
        if now == Quarter(2016, 4):
            cohort = (table.list_state == 1) | (table.list_state == 2)
        if now.quarter == 4:
            income = table.year_wage + table.year_business + table.year_property + table.year_transfer
            incomes[now.year] = income, table.year_persons.copy()
        close_books(world)
    weight = world.villages.stands_for[world.households.village]
    for year in (2016, 2017, 2018):
        income, persons = incomes[year]
        alive = (world.households.size > 0) * weight
        listed = alive * cohort
        means[year] = float(income @ listed / (persons @ listed)), float(income @ alive / (persons @ alive))
    first, second, third = means[2016], means[2017], means[2018]
    return second[0] / first[0] - 1.0, third[0] / second[0] - 1.0, second[1] / first[1] - 1.0


def test_a_list_bounces_back_by_itself_the_more_the_better_incomes_are_observed() -> None:
    """The list is drawn at the bottom of a noisy income: without any policy it outgrows all others (validation 6.1)."""
    sharp, sharp_later, rural = bounce(0.05)
    blurred, _, rural_again = bounce(0.9)
    print(f"year -1 to 0: {sharp:+.1%} seen well, {blurred:+.1%} badly, all {rural:+.1%}; year 1 {sharp_later:+.1%}")
    assert sharp > rural + 0.05
    assert sharp > blurred + 0.03
    assert sharp > sharp_later
    assert abs(rural - rural_again) < 0.02


def hands(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Hands left at home as they must be, household by household, and members away from home."""
    members = world.members
    displaced = 1.0 - world.names["post_displacement"]
    share = np.select([members.work == HOME, np.isin(members.work, (POST, WORKSHOP))], [1.0, displaced], 0.0)
    owner = np.repeat(np.arange(world.households.length), np.diff(world.roster_start))
    present = members.present == 1
    at_home = np.bincount(owner, weights=present * members.capacity * share, minlength=world.households.length)
    away = np.bincount(owner, weights=present * np.isin(members.work, (LOCAL, MIGRANT)), minlength=len(at_home))
    return at_home, away


def test_nobody_works_beyond_their_capacity_and_nobody_away_farms() -> None:
    scenario = zhejiang().with_values({"programme.yuan_per_listed_household": 40_000.0})
    for kind in ("workshop", "public_posts"):
        scenario = terms(scenario, kind, take_up=1.0)
    seen = {"posts": 0, "workshops": 0, "away": 0, "idle": 0}
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table, members = world.households, world.members
        at_home, away = hands(world)
        assert np.allclose(table.home_labour, at_home, atol=1e-12)
        assert (table.home_labour <= table.labour + 1e-12).all()
        assert ((table.leased >= 0) & (table.leased <= table.land)).all()
        unable = (members.present == 1) & (members.capacity == 0.0)
        assert (members.work[unable] == IDLE).all() and (members.work[members.present == 0] == IDLE).all()
        without = table.labour == 0.0
        for wage in ("wage_work", "wage_workshop", "wage_post", "wage_cooperative", "home_labour"):
            assert not getattr(table, wage)[without].any(), wage
        assert not table.wage_work[away == 0].any()
        seen["posts"] += int((members.work == POST).sum())
        seen["workshops"] += int((members.work == WORKSHOP).sum())
        seen["away"] += int(away.sum())
        seen["idle"] += int(without.sum())
    assert min(seen.values()) > 0


def test_every_arm_starts_from_the_same_year_0() -> None:
    null = null_history()
    for name in ("policy", "half", "without:training"):
        history: History = arm(name)[1]
        for key, values in null.village_year.items():
            assert values[0].tobytes() == history.village_year[key][0].tobytes(), (name, key)


def test_the_cohort_is_the_same_households_in_both_arms() -> None:
    null_world, policy_world = arm("null")[0], arm("policy")[0]
    assert np.array_equal(null_world.households.cohort, policy_world.households.cohort)
    assert np.array_equal(null_world.households.size, policy_world.households.size)
    assert np.array_equal(null_world.households.key, policy_world.households.key)
    table, baseline = null_world.households, founded().households
    # Whoever is compared was on the list, comes of a household that was, or took one of its people in.
    members = null_world.members.key[null_world.members.present == 1]
    own = np.isin(table.key[table.cohort == 1], baseline.key[baseline.cohort == 1])
    assert 0.8 < own.mean() < 1.0
    assert len(np.unique(members)) == len(members)


def test_leaving_a_kind_out_leaves_its_lines_out() -> None:
    kinds = {line.kind for line in arm("without:training")[1].ledger_lines}
    assert "training" not in kinds and "micro_loan" in kinds


def test_a_standing_entry_stays_when_its_kind_is_left_out() -> None:
    standing = entries(zhejiang(), {"dibao"}, role="standing")
    assert "dibao" in {entry.kind for entry in standing.without("dibao").interventions}
    assert "dibao" not in {entry.kind for entry in zhejiang().without("dibao").interventions}
