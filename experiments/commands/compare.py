"""`fupin compare`: two or more plans under the same luck."""

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
    WorkersOption,
    in_words,
    refusing,
    say,
    warn,
    warn_of,
)

if TYPE_CHECKING:
    from experiments.comparison_request import Wanted
    from simulator.parallel import Engine


def compare(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="A B [C...]", help="方案或变动的名称或文件 names or files")
    ] = None,
    runs: Annotated[int | None, typer.Option(metavar="N", help="成对推演次数 paired replicates [16; full: 5]")] = None,
    households: Annotated[
        str | None, typer.Option(metavar="N|full", help="样本户数或全部 sample size or all [8000]")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="随机种子 seed [1]")] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="参数取定值 hold parameters at their values")] = False,
    macro: Annotated[
        Macro | None, typer.Option(metavar="published|forecast", help="宏观路径 macro path [forecast]")
    ] = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="结果文件夹 folder [runs/compare-id]")] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="接着算，或增加次数 go on with this folder, or add to it")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """同一运气下比较几个方案：差多少、谁得谁失。 Plans under the same luck: differences, who gains, who loses."""
    given: dict[str, Any] = {
        "runs": runs,
        "households": households,
        "seed": seed,
        "fixed": fixed or None,
        "macro": macro and macro.value,
    }
    with refusing(lang):
        from experiments import comparison_request, request
        from results.show_comparison import comparison_text

        kind = engine and engine.value
        request.refuse_contradictions(workers, out, resume, again, kind, dask)
        wanted = comparison_request.understand(sources or (), given, out, resume, again)
        folder = wanted.folder.path
        if wanted.folder.complete:
            shown = "已经算过，直接显示；--again 全部重算", "computed before and shown; --again computes it anew"
            warn(in_words(lang, *shown))
            report = comparison_request.read(folder)
        else:
            if wanted.options.households == "full" and dask is None:
                weight = comparison_request.weigh(wanted, workers or request.cores())
                warn(weight.text(lang))
                request.refuse_what_does_not_fit(weight)
            report = _computed(wanted, request.engine(kind, workers, dask), again, lang)
        say(comparison_text(report, lang.value, folder).rstrip("\n"))


def _computed(wanted: Wanted, engine: Engine, again: bool, lang: Lang) -> dict[str, Any]:
    from experiments.comparison_request import computed
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from simulator.parallel import ready

    for zh, en in ready(engine):
        warn(in_words(lang, zh, en))
    go_on = f"fupin compare --resume {shlex.quote(str(wanted.folder.path))}"
    stopped = (f"已停下，算完的都已保存。接着算：{go_on}", f"stopped; finished runs are kept. Go on: {go_on}")
    try:
        with planning.stopping(lang, *stopped), EnsembleProgress(lang) as progress:
            report = computed(wanted, engine, progress, again)
    except EnsembleFailed as failure:
        warn_of(failure.errors, lang)
        raise typer.Exit(1) from None
    warn_of(report["errors"], lang)
    return report
