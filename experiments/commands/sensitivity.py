"""`fupin sensitivity`: which uncertain numbers the targets hang on, luck kept apart."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.computing import computing
from experiments.terminal import (
    AddedOption,
    AgainOption,
    DaskOption,
    EngineOption,
    Lang,
    LangOption,
    MacroOption,
    OutOption,
    ResumeOption,
    SeedOption,
    SetsOption,
    SourceArgument,
    WithoutOption,
    WorkersOption,
    in_words,
    refusing,
    say,
    warn,
    warn_of,
)

if TYPE_CHECKING:
    from experiments.sensitivity_request import Asked


class Method(StrEnum):
    """How sensitivity is measured."""

    morris = "morris"
    sobol = "sobol"
    pawn = "pawn"
    delta = "delta"


def sensitivity(
    source: SourceArgument = None,
    method: Annotated[
        Method | None, typer.Option(metavar="morris|sobol|pawn|delta", help="方法 method [morris]")
    ] = None,
    target: Annotated[list[str] | None, typer.Option(metavar="ID", help="目标 target [全部 all]")] = None,
    factor: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="只看这个因素 look at this factor [全部 all]")
    ] = None,
    factors: Annotated[
        int | None, typer.Option(metavar="K", help="sobol：先筛选出几个因素 factors that screening lets through [8]")
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="轨迹、行或点的个数 trajectories, rows or points [morris 6, sobol 128, pawn 256, delta 256]",
        ),
    ] = None,
    per_point: Annotated[
        int | None, typer.Option(metavar="R", help="pawn、delta：每点推演几次 runs at a point [2]")
    ] = None,
    households: Annotated[int | None, typer.Option(metavar="N", help="样本户数 sample size [3000]")] = None,
    seed: SeedOption = None,
    macro: MacroOption = None,
    sets: SetsOption = None,
    without: WithoutOption = None,
    added: AddedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    out: OutOption = None,
    resume: ResumeOption = None,
    again: AgainOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """哪些没有把握的数字在左右目标，运气另计。 Which uncertain numbers the targets hang on, luck kept apart."""
    given: dict[str, Any] = {
        "runs": runs,
        "households": households,
        "seed": seed,
        "macro": macro and macro.value,
        "sets": tuple(sets) if sets else None,
        "without": tuple(without) if without else None,
        "added": tuple(added) if added else None,
    }
    asked: dict[str, Any] = {
        "method": method and method.value,
        "targets": tuple(target) if target else None,
        "chosen": tuple(factor) if factor else None,
        "factors": factors,
        "per_point": per_point,
    }
    with refusing(lang):
        from experiments import sensitivity_request
        from results.show_sensitivity import sensitivity_text

        kind = engine and engine.value
        wanted = sensitivity_request.understand(source, given, asked, out, resume, again, workers, kind, dask)
        told = _computed(wanted, lang)
        say(sensitivity_text(told, lang.value))
        if all(found["mean"] is None for found in told["targets"].values()):
            raise typer.Exit(1)
        say(in_words(lang, "结果与图表在 ", "results and charts are in ") + str(wanted.folder.path))


def _computed(wanted: Asked, lang: Lang) -> dict[str, Any]:
    from experiments.sensitivity import explain, write
    from results.store import Store

    study, folder = wanted.study, wanted.folder.path
    warn(before(study.count(), study.seconds(max(wanted.engine.workers, 1)), lang))
    with (
        computing("sensitivity", folder, wanted.engine, lang) as progress,
        Store.create(folder, wanted.folder.meta, again=wanted.again) as store,
    ):
        told, clock = explain(study, store, wanted.engine, progress)
    write(study, told, folder)
    warn_of(told["errors"], lang)
    if clock.simulating > 1:
        share = f"{100 * clock.share:.1f}"
        zh = f"推演 {clock.simulating:.0f} 秒，设计与估计 {clock.beside:.1f} 秒（{share}%）"
        en = f"simulating took {clock.simulating:.0f} s, design and estimators {clock.beside:.1f} s ({share} %)"
        warn(in_words(lang, zh, en))
    return told


def before(count: int, seconds: float, lang: Lang) -> str:
    """What is about to be done, and about how long it takes."""
    minutes = max(seconds / 60, 1.0)
    return in_words(
        lang,
        f"共 {count:,} 个点要推演，约 {minutes:.0f} 分钟（算过的不再算）",
        f"{count:,} points to simulate, about {minutes:.0f} min (less what is kept)",
    )
