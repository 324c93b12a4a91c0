"""`fupin branch`: the futures of a plan from a quarter on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.computing import computed_before, computing
from experiments.terminal import (
    AgainOption,
    DaskOption,
    EngineKind,
    EngineOption,
    FixedOption,
    Lang,
    LangOption,
    MacroOption,
    OutOption,
    ResumeOption,
    SeedOption,
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
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    fixed: FixedOption = False,
    macro: MacroOption = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="path=value", help="改一个数，各将来都改 change it in all")
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="分叉时的状态存在这里，有就直接用 keep the states at the fork, use those kept"
        ),
    ] = None,
    out: OutOption = None,
    resume: ResumeOption = None,
    again: AgainOption = False,
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
            computed_before(lang)
            report = branching.read(folder)
        else:
            report = _computed(wanted, request.engine(_kind(engine), workers, dask), states, lang)
        say(branches_text(report, lang.value))
        say(in_words(lang, "\n图表、表格 ", "\ncharts, tables ") + str(folder))


def _kind(engine: EngineKind | None) -> str | None:
    return engine.value if engine else None


def _computed(wanted: Branching, engine: Engine, states: Path | None, lang: Lang) -> dict[str, Any]:
    from experiments.branching import computed, states_kept

    with computing("branch", wanted.folder.path, engine, lang) as progress:
        report = computed(wanted, engine, progress, states)
    warn_of(report["errors"], lang)
    if states:
        kept, due = states_kept(wanted, states)
        warn(
            in_words(lang, f"{states} 存有 {due} 个状态中的 {kept} 个", f"{kept} of {due} states are kept in {states}")
        )
    return report
