"""`fupin compare`: what was asked, checked whole; running what its folder lacks; and what is written of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from experiments.anchoring import refuse_unanchored
from experiments.comparison import LABELS, simulate_sides, tasks
from experiments.design import FULL, FULL_RUNS, Options
from experiments.differences import loaded
from experiments.ensemble import EnsembleFailed, Progress, fill
from experiments.folders import Folder, identity, place, recorded
from experiments.plan import Plan, command_of
from experiments.refusal import Refusal
from experiments.request import Weight, as_options, lasting, refuse_contradictions
from results import canonical
from results.charts import FOLDER_NAME
from results.charts import comparison as pictures
from results.comparison import compare
from results.comparison_tables import write_tables
from results.sides import Side
from results.store import Store
from scenarios import Loaded
from simulator.parallel import Engine
from simulator.simulate import memory_and_time

COMMAND, REPORT = "compare", "comparison.json"
DEFAULTS = Options(runs=16, split=0, households=8_000)
ACCOUNTING = "model.accounting"


@dataclass(frozen=True)
class Wanted:
    """A comparison that may start: of what, how, and where it is kept."""

    sides: tuple[Loaded, ...]
    options: Options
    folder: Folder

    def plan(self) -> Plan:
        """The tasks and what does one."""
        return Plan(tasks(len(self.sides), self.options), partial(simulate_sides, self.sides, self.options))


def understand(
    sources: Sequence[str],
    given: Mapping[str, Any],
    out: Path | None = None,
    resume: Path | None = None,
    again: bool = False,
) -> Wanted:
    """The comparison that is meant by names or files of programmes or changes; an option of `given` that is None was
    not given. A folder to resume fills in what was not, and may be asked for more replicates than it has. Raises
    Refusal with every fault, or `scenarios.ScenarioFaults` with those of all plans."""
    refuse_contradictions(None, out, resume, again)
    before = _kept(resume) if resume else None
    names = [*sources] or (before["source"].split("\n") if before else [])
    held = Options.from_record(before) if before else DEFAULTS
    asked = {name: value for name, value in as_options(given).items() if value is not None}
    if before is None and asked.get("households") == FULL:
        asked.setdefault("runs", FULL_RUNS)
    options = replace(held, **asked)
    if faults := [*_faults(names, options, held if before else None), *options.faults()]:
        raise Refusal(*faults)
    sides = loaded(names)
    for side in sides:
        refuse_unanchored(side)
    meta = _meta(names, sides, options)
    if before and options.runs != held.runs:
        kept = place(_meta(names, sides, replace(options, runs=held.runs)), out, resume, again)
        return Wanted(sides, options, replace(kept, meta=meta, complete=False))
    folder = place(meta, out, resume, again)
    return Wanted(sides, options, replace(folder, complete=not again and _complete(folder)))


def computed(wanted: Wanted, engine: Engine, progress: Progress, again: bool = False) -> dict[str, Any]:
    """Run what the store lacks and write the comparison, its tables and pictures. Interrupting keeps every replicate
    that had finished. Raises EnsembleFailed if no replicate has all its arms."""
    folder = wanted.folder.path
    held = recorded(folder)
    with Store.create(folder, held or wanted.folder.meta, again=again) as store:
        if held is not None and held != dict(wanted.folder.meta):
            store.grow(wanted.folder.meta)
        (folder / REPORT).unlink(missing_ok=True)
        plan = wanted.plan()
        fill(store, plan.tasks, engine, progress, plan.simulate_one)
        records = list(store.records())
    accounting = wanted.sides[0].scenario.switches.get(ACCOUNTING)
    try:
        found = compare(records, told(wanted.sides), {**wanted.folder.meta, "accounting": accounting})
    except ValueError:
        raise EnsembleFailed(tuple(record.error for record in records if record.error)) from None
    report: dict[str, Any] = canonical.plain(found)
    write_tables(report, folder)
    pictures.write(report, folder / FOLDER_NAME)
    canonical.write(folder / REPORT, report)
    return report


def told(sides: Sequence[Loaded]) -> list[Side]:
    """What is said of the plans: by their changes where they have any, else by their programme."""
    return [_told(label, side) for label, side in zip(LABELS, sides, strict=False)]


def _told(label: str, side: Loaded) -> Side:
    scenario = side.scenario
    changes = [side.titles[f"changes.{name}"] for name in side.applied["changes"]] or [side.titles["programme"]]
    title = {"zh": "、".join(one.zh for one in changes), "en": ", ".join(one.en for one in changes)}
    listed = side.titles["listed"]
    years = (scenario.first_year, scenario.last_year)
    return Side(label, scenario.name, title, scenario.place, years, {"zh": listed.zh, "en": listed.en})


def read(folder: Path) -> dict[str, Any]:
    """The comparison of a folder."""
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return report


def of_folder(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """By what the runs of a folder were made."""
    wanted = understand([], {}, resume=folder)
    return replace(wanted, options=replace(wanted.options, runs=runs)).plan()


def weigh(wanted: Wanted, workers: int) -> Weight:
    """Memory and time of a comparison that takes every household."""
    each = [memory_and_time(side.scenario, None) for side in wanted.sides]
    side_by_side = min(workers, wanted.options.runs)
    # What the simulator tells is for a replicate of four arms; a plan has two.
    seconds = sum(seconds for _, seconds in each) / 2 * wanted.options.runs / side_by_side
    return Weight(max(size for size, _ in each) * side_by_side, psutil.virtual_memory().available, seconds)


def _kept(folder: Path) -> dict[str, Any]:
    meta = recorded(folder)
    if meta is None or command_of(meta) != COMMAND:
        raise Refusal((f"{folder} 里没有方案比较的推演", f"{folder} holds no comparison"))
    return meta


def _faults(names: Sequence[str], options: Options, held: Options | None) -> list[tuple[str, str]]:
    most = len(LABELS)
    looked_at = (
        (len(names) >= 2, "至少给两个方案或变动", "give two programmes or changes at least"),
        (len(names) <= most, f"至多 {most} 个方案", f"at most {most} programmes or changes"),
        (
            held is None or options.runs >= held.runs,
            "文件夹里已有更多推演：--runs 只能增加",
            "the folder has more replicates already: --runs can only grow",
        ),
    )
    return [(zh, en) for holds, zh, en in looked_at if not holds]


def _meta(names: Sequence[str], sides: Sequence[Loaded], options: Options) -> dict[str, Any]:
    """What the folder records: the plans by the hashes of all that stands in them, in the order given."""
    hashes = [side.scenario_hash for side in sides]
    both = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    design = {"command": COMMAND, "sides": [side.scenario.name for side in sides]}
    return identity("\n".join(map(lasting, names)), COMMAND, both, options, design)


def _complete(folder: Folder) -> bool:
    return folder.path.is_dir() and recorded(folder.path) is not None and (folder.path / REPORT).is_file()
