"""What every command of `fupin` shares: its language, its common arguments, and how it speaks and refuses."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
CANNOT_WRITE = {*FULL_DISK, errno.EACCES, errno.EPERM, errno.EROFS}
BAD_INPUT = 2
INTERRUPTED = 130


class Lang(StrEnum):
    """The language of everything a planner reads."""

    zh = "zh"
    en = "en"


class Macro(StrEnum):
    """Which macro path a run is told: drawn around the year-0 forecast, or the published one."""

    forecast = "forecast"
    published = "published"


class EngineKind(StrEnum):
    """What replicates run on when they run on this machine."""

    threads = "threads"
    processes = "processes"


WorkersOption = Annotated[
    int | None, typer.Option("--workers", metavar="N", help="同时算几个 how many side by side [全部核心 all cores]")
]
EngineOption = Annotated[
    EngineKind | None,
    typer.Option(
        "--engine",
        metavar="threads|processes",
        help="用线程或进程 what replicates run on [run: 视规模 by size; else threads]",
    ),
]
DaskOption = Annotated[
    str | None,
    typer.Option("--dask", metavar="tcp://HOST:PORT", help="用 Dask 集群，给出调度器地址 a Dask scheduler's address"),
]
LangOption = Annotated[Lang, typer.Option(metavar="zh|en", help="语言 language")]
SourceArgument = Annotated[str | None, typer.Argument(metavar="[NAME|FILE]", help="方案名或文件 scenario name or file")]
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="结果文件夹 folder of a run")]
UntilOption = Annotated[
    float | None,
    typer.Option(
        metavar="W",
        help="算到各目标区间的半宽都不超过 W 为止，每批 --runs 次 go on until the interval of every target has this "
        "half-width, in batches of --runs",
    ),
]
AtMostOption = Annotated[
    int | None, typer.Option(metavar="N", help="--until 最多算多少次 at most so many replicates with --until")
]
PerDrawOption = Annotated[
    int | None, typer.Option(metavar="R", help="每组参数推演几次 replicates to a draw of parameters [1]")
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="S", help="随机种子 seed [1]")]
FixedOption = Annotated[bool, typer.Option("--fixed", help="参数取定值 hold parameters at their values")]
MacroOption = Annotated[
    Macro | None, typer.Option("--macro", metavar="published|forecast", help="宏观路径 macro path [forecast]")
]
WithoutOption = Annotated[
    list[str] | None, typer.Option("--without", metavar="KIND", help="去掉一类措施 leave a kind out")
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="结果文件夹 folder [runs/NAME-id]")]
ResumeOption = Annotated[Path | None, typer.Option("--resume", metavar="DIR", help="接着算 go on with this folder")]
GrowOption = Annotated[
    Path | None,
    typer.Option("--resume", metavar="DIR", help="接着算，或增加次数 go on with this folder, or add to it"),
]
AgainOption = Annotated[bool, typer.Option("--again", help="全部重算 compute everything again")]
SetsOption = Annotated[list[str] | None, typer.Option("--set", metavar="path=value", help="改一个数 change a number")]
AddedOption = Annotated[
    list[str] | None, typer.Option("--with", metavar="KIND", help="加上一类措施 add a kind at its defaults")
]
LeaveOneOutOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="逐一去掉各类措施的推演次数 replicates with each kind left out in turn [0]"),
]


@contextmanager
def refusing(lang: Lang) -> Iterator[None]:
    """Turn what cannot be done into lines on stderr and an exit code, without a traceback."""
    from experiments.refusal import Refusal
    from results.store import StoreError
    from scenarios import ScenarioFaults
    from simulator.parallel import EngineUnavailable

    try:
        yield
    except (Refusal, ScenarioFaults, EngineUnavailable) as faults:
        warn(faults.text(lang))
        raise typer.Exit(BAD_INPUT) from None
    except StoreError as fault:
        warn(in_words(lang, fault.zh, fault.en))
        raise typer.Exit(1) from None
    except OSError as fault:
        if fault.errno not in CANNOT_WRITE:
            raise
        where = f" {fault.filename}" if fault.filename else ""
        if fault.errno in FULL_DISK:
            zh = f"磁盘已满，无法写入{where}。已完成的推演都已保存；腾出空间后再运行同一命令。"
            en = f"the disk is full: cannot write{where}. Finished runs are kept; free some space and run it again."
        else:
            zh, en = f"无法写入{where}：没有权限", f"cannot write{where}: not permitted"
        warn(in_words(lang, zh, en))
        raise typer.Exit(1) from None


def in_words(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def say(text: str) -> None:
    typer.echo(text)


def warn(text: str) -> None:
    typer.echo(text, err=True)


def warn_of(errors: Sequence[str], lang: Lang) -> None:
    """The ten most frequent errors of failed runs."""
    for error, count in Counter(errors).most_common(10):
        warn(in_words(lang, f"{count} 次推演失败：{error}", f"{count} runs failed: {error}"))
