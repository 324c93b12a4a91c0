"""More replicates for a run that is there: the old ones stay as they are, byte for byte, and the answer is that of the
larger run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.design import Options
from experiments.folders import Folder, recorded, run_id
from experiments.plan import RUN, command_of
from experiments.refusal import Refusal
from experiments.request import Request, understand
from results.store import Store


def grown(folder: Path, runs: int, **engine: Any) -> Request:
    """The request that brings a folder's run to `runs` replicates in all. `engine`: as `understand` takes it.

    Raises Refusal where there is no run, where it has more, or where the scenario or the code is not what it was.
    """
    meta = recorded(folder)
    if meta is None:
        raise Refusal((f"{folder} 里没有运行结果", f"{folder} holds no run"))
    if command_of(meta) != RUN:
        raise Refusal(("只有 fupin run 的结果可以增加次数", "only what fupin run made can be grown"))
    held = Options.from_record(meta)
    if held.until is not None:
        raise Refusal(
            (
                f"{folder} 用 --until 算到自行停止；要更多次数，请用更小的 --until 或更大的 --at-most 重新运行",
                f"{folder} stopped by itself (--until): for more replicates run it with a smaller --until or a larger"
                " --at-most",
            )
        )
    if faults := replace(held, runs=max(runs, held.runs)).faults():
        raise Refusal(*faults)
    if runs < held.runs:
        raise Refusal(
            (
                f"{folder} 已有 {held.runs} 次推演，--runs 不能更少（{runs}）",
                f"{folder} has {held.runs} replicates: --runs cannot be fewer ({runs})",
            )
        )
    request = understand(None, {}, resume=folder, **engine)
    options = replace(request.options, runs=runs)
    if runs == held.runs:
        return request
    inputs = {name: value for name, value in meta.items() if name not in ("run_id", "source")}
    inputs |= options.recorded()
    larger = {"run_id": run_id(inputs), "source": meta["source"], **inputs}
    with Store.create(folder, meta) as store:
        store.grow(larger)
    return replace(request, options=options, folder=Folder(folder, larger, complete=False))
