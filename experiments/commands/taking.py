"""What is taken out of runs that are kept: tables, households, the books."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.terminal import FolderArgument, Lang, LangOption, in_words, refusing, say


def export(
    directory: FolderArgument,
    to: Annotated[Path, typer.Option("--to", metavar="DIR2", help="CSV 写到这里 where the CSV files go")],
    lang: LangOption = Lang.zh,
) -> None:
    """把结果写成 CSV 表。 Write the results as CSV tables."""
    with refusing(lang):
        from experiments.finished import finished
        from experiments.refusal import Refusal
        from results.export import export as write_tables

        try:
            written = write_tables(finished(directory), to)
        except FileExistsError:
            raise Refusal((f"{to} 里有别的文件", f"{to} holds other files")) from None
        for path in written:
            say(str(path))


def panel(
    directory: FolderArgument,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="写到 CSV 或 Parquet where it goes, .csv or .parquet")
    ],
    run_number: Annotated[
        int, typer.Option("--run", metavar="R", help="第几次推演，从 0 起 which replicate, from 0")
    ] = 0,
    arm: Annotated[str, typer.Option(metavar="policy|null", help="方案或对照 which arm")] = "policy",
    lang: LangOption = Lang.zh,
) -> None:
    """写出农户逐年数据。 Write household-year rows of one run."""
    with refusing(lang):
        from experiments.finished import finished
        from experiments.panel import write_panel

        rows = write_panel(finished(directory), run_number, arm, to)
        say(in_words(lang, f"{to}：{rows} 行", f"{to}: {rows} rows"))


def audit_money(
    directory: FolderArgument,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.csv", help="写成 CSV write it as CSV")] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """资金审计：批准、支付、流失、交回、闲置，项目资金来源。 Audit of the money: idle funds, sources per project."""
    with refusing(lang):
        from experiments.finished import audited

        say(audited(directory, lang.value, to))
