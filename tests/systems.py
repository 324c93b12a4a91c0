"""Whole systems for tests: small founded worlds, programmes cut to measure, and quarters run one by one."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace

import numpy as np

import scenarios
from simulator.calendar import quarters_of
from simulator.counties import count_county_persons
from simulator.history import History
from simulator.indicators import track
from simulator.interventions import KINDS
from simulator.macro import MacroDraw, Pin
from simulator.members import SPARE_PLACES
from simulator.quarter import close_books, run_quarter
from simulator.scenario import Intervention, Scenario
from simulator.simulate import BUDGET_FACTORS, found, mark_baseline, programme_lines, simulate
from simulator.world import Luck, World
from simulator.yearly import YearSlice

LUCK = Luck(7, 3)
MACRO = MacroDraw()
HOUSEHOLDS = 2000
SMALL = 1200

PROGRAMME_KINDS = tuple(kind for kind in KINDS if kind != "dibao")
"""Kinds paid out of a fixed budget; the dibao addition is an entitlement."""

OFFERS = ("offered", "priority")
"""Columns that hold who was asked, not what happened."""


@functools.cache
def zhejiang() -> Scenario:
    """The shipped programme at its central numbers."""
    return scenarios.load("zhejiang_2018_2022").scenario


@functools.cache
def kinds_alone() -> Scenario:
    """The shipped programme without its indicators, whose money buys what no kind does."""
    return replace(zhejiang(), indicators=())


@functools.cache
def whole() -> Scenario:
    """The shipped programme with every kind there is, those it lacks at their defaults, from its first quarter on."""
    every = scenarios.with_kinds(zhejiang(), *KINDS)
    return entries(every, set(KINDS), start=(every.first_year, 1))


BLOWS = {"model.disaster_hazard": 0.6, "model.disaster_house_safe": 0.3, "model.leader_start": 30.0}
WIDE = {
    "relocation": {"habitability_below": 1.0, "moves_per_year": 2.0},
    "relief": {"loss_trigger": 0.0, "bill_trigger": 500.0},
    "housing": {"immediate_year": 2018.0},
    "near_poor": {"margin": 1.5},
    # Where everybody had a post nobody would be left to be placed in other work.
    "workshop": {"take_up": 0.2},
    "public_posts": {"take_up": 0.2},
}


@functools.cache
def crowded() -> Scenario:
    """Every kind for all it may reach, with money enough, in a world of blows: a small place shows what each does."""
    reach = {path: 1.0 for path in whole().values if path.endswith((".take_up", ".take_up_other", ".ramp_quarters"))}
    rich = whole().with_values({**reach, **BLOWS, "programme.yuan_per_listed_household": 60_000.0})
    for kind, values in WIDE.items():
        rich = terms(rich, kind, **values)
    return rich


def penniless(scenario: Scenario) -> Scenario:
    """The programme without a fen in any fund of its own."""
    budgets = ("programme.yuan_per_listed_household", *(p for p in scenario.values if p.endswith(".yuan_per_year")))
    return scenario.with_values(dict.fromkeys(budgets, 0.0))


@functools.cache
def _founded(luck: Luck, households: int) -> World:
    return found(zhejiang(), luck, households, MACRO)


def founded(luck: Luck = LUCK, households: int = HOUSEHOLDS) -> World:
    """A fresh copy of a world at the end of year 0."""
    return _founded(luck, households).copy()


@functools.cache
def null_history(luck: Luck = LUCK, households: int = HOUSEHOLDS) -> History:
    """The null arm on that world: its pin is what other arms read."""
    return simulate(founded(luck, households), zhejiang(), luck, MACRO, "null")


def arm(
    name: str,
    scenario: Scenario | None = None,
    world: World | None = None,
    luck: Luck = LUCK,
    pin: np.ndarray | None = None,
) -> tuple[World, History]:
    """Run an arm on the null arm's pin; the world as it is at the end and the history."""
    world = world or founded(luck)
    chosen = null_history(luck).pin if pin is None else pin
    history = simulate(world, scenario or zhejiang(), luck, MACRO, name, pin=chosen)
    return world, history


def only(scenario: Scenario, *kinds: str) -> Scenario:
    """The programme with these kinds alone; those it lacks come at their defaults, its own keep their terms."""
    whole = scenarios.with_kinds(scenario, *kinds)
    kept = tuple(entry for entry in whole.interventions if entry.kind in kinds)
    return replace(whole, interventions=kept, indicators=(), values={**whole.values, **scenario.values})


def entries(scenario: Scenario, kinds: Collection[str], **changes: object) -> Scenario:
    """The programme with entries of some kinds changed (start, mechanism, fund)."""

    def changed(entry: Intervention) -> Intervention:
        return replace(entry, **changes) if entry.kind in kinds else entry  # type: ignore[arg-type]

    return replace(scenario, interventions=tuple(map(changed, scenario.interventions)))


def terms(scenario: Scenario, kind: str, **values: float) -> Scenario:
    """The programme with some terms of a kind changed."""
    return scenario.with_values({f"programme.interventions.{kind}.{name}": value for name, value in values.items()})


def pin_of(history: History) -> Pin:
    """A history's pin as the quarters read it."""
    return Pin(dict(zip(history.years.tolist(), history.pin.tolist(), strict=True)))


def quarters(
    world: World, scenario: Scenario, name: str = "policy", pin: Pin | None = None, last_year: int | None = None
) -> Iterator[World]:
    """An arm's quarters one by one, each looked at after it ran and before its books are closed."""
    world.indicators = track(world, scenario, paying=name != "null")
    world.bind(scenario)
    played = scenario.without(name.removeprefix("without:"))
    lines = programme_lines(world, played) if name != "null" else ()
    for _ in quarters_of(scenario.first_year, last_year or scenario.last_year):
        run_quarter(world, played, lines, BUDGET_FACTORS.get(name, 1.0), pin)
        yield world
        close_books(world)


def small_quarters(scenario: Scenario, name: str = "policy", last_year: int = 2019) -> Iterator[World]:
    """An arm's quarters on a small world, read with that world's own pin."""
    pin = pin_of(null_history(households=SMALL))
    return quarters(founded(households=SMALL), scenario, name, pin, last_year)


def columns(world: World, without: Collection[str] = OFFERS) -> dict[str, np.ndarray]:
    """Every column of every table, by the name rules know it by."""
    everything: dict[str, np.ndarray] = {}
    for table in world.tables():
        skipped = {table.prefix + name for name in without}
        everything |= {name: values for name, values in table.bindings().items() if name not in skipped}
    return everything


def differing(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> list[str]:
    """Names of the columns whose bytes are not the same in both, and of those that only one has."""
    missing = set(first) ^ set(second)
    return sorted(missing | {n for n in set(first) & set(second) if first[n].tobytes() != second[n].tobytes()})


def moved(first: Iterator[World], second: Iterator[World], without: Collection[str] = OFFERS) -> set[str]:
    """Columns that differ between two runs in any quarter."""
    pairs = zip(first, second, strict=True)
    return {name for one, other in pairs for name in differing(columns(one, without), columns(other, without))}


def histories_differ(first: History, second: History, ledger: bool = True) -> list[str]:
    """Names of what two histories do not have in common, to the byte; the ledger and the funds if asked."""
    names = ["quarters", "years", "stratum", "stands_for", "county", "pin", "pin_residual"]
    names += ["ledger", "inflow", "balance"] if ledger else []
    found_out = differing({n: getattr(first, n) for n in names}, {n: getattr(second, n) for n in names})
    for name in ("series", "village_year", "micro"):
        ours = {f"{name} {key}": values for key, values in getattr(first, name).items()}
        found_out += differing(ours, {f"{name} {key}": values for key, values in getattr(second, name).items()})
    if ledger and first.ledger_lines != second.ledger_lines:
        found_out.append("ledger_lines")
    return found_out + sorted(k for k in first.facts if first.facts[k] != second.facts.get(k))


def moved_slice(piece: YearSlice, rows: np.ndarray, times: np.ndarray | float = 1.0) -> YearSlice:
    """What a year recorded of the households `rows`, each counted `times` as often as it was."""
    arrays = {f.name: getattr(piece, f.name) for f in fields(piece) if f.name not in ("year", "lines", "order")}
    taken = {name: values[rows] for name, values in arrays.items()}
    taken["order"] = np.argsort(taken["income"])
    return replace(piece, **taken | {"persons": taken["persons"] * times, "households": taken["households"] * times})


def moved_memory(world: World, rows: np.ndarray) -> dict[str, np.ndarray]:
    """What is kept from year to year of the households `rows`, for the targets."""
    return {name: values[rows] for name, values in world.recorder.following.memory.items()}


def chosen_villages(world: World, rows: Sequence[int], stands_for: Sequence[int] | None = None) -> World:
    """An independent world of the villages `rows` in that order (a row may come twice: two copies with one key), each
    with all that belongs to it; `stands_for` as given, or as it was."""
    order = np.asarray(rows, np.int64)
    home = [np.arange(world.village_start[v], world.village_start[v + 1]) for v in order]
    households = np.concatenate(home)
    places = [np.arange(world.roster_start[h], world.roster_start[h + 1]) for h in households]
    twin = world.copy()
    twin.villages = world.villages.take(order)
    twin.cooperatives = world.cooperatives.take(order)
    twin.households = world.households.take(households)
    twin.households.village[:] = np.repeat(np.arange(len(order)), [len(part) for part in home])
    twin.members = world.members.take(np.concatenate(places))
    twin.village_start = np.concatenate([[0], np.cumsum([len(part) for part in home])]).astype(np.int64)
    twin.roster_start = np.concatenate([[0], np.cumsum([len(part) for part in places])]).astype(np.int64)
    if stands_for is not None:
        twin.villages.stands_for[:] = stands_for
    twin.recorder.years = [sums[order] for sums in twin.recorder.years]
    times = twin.villages.stands_for / world.villages.stands_for[order]
    twin.recorder.slices = [
        moved_slice(piece, households, times[twin.households.village]) for piece in twin.recorder.slices
    ]
    for piece in twin.recorder.slices:
        piece.village[:] = twin.households.village
    twin.recorder.following.memory = moved_memory(world, households)
    twin.recorder.following.years = [
        {name: values[order] for name, values in year.items()} for year in world.recorder.following.years
    ]
    twin.recorder.collective = [(total[order], own[order]) for total, own in twin.recorder.collective]
    twin.recorder.trail.years = [
        {name: values[order] for name, values in year.items()} for year in twin.recorder.trail.years
    ]
    return twin


def shuffled_households(world: World, seed: int) -> World:
    """The world with the rows of every village's households, and the places of their rosters, in another order."""
    random = np.random.default_rng(seed)
    bounds = zip(world.village_start[:-1], world.village_start[1:], strict=True)
    order = np.concatenate([random.permutation(np.arange(first, end)) for first, end in bounds])
    places = [np.arange(world.roster_start[h], world.roster_start[h + 1]) for h in order]
    twin = world.copy()
    twin.households = world.households.take(order)
    twin.members = world.members.take(np.concatenate(places))
    twin.roster_start = np.concatenate([[0], np.cumsum([len(part) for part in places])]).astype(np.int64)
    twin.recorder.slices = [moved_slice(piece, order) for piece in world.recorder.slices]
    twin.recorder.following.memory = moved_memory(world, order)
    return twin


def remarked(world: World, scenario: Scenario) -> World:
    """The world with its baseline figures counted anew, after its villages or what they stand for were changed."""
    world.bind(scenario)
    count_county_persons(world.names)
    mark_baseline(world, scenario)
    return world


def one_more_household(world: World, village: int, template: int) -> World:
    """The world with a household added at the end of a village: a stranger with the traits of household `template`."""
    at = int(world.village_start[village + 1])
    households = np.insert(np.arange(world.households.length), at, template)
    places = [np.arange(world.roster_start[h], world.roster_start[h + 1]) for h in households]
    twin = world.copy()
    twin.households = world.households.take(households)
    twin.households.village[at] = village
    twin.households.key[at] += np.uint64(0x5EED)
    twin.members = world.members.take(np.concatenate(places))
    twin.roster_start = np.concatenate([[0], np.cumsum([len(part) for part in places])]).astype(np.int64)
    twin.members.key[twin.roster_start[at] : twin.roster_start[at + 1]] += np.uint64(0x5EED)
    twin.village_start = world.village_start + (np.arange(len(world.village_start)) > village)
    rows = np.insert(np.arange(world.households.length), at, template)
    twin.recorder.slices = [moved_slice(piece, rows) for piece in world.recorder.slices]
    twin.recorder.following.memory = moved_memory(world, rows)
    for piece in twin.recorder.slices:
        # The stranger has no past.
        piece.key[at], piece.persons[at], piece.households[at] = 0, 0.0, 0
    assert len(places[at]) >= SPARE_PLACES
    return twin
