"""Runs an ensemble: founds each replicate's world once, branches its arms, keeps every run as it finishes, answers.

The order in which runs finish never matters: the store returns them by key.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.design import FULL, PARTNER, Options, Replicate, replicates, run_key
from experiments.stopping import batches
from simulator import parallel
from simulator.history import History, RunRecord

if TYPE_CHECKING:
    from results.store import Key, Store
    from scenarios import Loaded
    from simulator.scenario import Scenario

ANSWERS = "answers.json"
SCENARIO = "scenario.json"
MOVED = "each_range.json"

Simulate = Callable[[Replicate], list[RunRecord]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Completed:
    """An ensemble that ran to its end: how many workers were seen at work, and the errors of failed runs."""

    workers_seen: int
    errors: tuple[str, ...]


class EnsembleFailed(Exception):
    """No run of the programme came to an end. `errors` are those of the runs."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__(errors[0] if errors else "")
        self.errors = errors


def simulate_replicate(scenario: Scenario, options: Options, task: Replicate) -> list[RunRecord]:
    """Every arm of one replicate, branched from one burned-in world.

    The partner variants share parameters and burn-in and take other luck (`luck`), and another macro path as well
    (`macro`). An arm that fails is a failed record and stops no other arm that does not need its pin.
    """
    from simulator.simulate import Luck, MacroDraw, found, simulate

    told = scenario.with_values(task.parameters)
    luck, other_luck = (Luck(task.seed, task.luck_number + shift) for shift in (0, PARTNER))
    macro = MacroDraw(mode=options.macro, normals=task.macro)
    other_macro = MacroDraw(mode=options.macro, normals=task.partner_macro)
    conditions = {"base": (luck, macro), "luck": (other_luck, macro), "macro": (other_luck, other_macro)}
    households = None if options.households == FULL else int(options.households)
    world = found(told, luck, households, macro)
    pins: dict[str, np.ndarray] = {}
    records = []
    for arm, variant in task.arms:
        started = time.perf_counter()
        try:
            if arm != "null" and variant not in pins:
                raise RuntimeError("its null arm failed, and with it the macro path it is held to")
            history = simulate(world.copy(), told, *conditions[variant], arm=arm, pin=pins.get(variant))
            pins.setdefault(variant, history.pin)
            records.append(record_of(task, arm, variant, told, history, time.perf_counter() - started))
        except MemoryError:
            raise
        except Exception as failure:
            records.append(failed(task, arm, variant, failure))
    return records


def record_of(task: Replicate, arm: str, variant: str, told: Scenario, history: History, seconds: float) -> RunRecord:
    """The record of a run that came to its end, with targets and constraints judged by the scenario it was told."""
    from simulator import constraints, targets

    return RunRecord(
        replicate=task.number,
        arm=arm,
        variant=variant,
        status="succeeded",
        outcomes=targets.evaluate(history, told),
        findings=constraints.evaluate(history, told),
        quarters=history.quarters,
        series={**history.series, **targets.list_means(history, told)},
        ledger_lines=history.ledger_lines,
        ledger=history.ledger,
        committed=history.committed,
        leaked=history.leaked,
        returned=history.returned,
        funds=history.funds,
        inflow=history.inflow,
        balance=history.balance,
        parameters=task.parameters,
        facts={**history.facts, **targets.indicator_facts(history, told)},
        elapsed_seconds=seconds,
    )


def failed(task: Replicate, arm: str, variant: str, failure: Exception) -> RunRecord:
    """The record of a run that raised: what went wrong and in which line of which file."""
    frames = traceback.extract_tb(failure.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return RunRecord(
        task.number,
        arm,
        variant,
        status="failed",
        parameters=task.parameters,
        error=f"{type(failure).__name__}: {failure}{where}",
        traceback="".join(traceback.format_exception(failure)),
    )


def run_ensemble(
    loaded: Loaded, options: Options, store: Store, engine: parallel.Engine, progress: Progress
) -> Completed:
    """Run what the store lacks, then write `answers.json` and the charts into its folder.

    `scenario.json` keeps the resolved scenario with the source of every value. `progress(done, total)` is told after
    every replicate. Interrupting keeps every replicate that had finished. Raises EnsembleFailed if no run of the
    programme came to an end.
    """
    write_whole(store.folder / SCENARIO, json.dumps(loaded.resolved(), ensure_ascii=False, indent=1) + "\n")
    simulate_one = partial(simulate_replicate, loaded.scenario, options)
    seen = 0
    for first, upto in batches(options, store):
        tasks = replicates(loaded, replace(options, runs=upto), first)
        seen = max(seen, len(fill(store, tasks, engine, partial(_further, progress, first), simulate_one)))
    records = list(store.records())
    errors = tuple(record.error for record in records if record.status == "failed")
    if not any(record.arm == "policy" and record.status == "succeeded" for record in records):
        raise EnsembleFailed(errors)
    _answer(records, loaded, store)
    return Completed(seen, errors)


def _further(progress: Progress, before: int, done: int, total: int) -> None:
    """Tell how far a batch is, counting the replicates before it."""
    progress(before + done, before + total)


def missing(tasks: Iterable[Replicate], store: Store) -> list[Replicate]:
    """The replicates of which the store lacks at least one arm."""
    done = store.finished()
    return [task for task in tasks if any((task.number, *pair) not in done for pair in task.arms)]


def fill(
    store: Store, tasks: Sequence[Replicate], engine: parallel.Engine, progress: Progress, simulate_one: Simulate
) -> set[str]:
    """Run every task of which the store lacks an arm and keep each as it finishes; the names of the workers seen.

    Every run wanted is noted as pending with its key first. An answer that stood in the folder is put away, for it
    is none of the runs to come. `simulate_one` gives the records of a task's arms; what it raises fails those arms and
    stops nothing. A replicate that ran out of memory is tried once more, alone; lost workers are the engine's affair.
    """
    store.expect({(task.number, *pair): run_key(store.meta, task, *pair) for task in tasks for pair in task.arms})
    pending = missing(tasks, store)
    if pending:
        (store.folder / ANSWERS).unlink(missing_ok=True)
    done = len(tasks) - len(pending)
    progress(done, len(tasks))
    seen: set[str] = set()
    starved: list[Replicate] = []
    kept = store.finished()
    for at_work, batch in ((engine, pending), (replace(engine, workers=1), starved)):
        for task, result, worker in parallel.run(simulate_one, list(batch), at_work):
            seen.add(worker)
            if isinstance(result, MemoryError) and batch is pending:
                starved.append(task)
                continue
            _keep(task, result, store, kept)
            done += 1
            progress(done, len(tasks))
    return seen


def _keep(task: Replicate, result: list[RunRecord] | Exception, store: Store, kept: Container[Key]) -> None:
    """Write the arms of a replicate that are not among those `kept` when the folder was opened."""
    records = [failed(task, *pair, result) for pair in task.arms] if isinstance(result, Exception) else result
    for record in records:
        if (record.replicate, record.arm, record.variant) not in kept:
            store.write(record)


def _answer(records: list[RunRecord], loaded: Loaded, store: Store) -> None:
    """Answer from all kept runs, draw the charts, and write the answers last: their presence says it is complete."""
    from results import answers as answering
    from results import canonical, charts, two_levels
    from results.moves import ordered

    answers = answering.answers(records, loaded.scenario, loaded.resolved(), store.meta)
    moved = store.folder / MOVED
    if moved.is_file():
        rows = json.loads(moved.read_text(encoding="utf-8"))["rows"]
        answers["assumptions"] = ordered(answers["assumptions"], rows)
    charts.write(store.folder, records, answers)
    two_levels.write(store.folder, answers["two_levels"])
    canonical.write(store.folder / ANSWERS, answers)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)
