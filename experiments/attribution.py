"""`fupin attribute`: what each kind of intervention, or group of kinds, adds to what a programme comes to.

Every coalition of players is an arm of the ordinary replicate task, the programme without the kinds of everybody else,
so that all of a replicate branch from one burned-in world under one luck. The runs are kept in a store like any others:
an interrupted attribution goes on, one that is there is shown, and more replicates or orders are added to those kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import players as choosing
from experiments.design import Options, Replicate, macro_normals, parameters, programme_kinds
from experiments.ensemble import SCENARIO, EnsembleFailed, Progress, fill, simulate_replicate, write_whole
from experiments.folders import Folder, identity, place, recorded
from experiments.plan import Plan
from experiments.refusal import Refusal
from experiments.request import lasting
from results import attribution, canonical
from results.assumptions import conditional_on, title
from results.attribution_tables import write_tables
from results.charts import attribution as pictures
from results.game import Game
from results.players import Player, from_record
from results.players import recorded as players_record
from results.store import Store

if TYPE_CHECKING:
    from scenarios import Loaded
    from simulator.parallel import Engine

COMMAND, REPORT = "attribute", "attribution.json"
DEFAULTS = Options(runs=16, split=0, households=8_000)
ORDERS = 2
"""Orders in a replicate where there are too many players for all coalitions and no number is asked for."""


@dataclass(frozen=True)
class Wanted:
    """An attribution that may start: among whom, of what, and where it is kept."""

    loaded: Loaded
    options: Options
    players: tuple[Player, ...]
    folder: Folder

    def tasks(self) -> tuple[Replicate, ...]:
        """The replicates with the arms each needs: those of the coalitions, and null for the pin."""
        scenario, options = self.loaded.scenario, self.options
        return tuple(
            Replicate(
                number,
                options.seed,
                tuple((arm, "base") for arm in attribution.arms(self.players, options.orders, options.seed, number)),
                parameters(self.loaded, options, number),
                macro_normals(scenario, options.seed, number),
            )
            for number in range(options.runs)
        )


def understand(
    source: str | None,
    given: Mapping[str, Any],
    groups: Sequence[str] = (),
    each: bool = False,
    out: Path | None = None,
    resume: Path | None = None,
    again: bool = False,
) -> Wanted:
    """The attribution that is meant; an option of `given` that is None was not given. A folder to resume fills in the
    others, and may be asked for more replicates or orders than it has. Raises Refusal with every fault."""
    import scenarios
    from experiments.anchoring import refuse_unanchored

    before = _of_attribution(resume) if resume else None
    held = Options.from_record(before) if before else DEFAULTS
    asked = {name: value for name, value in given.items() if value is not None}
    source = source or (before["source"] if before else scenarios.default_programme())
    loaded = scenarios.load(source)
    refuse_unanchored(loaded)
    kinds = programme_kinds(loaded.scenario)
    if before and not groups and not each:
        players, faults = from_record(before["design"]["players"]), choosing.NONE
    else:
        players, faults = choosing.chosen(kinds, groups, each)
    options = replace(held, **asked)
    exact = len(players) <= attribution.EXACT
    options = replace(options, orders=options.orders or (0 if exact else ORDERS))
    if found := [*faults, *options.faults(), *_faults(options, held if before else None, exact)]:
        raise Refusal(*found)
    meta = _meta(source, loaded, options, players)
    if before and (options.runs, options.orders) != (held.runs, held.orders):
        smaller = replace(options, runs=held.runs, orders=held.orders)
        kept = place(_meta(source, loaded, smaller, players), out, resume, again)
        return Wanted(loaded, options, players, replace(kept, meta=meta, complete=False))
    folder = place(meta, out, resume, again)
    return Wanted(loaded, options, players, replace(folder, complete=not again and _complete(folder)))


def attribute(wanted: Wanted, engine: Engine, progress: Progress, again: bool = False) -> dict[str, Any]:
    """Run what the store lacks and write the report, its tables and pictures. Interrupting keeps every replicate that
    had finished. Raises EnsembleFailed if no replicate has all its runs."""
    folder, loaded = wanted.folder.path, wanted.loaded
    held = recorded(folder)
    with Store.create(folder, held or wanted.folder.meta, again=again) as store:
        if held is not None and held != dict(wanted.folder.meta):
            store.grow(wanted.folder.meta)
        (folder / REPORT).unlink(missing_ok=True)
        write_whole(folder / SCENARIO, json.dumps(loaded.resolved(), ensure_ascii=False, indent=1) + "\n")
        tasks = _lacking(wanted.tasks(), store)
        fill(store, tasks, engine, progress, partial(simulate_replicate, loaded.scenario, wanted.options))
        game = Game(store.records(), loaded.scenario)
    report = {**_head(wanted, game), **attribution.attribution(
        game, wanted.players, wanted.options.orders, wanted.options.seed
    )}  # fmt: skip
    if not any(outcome["replicates"] for outcome in report["outcomes"]):
        raise EnsembleFailed(tuple(error for _, _, error in game.failed))
    write_tables(report, folder)
    pictures.write(report, folder)
    canonical.write(folder / REPORT, report)
    return read(folder)


def read(folder: Path) -> dict[str, Any]:
    """The report of a folder. Raises Refusal where there is none."""
    if not (folder / REPORT).is_file():
        raise Refusal((f"{folder} 里没有归因结果", f"{folder} holds no attribution"))
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return report


def of_folder(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """By what the runs of a folder were made."""
    wanted = understand(None, {}, resume=folder)
    wanted = replace(wanted, options=replace(wanted.options, runs=runs))
    return Plan(wanted.tasks(), partial(simulate_replicate, wanted.loaded.scenario, wanted.options))


def _of_attribution(folder: Path) -> dict[str, Any]:
    meta = recorded(folder)
    if meta is None or meta.get("design", {}).get("command") != COMMAND:
        raise Refusal((f"{folder} 里没有归因推演", f"{folder} holds no attribution"))
    return meta


def _faults(options: Options, held: Options | None, exact: bool) -> list[tuple[str, str]]:
    looked_at = (
        (
            options.orders == 0 or not exact,
            f"--orders 只用于多于 {attribution.EXACT} 组时的抽样；组数不多时每种组合都推演",
            f"--orders is for more than {attribution.EXACT} players; with fewer every coalition runs",
        ),
        (options.orders >= 0 and options.orders % 2 == 0, "--orders 为正偶数", "--orders is even and positive"),
        (
            held is None or (options.runs >= held.runs and options.orders >= held.orders),
            "文件夹里已有更多推演：--runs 与 --orders 只能增加",
            "the folder has more already: --runs and --orders can only grow",
        ),
    )
    return [(zh, en) for holds, zh, en in looked_at if not holds]


def _meta(source: str, loaded: Loaded, options: Options, players: Sequence[Player]) -> dict[str, Any]:
    design = {"command": COMMAND, "players": players_record(players)}
    return identity(lasting(source), loaded.scenario.name, loaded.scenario_hash, options, design)


def _complete(folder: Folder) -> bool:
    """Whether a folder's report is that of its runs."""
    path = folder.path / REPORT
    return path.is_file() and read(folder.path)["run_id"] == folder.meta["run_id"]


def _lacking(tasks: Sequence[Replicate], store: Store) -> list[Replicate]:
    """The tasks, those begun before without the arms that are kept: more orders need some coalitions more. The null arm
    stays, for the others read its pin."""
    done = store.finished()

    def lacking(task: Replicate) -> Replicate:
        arms = tuple(pair for pair in task.arms[1:] if (task.number, *pair) not in done)
        return replace(task, arms=(task.arms[0], *arms)) if arms else task

    return [lacking(task) for task in tasks]


def _head(wanted: Wanted, game: Game) -> dict[str, Any]:
    """What the report says of itself."""
    meta, scenario, resolved = wanted.folder.meta, wanted.loaded.scenario, wanted.loaded.resolved()
    return {
        "run_id": meta["run_id"],
        "scenario": scenario.name,
        "title": title(resolved, "programme", scenario.name),
        "years": [scenario.first_year, scenario.last_year],
        "households": meta["households"],
        "seed": wanted.options.seed,
        "runs": wanted.options.runs,
        "orders": wanted.options.orders,
        "arms": sum(len(task.arms) for task in wanted.tasks()),
        "runs_failed": len(game.failed),
        "failures": [dict(zip(("run", "arm", "error"), key, strict=True)) for key in game.failed[:10]],
        "versions": dict(sorted(meta["versions"].items())),
        "conditional_on": conditional_on(resolved, meta),
        "players": [
            {"name": player.name, "kinds": list(player.kinds), "title": player.title, "parts": player.parts}
            for player in wanted.players
        ],
    }
