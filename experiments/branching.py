"""Runs the futures of a plan: each replicate is founded once, runs to the date once, and branches there.

The trunk is the null arm and the policy arm of the plan as they stand at the date. From it every future runs its own
null arm, which sets its pin, and its policy arm. The plan itself is the first future: its records are those of
`fupin run`, byte for byte. Trunks may be kept in files and are used again where they fit.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.common_ground import ground
from experiments.design import FULL, Options, Replicate, macro_normals, parameters
from experiments.ensemble import SCENARIO, EnsembleFailed, Progress, failed, fill, record_of, write_whole
from experiments.futures import REPORT, Branching, understand
from experiments.plan import Plan
from results.branches import PLAN
from results.indicator_rows import indicator_targets
from results.store import Store
from simulator.calendar import Quarter
from simulator.coverage import READING_EN, READING_ZH
from simulator.fork import fork, from_date
from simulator.history import History, RunRecord
from simulator.parallel import Engine
from simulator.scenario import Scenario, Target
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, Run, World, found
from simulator.state import StateError, made_by, unpack_state, write_state

TABLE = "branches.csv"


@dataclass(frozen=True)
class Forked(Replicate):
    """A replicate with the numbers drawn for each of its futures, by the future's name."""

    futures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def tasks(branching: Branching) -> tuple[Forked, ...]:
    """The replicates of a branching; a number that two futures have takes the same value in both."""
    names = [future.name for future in branching.futures]
    arms = tuple((arm, name) for name in names for arm in (NULL, POLICY))
    options, plan = branching.options, branching.plan.loaded
    drawn = [
        {future.name: parameters(future.loaded, options, number) for future in branching.futures}
        for number in range(options.runs)
    ]
    return tuple(
        Forked(
            number=number,
            seed=options.seed,
            arms=arms,
            parameters=numbers[PLAN],
            macro=macro_normals(plan.scenario, options.seed, number),
            futures=numbers,
        )
        for number, numbers in enumerate(drawn)
    )


def computed(branching: Branching, engine: Engine, progress: Progress, states: Path | None = None) -> dict[str, Any]:
    """Run what the folder lacks, then write the report, its table and its pictures into it; the report.

    `states`: where trunks are kept and looked for. Raises EnsembleFailed if no replicate came to an end in every arm.
    """
    folder = branching.folder.path
    resolved = branching.plan.loaded.resolved()
    with Store.create(folder, branching.folder.meta, again=branching.again) as store:
        write_whole(folder / SCENARIO, json.dumps(resolved, ensure_ascii=False, indent=1) + "\n")
        fill(store, tasks(branching), engine, progress, one_of(branching, states))
        records = list(store.records())
    return _reported(branching, records)


def _reported(branching: Branching, records: Sequence[RunRecord]) -> dict[str, Any]:
    from results import branches, canonical, charts
    from results.charts import branches as pictures
    from results.charts import style

    folder = branching.folder.path
    try:
        report = branches.report(records, told(branching), branching.folder.meta)
    except ValueError:
        raise EnsembleFailed(tuple(record.error for record in records if record.error)) from None
    (folder / charts.FOLDER_NAME).mkdir(exist_ok=True)
    with style.look():
        pictures.draw(report, folder / charts.FOLDER_NAME)
    branches.write_table(report, folder / TABLE)
    canonical.write(folder / REPORT, report)
    return report


def read(folder: Path) -> dict[str, Any]:
    """The report of a folder whose futures were answered."""
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return report


def told(branching: Branching) -> dict[str, Any]:
    """What the report must know of the plan and its futures."""
    scenario, titles = branching.plan.loaded.scenario, branching.plan.loaded.titles
    return {
        "scenario": scenario.name,
        "place": scenario.place,
        "title": vars(titles["programme"]),
        "listed": vars(titles["listed"]),
        "years": (scenario.first_year, scenario.last_year),
        "at": (branching.at.year, branching.at.quarter),
        "accounting": scenario.switches["model.accounting"],
        "targets": {
            **{target.id: {"title_zh": target.title_zh, "title_en": target.title_en} for target in scenario.targets},
            **{asked.id: _coverage(asked) for asked in indicator_targets(scenario).values()},
        },
        "futures": [{"name": future.name, "title": dict(future.title)} for future in branching.futures],
    }


def _coverage(asked: Target) -> dict[str, str]:
    titles = {"title_zh": asked.title_zh, "title_en": asked.title_en}
    return {**titles, "reading_zh": READING_ZH, "reading_en": READING_EN}


def one_of(branching: Branching, states: Path | None = None) -> partial[list[RunRecord]]:
    """The function that simulates one replicate of a branching."""
    scenarios = {future.name: future.loaded.scenario for future in branching.futures}
    return partial(simulate_branches, scenarios, branching.at, branching.options, states)


def of_folder(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """The plan by which the runs of a folder were made (`experiments.plan`)."""
    branching = understand(None, None, (), {}, resume=folder)
    branching = replace(branching, options=replace(branching.options, runs=runs))
    return Plan(tasks(branching), one_of(branching))


def simulate_branches(
    scenarios: Mapping[str, Scenario], at: Quarter, options: Options, states: Path | None, task: Forked
) -> list[RunRecord]:
    """Null and policy arm of every future of one replicate, from one trunk; a future that fails stops no other."""
    told = {name: scenario.with_values(task.futures[name]) for name, scenario in scenarios.items()}
    trunk = Trunk(told[PLAN], at, options, task, states)
    records: list[RunRecord] = []
    for name, future in told.items():
        mine = replace(task, parameters=task.futures[name])
        done: list[RunRecord] = []
        try:
            _branch(trunk, future, mine, name, done)
        except MemoryError:
            raise
        except Exception as failure:
            done += [failed(mine, arm, name, failure) for arm in (NULL, POLICY)[len(done) :]]
        records += done
    return records


def _branch(trunk: Trunk, future: Scenario, task: Forked, name: str, done: list[RunRecord]) -> None:
    """Run a future's null arm, then its policy arm, and add their records to `done`. A future of the plan's own ground
    has the plan's null arm, to the byte."""
    started = time.perf_counter()
    played = from_date(trunk.plan, future, trunk.at)
    if ground(played) == ground(trunk.plan):
        null = replace(trunk.null_history, stated=dict(played.stated or played.values))
    else:
        null = _to_the_end(fork(trunk.null, played))
    done.append(record_of(task, NULL, name, played, null, time.perf_counter() - started))
    started = time.perf_counter()
    history = _to_the_end(fork(trunk.policy, played, null.pin))
    done.append(record_of(task, POLICY, name, played, history, time.perf_counter() - started))


def _to_the_end(run: Run) -> History:
    while not run.finished:
        run.step()
    return run.history()


class Trunk:
    """Both arms of the plan as they stand at the date, and the history of its null arm to the end."""

    def __init__(self, plan: Scenario, at: Quarter, options: Options, task: Forked, states: Path | None) -> None:
        self.plan, self.at, self.options, self.task, self.states = plan, at, options, task, states
        self.luck = Luck(task.seed, task.luck_number)
        self.macro = MacroDraw(options.macro, task.macro)
        self._world: World | None = None
        self.null = self._arm(NULL, None)
        self.null_history = _to_the_end(fork(self.null, plan))
        self.policy = self._arm(POLICY, self.null_history.pin)
        self._world = None

    def _arm(self, arm: str, pin: np.ndarray | None) -> Run:
        """An arm at the date: from its file if there is a sound one that fits, else run there and kept."""
        path = self.states / state_file(self.plan, self.at, self.options, self.task, arm) if self.states else None
        if path and path.is_file():
            # A damaged file is no loss: the trunk is made again, and the file with it.
            with suppress(StateError):
                return unpack_state(path.read_bytes(), self.plan)
        if self._world is None:
            households = None if self.options.households == FULL else int(self.options.households)
            self._world = found(self.plan, self.luck, households, self.macro)
        run = Run(self._world.copy(), self.plan, self.luck, self.macro, arm, pin)
        while run.world.now < self.at:
            run.step()
        if path:
            # Nor is one that cannot be written: whoever asked for it looks whether it is there.
            with suppress(OSError):
                write_state(run, path)
        return run


def state_file(plan: Scenario, at: Quarter, options: Options, task: Replicate, arm: str) -> str:
    """The name of a trunk's file: what the state is of, and a hash of all that decided it."""
    date = f"{at.year}Q{at.quarter}"
    decides = [
        *(made_by(plan), date, arm, task.seed, task.luck_number),
        *(str(options.households), options.macro, sorted(task.macro.items())),
    ]
    key = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:12]
    return f"{plan.name}-{date}-{task.number:04}-{arm}-{key}.state"


def states_kept(branching: Branching, states: Path) -> tuple[int, int]:
    """How many trunks of a branching lie in a folder, and how many there could be."""
    plan = branching.plan.loaded.scenario
    names = [
        state_file(plan.with_values(task.parameters), branching.at, branching.options, task, arm)
        for task in tasks(branching)
        for arm in (NULL, POLICY)
    ]
    return sum((states / name).is_file() for name in names), len(names)
