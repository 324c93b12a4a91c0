"""Runs an ensemble: founds each replicate's world once, branches its arms, keeps every run as it finishes, answers.

The order in which runs finish never matters: the store returns them by key.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design import PARTNER, Options, Replicate, replicates
from simulator import parallel
from simulator.history import RunRecord

if TYPE_CHECKING:
    from results.store import Store
    from scenarios.load import Loaded
    from simulator.scenario import Scenario

ANSWERS = "answers.json"

Simulate = Callable[[Replicate], list[RunRecord]]


@dataclass(frozen=True)
class Completed:
    """An ensemble that ran to its end: its answers, how many workers were seen at work, the errors of failed runs."""

    answers: Mapping[str, Any]
    workers_seen: int
    errors: tuple[str, ...]


def simulate_replicate(scenario: Scenario, options: Options, task: Replicate) -> list[RunRecord]:
    """Every arm of one replicate, branched from one burned-in world.

    The partner variants share parameters and burn-in and take other luck (`luck`), and another macro path as well
    (`macro`). An arm that fails is a failed record and stops no other arm that does not need its pin.
    """
    from simulator.simulate import Luck, MacroDraw, found, simulate

    told = scenario.with_values(task.parameters)
    luck, other_luck = Luck(task.seed, task.number), Luck(task.seed, task.number + PARTNER)
    macro = MacroDraw(mode=options.macro, normals=task.macro)
    other_macro = MacroDraw(mode=options.macro, normals=task.partner_macro)
    conditions = {"base": (luck, macro), "luck": (other_luck, macro), "macro": (other_luck, other_macro)}
    world = found(told, luck, options.households, macro)
    pins: dict[str, Any] = {}
    records = []
    for arm, variant in task.arms:
        started = time.perf_counter()
        try:
            chance, path = conditions[variant]
            pin = None if arm == "null" else pins[variant]
            history = simulate(world.copy(), told, chance, path, arm=arm, pin=pin)
            pins.setdefault(variant, history.pin)
            records.append(_record(task, arm, variant, told, history, time.perf_counter() - started))
        except MemoryError:
            raise
        except Exception as failure:
            records.append(failed(task, arm, variant, failure))
    return records


def _record(task: Replicate, arm: str, variant: str, told: Scenario, history: Any, seconds: float) -> RunRecord:
    from simulator import constraints, targets

    return RunRecord(
        replicate=task.number,
        arm=arm,
        variant=variant,
        status="finished",
        outcomes=targets.evaluate(history, told),
        findings=constraints.evaluate(history, told),
        quarters=history.quarters,
        series=history.series,
        series_units=history.units,
        ledger_lines=history.ledger_lines,
        ledger=history.ledger,
        parameters=task.parameters,
        elapsed_seconds=seconds,
    )


def failed(task: Replicate, arm: str, variant: str, failure: Exception) -> RunRecord:
    """The record of a run that raised: what went wrong and in which line of which file."""
    frames = traceback.extract_tb(failure.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    error = f"{type(failure).__name__}: {failure}{where}"
    return RunRecord(task.number, arm, variant, status="failed", parameters=task.parameters, error=error)


def run_ensemble(
    loaded: Loaded,
    options: Options,
    store: Store,
    workers: int,
    progress: Callable[[int, int], None],
    simulate_one: Simulate | None = None,
) -> Completed:
    """Run what the store lacks, then write `answers.json` and the charts into its folder.

    `progress(done, total)` is told after every replicate. `simulate_one` runs one replicate; by default the
    simulator does. Interrupting keeps every replicate that had finished.
    """
    tasks = replicates(loaded, options)
    simulate_one = simulate_one or partial(simulate_replicate, loaded.scenario, options)
    seen = _run_missing(tasks, store, workers, progress, simulate_one)
    answers = _answer(loaded, store)
    errors = tuple(record.error for record in store.records() if record.status == "failed")
    return Completed(answers, len(seen), errors)


def missing(tasks: Iterable[Replicate], store: Store) -> list[Replicate]:
    """The replicates of which the store lacks at least one arm, with only the arms of variants it lacks."""
    done = store.finished()
    return [task for task in tasks if any((task.number, *pair) not in done for pair in task.arms)]


def _run_missing(
    tasks: tuple[Replicate, ...], store: Store, workers: int, progress: Callable[[int, int], None], simulate_one: Simulate
) -> set[str]:
    """Run and keep; the names of the workers seen. A replicate that ran out of memory is tried once more, alone."""
    pending = missing(tasks, store)
    done = len(tasks) - len(pending)
    progress(done, len(tasks))
    seen: set[str] = set()
    starved: list[Replicate] = []
    for attempt_workers, batch in ((workers, pending), (1, starved)):
        for task, result, worker in parallel.run(simulate_one, list(batch), attempt_workers):
            seen.add(worker)
            if isinstance(result, MemoryError) and batch is pending:
                starved.append(task)
                continue
            _keep(task, result, store)
            done += 1
            progress(done, len(tasks))
    return seen


def _keep(task: Replicate, result: list[RunRecord] | Exception, store: Store) -> None:
    kept = store.finished()
    records = [failed(task, *pair, result) for pair in task.arms] if isinstance(result, Exception) else result
    for record in records:
        if (record.replicate, record.arm, record.variant) not in kept:
            store.write(record)


def _answer(loaded: Loaded, store: Store) -> dict[str, Any]:
    """Answer from all kept runs, draw the charts, and write the answers last: their presence says it is complete."""
    from results import answers as answering
    from results import charts

    records = list(store.records())
    answers = answering.answers(records, loaded.scenario, loaded.resolved(), store.meta)
    charts.write(store.folder, records, answers, "zh")
    write_whole(store.folder / ANSWERS, json.dumps(answers, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    return answers


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none."""
    half = path.with_name(path.name + ".part")
    half.write_text(text, encoding="utf-8", newline="\n")
    os.replace(half, path)
