"""`fupin branch`: the futures of a plan from a quarter on."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments import planning
from experiments.terminal import (
    DaskOption,
    EngineKind,
    EngineOption,
    Lang,
    LangOption,
    Macro,
    SourceArgument,
    WorkersOption,
    in_words,
    refusing,
    say,
    warn,
    warn_of,
)

if TYPE_CHECKING:
    from experiments.futures import Branching
    from simulator.parallel import Engine


def branch(
    source: SourceArgument = None,
    at: Annotated[str | None, typer.Option("--at", metavar="2020Q1", help="从这一季度起分叉 where it forks")] = None,
    into: Annotated[
        list[str] | None,
        typer.Option(
            "--into",
            metavar="CHANGE",
            help="一种将来，可重复：变动或方案的名称或文件、path=value、without:KIND、with:KIND a future, repeatable",
        ),
    ] = None,
    runs: Annotated[int | None, typer.Option(metavar="N", help="推演次数 replicates [16]")] = None,
    households: Annotated[
        str | None, typer.Option(metavar="N|full", help="样本户数或全部 sample size or all [8000]")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="随机种子 seed [1]")] = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="参数取定值 hold parameters at their values")] = False,
    macro: Annotated[
        Macro | None, typer.Option(metavar="published|forecast", help="宏观路径 macro path [forecast]")
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="path=value", help="改一个数，各将来都改 change it in all")
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="分叉时的状态存在这里，有就直接用 keep the states at the fork, use those kept"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="结果文件夹 folder [runs/NAME-id]")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", help="接着算 go on with this folder")] = None,
    again: Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """从某一季度起的几种将来：同一过去、同一运气。 Futures of a plan from a quarter on, of one past and luck."""
    given: dict[str, Any] = {
        "runs": runs,
        "households": households,
        "seed": seed,
        "fixed": fixed or None,
        "macro": macro and macro.value,
        "sets": tuple(sets) if sets else None,
    }
    with refusing(lang):
        from experiments import branching, futures, request
        from results.show_branches import branches_text

        request.refuse_contradictions(workers, out, resume, again, engine and engine.value, dask)
        wanted = futures.understand(source, at, into or (), given, out, resume, again)
        folder = wanted.folder.path
        if wanted.folder.complete:
            shown = "已经算过，直接显示；--again 全部重算", "computed before and shown; --again computes it anew"
            warn(in_words(lang, *shown))
            report = branching.read(folder)
        else:
            report = _computed(wanted, request.engine(_kind(engine), workers, dask), states, lang)
        say(branches_text(report, lang.value))
        say(in_words(lang, "\n图表、表格 ", "\ncharts, tables ") + str(folder))


def _kind(engine: EngineKind | None) -> str | None:
    return engine.value if engine else None


def _computed(wanted: Branching, engine: Engine, states: Path | None, lang: Lang) -> dict[str, Any]:
    from experiments.branching import computed, states_kept
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from simulator.parallel import ready

    for zh, en in ready(engine):
        warn(in_words(lang, zh, en))
    go_on = f"fupin branch --resume {shlex.quote(str(wanted.folder.path))}"
    stopped = (f"已停下，算完的都已保存。接着算：{go_on}", f"stopped; finished runs are kept. Go on: {go_on}")
    try:
        with planning.stopping(lang, *stopped), EnsembleProgress(lang) as progress:
            report = computed(wanted, engine, progress, states)
    except EnsembleFailed as failure:
        warn_of(failure.errors, lang)
        raise typer.Exit(1) from None
    warn_of(report["errors"], lang)
    if states:
        kept, due = states_kept(wanted, states)
        warn(
            in_words(lang, f"{states} 存有 {due} 个状态中的 {kept} 个", f"{kept} of {due} states are kept in {states}")
        )
    return report
