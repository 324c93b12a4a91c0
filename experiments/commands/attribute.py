"""`fupin attribute`: what each kind of intervention adds, in words, tables and pictures."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments import planning
from experiments.terminal import (
    DaskOption,
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
    from experiments.attribution import Wanted
    from simulator.parallel import Engine


def attribute(
    source: SourceArgument = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group", metavar="KIND+KIND", help="自定一组措施 kinds that are one player; the rest is one more"
        ),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="每类措施单独归因 every kind by itself")] = False,
    runs: Annotated[int | None, typer.Option(metavar="N", help="推演次数 replicates [16]")] = None,
    households: Annotated[int | None, typer.Option(metavar="N", help="样本户数 sample size [8000]")] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="随机种子 seed [1]")] = None,
    orders: Annotated[
        int | None,
        typer.Option(metavar="M", help="多于 6 组时每次抽几种次序 sampled orders with more than 6 players [2]"),
    ] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="参数取定值 hold parameters at their values")] = False,
    macro: Annotated[
        Macro | None, typer.Option(metavar="published|forecast", help="宏观路径 macro path [forecast]")
    ] = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="结果文件夹 folder [runs/NAME-id]")] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="接着算，或增加次数 go on with this folder, or add to it")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """各类措施各带来多少：去掉它、只做它、Shapley 份额和两两作用。 What each kind of intervention adds."""
    given: dict[str, Any] = {
        "runs": runs,
        "households": households,
        "seed": seed,
        "orders": orders,
        "fixed": fixed or None,
        "macro": macro and macro.value,
    }
    with refusing(lang):
        from experiments import attribution, request
        from results.show_attribution import attribution_text

        kind = engine and engine.value
        request.refuse_contradictions(workers, out, resume, again, kind, dask)
        wanted = attribution.understand(source, given, groups or (), each, out, resume, again)
        folder = wanted.folder.path
        if wanted.folder.complete:
            shown = "已经算过，直接显示；--again 全部重算", "computed before and shown; --again computes it anew"
            warn(in_words(lang, *shown))
            report = attribution.read(folder)
        else:
            report = _computed(wanted, request.engine(kind, workers, dask), again, lang)
        say(attribution_text(report, lang.value))
        say(in_words(lang, "\n图表、表格 ", "\ncharts, tables ") + str(folder))


def _computed(wanted: Wanted, engine: Engine, again: bool, lang: Lang) -> dict[str, Any]:
    from experiments.attribution import attribute as computed
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from simulator.parallel import ready

    for zh, en in ready(engine):
        warn(in_words(lang, zh, en))
    go_on = f"fupin attribute --resume {shlex.quote(str(wanted.folder.path))}"
    stopped = (f"已停下，算完的都已保存。接着算：{go_on}", f"stopped; finished runs are kept. Go on: {go_on}")
    try:
        with planning.stopping(lang, *stopped), EnsembleProgress(lang) as progress:
            report = computed(wanted, engine, progress, again)
    except EnsembleFailed as failure:
        warn_of(failure.errors, lang)
        raise typer.Exit(1) from None
    warn_of([failure["error"] for failure in report["failures"]], lang)
    return report
