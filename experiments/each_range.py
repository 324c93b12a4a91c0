"""How far every number that nobody published moves the answer: each one alone, at both ends of its range.

All others stay at their stated values, the place's central draw among them, and the luck is that of the same replicate:
what changes is owed to the number. Every number is moved in the first replicate; those that move some target most are
moved in the others too, for an interval. Numbers the place's joint draws speak for are not moved alone: at an end of
its range, one of them would bring incomes about that nobody ever published. They are moved together, from one
admissible draw to the next, and `results.moves` reads off what goes with each of them.

Runs are kept in `each_range.jsonl` of the answer's folder as they finish, one a line: an interrupted look goes on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from experiments.design import Options, macro_normals
from experiments.ensemble import ANSWERS, MOVED, SCENARIO
from results import canonical, moves
from results.charts import FOLDER_NAME, style, tornado
from results.store import Store
from scenarios import Loaded
from simulator import parallel, targets
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, World, found, memory_and_time, simulate

KEPT = "each_range.jsonl"
HOUSEHOLDS, REPLICATES = 4_000, 4
# How many numbers are moved in more than one replicate: those the first one shows to matter most.
CLOSER = 30
# Most tasks run the policy arm alone, some the burn-in and the null arm too: measured against a replicate of four arms.
SHARE_OF_FOUR_ARMS, SECONDS_AT_LEAST = 0.5, 0.4
STATED = "stated"

Progress = Callable[[int, int], None]


class Task(NamedTuple):
    """One simulation: the number moved and to which end of its range, or an admissible draw, in a replicate."""

    path: str
    end: str
    replicate: int


@dataclass(frozen=True)
class Ground:
    """What the moves of a replicate start from: the scenario at its stated values, its world and its null pin."""

    scenario: Scenario
    luck: Luck
    macro: MacroDraw
    world: World
    pin: Any
    null: Mapping[str, float | None]


@dataclass(frozen=True)
class Look:
    """What is looked at: a scenario, the options of its answer, how many households and replicates."""

    loaded: Loaded
    options: Options
    households: int | None
    replicates: int

    def alone(self) -> list[str]:
        """Numbers of confidence C that are moved one at a time."""
        return [path for path in self.loaded.ranged() if self.loaded.numbers[path].confidence == "C"]

    def screening(self) -> list[Task]:
        """The tasks of the first replicate."""
        ends = [Task(path, end, 0) for path in self.alone() for end in ("low", "high")]
        return [*ends, *(Task(moves.DRAWS, str(row), 0) for row in range(len(self.loaded.draws.rows)))]

    def closer(self, paths: Sequence[str]) -> list[Task]:
        """The tasks of the further replicates."""
        further = range(1, self.replicates)
        return [Task(path, end, replicate) for replicate in further for path in paths for end in ("low", "high")]

    @property
    def count(self) -> int:
        """How many simulations there are in all, the stated run of each replicate among them."""
        closer = 2 * min(CLOSER, len(self.alone())) * (self.replicates - 1)
        return len(self.screening()) + closer + self.replicates

    def seconds(self, workers: int) -> float:
        """About how long all of them take, from what four arms and a burn-in take."""
        sampled = memory_and_time(self.loaded.scenario, self.households)[1]
        return (SECONDS_AT_LEAST + SHARE_OF_FOUR_ARMS * sampled) * self.count / workers

    def told(self, task: Task) -> dict[str, float]:
        """The numbers of a task that differ from the stated ones."""
        rows = self.loaded.draws.rows
        central = dict(rows[self.loaded.draws.central]) if rows else {}
        if task.path == moves.DRAWS:
            return dict(rows[int(task.end)])
        if task.end == STATED:
            return central
        low, _, high = self.loaded.ranged()[task.path]
        return {**central, task.path: low if task.end == "low" else high}


def each_range(look: Look, folder: Path, workers: int, progress: Progress, again: bool = False) -> dict[str, Any]:
    """Move every number, keep each run, and write what was found: `each_range.json`, the picture, and the order of the
    assumptions in `answers.json`. The folder holds a complete answer. Interrupting keeps what had finished."""
    answers = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    kept = Kept(folder / KEPT, _header(look, answers), again)
    done = 0
    for replicate in range(look.replicates):
        if replicate == 0:
            tasks = look.screening()
        else:
            ranked = moves.most_moving(kept.lines, look.alone(), answers)[:CLOSER]
            tasks = [task for task in look.closer(ranked) if task.replicate == replicate]
        missing = [task for task in tasks if task not in kept]
        done += len(tasks) - len(missing) + (Task("", STATED, replicate) in kept)
        progress(done, look.count)
        for line in _simulated(look, replicate, missing, workers, kept):
            kept.add(line)
            done += 1
            progress(done, look.count)
    return _write(look, folder, answers, kept)


def _header(look: Look, answers: Mapping[str, Any]) -> dict[str, Any]:
    size = "full" if look.households is None else look.households
    return {"run_id": answers["run_id"], "households": size, "seed": look.options.seed}


def _simulated(
    look: Look, replicate: int, missing: Sequence[Task], workers: int, kept: Kept
) -> Iterator[dict[str, Any]]:
    """The lines of a replicate's tasks as they finish, its stated run first if that is not kept."""
    stated = Task("", STATED, replicate)
    if not missing and stated in kept:
        return
    ground = _ground(look, replicate)
    if stated not in kept:
        yield {**stated._asdict(), POLICY: _policy(ground, ground.scenario), NULL: ground.null}
    engine = parallel.Engine(workers=workers)
    for task, result, _ in parallel.run(lambda task: _moved(look, ground, task), list(missing), engine):
        found_out = {"error": f"{type(result).__name__}: {result}"} if isinstance(result, Exception) else result
        yield {**task._asdict(), **found_out}


def _ground(look: Look, replicate: int) -> Ground:
    scenario = look.loaded.scenario.with_values(look.told(Task("", STATED, replicate)))
    luck = Luck(look.options.seed, replicate)
    normals = macro_normals(scenario, look.options.seed, replicate)
    macro = MacroDraw(mode=look.options.macro, normals=normals)
    world = found(scenario, luck, look.households, macro)
    null = simulate(world.copy(), scenario, luck, macro, NULL)
    return Ground(scenario, luck, macro, world, null.pin, _margins(null, scenario))


def _moved(look: Look, ground: Ground, task: Task) -> dict[str, Any]:
    """Margins of both arms with a number moved. A world is founded anew where the number acts before the programme, a
    null arm simulated anew unless it belongs to a kind or fund that the null arm lacks."""
    scenario = ground.scenario.with_values(look.told(task))
    if not task.path.startswith("programme."):
        world = found(scenario, ground.luck, look.households, ground.macro)
        ground = Ground(scenario, ground.luck, ground.macro, world, None, {})
    if not of_programme_alone(task.path, scenario):
        null = simulate(ground.world.copy(), scenario, ground.luck, ground.macro, NULL)
        ground = Ground(scenario, ground.luck, ground.macro, ground.world, null.pin, _margins(null, scenario))
    return {POLICY: _policy(ground, scenario), NULL: ground.null}


def of_programme_alone(path: str, scenario: Scenario) -> bool:
    """Whether a number belongs to a kind or fund of the programme, which no null arm ever looks at."""
    _, section, name = [*path.split("."), "", ""][:3]
    roles = {"interventions": {entry.kind: entry.role for entry in scenario.interventions}}
    roles["funds"] = {fund.name: fund.role for fund in scenario.funds}
    return path.startswith("programme.") and roles.get(section, {}).get(name, "standing") != "standing"


def _policy(ground: Ground, scenario: Scenario) -> dict[str, float | None]:
    run = simulate(ground.world.copy(), scenario, ground.luck, ground.macro, POLICY, ground.pin)
    return _margins(run, scenario)


def _margins(history: Any, scenario: Scenario) -> dict[str, float | None]:
    """The margin of every target under its default reading; None where there is none."""
    outcomes = [outcome for outcome in targets.evaluate(history, scenario) if outcome.default]
    return {o.target: float(o.margin) if math.isfinite(o.margin) else None for o in outcomes}


class Kept:
    """The lines of a look that have been computed, in memory and in their file."""

    def __init__(self, path: Path, header: Mapping[str, Any], again: bool) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8") if path.is_file() and not again else ""
        # A line that was being written when the machine stopped has no end; it is computed again.
        whole = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        same = bool(whole) and whole[0] == dict(header)
        self.lines: list[dict[str, Any]] = whole[1:] if same else []
        path.write_text("".join(_text(line) for line in (header, *self.lines)), encoding="utf-8", newline="\n")
        self.tasks = {Task(line["path"], line["end"], line["replicate"]) for line in self.lines}

    def __contains__(self, task: Task) -> bool:
        return task in self.tasks

    def add(self, line: dict[str, Any]) -> None:
        """Keep a line."""
        self.lines.append(line)
        self.tasks.add(Task(line["path"], line["end"], line["replicate"]))
        with self.path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(_text(line))


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def _write(look: Look, folder: Path, answers: dict[str, Any], kept: Kept) -> dict[str, Any]:
    with Store.open(folder) as store:
        records = list(store.records())
    resolved = json.loads((folder / SCENARIO).read_text(encoding="utf-8"))
    rows = moves.rows(kept.lines, look.loaded.draws.rows, records, answers, resolved)
    failed = sum("error" in line for line in kept.lines)
    size = {"replicates": look.replicates, "closer": CLOSER, "simulated": len(kept.lines), "failed": failed}
    told = {"enough": moves.enough(answers), "targets": moves.described(answers, kept.lines)}
    report = {**_header(look, answers), **size, **told, "rows": rows}
    canonical.write(folder / MOVED, report)
    answers["assumptions"] = moves.ordered(answers["assumptions"], rows)
    with style.look():
        tornado.draw(report, answers, folder / FOLDER_NAME)
    canonical.write(folder / ANSWERS, answers)
    return report
