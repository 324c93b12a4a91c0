"""`fupin attribute`: what each kind of intervention adds, in words, tables and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.computing import computed_before, computing
from experiments.terminal import (
    AgainOption,
    DaskOption,
    EngineOption,
    FixedOption,
    GrowOption,
    Lang,
    LangOption,
    MacroOption,
    OutOption,
    SeedOption,
    SourceArgument,
    WorkersOption,
    in_words,
    refusing,
    say,
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
    seed: SeedOption = None,
    orders: Annotated[
        int | None,
        typer.Option(metavar="M", help="多于 6 组时每次抽几种次序 sampled orders with more than 6 players [2]"),
    ] = None,
    fixed: FixedOption = False,
    macro: MacroOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    out: OutOption = None,
    resume: GrowOption = None,
    again: AgainOption = False,
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
            computed_before(lang)
            report = attribution.read(folder)
        else:
            report = _computed(wanted, request.engine(kind, workers, dask), again, lang)
        say(attribution_text(report, lang.value))
        say(in_words(lang, "\n图表、表格 ", "\ncharts, tables ") + str(folder))


def _computed(wanted: Wanted, engine: Engine, again: bool, lang: Lang) -> dict[str, Any]:
    from experiments.attribution import attribute as computed

    with computing("attribute", wanted.folder.path, engine, lang) as progress:
        report = computed(wanted, engine, progress, again)
    warn_of([failure["error"] for failure in report["failures"]], lang)
    return report
