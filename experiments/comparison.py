"""Several plans under the same luck: in each replicate every plan's null arm and policy arm, from as few worlds as will
do.

Draws are keyed by name, so a number that two plans have with the same range takes the same value in both, and one whose
range differs keeps its place in it. Plans of equal ground (`common_ground`) share one burned-in world and one null arm,
which is kept for each of them, judged by its own targets.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

import numpy as np

from experiments.common_ground import ground
from experiments.design import FULL, Options, Replicate, macro_normals, parameters
from experiments.ensemble import failed, record_of
from scenarios import Loaded
from simulator.history import History, RunRecord
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, Run, World, found

LABELS = tuple(ascii_uppercase)
FIFTHS = 5


@dataclass(frozen=True)
class Start:
    """What plans of one ground have in common: the world at the end of year 0, what its households are then, the null
    arm with the households of its last year, and the seconds it took; or why there is none of this."""

    of: Scenario
    world: World | None = None
    null: History | None = None
    households: dict[str, np.ndarray] | None = None
    seconds: float = 0.0
    failure: Exception | None = None


def tasks(count: int, options: Options) -> tuple[Replicate, ...]:
    """The replicates of a comparison of so many plans."""
    arms = tuple((arm, label) for label in LABELS[:count] for arm in (NULL, POLICY))
    return tuple(Replicate(number, options.seed, arms) for number in range(options.runs))


def simulate_sides(sides: Sequence[Loaded], options: Options, task: Replicate) -> list[RunRecord]:
    """Null and policy arm of every plan in one replicate, under one luck; records carry the plan's letter as their
    variant. A plan whose arm fails stops no other."""
    starts: list[Start] = []
    records = []
    for label, loaded in zip(LABELS, sides, strict=False):
        drawn = parameters(loaded, options, task.number)
        told = loaded.scenario.with_values(drawn)
        normals = macro_normals(told, task.seed, task.number)
        of = ground(told)
        start = next((start for start in starts if start.of == of), None)
        fresh = start is None
        if start is None:
            start = _started(of, task, MacroDraw(options.macro, normals), options)
            starts.append(start)
        mine = replace(task, parameters=drawn, macro=normals)
        records += _arms(label, told, start, mine, options, start.seconds if fresh else 0.0)
    return records


def _started(of: Scenario, task: Replicate, macro: MacroDraw, options: Options) -> Start:
    begun = time.perf_counter()
    luck = Luck(task.seed, task.luck_number)
    try:
        world = found(of, luck, None if options.households == FULL else int(options.households), macro)
        null, households = _ran(world, Run(world.copy(), of, luck, macro, NULL))
    except MemoryError:
        raise
    except Exception as failure:
        return Start(of, failure=failure)
    return Start(of, world, null, households, time.perf_counter() - begun)


def _arms(
    label: str, told: Scenario, start: Start, task: Replicate, options: Options, seconds: float
) -> list[RunRecord]:
    """The records of one plan; what its null arm recorded is judged by the plan's own targets and stated numbers."""
    if start.world is None or start.null is None or start.households is None:
        failure = start.failure or RuntimeError("its null arm failed")
        return [failed(task, arm, label, failure) for arm in (NULL, POLICY)]
    records = []
    try:
        null = replace(start.null, stated=dict(told.stated or told.values))
        record = record_of(task, NULL, label, told, null, seconds)
        records.append(replace(record, households=start.households))
        begun = time.perf_counter()
        luck, macro = Luck(task.seed, task.luck_number), MacroDraw(options.macro, task.macro)
        run = Run(start.world.copy(), told, luck, macro, POLICY, start.null.pin)
        history, households = _ran(start.world, run)
        record = record_of(task, POLICY, label, told, history, time.perf_counter() - begun)
        records.append(replace(record, households=households))
    except MemoryError:
        raise
    except Exception as failure:
        records += [failed(task, arm, label, failure) for arm in (NULL, POLICY)[len(records) :]]
    return records


def _ran(before: World, run: Run) -> tuple[History, dict[str, np.ndarray]]:
    """What a run recorded, and its households in the last year beside what they were `before` the programme."""
    while not run.finished:
        run.step()
    return run.history(), columns(before, run.world)


def columns(before: World, after: World) -> dict[str, np.ndarray]:
    """The columns of `results.gains` for the households that lived in the world at the end of its last year, in the
    order of their keys; `before` is the world at the end of year 0."""
    homes = after.households
    there = np.flatnonzero((homes.size > 0) & (homes.last_persons > 0))
    there = there[np.argsort(homes.key[there], kind="stable")]
    village = homes.village[there]
    found_them, at = _lookup(before, homes.key[there])
    able = (before.households.labour[at] > 0.0).astype(np.int8)
    return {
        "key": homes.key[there],
        "weight": after.villages.stands_for[village].astype(np.int32),
        "fen": homes.last_income[there].astype(np.int64),
        "quarters": homes.last_persons[there].astype(np.int32),
        "listed_before": homes.reviewed[there].astype(np.int8),
        "listed_after": np.isin(homes.list_state[there], (1, 2)).astype(np.int8),
        "cohort": homes.cohort[there].astype(np.int8),
        "able": np.where(found_them, able, -1).astype(np.int8),
        "fifth": np.where(found_them, fifths(before)[at], 0).astype(np.int8),
        "stratum": after.villages.stratum[village].astype(np.int8),
    }


def _lookup(world: World, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether households of these keys live in a world, and in which row (row 0 where they do not)."""
    homes = world.households
    there = np.flatnonzero((homes.size > 0) & (homes.last_persons > 0))
    there = there[np.argsort(homes.key[there], kind="stable")]
    place = np.minimum(np.searchsorted(homes.key[there], keys), len(there) - 1)
    known = homes.key[there[place]] == keys
    return known, np.where(known, there[place], 0)


def fifths(world: World) -> np.ndarray:
    """The fifth of rural persons each household was in by income a person of the year just closed (N,): 1 the poorest,
    0 where nobody lives."""
    homes = world.households
    there = np.flatnonzero((homes.size > 0) & (homes.last_persons > 0))
    each = homes.last_income[there] / homes.last_persons[there]
    there = there[np.lexsort((homes.key[there], each))]
    persons = (world.villages.stands_for[homes.village[there]] * homes.last_persons[there]).astype(np.float64)
    middle = (np.cumsum(persons) - 0.5 * persons) / persons.sum()
    found_out = np.zeros(homes.length, np.int64)
    found_out[there] = np.minimum((FIFTHS * middle).astype(np.int64), FIFTHS - 1) + 1
    return found_out
