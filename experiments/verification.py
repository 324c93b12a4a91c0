"""Whether a folder's runs are what they say: every checksum, every key, and a sample simulated again.

A checksum finds what changed in a kept run since it was written; a key, what changed in all that decided it; the
sample, that this code on this machine still gives what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments import folders
from experiments.design import Replicate, run_key
from experiments.plan import Plan, plan_of
from results.packing import pack, unpack
from results.store import PENDING, Row, Store, StoreError
from results.words import say
from scenarios.uncertain import uniform
from simulator import parallel
from simulator.history import RunRecord
from simulator.versions import versions

SAMPLE = 2
"""Replicates simulated again where nobody asks for more."""
CLOSE = 1e-6
"""Relative difference allowed in a quarterly measure between processors of different types."""
STATUSES = {PENDING, "succeeded", "failed"}


@dataclass
class Verdict:
    """What was looked at, and every fault found, one (Chinese, English) line each."""

    runs: int = 0
    pending: int = 0
    failed: int = 0
    recomputed: int = 0
    same_processor: bool = True
    faults: list[tuple[str, str]] = field(default_factory=list)

    def text(self, lang: str) -> str:
        """The verdict as a planner reads it."""
        zh = f"{self.runs} 次推演，其中失败 {self.failed} 次；另有 {self.pending} 次尚未完成"
        lines = [say(lang, zh, f"{self.runs} runs, {self.failed} of them failed; {self.pending} more are pending")]
        again = say(lang, f"重算 {self.recomputed} 次推演", f"{self.recomputed} runs simulated again")
        if not self.same_processor:
            again += say(lang, "（处理器不同，比较时容许微小误差）", " (another processor: compared with a tolerance)")
        lines.append(again)
        lines += [say(lang, *fault) for fault in self.faults]
        if not self.faults:
            lines.append(say(lang, "没有发现问题", "no fault found"))
        return "\n".join(lines)


def verify(folder: Path, sample: int = SAMPLE, workers: int = 1) -> Verdict:
    """Check every kept run of a folder, and simulate `sample` replicates of it again, drawn by the run's id.

    Raises StoreError where there is no store to read, Refusal where the scenario is not what it was.
    """
    with Store.open(folder) as store:
        verdict = Verdict()
        meta = store.meta
        try:
            rows = list(store.rows())
        except StoreError as fault:
            verdict.faults.append((fault.zh, fault.en))
            return verdict
    _look_at_rows(rows, verdict)
    if meta["run_id"] != _run_id(meta):
        verdict.faults.append(("运行编号与记录的输入不符", "the run's id does not follow from its recorded inputs"))
        return verdict
    if changed := ", ".join(_other_code(meta)):
        zh = f"由别的版本算出（{changed} 不同），无法重算"
        verdict.faults.append((zh, f"made by other versions ({changed} differ): it cannot be simulated again here"))
        return verdict
    plan = plan_of(folder, meta, 1 + max((row.key[0] for row in rows), default=-1))
    _look_at_keys(plan, meta, rows, verdict)
    verdict.same_processor = meta["versions"].get("cpu") == versions()["cpu"]
    _again(plan, meta, rows, sample, workers, verdict)
    return verdict


def _run_id(meta: Mapping[str, Any]) -> str:
    return folders.run_id({name: value for name, value in meta.items() if name not in ("run_id", "source")})


def _other_code(meta: Mapping[str, Any]) -> list[str]:
    """What differs, the processor apart, from what the runs were made with."""
    now = versions()
    return [name for name, was in meta["versions"].items() if name != "cpu" and was != now.get(name)]


def _look_at_rows(rows: Sequence[Row], verdict: Verdict) -> None:
    for row in rows:
        told = "{} {} {}".format(*row.key)
        verdict.runs += row.status != PENDING
        verdict.pending += row.status == PENDING
        verdict.failed += row.status == "failed"
        if row.status not in STATUSES or (row.status == PENDING) != (row.block is None):
            verdict.faults.append(
                (f"推演 {told}：状态 {row.status} 不对", f"run {told}: its status {row.status} is wrong")
            )
        elif not row.whole:
            verdict.faults.append(
                (f"推演 {told}：内容已损坏（校验和不符）", f"run {told}: damaged, its checksum differs")
            )


def _look_at_keys(plan: Plan, meta: Mapping[str, Any], rows: Sequence[Row], verdict: Verdict) -> None:
    wanted = {(task.number, *pair): run_key(meta, task, *pair) for task in plan.tasks for pair in task.arms}
    for row in rows:
        told = "{} {} {}".format(*row.key)
        if row.key not in wanted:
            verdict.faults.append((f"推演 {told} 不属于这个设计", f"run {told} is none of this design"))
        elif wanted[row.key] != row.run_key:
            verdict.faults.append(
                (f"推演 {told}：决定它的输入已改变", f"run {told}: what decides it is not what it was")
            )
    held = {row.key for row in rows}
    for key in sorted(wanted.keys() - held):
        told = "{} {} {}".format(*key)
        verdict.faults.append((f"推演 {told} 不见了", f"run {told} is missing"))


def _again(
    plan: Plan, meta: Mapping[str, Any], rows: Sequence[Row], sample: int, workers: int, verdict: Verdict
) -> None:
    """Simulate some replicates anew and hold every arm against what is kept."""
    kept = {row.key: row for row in rows if row.status == "succeeded" and row.whole}
    whole = [task for task in plan.tasks if all((task.number, *pair) in kept for pair in task.arms)]
    for task, result, _ in parallel.run(
        plan.simulate_one, _drawn(whole, sample, str(meta["run_id"])), parallel.Engine(workers=workers)
    ):
        if isinstance(result, Exception):
            why = f"{type(result).__name__}: {result}"
            verdict.faults.append((f"第 {task.number} 次无法重算：{why}", f"replicate {task.number} fails: {why}"))
            continue
        for record in result:
            key = (record.replicate, record.arm, record.variant)
            verdict.recomputed += 1
            if not _agrees(record, kept[key].block or b"", verdict.same_processor):
                told = "{} {} {}".format(*key)
                verdict.faults.append((f"推演 {told}：重算结果不同", f"run {told}: simulated again it differs"))


def _drawn(tasks: Sequence[Replicate], sample: int, run_id: str) -> list[Replicate]:
    """Some tasks, drawn by the run's id so that nobody chooses which are looked at."""
    order = sorted(tasks, key=lambda task: uniform(int(run_id, 16) % 2**32, task.number, "verify"))
    return sorted(order[:sample], key=lambda task: task.number)


def _agrees(record: RunRecord, block: bytes, same_processor: bool) -> bool:
    if pack(record) == block:
        return True
    if same_processor:
        return False
    kept = unpack(block)
    return record.series.keys() == kept.series.keys() and all(
        np.allclose(record.series[key], kept.series[key], rtol=CLOSE, atol=CLOSE, equal_nan=True) for key in kept.series
    )
