"""`fupin compare`: two or more plans under the same luck."""

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
    WorkersOption,
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
    seed: SeedOption = None,
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
            computed_before(lang)
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

    with computing("compare", wanted.folder.path, engine, lang) as progress:
        report = computed(wanted, engine, progress, again)
    warn_of(report["errors"], lang)
    return report
