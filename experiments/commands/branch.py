"""The futures of a plan from a date on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.planning import stopping
from experiments.terminal import Lang, LangOption, Macro, SourceArgument, in_words, refusing, say, warn, warn_of

if TYPE_CHECKING:
    from experiments.futures import Branching


def branch(
    source: SourceArgument = None,
    at: Annotated[str | None, typer.Option("--at", metavar="2020Q1", help="从这一季度起分叉 when it forks")] = None,
    into: Annotated[
        list[str] | None,
        typer.Option(
            "--into",
            metavar="CHANGE",
            help="一种将来：变动或方案的名称或文件、path=value、without:KIND、with:KIND a future, may be repeated",
        ),
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="推演次数 replicates")] = 32,
    households: Annotated[str, typer.Option(metavar="N|full", help="样本户数或全部 sample size or all")] = "20000",
    seed: Annotated[int, typer.Option(metavar="S", help="随机种子 seed")] = 1,
    workers: Annotated[int | None, typer.Option(metavar="N", help="并行线程 threads [全部核心 all cores]")] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="参数取定值 hold parameters at their values")] = False,
    macro: Annotated[Macro, typer.Option(metavar="published|forecast", help="宏观路径 macro path")] = Macro.forecast,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="path=value", help="各将来共同改的数 a number of all futures")
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="分叉前的状态存在这里，有就直接用 keep the states at the fork, use those there"
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="结果文件夹 folder [runs/NAME-id]")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", help="接着算 go on with this folder")] = None,
    again: Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """从某一季度起分成几种将来，逐次成对比较。 Futures of a plan from a quarter on, of one past and one luck."""
    with refusing(lang):
        from experiments.design import Options
        from experiments.futures import understand
        from experiments.request import cores

        size = int(households) if households.isdecimal() else households
        options = Options(runs, 0, 0, size, seed, fixed, macro.value, tuple(sets or ()))
        wanted = understand(source, at, into or (), options, out, resume, again)
        if wanted.folder.complete:
            warn(in_words(lang, "已经算过，直接显示；--again 全部重算", "computed before; --again computes it anew"))
        else:
            _compute(wanted, workers or cores(), states, lang)
        _show(wanted.folder.path, lang)


def _compute(wanted: Branching, workers: int, states: Path | None, lang: Lang) -> None:
    from experiments.branching import run_branches, states_kept
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from results.store import Store
    from simulator.parallel import Engine

    folder = wanted.folder.path
    again = f"fupin branch --resume {folder}"
    with Store.create(folder, wanted.folder.meta, again=wanted.again) as store:
        try:
            with (
                stopping(lang, f"已停下，算完的都已保存。接着算：{again}", f"stopped; runs are kept. Go on: {again}"),
                EnsembleProgress(lang) as progress,
            ):
                report = run_branches(wanted, store, Engine(workers=workers), progress, states)
        except EnsembleFailed as failure:
            warn_of(failure.errors, lang)
            raise typer.Exit(1) from None
    warn_of(report["errors"], lang)
    if states:
        kept, due = states_kept(wanted, states)
        warn(in_words(lang, f"{states} 中有 {due} 个状态中的 {kept} 个", f"{kept} of {due} states are in {states}"))


def _show(folder: Path, lang: Lang) -> None:
    from experiments.branching import read_report
    from results.show_branches import branches_text

    say(branches_text(read_report(folder), lang.value))
    say(in_words(lang, f"图表 {folder / 'charts'}，表 {folder / 'branches.csv'}", f"charts and table in {folder}"))
