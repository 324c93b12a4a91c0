"""Who left the list and what became of them: the rule against a reckoning from each household's whole history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from simulator.following import COLUMN, FOLLOWED, Following, empty_memory, follow_cooperatives, follow_year
from simulator.macro import MacroDraw
from simulator.scenario import Scenario
from simulator.simulate import simulate
from simulator.world import Luck, World

Place = Callable[[int], dict[str, Any]]
EXITED = 3


def draw_year(names: dict[str, Any], random: np.random.Generator) -> None:
    """A year's states at random: most of the off-list stay off, some come back, some rows change hands or empty."""
    number = len(names["key"])
    names["list_state"][:] = random.choice([0, 1, 2, 3, 3, 3], number)
    names["entered_for"][:] = random.choice([0, 0, 1, 2, 3], number)
    names["exit_gift_share"][:] = np.where(random.uniform(size=number) < 0.6, random.uniform(size=number), -1.0)
    names["house_helped"][:] |= random.choice([0, 0, 0, 1, 2], number).astype(np.int8)
    names["led"][:] = random.integers(0, 2, number)
    names["income_each"] = random.uniform(5_000.0, 15_000.0, number)
    names["below_line"] = random.uniform(size=number) < 0.4
    names["key"][random.integers(0, number, 4)] += np.uint64(1)
    names["size"][random.integers(0, number, 3)] = 0


@pytest.mark.parametrize("seed", range(3))
def test_a_year_against_the_whole_history(place: Place, seed: int) -> None:
    random, names = np.random.default_rng(seed), place(seed)
    names["labour"][::4] = 0.0
    names |= {"moving_line": 9_000.0, "estimate_line": 11_000.0, "gift_threshold": 0.5}
    memory = empty_memory(len(names["key"]))
    memory["known_key"][:], memory["help_seen"][:] = names["key"], names["house_helped"]
    past: list[dict[str, Any]] = [{name: names[name].copy() for name in ("key", "house_helped")}]
    met = np.zeros(len(FOLLOWED))
    for _ in range(5):
        draw_year(names, random)
        followed = np.zeros((6, len(FOLLOWED)))
        follow_year({**names, **memory, "followed": followed})
        past.append({name: np.copy(values) for name, values in names.items() if isinstance(values, np.ndarray)})
        expected = expected_year(names, past)
        for name, position in COLUMN.items():
            np.testing.assert_allclose(followed[:, position], expected[name], rtol=1e-12, err_msg=name)
        met += followed.sum(axis=0)
    assert not [name for name, seen in zip(FOLLOWED, met, strict=True) if seen == 0], "a sum that met no case"


def expected_year(names: Mapping[str, Any], past: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """All sums of the last year of `past` (the first entry is what was seen before the first)."""
    n, number = past[-1], len(names["key"])
    there = (n["size"] > 0) & (n["year_persons"] > 0)
    persons = n["year_persons"] / 4
    listed = np.isin(n["list_state"], (1, 2))
    back = listed | (n["entered_for"] > 0)
    poor, able, cohort = n["below_line"], n["labour"] > 0, n["cohort"] == 1
    shown = n["exit_gift_share"] >= 0
    work, sent = (n["year_wage"] + n["year_business"]) / 100, n["year_remittance"] / 100
    one, two, back_two, out = (np.zeros(number, bool) for _ in range(4))
    for row in range(number):
        one[row] = left(past, row, 1)
        two[row] = left(past, row, 2)
        back_two[row] = two[row] and (came_back(past, row, 1) or back[row])
        out[row] = same(past, row, 1) and past[-2].get("list_state", [0] * number)[row] == EXITED
    fresh = np.array([past[-2]["key"][row] == n["key"][row] for row in range(number)])
    helped = fresh & (past[-2]["house_helped"] == 0) & (n["house_helped"] > 0)
    moved = (n["house_helped"] & 2) > 0
    income, low, by_income = n["income_each"], cohort & able, n["entered_for"] == 1
    paying = np.array([
        any(n["member_present"][m] and n["member_student"][m] >= 2 for m in range(start, start + used))
        for start, used in zip(names["roster_start"], n["roster_used"], strict=False)
    ])  # fmt: skip
    exits = shown & (n["list_state"] == EXITED)
    columns = {
        "exits": exits, "exits_not_poor": exits & ~poor,
        "exits_followed": one, "exits_back": one & back, "exits_poor_later": one & poor,
        "exits_followed_two": two, "exits_back_two": back_two,
        "exits_gift_led_low": shown & able & (n["exit_gift_share"] > 0.4),
        "exits_gift_led_high": shown & able & (n["exit_gift_share"] > 0.6),
        "exits_unable": shown & ~able, "exits_unable_gift_led": shown & ~able & (n["exit_gift_share"] > 0.5),
        "income_exits_labour": (shown & able) * persons * income,
        "work_exits_labour": (shown & able) * work, "remittance_exits_labour": (shown & able) * sent,
        "work_cohort_labour": low * work, "remittance_cohort_labour": low * sent,
        "households_cohort_listed": cohort & listed, "households_cohort_poor": cohort & poor,
        "households_cohort_in_need": cohort & (listed | poor), "persons_cohort_listed": (cohort & listed) * persons,
        "persons_after_poor": (listed & poor) * persons,
        "cohort_labour_under_moving": low & (income < 9_000), "cohort_labour_under_estimate": low & (income < 11_000),
        "cohort_unsafe": cohort & (n["house"] == 1), "houses_helped": helped,
        "moved": moved, "moved_out": moved & (n["list_state"] == EXITED) & (n["returned"] == 0),
        "moved_off_list": moved & ~listed, "moved_poor": moved & poor,
        "households_out": out, "returns": out & (n["entered_for"] > 0), "returns_struck": out & (n["entered_for"] > 1),
        "entries_disability": by_income & (n["disabled"] > 0),
        "entries_schooling": by_income & (n["disabled"] == 0) & paying,
        "households_led": n["led"] == 1,
    }  # fmt: skip
    return {name: np.bincount(n["village"], there * values, 6) for name, values in columns.items()}


def same(past: list[dict[str, Any]], row: int, years: int) -> bool:
    """Whether the household of a row has been there, under one key, since so many years ago."""
    ago = past[-1 - years :]
    there = all("size" in year and year["size"][row] > 0 and year["year_persons"][row] > 0 for year in ago)
    return there and all(year["key"][row] == ago[0]["key"][row] for year in ago)


def left(past: list[dict[str, Any]], row: int, years: int) -> bool:
    """Whether it left the list so many years ago and is still there."""
    if len(past) < years + 2 or not same(past, row, years):
        return False
    then = past[-1 - years]
    return bool(then["exit_gift_share"][row] >= 0 and then["list_state"][row] == EXITED)


def came_back(past: list[dict[str, Any]], row: int, years: int) -> bool:
    """Whether it was listed, or entered the list, in a year before this one."""
    then = past[-1 - years]
    return bool(then["list_state"][row] in (1, 2) or then["entered_for"][row] > 0)


@pytest.mark.parametrize("seed", range(4))
def test_cooperatives_that_exist_and_those_that_work(place: Place, seed: int) -> None:
    names = place(seed)
    names["cooperative_buyer_failed"][:] = [0, 0, 0, 0, 0, 1]
    names["coop_member"][names["village"] == 1] = 0
    names["cooperative_share"][names["village"] == 1] = 0
    names["coop_member"][np.isin(names["village"], (0, 2, 3))] = 1
    names["cooperative_status"][[0, 2, 3]] = 0
    names["cohort"][:] = names["village"] != 2
    names["list_state"][names["village"] == 2] = EXITED
    names["farm_output"][names["village"] == 3] = 0.0
    names["cooperative_share"][names["village"] == 0] = 0
    names["share_granted"][:] = 0
    some, working, leading = follow_cooperatives(names)
    linked = (names["size"] > 0) & (names["cooperative_share"] > 0)
    takes_part = (names["size"] > 0) & (names["coop_member"] == 1) | linked
    known = np.isin(names["list_state"], (1, 2)) | (names["cohort"] == 1)
    for village in range(6):
        own = takes_part & (names["village"] == village)
        assert some[village] == own.any()
        sound = names["cooperative_status"][village] in (0, 2) and names["cooperative_buyer_failed"][village] == 0
        assert working[village] == (sound and bool((own & known).any()) and names["farm_output"][own].sum() > 0)
        assert leading[village] == (working[village] == 1 and bool((own & known & linked).any()))
    assert some[1] == 0 and working[0] == 1
    assert leading[0] == 0, "members of their own accord, nobody linked"
    joined = np.flatnonzero((names["village"] == 0) & (names["size"] > 0))[0]
    names["share_granted"][joined] = 1
    assert follow_cooperatives(names)[2][0] == 1, "one share was granted"
    names["cooperative_status"][0] = 3
    assert follow_cooperatives(names)[2][0] == 0, "a failed one leads nobody"
    assert some[2] == 1 and working[2] == 0, "nobody of the list takes part"
    assert some[3] == 1 and working[3] == 0, "nothing to sell"


def test_a_run_records_every_year(scenario: Scenario, world: World) -> None:
    """Its sums agree with one another and with those of the measures."""
    followed = simulate(world.copy(), scenario, world.luck, MacroDraw(), "null")
    sums = followed.village_year
    assert sums["exits"].shape == (len(followed.years), len(followed.stratum))
    assert (sums["exits"] <= sums["households_exited"]).all()
    assert (sums["exits_labour"] + sums["exits_unable"] >= sums["exits"]).all()
    assert (sums["exits_back"] <= sums["exits_followed"]).all() and sums["exits_followed"][0].sum() == 0
    assert (sums["exits_followed"][1:] <= sums["exits"][:-1]).all(), "some have died or left"
    assert sums["exits_followed"][1:].sum() > 0.8 * sums["exits"][:-1].sum()
    assert (sums["persons_after_poor"] <= sums["persons_after"]).all()
    assert sums["houses_helped"].sum() == sums["households_led"].sum() == sums["moved"].sum() == 0
    assert len(followed.supported) == len(followed.stratum)


def test_following_reads_and_writes_nothing(scenario: Scenario, world: World) -> None:
    twin = world.copy()
    twin.bind(scenario)
    twin.names |= {"moving_share": 0.45, "estimate_line": 8_699.0, "gift_threshold": 0.5}
    Following().year(twin, world.recorder.slices[-1])
    for table, before in zip(twin.tables(), world.tables(), strict=True):
        for name in before.columns:
            np.testing.assert_array_equal(getattr(table, name), getattr(before, name), err_msg=name)


def test_an_arm_does_not_change_what_another_follows(scenario: Scenario, world: World) -> None:
    copied = world.copy()
    simulate(copied, scenario, Luck(1, 1), MacroDraw(), "null")
    assert len(world.recorder.following.years) == 1
    assert len(copied.recorder.following.years) == 1 + scenario.last_year - scenario.year0
