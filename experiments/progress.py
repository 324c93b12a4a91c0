"""How far an ensemble is and how long it still takes: a bar on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LINE_EVERY = 5.0
"""Seconds between two plain lines: a log is read, not watched."""


class EnsembleProgress:
    """Told `(done, total)` after each replicate; use it as a context so that the bar is put away."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.started = time.monotonic()
        self.begun_at = 0
        self.last_line = 0.0
        self.bar = self._bar() if self.console.is_terminal else None
        self.row = self.bar.add_task("推演" if lang == "zh" else "runs", total=None) if self.bar else None

    def _bar(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        return Progress(*columns, TimeElapsedColumn(), TextColumn("/"), TimeRemainingColumn(), console=self.console)

    def __enter__(self) -> EnsembleProgress:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` replicates are kept."""
        if self.bar and self.row is not None:
            self.bar.update(self.row, completed=done, total=total)
            return
        now = time.monotonic()
        if self.last_line == 0.0:
            self.begun_at = done
        elif now - self.last_line < LINE_EVERY and done < total:
            return
        self.last_line = now
        self.console.print(self.line(done, total, now - self.started))

    def line(self, done: int, total: int, elapsed: float) -> str:
        """One plain line: how many are done, seconds so far, seconds left at the pace so far."""
        fresh = done - self.begun_at
        left = f"{elapsed / fresh * (total - done):.0f}" if fresh else "?"
        if self.lang == "zh":
            return f"推演 {done}/{total}，已用 {elapsed:.0f} 秒，约剩 {left} 秒"
        return f"runs {done}/{total}, {elapsed:.0f} s so far, about {left} s left"
