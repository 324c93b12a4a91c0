"""The first world: whole villages, each the same in every sample, standing for all villages of the place."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simulator import population
from simulator.counties import DIBAO_150, LINE_RULES, MEAN_40
from simulator.households import Households
from simulator.macro import MacroDraw
from simulator.members import Members
from simulator.population import found_counties, found_villages, found_world, villages_in_place, villages_to_sample
from simulator.scenario import Scenario
from simulator.simulate import NULL, found, simulate
from simulator.villages import STRATA, Villages
from simulator.world import Luck, World

LUCK = Luck(1, 1)


@pytest.fixture(scope="module")
def start(scenario: Scenario) -> World:
    """The default sample before anything has happened."""
    return found_world(scenario, LUCK, 20_000, MacroDraw())


def test_samples_by_stratum(scenario: Scenario) -> None:
    assert villages_in_place(scenario) == (600, 1267, 25591)
    assert villages_to_sample(scenario, 20_000) == (24, 20, 56)
    assert villages_to_sample(scenario, 40_000) == (48, 40, 112)
    assert villages_to_sample(scenario, 2_000) == (2, 2, 6)
    assert villages_to_sample(scenario, 1) == (2, 2, 2)
    assert villages_to_sample(scenario, 10**7)[0] == 600, "no more than there are"
    assert villages_to_sample(scenario, None) == villages_in_place(scenario)


@pytest.mark.parametrize("households", [1, 2_000, 20_000, 77_777])
def test_villages_stand_for_all_of_their_stratum(scenario: Scenario, households: int) -> None:
    villages, sizes = found_villages(scenario, LUCK, found_counties(scenario, LUCK), households)
    assert len(sizes) == villages.length == sum(villages_to_sample(scenario, households))
    for stratum, there in enumerate(villages_in_place(scenario)):
        own = villages.stands_for[villages.stratum == stratum]
        assert own.sum() == there
        assert own.max() - own.min() <= 1
        assert len(own) == villages_to_sample(scenario, households)[stratum] >= 2


def test_in_the_full_place_each_village_stands_for_itself(scenario: Scenario) -> None:
    tiny = {"place.villages_key": 3.0, "place.villages_under_100k": 7.0, "place.villages_total": 12.0}
    villages, _ = found_villages(scenario.with_values(tiny), LUCK, found_counties(scenario, LUCK), None)
    assert villages.stands_for.tolist() == [1] * 12


def test_key_villages_lie_in_supported_counties(start: World) -> None:
    counties, villages = start.counties, start.villages
    assert counties.supported[villages.county[villages.stratum == 0]].all()
    assert not counties.supported[villages.county[villages.stratum == 2]].all()
    assert counties.supported.sum() == 26
    assert counties.length == 84


def village_rows(world: World, village: int) -> tuple[slice, slice]:
    """Rows of a village's households and of their members."""
    first, end = world.village_start[village : village + 2]
    return slice(first, end), slice(world.roster_start[first], world.roster_start[end])


def test_a_village_is_the_same_in_every_sample(scenario: Scenario, start: World) -> None:
    """Its households, their traits and members, bit by bit, but for what it stands for."""
    small = found_world(scenario, LUCK, 2_000, MacroDraw())
    position = {key: row for row, key in enumerate(start.villages.key.tolist())}
    for row, key in enumerate(small.villages.key.tolist()):
        other = position[key]
        for name in Villages.columns:
            if name != "stands_for":
                assert getattr(small.villages, name)[row] == getattr(start.villages, name)[other], name
        one, two = village_rows(small, row), village_rows(start, other)
        for name in set(Households.columns) - {"village"}:
            assert np.array_equal(getattr(small.households, name)[one[0]], getattr(start.households, name)[two[0]]), (
                name
            )
        for name in Members.columns:
            assert np.array_equal(getattr(small.members, name)[one[1]], getattr(start.members, name)[two[1]]), name


def test_new_luck_is_a_new_population(scenario: Scenario, start: World) -> None:
    other = found_world(scenario, Luck(1, 2), 2_000, MacroDraw())
    assert np.array_equal(other.villages.key[:2], start.villages.key[:2]), "names are not drawn"
    assert not np.array_equal(other.households.ability[:20], start.households.ability[:20])


def test_offsets_tell_who_belongs_where(start: World) -> None:
    households, members = start.households, start.members
    assert np.array_equal(np.repeat(np.arange(start.villages.length), np.diff(start.village_start)), households.village)
    assert start.village_start[-1] == households.length
    assert start.roster_start[-1] == members.length
    assert np.array_equal(np.add.reduceat(members.present.astype(int), start.roster_start[:-1]), households.size)
    there = households.size > 0
    assert np.array_equal(np.diff(start.roster_start), np.where(there, households.size + 2, 6)), "two to be born into"
    people = members.key[members.present == 1]
    keys = np.concatenate([households.key[there], people, start.villages.key, start.cooperatives.key])
    assert len(np.unique(keys)) == len(keys)


def test_every_village_has_spare_rows_for_families_that_divide(start: World) -> None:
    there = start.households.size > 0
    living = np.bincount(start.households.village[there], minlength=start.villages.length)
    spare = np.bincount(start.households.village[~there], minlength=start.villages.length)
    assert np.array_equal(spare, np.maximum(np.ceil(0.2 * living), 3))
    for name in set(Households.columns) - {"village", "member_factor"}:
        assert not getattr(start.households, name)[~there].any(), name
    assert not start.members.key[np.repeat(~there, np.diff(start.roster_start))].any()


def test_villages_lie_and_houses_stand_as_stated(scenario: Scenario, start: World) -> None:
    p, home = scenario.under("place"), start.households
    there = home.size > 0
    villages, _ = found_villages(scenario, LUCK, found_counties(scenario, LUCK), 400_000)
    for stratum, name in enumerate(STRATA):
        own = villages.remoteness[villages.stratum == stratum]
        near(np.log(own / (1 - own)), math.log(p[f"remoteness_{name}"] / (1 - p[f"remoteness_{name}"])))
        near(home.house[there & (start.villages.stratum[home.village] == stratum)] == 1, p[f"unsafe_{name}"])
    assert np.corrcoef(villages.remoteness, villages.habitability)[0, 1] < -0.5
    assert 0 < villages.habitability.min() < villages.habitability.max() < 1
    near(home.forest[there], p["forest_mean"])
    unsafe = home.house == 1
    assert home.assets[unsafe].mean() < 0.6 * home.assets[there].mean(), "the unsafe houses are those of the poor"
    hamlets = [home.hamlet[there & (home.village == village)].max() + 1 for village in range(start.villages.length)]
    living = np.bincount(home.village[there])
    assert np.array_equal(hamlets, np.maximum(np.floor(living / p["hamlet_size"] + 0.5), 1))
    assert not home.kin_key.any(), "founders come from nobody"


def near(values: np.ndarray, expected: float) -> None:
    """A sample mean lies within four standard errors of what is expected."""
    assert values.mean() == pytest.approx(expected, abs=4 * values.std() / math.sqrt(len(values)))


def test_households_are_as_published(scenario: Scenario, start: World) -> None:
    p, every = {**scenario.under("model"), **scenario.under("place")}, start.households
    home = every.take(np.flatnonzero(every.size > 0))
    near(home.size, p["household_size"])
    share = (p["household_size"] - 1) / 5
    counts = np.bincount(home.size, minlength=7)[1:]
    assert counts.sum() == home.length
    expected = stats.binom.pmf(np.arange(6), 5, share) * home.length
    assert stats.chisquare(counts, expected).pvalue > 0.001
    near(home.land, p["land_mean"])
    # Property, businesses and remittances are relative to the mean over all households: their mean is one.
    for column in (home.assets, home.enterprise, home.remitter):
        near(column, 1.0)
    near(home.enterprise > 0, p["enterprise_share"])
    near(home.remitter > 0, p["remitter_share"])
    near(home.ability, 0.0)
    leaning = np.corrcoef(home.ability, np.log(home.assets))[0, 1]
    assert leaning == pytest.approx(0.6, abs=4 * 0.64 / math.sqrt(home.length))
    for uniform in (home.application, home.dibao_application):
        assert stats.kstest(uniform, "uniform").pvalue > 0.001
    for error in (home.observation_error, home.verdict_error):
        assert stats.kstest(error, "norm").pvalue > 0.001


def test_villages_have_their_size_and_their_collective_income(scenario: Scenario) -> None:
    villages, sizes = found_villages(scenario, LUCK, found_counties(scenario, LUCK), 400_000)
    near(sizes, scenario.values["place.households_per_village"])
    assert sizes.min() >= 20
    total = villages.collective_base + villages.collective_subsidy
    assert np.allclose(villages.collective_base, scenario.values["place.collective_operating_share"] * total)
    for stratum, name in enumerate(STRATA):
        own = total[villages.stratum == stratum]
        low, high = (scenario.values[f"place.collective_{end}_{name}"] for end in ("low", "high"))
        assert low <= own.min() < own.max() <= high
        near(np.log(own), (math.log(low) + math.log(high)) / 2)


def test_members_are_plausible_people(scenario: Scenario, start: World) -> None:
    p, people = scenario.under("model"), start.members
    there = people.present == 1
    assert not people.key[~there].any()
    near(people.female[there], 0.5)
    ages = people.age[there]
    assert 0 <= ages.min() < 10
    assert 80 < ages.max() <= 92
    near(people.health[there] == 2, p["disability_prevalence"])
    able = there & (people.health != 2)
    near(people.health[able & (people.age >= 60)] == 1, p["chronic_prevalence_elder"])
    near(people.health[able & (people.age >= 18) & (people.age < 60)] == 1, p["chronic_prevalence_adult"])
    assert not (people.health[there & (people.age < 18)] == 1).any()
    working = np.isin(people.work, (2, 3))
    assert not working[(people.age < 16) | (people.age >= 60) | (people.health != 0) | (people.student > 0)].any()
    ages = [people.age[there & (people.student == stage)] for stage in (1, 2, 3)]
    assert [(int(part.min()), int(part.max())) for part in ages] == [(6, 15), (16, 18), (19, 21)]
    assert not (people.work[people.age >= 50] == 3).any()
    assert people.education[there].min() == 0
    assert people.education[there].max() == 4
    young, old = (people.education[there & mask].mean() for mask in (people.age < 40, people.age > 60))
    assert young > old


@pytest.mark.parametrize("choice", [*LINE_RULES, "mixed"])
def test_counties_choose_their_line(scenario: Scenario, choice: str) -> None:
    told = {**scenario.values, "place.poverty_line": 4_000.0}
    switched = replace(scenario, values=told, switches={**scenario.switches, "place.line_rule": choice})
    chosen = set(found_counties(switched, LUCK).line_rule.tolist())
    assert chosen == ({DIBAO_150, MEAN_40} if choice == "mixed" else {LINE_RULES.index(choice)})


def test_a_fixed_line_needs_its_yuan(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="needs its yuan"):
        found_counties(replace(scenario, switches={**scenario.switches, "place.line_rule": "fixed"}), LUCK)


def test_a_place_may_consist_of_key_villages_alone(scenario: Scenario) -> None:
    """Foshan's 254: the other strata are empty, in the sample, the books and the measures."""
    alone = {"place.villages_key": 9.0, "place.villages_under_100k": 9.0, "place.villages_total": 9.0}
    told = scenario.with_values(alone)
    assert villages_in_place(told) == (9, 0, 0)
    assert villages_to_sample(told, None) == (9, 0, 0)
    assert villages_to_sample(told, 2_000) == (2, 0, 0)
    world = found(told, LUCK, 2_000, MacroDraw())
    assert world.villages.stratum.tolist() == [0, 0]
    assert sorted(world.villages.stands_for.tolist()) == [4, 5]
    history = simulate(world, told, LUCK, MacroDraw(), NULL)
    assert np.isfinite(history.series["collective_income", "key"][3::4]).all()
    assert all(np.isnan(history.series["collective_income", stratum]).all() for stratum in STRATA[1:])
    assert not history.ledger[:, :, 1:].any()
    assert history.ledger[:, :, 0].sum() > 0
    assert history.reference_mean.shape == history.years.shape
    assert history.reference_mean[0] == scenario.series["place.rural_mean"][2017]


def test_supported_counties_lie_lower(scenario: Scenario) -> None:
    gaps = []
    for replicate in range(40):
        counties = found_counties(scenario, Luck(1, replicate))
        gaps.append(counties.level[counties.supported == 0].mean() - counties.level[counties.supported == 1].mean())
    near(np.array(gaps), scenario.values["place.supported_county_gap"])


def test_a_world_lives_through_the_burn_in(world: World, scenario: Scenario) -> None:
    """At the end of year 0: a list, a cohort marked a year earlier, people born, dead and at work."""
    home, people = world.households, world.members
    assert (world.now.year, world.now.quarter) == (2018, 1)
    assert set(world.realised_mean) == set(range(2017 - scenario.burn_in_years + 1, 2018))
    assert 0 < (home.cohort == 1).sum() != (home.list_state == 1).sum()
    assert np.array_equal(np.add.reduceat(people.present.astype(int), world.roster_start[:-1]), home.size)
    start = population.found_world(scenario, LUCK, 2_000, MacroDraw())
    there = people.present == 1
    born = there & (people.age < scenario.burn_in_years) & (start.members.present == 0)
    assert born.sum() > 10
    same = there & (start.members.present == 1) & (people.key == start.members.key)
    assert (people.age[same] == start.members.age[same] + scenario.burn_in_years).all()
    assert (start.members.present.sum() - same.sum()) > 10, "some have died"
