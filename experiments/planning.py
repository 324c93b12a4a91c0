"""The commands a planner asks next: what an answer hangs on, what two programmes differ in, a place of one's own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.terminal import INTERRUPTED, Lang, LangOption, in_words, refusing, say, warn

if TYPE_CHECKING:
    from experiments.request import Request

new = typer.Typer(no_args_is_help=True, help="新建文件 Make new files.")


@contextmanager
def stopping(lang: Lang, zh: str, en: str) -> Iterator[None]:
    """Turn an interruption into a line on stderr and its exit code."""
    try:
        yield
    except KeyboardInterrupt:
        warn(in_words(lang, zh, en))
        raise typer.Exit(INTERRUPTED) from None


def move_each(wanted: Request, own_size: bool, own_runs: bool, lang: Lang) -> None:
    """Move every assumed number to the ends of its range, in the folder of a complete answer, and print what moves it.

    `own_size`, `own_runs`: the planner gave the number of households, of replicates; else both are small.
    """
    from experiments import each_range
    from experiments.design import FULL
    from experiments.progress import EnsembleProgress
    from results.show_moves import moves_text

    options = wanted.options
    sampled = options.households if own_size else each_range.HOUSEHOLDS
    households = None if sampled == FULL else int(sampled)
    look = each_range.Look(wanted.loaded, options, households, options.runs if own_runs else each_range.REPLICATES)
    count, minutes = look.count, look.seconds(wanted.workers) / 60
    warn(
        in_words(
            lang,
            f"逐个改动 {len(look.alone())} 个假设：约 {count:,} 次推演，每次约 {sampled} 户，约 {minutes:.0f} 分钟",
            f"moving {len(look.alone())} assumed numbers: about {count:,} simulations of {sampled} households, about"
            f" {minutes:.0f} minutes",
        )
    )
    with (
        stopping(lang, "已停下，算完的都已保存；再运行同一命令接着算", "stopped; finished runs are kept: run it again"),
        EnsembleProgress(lang) as progress,
    ):
        report = each_range.each_range(look, wanted.folder.path, wanted.workers, progress, wanted.again)
    say("")
    say(moves_text(report, lang.value))
    say(in_words(lang, "图表 ", "chart ") + str(wanted.folder.path / "charts" / "each_range.png"))


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="方案或变动的名称或文件 name or file")],
    second: Annotated[str, typer.Argument(metavar="B", help="与之相比的方案或变动 what it is compared with")],
    lang: LangOption = Lang.zh,
) -> None:
    """两个方案或变动的差别，不推演。 What two programmes or changes differ in; nothing is simulated."""
    with refusing(lang):
        from experiments import differences

        one, other = differences.loaded([first, second])
        say(differences.listed(one, other, lang.value))
        command = f"fupin compare {shlex.quote(first)} {shlex.quote(second)}"
        say(in_words(lang, f"\n这些差别有什么作用：{command}", f"\nwhat these differences do: {command}"))


@new.command(name="place")
def new_place(
    name: Annotated[str, typer.Option(metavar="N", help="文件名，小写字母 name of the files")] = "county",
    title: Annotated[str, typer.Option(metavar="TEXT", help="地区名称 what the place is called")] = "本县",
    year: Annotated[int, typer.Option(metavar="YEAR", help="基年 the year before the programme")] = 2020,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="写到这里 where the files go")] = Path("."),
    sheets: Annotated[
        str | None,
        typer.Option("--from", metavar="CSV[,CSV]", help="读村表和户表 read tables of villages and of households"),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="只写两张示例表 write two made-up tables, nothing else")
    ] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """写一份待填的地区文件和用到它的方案。 Write a place file to fill in, and a programme that uses it."""
    with refusing(lang):
        from experiments import new_place as making
        from experiments.refusal import Refusal

        if example and sheets:
            raise Refusal(("--example 与 --from 只能给一个", "give --example or --from, not both"))
        if example:
            written = making.example(to)
        else:
            files = [Path(part.strip()) for part in (sheets or "").split(",") if part.strip()]
            written = making.new_place(name, title, year, to, files)
        for path in written:
            say(str(path))
        if not example:
            place = to / f"{name}.yaml"
            say(
                in_words(
                    lang,
                    f"下一步：填写标着“待填”的数，然后 fupin check {place}，fupin anchor {place}",
                    f"next: fill in what says 待填, then fupin check {place}, fupin anchor {place}",
                )
            )
