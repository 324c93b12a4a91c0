"""The futures into which a plan branches: what each is, from which date on, and whether it may follow from there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import scenarios
from experiments.anchoring import refuse_unanchored
from experiments.design import Options
from experiments.folders import Folder, identity, place, recorded
from experiments.refusal import Refusal
from experiments.request import as_options, lasting
from results.branches import PLAN
from results.show_moves import number_label
from scenarios import Loaded
from simulator.calendar import Quarter
from simulator.fork import acts_before
from simulator.interventions import KINDS

WITHOUT, WITH = "without:", "with:"
REPORT = "branches.json"
"""The file whose presence says that all futures of a folder were answered."""
COMMAND = "branch"
USUAL = Options(runs=16, split=0, households=8000)
"""What is not given."""
PLANNED = {"zh": "照原计划", "en": "as planned"}


@dataclass(frozen=True)
class Future:
    """A plan that may follow from the date on. `name` is the variant its runs are kept under, `into` what the command
    line calls it."""

    name: str
    into: str
    title: Mapping[str, str]
    loaded: Loaded


@dataclass(frozen=True)
class Branching:
    """A plan, the date at which it branches, and its futures, the plan itself first."""

    at: Quarter
    futures: tuple[Future, ...]
    options: Options
    folder: Folder
    again: bool

    @property
    def plan(self) -> Future:
        """The plan as it stands."""
        return self.futures[0]


def understand(
    source: str | None,
    at: str | None,
    into: Sequence[str],
    given: Mapping[str, Any],
    out: Path | None = None,
    resume: Path | None = None,
    again: bool = False,
) -> Branching:
    """The branching that is meant; an option that is None was not given, and a folder to resume says itself what it
    branches. Raises Refusal or ScenarioFaults with every fault, among them the paths by which a future would change
    what lies before the date."""
    held = USUAL
    if resume:
        before = recorded(resume) or {}
        design = before.get("design", {})
        if design.get("command") != COMMAND:
            raise Refusal((f"{resume} 里没有 fupin branch 的结果", f"{resume} holds no branches"))
        # What is given and differs is another run, and is told so below.
        source, at = source or before["source"], at or design["at"]
        into, held = into or [future["into"] for future in design["futures"]], Options.from_record(before)
    options = replace(held, **{name: value for name, value in as_options(given).items() if value is not None})
    if faults := options.faults():
        raise Refusal(*faults)
    name = source or scenarios.default_programme()
    plan = scenarios.load(name, **_told(options))
    refuse_unanchored(plan)
    date = _date(at, plan)
    if not into:
        raise Refusal(("用 --into 给出至少一个将来", "give at least one future: --into CHANGE"))
    futures = (Future(PLAN, "", PLANNED, plan), *(_future(name, text, options) for text in into))
    _refuse(futures, date)
    design = {"command": COMMAND, "at": f"{date.year}Q{date.quarter}", "futures": _designed(futures[1:])}
    meta = identity(lasting(name), plan.scenario.name, plan.scenario_hash, options, design)
    folder = place(meta, out, resume, again)
    return Branching(date, futures, options, replace(folder, complete=not again and _answered(folder)), again)


def _told(options: Options) -> dict[str, Any]:
    return {"sets": options.sets, "without": options.without, "added": options.added}


def _date(text: str | None, plan: Loaded) -> Quarter:
    """The quarter a text names, if the plan has it."""
    first, last = Quarter(plan.scenario.first_year, 1), Quarter(plan.scenario.last_year, 4)
    match = re.fullmatch(r"(\d{4})Q([1-4])", text or "")
    date = Quarter(int(match[1]), int(match[2])) if match else None
    if date is None or not first <= date <= last:
        span = f"{first.year}Q1, {last.year}Q4"
        raise Refusal((f"--at 是 {span} 之间的一个季度，如 {last.year}Q1", f"--at is a quarter between {span}: 2020Q1"))
    return date


def _future(source: str, text: str, options: Options) -> Future:
    """A future by what the command line calls it: a change or a programme by name or file, `path=value`,
    `without:KIND` or `with:KIND`."""
    for mark, option, zh, en in ((WITHOUT, "without", "去掉", "without"), (WITH, "added", "加上", "with")):
        if text.startswith(mark):
            kind = text.removeprefix(mark)
            told = _told(options)
            loaded = scenarios.load(source, **{**told, option: (*told[option], kind)})
            known = KINDS.get(kind)
            named = (known.title_zh, known.title_en) if known else (kind, kind)
            return Future(text, text, {"zh": f"{zh}{named[0]}", "en": f"{en} {named[1]}"}, loaded)
    if "=" in text and not Path(text).exists():
        loaded = scenarios.load(source, **{**_told(options), "sets": (*options.sets, text)})
        path, _, value = text.partition("=")
        zh, en = (f"{number_label(path.strip(), lang)}={value.strip()}" for lang in ("zh", "en"))
        return Future(text, text, {"zh": zh, "en": en}, loaded)
    if scenarios.kind_of(text) == "programme":
        loaded = scenarios.load(text, **_told(options))
        name, title = loaded.scenario.name, loaded.titles["programme"]
    else:
        loaded = scenarios.load(source, change=text, **_told(options))
        name = loaded.applied["changes"][-1]
        title = loaded.titles[f"changes.{name}"]
    return Future(name, lasting(text), {"zh": title.zh, "en": title.en}, loaded)


def _designed(futures: Sequence[Future]) -> list[dict[str, str]]:
    return [
        {"name": future.name, "into": future.into, "scenario_hash": future.loaded.scenario_hash} for future in futures
    ]


def _refuse(futures: Sequence[Future], date: Quarter) -> None:
    """Raises Refusal for futures of one name, and for each that would change what lies before the date."""
    faults = []
    names = [future.name for future in futures]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        faults.append((f"有两个将来都叫 {name}", f"two futures are called {name}"))
    plan, when = futures[0].loaded.scenario, f"{date.year}Q{date.quarter}"
    for future in futures[1:]:
        for path in acts_before(plan, future.loaded.scenario, date):
            faults.append(
                (
                    f"{future.name}：{path} 在 {when} 以前就起作用，不能从那时起改变",
                    f"{future.name}: {path} acts before {when} and cannot change from then on",
                )
            )
    if faults:
        raise Refusal(*faults)


def _answered(folder: Folder) -> bool:
    """Whether the folder holds the answer to its own futures."""
    try:
        report = json.loads((folder.path / REPORT).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(report["run_id"] == folder.meta["run_id"])
