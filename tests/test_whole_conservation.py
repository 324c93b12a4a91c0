"""The whole model, every kind at work for everybody it may reach: no fen, no hour and no mu is lost or made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from simulator import parallel
from simulator.calendar import Quarter
from simulator.constraints import evaluate
from simulator.distribution import poverty
from simulator.interventions import KINDS
from simulator.invariants import TOLERANCE, gaps_of
from simulator.measures import COLUMN
from simulator.members import MIGRANT
from simulator.simulate import found, simulate
from simulator.world import Luck, World
from tests.systems import (
    LUCK,
    MACRO,
    SMALL,
    columns,
    crowded,
    differing,
    entries,
    founded,
    histories_differ,
    null_history,
    only,
    pin_of,
    quarters,
    small_quarters,
    terms,
    whole,
    zhejiang,
)
from tests.test_conservation import TRANSFERS, WAGES, added, by_village, fund_side, receipt_side

ARMS = ("policy", "half", "double", "without:dibao", "without:village_station")
PARTS = ("wage", "business", "property", "transfer")


def owners(world: World) -> np.ndarray:
    """The household of every place in the rosters."""
    return np.repeat(np.arange(world.households.length), np.diff(world.roster_start))


@pytest.mark.parametrize("name", ARMS)
def test_every_fen_of_every_fund_is_somebodys_receipt(name: str) -> None:
    opening = None
    for world in small_quarters(crowded(), name):
        if opening is not None:
            out = world.accounts.leaked.sum(axis=1) + world.accounts.returned
            assert fund_side(world, opening) == [0] * len(opening) and not out.any()
        assert receipt_side(world) == 0
        assert world.accounts.balance.min() >= 0
        opening = world.accounts.balance.copy()


def test_every_invariant_holds_and_every_kind_is_paid() -> None:
    paid = dict.fromkeys(KINDS, 0)
    for world in small_quarters(crowded()):
        assert {which: gap for which, gap in gaps_of(world).items() if gap > TOLERANCE} == {}
        for line, fen in zip(world.accounts.lines, world.accounts.paid.sum(axis=1), strict=True):
            if line.kind in paid:
                paid[line.kind] += int(fen)
    assert [kind for kind, fen in paid.items() if fen == 0] == []


def test_income_is_its_components_and_a_village_its_households() -> None:
    year = dict.fromkeys(PARTS, 0)
    for world in small_quarters(crowded()):
        table = world.households
        there = table.size > 0
        assert np.array_equal(table.wage, added(world, WAGES) * there)
        assert np.array_equal(table.transfer, (added(world, TRANSFERS) - table.contributions) * there)
        year = {part: year[part] + np.where(there, getattr(table, part), 0) for part in PARTS}
        if world.now.quarter == 4:
            # Income a person and year times person-years is what was booked.
            persons = np.where(there, 0.25 * table.year_persons, 0.0)
            rural = world.year_sums[:, COLUMN["income_rural"]]
            total = sum(year.values()) * (there & (table.year_persons > 0))
            assert np.array_equal(np.rint(100.0 * rural).astype(np.int64), by_village(world, total))
            counted = np.bincount(table.village, persons, world.villages.length)
            assert np.allclose(counted, world.year_sums[:, COLUMN["persons_rural"]])
            year = dict.fromkeys(PARTS, 0)


def test_nobody_is_in_two_places_and_nobody_works_who_cannot() -> None:
    """No wages or post pay without labour, no farming from away, no more hours than there are, no mu worked twice."""
    seen = dict.fromkeys(("unable", "away", "leased", "rented"), 0)
    for world in small_quarters(crowded()):
        table, members, owner = world.households, world.members, owners(world)
        present = members.present == 1
        assert len(np.unique(members.key[present])) == present.sum()
        there, unable = table.size > 0, (table.size > 0) & (table.labour == 0.0)
        for wage in (*WAGES, "home_labour"):
            assert not getattr(table, wage)[unable].any(), wage
        assert not ((table.places > 0) & unable).any()
        at_home = np.bincount(owner, members.capacity * (present & (members.work != MIGRANT)), table.length)
        assert (table.home_labour <= at_home + 1e-9).all() and (table.home_labour <= table.labour + 1e-9).all()
        all_away = there & (table.labour > 0) & (at_home == 0)
        assert not table.home_labour[all_away].any()
        worked = np.maximum(table.land - table.leased + table.rented, 0.0)
        assert (table.leased + worked <= table.land + table.rented + 1e-9).all() and (table.leased >= 0).all()
        seen["unable"] += int(unable.sum())
        seen["away"] += int(all_away.sum())
        seen["leased"] += int((table.leased > 0).sum())
        seen["rented"] += int((table.rented > 0).sum())
    assert min(seen.values()) > 0


def test_one_thread_or_two_give_the_same_bytes() -> None:
    """Burn-in, null and programme with every kind of three replicates, on one thread and on two."""

    def replicate(number: int) -> tuple:
        luck = Luck(LUCK.seed, number)
        world = found(whole(), luck, SMALL, MACRO)
        null = simulate(world.copy(), whole(), luck, MACRO, "null")
        return null, simulate(world, whole(), luck, MACRO, "policy", pin=null.pin), columns(world, ())

    one, two = (
        {done.task: done.result for done in parallel.run(replicate, range(3), parallel.Engine(workers=workers))}
        for workers in (1, 2)
    )
    assert one.keys() == two.keys() == {0, 1, 2}
    for number, (null, policy, state) in one.items():
        assert histories_differ(null, two[number][0]) == [] and histories_differ(policy, two[number][1]) == []
        assert differing(state, two[number][2]) == []
    assert histories_differ(one[0][1], one[1][1]) != []


def exact_dibao() -> dict[str, float]:
    """A dibao office that sees all, remembers nothing, excludes nobody and misses nobody."""
    values = {"model.verdict_sd": 0.0, "model.verdict_memory": 0.0, "model.asset_limit": 1e9}
    values |= {"model.medical_deduction": 0.0, "place.dibao_take_up": 1.0, "place.dibao_coverage": 1.0}
    known = whole().values
    found = {}
    for path, value in values.items():
        name = path.split(".")[1]
        found[next(f"{where}.{name}" for where in ("model", "place") if f"{where}.{name}" in known)] = value
    return found


def test_an_exact_dibao_leaves_nobody_below_its_line_and_costs_the_sum_of_the_gaps() -> None:
    scenario = whole().with_values(exact_dibao())
    first = founded(households=SMALL)
    first.households.verified_income[:] = 0.0
    first.households.enterprise[:] = 0.0
    checked = 0
    for world in quarters(first, scenario, "null", pin_of(null_history(households=SMALL)), last_year=2018):
        if world.now != Quarter(2018, 4):
            continue
        table = world.households
        there = (table.size > 0) & (table.year_persons > 0) & (table.enterprise == 0.0)
        fen = table.year_wage + table.year_business + table.year_property + table.year_transfer
        fen = fen - table.year_reimbursement - table.year_dibao
        persons = 0.25 * np.maximum(table.year_persons, 1)
        own = 0.01 * fen / persons
        line = float(world.path.dibao_line[2019])
        gap = np.where(there, np.maximum(line - np.maximum(own, 0.0), 0.0), 0.0)
        due = 4 * table.dibao_standing
        # Whole fen a member and quarter, never less than the gap.
        over = 0.01 * due / np.maximum(table.size, 1) - gap
        assert (over[there] >= -1e-6).all() and (over[there] < 0.04 + 1e-6).all()
        after = np.maximum(own, 0.0) + 0.01 * due / np.maximum(table.size, 1)
        chosen = there & (table.size > 0)
        poor = [poverty(values[chosen], table.size[chosen].astype(float), line - 1e-6)[0] for values in (own, after)]
        assert poor[0] > 0.0 == poor[1]
        checked += int((due > 0).sum())
    assert checked > 20


# What a plan may not do, in the whole model.


def finding(name: str, **values: float):  # type: ignore[no-untyped-def]
    """What a constraint finds in a plan whose documents state these terms of its stations."""
    scenario = terms(crowded(), "village_station", **values)
    scenario = replace(scenario, stated=scenario.values)
    pin = null_history(households=SMALL).pin
    history = simulate(founded(households=SMALL), scenario, LUCK, MACRO, "policy", pin=pin)
    return next(found for found in evaluate(history, scenario) if found.constraint == name)


@pytest.mark.parametrize(
    ("name", "values"),
    [("C-PV2", {"design_hours": 900.0}), ("C-PV4", {"debt_share": 0.3}), ("C-PV4", {"firm_share": 0.3})],
)
def test_a_dim_an_indebted_or_a_firms_station_makes_the_plan_inadmissible(name: str, values: dict[str, float]) -> None:
    assert finding(name, **values).broken
    assert not finding(name).broken


def test_money_beyond_capacity_adds_less_and_less() -> None:
    """Surplus of the cooperatives of a place, by the capital they hold, up to and beyond what they can use (FS-30)."""
    given = entries(only(zhejiang(), "industry_support"), {"industry_support"}, start=(2018, 1))
    given = given.with_values({"programme.yuan_per_listed_household": 1e6})
    reached = []
    for times in (4.0, 8.0, 16.0, 32.0):
        terms_ = {"grant_per_year": 3000.0 * times, "take_up": 1.0, "ramp_quarters": 1.0, "failure_hazard": 0.0}
        for world in small_quarters(terms(given, "industry_support", **terms_), last_year=2018):
            held = world.cooperatives
        reached.append((float(held.capital.sum()), float(held.surplus.sum())))
    margins = [(s2 - s1) / (c2 - c1) for (c1, s1), (c2, s2) in pairwise(reached)]
    averages = [surplus / capital for capital, surplus in reached]
    assert all(later < earlier for earlier, later in pairwise(margins))
    assert all(later < earlier for earlier, later in pairwise(averages))
