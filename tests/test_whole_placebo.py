"""Placebo and falsification with every kind there is: what must not matter does not, to the byte, kind by kind."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulator.calendar import Quarter, quarters_of
from simulator.interventions import KINDS
from simulator.macro import first_simulated_year
from simulator.measures import place_sum
from simulator.population import found_world
from simulator.quarter import close_books, run_quarter
from simulator.scenario import Scenario
from simulator.simulate import mark_baseline, simulate
from simulator.targets import evaluate
from simulator.world import World
from tests.systems import (
    LUCK,
    MACRO,
    OFFERS,
    SMALL,
    columns,
    crowded,
    differing,
    entries,
    founded,
    histories_differ,
    moved,
    null_history,
    penniless,
    small_quarters,
    terms,
    whole,
)
from tests.test_policy import AMOUNTS, UNCHANGED

EARNED = ("wage", "business", "property", "transfer")
STOCKS = ("consumption", "students", "debt", "savings", "land")
# What offices note about a claim, whether or not it is met, and about a loan of nothing.
OFFICES = (*OFFERS, "claim", "delivered", "supplier_money", "cover_extra", "loan_quarters", "house_helped")
PROCESSES = sorted(path for path in whole().switches if path.startswith("model.process_"))
LUCK_COLUMNS = ("luck_death", "luck_illness", "luck_job", "luck_route")


def nothing_of(scenario: Scenario, kind: str) -> Scenario:
    """The programme with every amount of a kind at zero."""
    return terms(scenario, kind, **dict.fromkeys(AMOUNTS[kind], 0.0), **UNCHANGED.get(kind, {}))


# Without money.


def test_a_programme_of_all_kinds_without_a_budget_is_the_null_arm_to_the_byte() -> None:
    # Dibao is an entitlement: no budget bounds it, so that it is set to add nothing.
    broke = nothing_of(penniless(crowded()), "dibao")
    assert moved(small_quarters(broke, "null"), small_quarters(broke), (*OFFERS, "claim", "cover_extra")) == set()


def test_doubling_a_budget_of_all_kinds_that_is_not_used_up_changes_nothing() -> None:
    plenty = whole().with_values({"programme.yuan_per_listed_household": 500_000.0, "programme.overhead": 0.0})
    pin = null_history(households=SMALL).pin
    given, double = (
        simulate(founded(households=SMALL), plenty, LUCK, MACRO, name, pin=pin) for name in ("policy", "double")
    )
    assert histories_differ(given, double, ledger=False) == []
    assert np.array_equal(given.ledger, double.ledger)
    assert double.balance[-1].sum() > given.balance[-1].sum() > 0


# Kind by kind, with all the others at work.


@functools.cache
def signature(name: str) -> np.ndarray:
    """What the components of income and some stocks come to over two years of an arm, for the whole place."""
    return np.sum([reading(world) for world in small_quarters(crowded(), name)], axis=0)


def reading(world: World) -> np.ndarray:
    """One quarter's figures, weighted."""
    households, villages = world.households, world.villages
    there = households.size > 0
    kept = {name: getattr(households, name) for name in (*EARNED, *STOCKS)}
    kept |= {"unsafe": households.house == 1, "moved": households.house == 2}
    found = [np.bincount(households.village, np.where(there, held, 0), villages.length) for held in kept.values()]
    found += [villages.operating_income + villages.other_income, villages.unsold]
    return np.array([place_sum(values, villages) for values in found], np.float64)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sham_of_a_kind_is_the_programme_without_it(kind: str) -> None:
    sham = nothing_of(crowded(), kind)
    assert moved(small_quarters(sham, f"without:{kind}"), small_quarters(sham), OFFICES) == set()


# Whom dibao entitles is on the list, paid or not, and meets the other kinds there: alone it moves no income either
# (test_policy).
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"dibao"}))
def test_with_its_mechanism_off_a_kind_is_paid_for_and_no_income_moves(kind: str) -> None:
    off = entries(crowded(), {kind}, mechanism=False)
    paid = 0
    for without, idle in zip(small_quarters(off, f"without:{kind}"), small_quarters(off), strict=True):
        for part in EARNED:
            ours, theirs = getattr(without.households, part), getattr(idle.households, part)
            assert np.array_equal(ours, theirs), (part, idle.now)
        rows = [row for row, line in enumerate(idle.accounts.lines) if line.kind == kind]
        paid += int(idle.accounts.paid[rows].sum())
    assert paid > 0


def test_no_two_kinds_leave_the_same_gap() -> None:
    policy = signature("policy")
    gaps = {kind: policy - signature(f"without:{kind}") for kind in KINDS}
    assert [kind for kind, gap in gaps.items() if not gap.any()] == []
    pairs = itertools.combinations(gaps, 2)
    assert [(a, b) for a, b in pairs if np.allclose(gaps[a], gaps[b], rtol=1e-6, atol=0.5)] == []


# The wrong time, the wrong people.


def test_all_kinds_four_quarters_later_change_nothing_before() -> None:
    later = replace(entries(crowded(), set(KINDS), start=(2019, 1)), indicators=())
    seen: set[str] = set()
    for null, policy in zip(small_quarters(later, "null"), small_quarters(later), strict=True):
        changed = differing(columns(null, ()), columns(policy, ()))
        if policy.now.year == 2018:
            assert changed == [] and not policy.accounts.balance.any()
        seen |= set(changed)
    assert {"gifts", "equity", "public_money"} <= seen


def founded_on(chosen: Callable[[World], np.ndarray]) -> World:
    """A burnt-in world whose baseline cohort is `chosen` at Q4 of year -1, whoever the list holds."""
    scenario = whole()
    world = found_world(scenario, LUCK, 2 * SMALL, MACRO)
    for now in quarters_of(first_simulated_year(scenario), scenario.year0):
        run_quarter(world, scenario)
        if now == Quarter(scenario.year0 - 1, 4):
            world.households.cohort[:] = chosen(world) & (world.households.size > 0)
        if now.year == scenario.year0:
            world.recorder.quarter(world)
        close_books(world)
    mark_baseline(world, scenario)
    return world


COHORTS: dict[str, Callable[[World], np.ndarray]] = {
    "list": lambda world: np.isin(world.households.list_state, (1, 2)),
    "never": lambda world: world.households.list_state == 0,
    "lot": lambda world: world.households.key % np.uint64(3) == 0,
}


def test_the_evaluator_finds_no_rise_among_the_never_listed_or_those_listed_by_lot() -> None:
    """The list outgrows all others without any policy, because it was drawn at the bottom of a year's incomes; a list
    by lot, or of those never listed, does not, and the programme hardly moves it."""
    excess, effect, met = {}, {}, {}
    for who, chosen in COHORTS.items():
        world = founded_on(chosen)
        null = simulate(world.copy(), whole(), LUCK, MACRO, "null")
        policy = simulate(world, whole(), LUCK, MACRO, "policy", pin=null.pin)
        cohort, rural = (null.series["income_pc", name][3::4] for name in ("cohort", "rural"))
        excess[who] = float(np.mean((cohort[1:] / cohort[:-1]) / (rural[1:] / rural[:-1]) - 1.0))
        effect[who] = float(policy.series["income_pc", "cohort"][-1] / cohort[-1] - 1.0)
        outcomes = [o for o in evaluate(policy, whole()) if o.target in ("T-G10", "T-GREL") and o.reading == "cohort"]
        met[who] = [bool(outcome.met) for outcome in outcomes]
    assert excess["list"] > 0.02 > abs(excess["lot"]) and excess["never"] < 0.5 * excess["list"]
    assert effect["list"] > 0.01 and max(abs(effect["lot"]), abs(effect["never"])) < 0.5 * effect["list"]
    assert met["never"] == met["lot"] == [False, False]


def draws_of(world: World) -> dict[str, dict[int, tuple[bytes, ...]]]:
    """By key, what was drawn for every member and household this quarter."""
    members, households = world.members, world.households
    there = np.flatnonzero(members.present == 1)
    luck = np.stack([getattr(members, name)[there] for name in LUCK_COLUMNS], axis=1)
    alive = np.flatnonzero(households.size > 0)
    lasting = households.permanent[alive, None]
    return {
        "members": dict(zip(members.key[there].tolist(), map(bytes, luck), strict=True)),
        "households": dict(zip(households.key[alive].tolist(), map(bytes, lasting), strict=True)),
        "villages": dict(enumerate(map(bytes, world.villages.shock[:, None]))),
    }


@pytest.mark.parametrize("path", PROCESSES)
def test_a_process_switched_off_matters_and_leaves_every_other_draw_alone(path: str) -> None:
    scenario = crowded()
    less = replace(scenario, switches={**scenario.switches, path: "off"})
    changed: set[str] = set()
    last = 2020 if path.endswith("pandemic") else 2018
    for one, other in zip(small_quarters(scenario, last_year=last), small_quarters(less, last_year=last), strict=True):
        changed |= set(differing(columns(one), columns(other)))
        for what, ours in draws_of(one).items():
            theirs = draws_of(other)[what]
            shared = ours.keys() & theirs.keys()
            assert len(shared) > 0.9 * len(ours)
            assert [key for key in shared if ours[key] != theirs[key]] == [], (what, one.now)
    assert changed


def test_what_is_reported_higher_moves_the_registers_poverty_and_not_the_true_one() -> None:
    """Goodhart: where counties are measured by the register and report higher, it improves and nobody lives better."""
    seen, true = [], []
    for bias in (0.0, 0.2, 0.4):
        scenario = whole().with_values({"model.reporting_bias": bias})
        pin = null_history(households=SMALL).pin
        history = simulate(founded(households=SMALL), scenario, LUCK, MACRO, "policy", pin=pin)
        seen.append(float(np.nanmean(history.series["listed_share", "rural"][4:])))
        true.append(float(np.nanmean(history.series["fgt0_relative", "rural"][4:])))
    assert seen[2] < seen[1] < seen[0]
    assert min(true) > 0.99 * true[0]
