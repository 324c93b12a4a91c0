"""What `fupin run` was asked for, understood and checked whole before anything is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from experiments.design import BASE_ARMS, FULL, FULL_RUNS, Options, arms, programme_kinds
from experiments.folders import Folder, identity, place, recorded
from experiments.plan import RUN, command_of
from experiments.refusal import Refusal
from simulator.parallel import Engine

if TYPE_CHECKING:
    from scenarios import Loaded


@dataclass(frozen=True)
class Request:
    """A run that may start: the loaded scenario, its options, where it goes, and on what."""

    loaded: Loaded
    options: Options
    folder: Folder
    engine: Engine
    again: bool

    @property
    def workers(self) -> int:
        """Threads of this machine for what is computed here whatever the engine."""
        return self.engine.workers or cores()


def understand(
    source: str | None,
    given: Mapping[str, Any],
    workers: int | None = None,
    out: Path | None = None,
    resume: Path | None = None,
    again: bool = False,
    kind: str | None = None,
    dask: str | None = None,
) -> Request:
    """The run that is meant by a scenario's name or file and the options given; an option that is None was not given.

    A folder to resume fills in what was not given; the full population has FULL_RUNS replicates if no
    number was. Raises Refusal, or `scenarios.ScenarioFaults`, with every fault.
    """
    import scenarios
    from experiments.anchoring import refuse_unanchored

    refuse_contradictions(workers, out, resume, again, kind, dask)
    before = recorded(resume) if resume else None
    if before and (command := command_of(before)) != RUN:
        again_zh, again_en = f"用 fupin {command} --resume {resume}", f"use fupin {command} --resume {resume}"
        raise Refusal(
            (f"{resume} 是 fupin {command} 的文件夹：{again_zh}", f"{resume} is of fupin {command}: {again_en}")
        )
    chosen = {name: value for name, value in as_options(given).items() if value is not None}
    if chosen.get("per_draw", 1) > 1:
        # Several runs of one draw tell luck from parameters by themselves.
        chosen.setdefault("split", 0)
    few = replace(Options(), runs=FULL_RUNS) if chosen.get("households") == FULL else Options()
    options = replace(Options.from_record(before) if before else few, **chosen)
    if faults := options.faults():
        raise Refusal(*faults)
    source = source or (before["source"] if before else scenarios.default_programme())
    loaded = scenarios.load(source, sets=options.sets, without=options.without, added=options.added)
    refuse_unanchored(loaded)
    meta = identity(lasting(source), loaded.scenario.name, loaded.scenario_hash, options)
    if kind is None and not dask and (workers or cores()) > 1 and is_long(loaded, options):
        kind = "processes"
    return Request(loaded, options, place(meta, out, resume, again), engine(kind, workers, dask), again)


LONG = 60.0
"""Seconds of work on one core from which `fupin run` takes processes by itself (decision 0021)."""


def is_long(loaded: Loaded, options: Options) -> bool:
    """Whether all runs together are estimated at more than LONG seconds of one core."""
    from simulator.simulate import SECONDS_PER_HOUSEHOLD_QUARTER

    if options.households == FULL:
        return True
    scenario = loaded.scenario
    years = options.runs * scenario.burn_in_years
    years += _branches(loaded, options) * (scenario.last_year - scenario.first_year + 1)
    return int(options.households) * 4 * years * SECONDS_PER_HOUSEHOLD_QUARTER > LONG


def _branches(loaded: Loaded, options: Options) -> int:
    """How many arms all replicates have."""
    kinds = programme_kinds(loaded.scenario)
    return sum(len(arms(options, kinds, number)) for number in range(options.runs))


def lasting(source: str) -> str:
    """A scenario's name as it is; a file by its full path, so that a run can be resumed from any folder."""
    return str(Path(source).resolve()) if Path(source).is_file() else source


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def engine(kind: str | None, workers: int | None, dask: str | None) -> Engine:
    """What to run on: the cluster whose scheduler is at `dask`, or so many threads or processes, all cores if no number
    is given."""
    if dask:
        return Engine("dask", workers or 0, dask)
    return Engine("processes" if kind == "processes" else "threads", workers or cores())


def refuse_contradictions(
    workers: int | None,
    out: Path | None,
    resume: Path | None,
    again: bool,
    kind: str | None = None,
    dask: str | None = None,
) -> None:
    """Raises Refusal for options of any command that keeps runs which cannot be together."""
    looked_at = (
        (workers is None or workers >= 1, "--workers 至少为 1", "--workers is at least 1"),
        (not (kind and dask), "--engine 与 --dask 只能给一个", "give --engine or --dask, not both"),
        (not (out and resume), "--out 与 --resume 只能给一个", "give --out or --resume, not both"),
        (not (again and resume), "--again 与 --resume 只能给一个", "give --again or --resume, not both"),
    )
    if faults := [(zh, en) for holds, zh, en in looked_at if not holds]:
        raise Refusal(*faults)


def as_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as given, the number of households read from its text. Raises TypeError for an unknown option."""
    unknown = given.keys() - {entry.name for entry in fields(Options)}
    if unknown:
        raise TypeError(f"no such option: {', '.join(sorted(unknown))}")
    households = given.get("households")
    if isinstance(households, str) and households.isdecimal():
        return {**given, "households": int(households)}
    return dict(given)


@dataclass(frozen=True)
class Weight:
    """What a run of the full population needs and what there is, in bytes, and its time in seconds."""

    needed: int
    available: int
    seconds: float

    def text(self, lang: str) -> str:
        """One line for the planner."""
        need, have = self.needed / 2**30, self.available / 2**30
        if lang == "zh":
            return f"全部农户：约需内存 {need:.1f} GiB（可用 {have:.1f} GiB），约需 {self.seconds / 60:.0f} 分钟"
        return f"every household: {need:.1f} GiB of memory ({have:.1f} free), about {self.seconds / 60:.0f} minutes"


def weigh(request: Request) -> Weight:
    """Memory and time of a run that takes every household, on its number of workers."""
    from simulator.simulate import memory_and_time

    needed, seconds = memory_and_time(request.loaded.scenario, None)
    side_by_side = min(request.workers, request.options.runs)
    # What the simulator tells is for a replicate of four arms.
    seconds *= _branches(request.loaded, request.options) / len(BASE_ARMS)
    return Weight(needed * side_by_side, psutil.virtual_memory().available, seconds / side_by_side)


def refuse_what_does_not_fit(weight: Weight) -> None:
    """Raises Refusal when the memory needed is not there."""
    if weight.needed > weight.available:
        raise Refusal(("内存不够，请减少 --workers 或取样本", "too little memory: fewer --workers, or a sample"))
