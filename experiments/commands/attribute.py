"""`fupin attribute`: what each kind of intervention adds, in words, tables and pictures."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments import planning
from experiments.terminal import Lang, LangOption, SourceArgument, in_words, refusing, say, warn_of


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
    workers: Annotated[int | None, typer.Option(metavar="N", help="并行线程 threads [全部核心 all cores]")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="结果文件夹 folder [runs/NAME-id]")] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="接着算，或增加次数 go on with this folder, or add to it")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """各类措施各带来多少：去掉它、只做它、Shapley 份额和两两作用。 What each kind of intervention adds."""
    given: dict[str, Any] = {"runs": runs, "households": households, "seed": seed, "orders": orders}
    with refusing(lang):
        from experiments import attribution
        from experiments.request import cores
        from results.show_attribution import attribution_text

        wanted = attribution.understand(source, given, groups or (), each, out, resume, again)
        folder = wanted.folder.path
        report = (
            attribution.read(folder) if wanted.folder.complete else _compute(wanted, workers or cores(), again, lang)
        )
        say(attribution_text(report, lang.value))
        say(in_words(lang, "\n图表、表格 ", "\ncharts, tables ") + str(folder))


def _compute(wanted: Any, workers: int, again: bool, lang: Lang) -> dict[str, Any]:
    from experiments.attribution import attribute as computed
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from simulator.parallel import Engine

    go_on = f"fupin attribute --resume {shlex.quote(str(wanted.folder.path))}"
    stopped = (f"已停下，算完的都已保存。接着算：{go_on}", f"stopped; finished runs are kept. Go on: {go_on}")
    try:
        with planning.stopping(lang, *stopped), EnsembleProgress(lang) as progress:
            report = computed(wanted, Engine(workers=workers), progress, again)
    except EnsembleFailed as failure:
        warn_of(failure.errors, lang)
        raise typer.Exit(1) from None
    if report["runs_failed"]:
        warn_of([failure["error"] for failure in report["failures"]], lang)
    return report
