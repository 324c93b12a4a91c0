"""What is asked of the model rather than of a plan: its effects, its facts, its places, the shape of its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments import planning
from experiments.terminal import Lang, LangOption, refusing, say


def effects(
    kinds: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND...]", help="只算这些措施 only these kinds, else all")
    ] = None,
    households: Annotated[int, typer.Option(metavar="N", help="样本户数 sample size")] = 4000,
    runs: Annotated[int, typer.Option(metavar="N", help="推演次数 replicates")] = 4,
    budget: Annotated[float, typer.Option(metavar="YUAN", help="每户每年元数 yuan a listed household and year")] = 1000,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="写到 .csv 或 .md write it there")] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """各类措施单独实施时每百万元的效果。 What each kind of intervention does on its own per million yuan."""
    with refusing(lang):
        from experiments.effects import report

        say(report(households, runs, budget, lang.value, to, kinds or ()))


def stylised_facts(
    place: Annotated[str | None, typer.Argument(metavar="[PLACE]", help="地区名 name of a place")] = None,
    households: Annotated[int, typer.Option(metavar="N", help="样本户数 sample size")] = 8000,
    runs: Annotated[int, typer.Option(metavar="N", help="推演次数 replicates")] = 4,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.md", help="写成网页 write it as a page")] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """无项目时的模拟与公布的典型事实相比。 Simulated against published facts, and why some are missed."""
    with refusing(lang):
        from experiments.facts import told

        say(told(place, households, runs, lang.value, to))


def anchor(
    place: Annotated[str, typer.Argument(metavar="PLACE|FILE", help="地区名或地区文件 a place by name or file")],
    lang: LangOption = Lang.zh,
) -> None:
    """求地区的可行参数集，并打印拟合。 Make a place's admissible set and print its fit."""
    with refusing(lang), planning.stopping(lang, "已停下，什么也没有写", "stopped; nothing was written"):
        from experiments import anchoring

        say(anchoring.anchor(place, lang.value))


def schema(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="写到文件 write to a file")] = None,
) -> None:
    """方案文件的 JSON Schema，供编辑器使用。 The JSON Schema of scenario files, for editors."""
    from scenarios import export_schema

    text = json.dumps(export_schema(), ensure_ascii=False, indent=2) + "\n"
    if to is None:
        say(text.rstrip("\n"))
    else:
        to.write_text(text, encoding="utf-8", newline="\n")
