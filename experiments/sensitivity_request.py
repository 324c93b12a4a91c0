"""What `fupin sensitivity` was asked for, understood and checked whole before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import scenarios
from experiments.anchoring import refuse_unanchored
from experiments.design import Options
from experiments.ensemble import simulate_replicate
from experiments.folders import Folder, identity, place, recorded
from experiments.plan import Plan
from experiments.refusal import Refusal
from experiments.request import engine, lasting, refuse_contradictions
from experiments.sensitivity import Study
from experiments.sensitivity_design import BASES, COMMAND, FEWEST, HOUSEHOLDS, METHODS, SECOND, STEPPED, Question
from results.sensitivity import LUCK, MACRO, outputs_of
from results.store import Store
from simulator.parallel import Engine

Faults = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A study that may start: where it goes, what it runs on, whether all over again."""

    study: Study
    folder: Folder
    engine: Engine
    again: bool


def understand(
    source: str | None,
    given: Mapping[str, Any],
    asked: Mapping[str, Any],
    out: Path | None = None,
    resume: Path | None = None,
    again: bool = False,
    workers: int | None = None,
    kind: str | None = None,
    dask: str | None = None,
) -> Asked:
    """The study that is meant; what is None was not given. `given` are options of the ensemble, `asked` parts of the
    question. A folder to resume fills in the rest. Raises Refusal or `scenarios.ScenarioFaults` with every fault."""
    refuse_contradictions(workers, out, resume, again, kind, dask)
    before = recorded(resume) if resume else None
    if before is not None and before.get("design", {}).get("command") != COMMAND:
        raise Refusal((f"{resume} 不是敏感性分析的文件夹", f"{resume} is no folder of a sensitivity analysis"))
    parts = {name: value for name, value in asked.items() if value is not None}
    question = _question(parts, before)
    faults = list(_faults_of(parts, question))
    chosen = {name: value for name, value in given.items() if value is not None}
    usual = Options(runs=BASES.get(question.method, 1), households=HOUSEHOLDS, split=0)
    options = replace(Options.from_record(before) if before else usual, **chosen)
    faults += [*options.faults(), *_base_faults(question.method, options.runs)]
    if faults:
        raise Refusal(*faults)
    source = source or (before["source"] if before else scenarios.default_programme())
    loaded = scenarios.load(source, sets=options.sets, without=options.without, added=options.added)
    refuse_unanchored(loaded)
    study = Study(loaded, options, question)
    if faults := list(_unknown(study)):
        raise Refusal(*faults)
    design = question.recorded()
    meta = identity(lasting(source), loaded.scenario.name, loaded.scenario_hash, options, design)
    return Asked(study, place(meta, out, resume, again), engine(kind, workers, dask), again)


def _question(parts: Mapping[str, Any], before: Mapping[str, Any] | None) -> Question:
    """The question as given, completed by what a folder recorded."""
    if before is not None:
        return replace(Question.from_record(before["design"]), **parts)
    return Question(**{"method": "morris", **parts})


def _faults_of(parts: Mapping[str, Any], question: Question) -> Faults:
    method = question.method
    if method not in METHODS:
        yield f"--method 为 {'、'.join(METHODS)} 之一", f"--method is one of {', '.join(METHODS)}"
    if question.per_point < 1:
        yield "--per-point 至少为 1", "--per-point is at least 1"
    if "per_point" in parts and method in STEPPED:
        yield "--per-point 只用于 pawn 和 delta", "--per-point belongs to pawn and delta"
    if "factors" in parts and method != "sobol":
        yield "--factors 只用于 sobol", "--factors belongs to sobol"
    if "factors" in parts and question.chosen:
        yield "--factors 与 --factor 只能给一个", "give --factors or --factor, not both"
    if question.factors < 3:
        yield "--factors 至少为 3（含运气和宏观路径）", "--factors is at least 3, luck and macro path among them"


def _base_faults(method: str, base: int) -> Faults:
    least = FEWEST.get(method, 1)
    if base < least:
        yield f"{method} 的 --runs 至少为 {least}", f"--runs is at least {least} for {method}"
    if method == "sobol" and base & (base - 1):
        yield "sobol 的 --runs 须为 2 的幂，如 64、128、256", "--runs of sobol is a power of 2: 64, 128, 256"


def _unknown(study: Study) -> Faults:
    """Factors and targets that the scenario does not have."""
    ids = [target.id for target in study.loaded.scenario.targets]
    for name in study.question.targets:
        if name not in ids:
            yield f"没有目标 {name}；有：{'、'.join(ids)}", f"no target {name}; there are {', '.join(ids)}"
    every = study.ground.factors(study.question.method)
    for name in study.question.chosen:
        if name not in every:
            near = get_close_matches(name, every, n=3, cutoff=0.5)
            zh, en = (f"；相近的有 {'、'.join(near)}", f"; near it: {', '.join(near)}") if near else ("", "")
            why = ("由地区参数组一并确定", "the joint draws speak for it") if name in study.loaded.draws.paths else (
                "没有这个带区间的数字", "no number with a range")  # fmt: skip
            yield f"--factor {name}：{why[0]}{zh}", f"--factor {name}: {why[1]}{en}"
    if study.question.chosen and all(name in (LUCK, MACRO) for name in study.question.chosen):
        yield "--factor 至少给一个数字", "give at least one number as --factor"


def of_folder(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """By what the runs of a folder are made: every point of its design, those after a screening once that is done."""
    study = understand(None, {}, {}, resume=folder).study
    simulate_one = partial(simulate_replicate, study.loaded.scenario, study.options)
    if not study.screens():
        return Plan(study.ground.tasks(study.sample()), simulate_one)
    first = study.screening()
    tasks = study.ground.tasks(first)
    if runs > SECOND:
        with Store.open(folder) as store:
            factors, _ = study.through(first, outputs_of(store, first, study.targets))
        tasks += study.ground.tasks(study.sample(factors))
    return Plan(tasks, simulate_one)
