"""What every command that keeps runs says while it computes: what it runs on, how far it is, how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from experiments.terminal import INTERRUPTED, Lang, in_words, warn, warn_of

if TYPE_CHECKING:
    from experiments.progress import EnsembleProgress
    from simulator.parallel import Engine


@contextmanager
def computing(command: str, folder: Path, engine: Engine, lang: Lang) -> Iterator[EnsembleProgress]:
    """Show progress while runs are computed. An interruption or a lost cluster ends in a line that says how to go on,
    runs that all failed in their errors; each with its exit code. Raises EngineUnavailable before anything began."""
    from experiments.ensemble import EnsembleFailed
    from experiments.progress import EnsembleProgress
    from simulator.parallel import EngineUnavailable, ready

    for zh, en in ready(engine):
        warn(in_words(lang, zh, en))
    if not compiled_before():
        warn(in_words(lang, "本机第一次运行，先编译，约一两分钟", "first run here: compiling first, a minute or two"))
    go_on = f"fupin {command} --resume {shlex.quote(str(folder))}"
    try:
        with EnsembleProgress(lang) as progress:
            yield progress
    except (KeyboardInterrupt, EngineUnavailable) as stopped:
        if isinstance(stopped, EngineUnavailable):
            warn(stopped.text(lang))
        warn(
            in_words(
                lang, f"已停下，算完的都已保存。接着算：{go_on}", f"stopped; finished runs are kept. Go on: {go_on}"
            )
        )
        raise typer.Exit(1 if isinstance(stopped, EngineUnavailable) else INTERRUPTED) from None
    except EnsembleFailed as failure:
        warn_of(failure.errors, lang)
        raise typer.Exit(1) from None


def compiled_before() -> bool:
    """Whether this version's rules were compiled on this machine: the largest of them stands for all."""
    from simulator.processes.employment import employment

    kept = Path(employment.kernel.stats.cache_path)
    return any(kept.glob(f"{employment.label}-*.nbc"))


def computed_before(lang: Lang) -> None:
    """Say that what follows was there already."""
    warn(in_words(lang, "已经算过，直接显示；--again 全部重算", "computed before and shown; --again computes it anew"))
