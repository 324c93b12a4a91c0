"""What must not matter: who else is there, in which order rows stand, one village or two copies, what ran before."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.draws import HOUSEHOLD_YEAR, uniforms
from simulator.history import History
from simulator.scenario import Scenario
from simulator.simulate import found, simulate
from simulator.targets import evaluate
from simulator.world import Luck
from tests.systems import (
    LUCK,
    MACRO,
    arm,
    chosen_villages,
    columns,
    differing,
    founded,
    histories_differ,
    null_history,
    one_more_household,
    pin_of,
    quarters,
    remarked,
    zhejiang,
)

LUCK_COLUMNS = ("luck_death", "luck_illness", "luck_job", "luck_route")


@pytest.fixture(scope="module")
def policy() -> History:
    return arm("policy")[1]


def rows_without(length: int, extra: slice) -> np.ndarray:
    return np.delete(np.arange(length), np.arange(extra.start, extra.stop))


def plentiful(scenario: Scenario) -> Scenario:
    """A programme whose money never runs short and a list without a quota: no household competes with another."""
    gifts = {path: 1e11 for path in scenario.values if path.endswith(".yuan_per_year")}
    rich = scenario.with_values({"programme.yuan_per_listed_household": 1e6, "place.quota_margin": 1e6, **gifts})
    return rich.with_values({"place.dibao_coverage": 1.0, "programme.interventions.dibao.coverage_goal": 1.0})


@pytest.mark.parametrize("name", ["null", "policy"])
def test_a_household_added_to_a_village_changes_nobody_elses_luck(name: str) -> None:
    world, grown = founded(), one_more_household(founded(), village=2, template=17)
    at = int(world.village_start[3])
    places = slice(int(grown.roster_start[at]), int(grown.roster_start[at + 1]))
    others = rows_without(grown.members.length, places)
    pin = pin_of(null_history())
    pairs = zip(quarters(world, zhejiang(), name, pin), quarters(grown, zhejiang(), name, pin), strict=True)
    for one, more in pairs:
        present = one.members.present == 1
        assert np.array_equal(present, more.members.present[others] == 1)
        for column in LUCK_COLUMNS:
            ours, theirs = getattr(one.members, column), getattr(more.members, column)[others]
            assert ours[present].tobytes() == theirs[present].tobytes(), column
        kept = rows_without(more.households.length, slice(at, at + 1))
        for column in ("key", "permanent", "transitory"):
            assert getattr(one.households, column).tobytes() == getattr(more.households, column)[kept].tobytes()
    stranger = grown.members.luck_job[places]
    assert stranger.any() and not np.isin(stranger[stranger > 0], world.members.luck_job).any()


@pytest.mark.parametrize("name", ["null", "policy"])
def test_with_budgets_and_quotas_held_other_villages_do_not_notice_a_new_household(name: str) -> None:
    scenario = plentiful(zhejiang())
    world, grown = founded(), one_more_household(founded(), village=2, template=17)
    start, end = int(world.village_start[2]), int(world.village_start[3])
    # One rural mean for both, from which the counties' lines follow.
    grown.realised_mean = world.realised_mean
    pin = pin_of(null_history())
    elsewhere = rows_without(world.households.length, slice(start, end))
    elsewhere_grown = rows_without(grown.households.length, slice(start, end + 1))
    pairs = zip(quarters(world, scenario, name, pin), quarters(grown, scenario, name, pin), strict=True)
    for one, more in pairs:
        ours = {name: values[elsewhere] for name, values in one.households.bindings().items()}
        theirs = {name: values[elsewhere_grown] for name, values in more.households.bindings().items()}
        assert differing(ours, theirs) == [], one.now
    assert one.households.year_wage.shape != more.households.year_wage.shape


def test_a_household_more_in_the_sample_leaves_the_traits_of_all_others() -> None:
    small = found(zhejiang(), LUCK, 1500, MACRO)
    large = found(zhejiang(), LUCK, 3000, MACRO)
    lived_in = large.households.key != 0, small.households.key != 0
    shared = np.isin(large.households.key, small.households.key) & lived_in[0]
    own = np.isin(small.households.key, large.households.key)
    assert own.all() and not shared[lived_in[0]].all()
    traits = ("key", "kin_key", "hamlet", "ability", "land", "forest", "remitter", "observation_error", "application")
    for name in traits:
        large_first = getattr(large.households, name)[shared]
        order = np.argsort(large.households.key[shared])
        ours = getattr(small.households, name)[lived_in[1]][np.argsort(small.households.key[lived_in[1]])]
        assert ours.tobytes() == large_first[order].tobytes(), name


@pytest.mark.parametrize("name", ["null", "policy"])
def test_the_order_of_villages_does_not_matter(name: str) -> None:
    world = founded()
    order = np.array(sorted(range(world.villages.length), key=lambda v: (v * 7) % world.villages.length))
    shuffled = chosen_villages(founded(), order)
    straight_world, straight = arm(name, world=world)
    shuffled_world, mixed = arm(name, world=shuffled)
    assert np.array_equal(straight.ledger, mixed.ledger)
    assert np.array_equal(straight.balance, mixed.balance)
    later = slice(4, None)
    for key, values in straight.series.items():
        assert np.allclose(values[later], mixed.series[key][later], rtol=1e-9, equal_nan=True), key
    for key, values in straight.village_year.items():
        assert values[1:][:, order].tobytes() == mixed.village_year[key][1:].tobytes(), key
    # The counties' line follows the rural mean, a sum over villages as they stand: equal but for the last bit.
    ours, theirs = columns(chosen_villages(straight_world, order)), columns(shuffled_world)
    assert np.allclose(ours.pop("county_line"), theirs.pop("county_line"), rtol=1e-13)
    assert differing(ours, theirs) == []


@pytest.mark.parametrize("name", ["null", "policy"])
@pytest.mark.parametrize("sampled", [True, False], ids=["of a sample", "of the whole"])
def test_a_village_standing_for_two_is_two_copies_of_it(name: str, sampled: bool) -> None:
    world = founded()
    rows = np.arange(world.villages.length)
    times = np.where(rows % 3 == 0, 2, 1)
    copies = np.repeat(rows, times)
    own = world.villages.stands_for if sampled else np.ones_like(rows)
    double = remarked(chosen_villages(world, rows, stands_for=times * own), zhejiang())
    copied = remarked(chosen_villages(world, copies, stands_for=own[copies]), zhejiang())
    for twin in (double, copied):
        # The list may hardly grow, so that the counties' room for entrants, counted in persons, decides.
        twin.county_quota *= 0.95
    assert double.baseline_listed == copied.baseline_listed
    double_world, one = arm(name, world=double)
    copied_world, two = arm(name, world=copied)
    assert np.array_equal(one.ledger, two.ledger)
    assert np.array_equal(one.inflow, two.inflow) and np.array_equal(one.balance, two.balance)
    later = slice(4, None)
    for key, values in one.series.items():
        assert np.allclose(values[later], two.series[key][later], rtol=1e-12, equal_nan=True), key
    for key, values in one.village_year.items():
        assert values[:, copies].tobytes() == two.village_year[key].tobytes(), key
    ours, theirs = columns(chosen_villages(double_world, copies)), columns(copied_world)
    assert np.allclose(ours.pop("county_line"), theirs.pop("county_line"), rtol=1e-13)
    del ours["village_stands_for"], theirs["village_stands_for"]
    assert differing(ours, theirs) == []
    ours, theirs = ({(o.target, o.reading): o for o in evaluate(history, zhejiang())} for history in (one, two))
    assert ours.keys() == theirs.keys()
    for key, outcome in ours.items():
        # The strict readings ask how much of a stratum was seen: all of it where every village stands for itself.
        if sampled or not outcome.projected:
            assert np.isclose(outcome.margin, theirs[key].margin, rtol=1e-9, atol=1e-9, equal_nan=True), key


def test_the_pin_of_the_null_arm_does_not_depend_on_copies() -> None:
    world = founded()
    rows = np.arange(world.villages.length)
    double = chosen_villages(world, rows, stands_for=[2] * len(rows))
    copied = chosen_villages(world, np.repeat(rows, 2), stands_for=[1] * 2 * len(rows))
    one = simulate(double, zhejiang(), LUCK, MACRO, "null")
    two = simulate(copied, zhejiang(), LUCK, MACRO, "null")
    assert np.allclose(one.pin, two.pin, rtol=1e-12)
    assert np.allclose(one.series["income_pc", "rural"], two.series["income_pc", "rural"], rtol=1e-8, equal_nan=True)


def test_the_same_seed_gives_the_same_bytes_again() -> None:
    first, second = (found(zhejiang(), Luck(5, 9), 1500, MACRO) for _ in range(2))
    assert differing(columns(first, ()), columns(second, ())) == []
    null = [simulate(world.copy(), zhejiang(), Luck(5, 9), MACRO, "null") for world in (first, second)]
    assert histories_differ(*null) == []
    policies = [simulate(w, zhejiang(), Luck(5, 9), MACRO, "policy", pin=null[0].pin) for w in (first, second)]
    assert histories_differ(*policies) == []


@pytest.mark.parametrize("other", [Luck(5, 10), Luck(6, 9)])
def test_other_luck_gives_other_paths(other: Luck) -> None:
    first, second = found(zhejiang(), Luck(5, 9), 1500, MACRO), found(zhejiang(), other, 1500, MACRO)
    assert not np.array_equal(first.households.ability[:500], second.households.ability[:500])


def test_arms_do_not_disturb_each_other(policy: History) -> None:
    world = founded()
    before = columns(world.copy(), ())
    names = ("double", "without:training", "half")
    forward = {name: arm(name, world=world.copy())[1] for name in names}
    backward = {name: arm(name, world=world.copy())[1] for name in reversed(names)}
    assert [name for name in names if histories_differ(forward[name], backward[name])] == []
    assert differing(before, columns(world, ())) == []
    assert histories_differ(policy, arm("policy", world=world.copy())[1]) == []


def test_a_copy_shares_no_column_with_its_original() -> None:
    world = founded()
    twin = world.copy()
    for ours, theirs in zip(world.tables(), twin.tables(), strict=True):
        for name in ours.columns:
            assert not np.shares_memory(getattr(ours, name), getattr(theirs, name)), name
    for name in ("balance", "inflow", "paid"):
        assert not np.shares_memory(getattr(world.accounts, name), getattr(twin.accounts, name)), name


def test_the_luck_of_a_year_is_that_of_the_key_not_of_the_row() -> None:
    world = founded()
    last = world.households.length - 1
    moved = chosen_villages(world, range(world.villages.length - 1, -1, -1))
    assert moved.households.key[0] == world.households.key[world.village_start[-2]]
    for luck in (LUCK, Luck(1, 2)):
        ours = uniforms(luck.seed, luck.replicate, world.households.key[last], HOUSEHOLD_YEAR, 8072, 0)
        row = int(np.flatnonzero(moved.households.key == world.households.key[last])[0])
        theirs = uniforms(luck.seed, luck.replicate, moved.households.key[row], HOUSEHOLD_YEAR, 8072, 0)
        assert row != last and ours == theirs
